"""How a model learns: first weights, optimizer, loss, targets, early stopping, phases of fine-tuning."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnntutor.lab.pace import Pace
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.worker.checkpoint import Checkpointer, Saved, Stopper
from cnntutor.worker.datasets.images import Part
from cnntutor.worker.feeding import EpochNumber, batches

USUAL = Pace()
"""What Keras does by itself."""
ONE_HOT = {"categorical_crossentropy", "binary_crossentropy", "mean_squared_error"}
"""Losses whose targets have one figure for each class."""
_LOSSES = {
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "mean_squared_error": keras.losses.MeanSquaredError,
}


def loss_of(settings: TrainingSettings, reduction: str | None = "sum_over_batch_size") -> Any:
    """Return the loss as Keras takes it.

    Args:
        settings: Those of the run.
        reduction: None gives a loss for each image.
    """
    arguments: dict[str, Any] = {"reduction": reduction}
    if settings.loss != "mean_squared_error":
        arguments["from_logits"] = settings.from_logits
    return _LOSSES[settings.loss](**arguments)


def targets(labels: Any, settings: TrainingSettings, classes: int) -> Any:
    """Return the labels as the loss takes them: numbers, or one-hot (…, classes)."""
    if settings.loss in ONE_HOT:
        return np.eye(classes, dtype=np.float32)[labels]
    return labels


def shaped(model: Any, part: Part, settings: TrainingSettings) -> tuple[Any, Any]:
    """Return the images as a network takes them, flattened where it wants that, and the labels as the loss
    does."""
    images = part.images.reshape((len(part.images), *model.input_shape[1:]))
    return images, targets(part.labels, settings, model.output_shape[-1])


def compile_model(
    model: Any, settings: TrainingSettings, learning_rate: float | None = None, pace: Pace = USUAL
) -> None:
    """Give a model its optimizer, loss and metric.

    Args:
        model: The Keras model.
        settings: Those of the run.
        learning_rate: Another one than the settings', for a later phase.
        pace: How to compile it.
    """
    arguments: dict[str, Any] = {"learning_rate": learning_rate or settings.learning_rate}
    for name in ("weight_decay", "clipnorm", "clipvalue"):
        if getattr(settings, name) is not None:
            arguments[name] = getattr(settings, name)
    if settings.optimizer in ("SGD", "RMSprop"):
        arguments["momentum"] = settings.momentum
    if settings.loss in ONE_HOT:
        accuracy: Any = keras.metrics.CategoricalAccuracy(name="accuracy")
    else:
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    optimizer = getattr(keras.optimizers, settings.optimizer)(**arguments)
    model.compile(
        optimizer=optimizer,
        loss=loss_of(settings),
        metrics=[accuracy],
        jit_compile="auto" if pace.jit is None else pace.jit,
        steps_per_execution=pace.steps,
    )


def draw_weights(model: Any, settings: TrainingSettings) -> None:
    """Draw the kernels again by another initializer, where one is asked for."""
    if settings.kernel_initializer is None:
        return
    for place, layer in enumerate(model.layers):
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            draw = keras.initializers.get(
                {
                    "class_name": settings.kernel_initializer,
                    "config": {"seed": settings.seed * 10_000 + place},
                }
            )
            kernel.assign(draw(kernel.shape))


def clear_head(model: Any) -> None:
    """Set the last layer with weights to 0: on a frozen backbone what it learns then depends on no draw."""
    for weight in next(layer for layer in reversed(model.layers) if layer.weights).weights:
        weight.assign(keras.ops.zeros(weight.shape))


def freeze_backbone(model: Any) -> None:
    """Let only the last layer with weights learn; the rest stays as it is, BatchNormalization too."""
    head = next(layer for layer in reversed(model.layers) if layer.weights)
    for layer in model.layers:
        layer.trainable = layer is head


def freeze_normalization(model: Any) -> None:
    """Let everything learn but BatchNormalization: with few images its statistics would run away."""
    for layer in model.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)


def stopper(settings: TrainingSettings) -> Stopper | None:
    """Return the callback that stops early, if one is asked for."""
    if settings.early_stopping == "none":
        return None
    return Stopper(
        monitor=settings.early_stopping,
        mode="max" if settings.early_stopping == "val_accuracy" else "min",
        patience=settings.patience,
        min_delta=settings.min_delta,
    )


def phases(settings: TrainingSettings) -> list[tuple[int, int, str]]:
    """Return (first epoch, last epoch, what is frozen) of each phase, epochs from 1."""
    begin = settings.unfreeze_epoch
    if settings.freeze == "none" or begin is None or begin > settings.epochs:
        return [(1, settings.epochs, settings.freeze)]
    return [(1, begin - 1, settings.freeze), (begin, settings.epochs, "normalization")]


def fit(
    model: Any,
    settings: TrainingSettings,
    train: tuple[Any, Any],
    held: Any,
    callbacks: list[Any],
    *,
    save: Callable[[Stopper | None], Checkpointer] | None = None,
    saved: Saved | None = None,
    pace: Pace = USUAL,
) -> bool:
    """Train a model phase by phase, and save after epochs what is needed to go on.

    Args:
        model: Not compiled yet; its variables are those of `saved`, if that is given.
        settings: Those of the run.
        train: (images, targets).
        held: The same for validation, or None.
        callbacks: Called all through.
        save: Makes the callback that saves, of early stopping; None to save nothing.
        saved: Where an earlier attempt ended; None to begin at the first epoch.
        pace: How to compile the model.

    Returns:
        Whether early stopping ended it.
    """
    stopped = saved is not None and saved.stopped_early
    stop = stopper(settings)
    number = EpochNumber()
    data = batches(train, settings.batch_size, settings.seed, number)
    called = [number, *callbacks, *([] if stop is None else [stop])]
    if save is not None:
        called.append(save(stop))
    done = 0 if saved is None else saved.epoch
    for first, last, frozen in phases(settings):
        if done >= last and last < settings.epochs and not (stopped and done == last):
            continue
        if frozen == "backbone":
            freeze_backbone(model)
        elif frozen == "normalization":
            freeze_normalization(model)
        compile_model(model, settings, settings.unfreeze_learning_rate if first > 1 else None, pace)
        if saved is not None and done >= first:
            saved.restore_optimizer(model)
            if stop is not None and saved.stopper is not None:
                stop.go_on(saved.stopper)
        if stopped or done >= last:
            # Broken off after the last epoch: nothing is left to learn, but the model is to be as it was.
            return stopped
        model.fit(
            data,
            initial_epoch=max(first - 1, done),
            epochs=last,
            validation_data=held,
            validation_batch_size=settings.batch_size,
            shuffle=False,  # the batches come shuffled
            callbacks=called,
            verbose=0,
        )
        if stop is not None and stop.stopped_epoch > 0:
            return True
    return False
