"""The callback that looks, after an epoch whose loss stands still, why: at outputs and gradient.

It runs a few images through the network as it is, in inference mode, so that nothing of the training changes:
no random number is drawn, and weights, statistics and optimizer stay as they are.
"""

import math
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from cnntutor.lab.events import EpochEvent, PulseEvent
from cnntutor.lab.levels import stands
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.worker.journal import Journal
from cnntutor.worker.learning import loss_of

MOST_IMAGES = 64


class Pulse(keras.callbacks.Callback):  # type: ignore[misc]
    """Measures after the 1st, 2nd, 4th, 8th … epoch in which the training loss stands still, and tells.

    Goes behind the callback that keeps the history.

    Args:
        journal: Where events go.
        settings: Those of the run.
        train: (images, targets) of training, shaped as network and loss take them.
        labels: The class of each training image, (count,), or of each of its steps, (count, steps).
        classes: How many classes there are.
        history: Returns the epochs so far, those of earlier attempts too.
    """

    def __init__(
        self,
        journal: Journal,
        settings: TrainingSettings,
        train: tuple[Any, Any],
        *,
        labels: npt.NDArray[Any],
        classes: int,
        history: Callable[[], Sequence[EpochEvent]],
    ) -> None:
        super().__init__()
        self._journal = journal
        self._settings = settings
        self._train = train
        self._labels = labels
        self._classes = classes
        self._history = history
        self._still = 0
        self._able = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Measure, if the loss stands still and it is time.

        Raises:
            OSError: the event cannot be written.
        """
        losses = [math.nan if each.loss is None else each.loss for each in self._history()[-2:]]
        if not stands(self._settings.loss, losses, self._classes):
            self._still = 0
            return
        self._still += 1
        if not self._able or self._still & (self._still - 1):
            return
        found = self._measured(epoch + 1)
        if found is not None:
            self._journal.tell(found)

    def _measured(self, epoch: int) -> PulseEvent | None:
        """Return what was measured; None where it cannot be, which is no reason for the run to end."""
        try:
            most = max(self._settings.batch_size, self._classes)
            chosen = evenly(self._labels, min(MOST_IMAGES, most), self._classes)
            images, targets = (each[chosen] for each in self._train)
            clipped, spread, gradient, outputs = measure(self.model, self._settings, images, targets)
        except Exception:
            # Such as too little memory; log.txt says it, and the run goes on without.
            traceback.print_exc()
            self._able = False
            return None
        at, attempt = self._journal.stamp()
        return PulseEvent(
            time=at,
            attempt=attempt,
            epoch=epoch,
            images=len(chosen),
            outputs=outputs,
            clipped=clipped,
            spread=spread,
            gradient=gradient,
        )


def evenly(labels: npt.NDArray[Any], most: int, classes: int) -> npt.NDArray[np.intp]:
    """Return places of images, as many of each class as the training images have in proportion.

    Args:
        labels: (count,) class numbers; (count, steps) are taken as they come.
        most: At most so many; where that is enough for all classes, a multiple of their number, so that
            balanced data stay balanced.
        classes: How many classes there are.
    """
    count = min(most, len(labels))
    if count >= classes > 0:
        count -= count % classes
    order = np.argsort(labels, kind="stable") if labels.ndim == 1 else np.arange(len(labels))
    middles = ((np.arange(count) + 0.5) * len(labels) / count).astype(np.intp)
    return order[middles]


def measure(
    model: Any, settings: TrainingSettings, images: Any, targets: Any
) -> tuple[float | None, float | None, float | None, int]:
    """Return (share of outputs clipped, spread, length of the gradient, outputs), as in PulseEvent.

    Args:
        model: A Keras model with one output, built; it stays as it is.
        settings: Those of the run; the loss is the one it is trained with.
        images: As the network takes them.
        targets: As the loss takes them.
    """
    weights = [variable.value for variable in model.trainable_weights]
    with tf.GradientTape() as tape:
        given = model(images, training=False)
        tape.watch(given)
        loss = loss_of(settings)(targets, given)
    *slopes, towards = tape.gradient(loss, [*weights, given])
    # Keras looks behind a softmax for its logits; the loss then does not depend on the outputs themselves.
    probabilities = towards is not None and settings.loss != "mean_squared_error" and not settings.from_logits
    outputs = np.asarray(given, dtype=np.float32)
    spread = float(np.ptp(_meant(outputs, settings), axis=0).max())
    return (
        _clipped(outputs, settings) if probabilities else None,
        spread if math.isfinite(spread) else None,
        length(slopes),
        outputs.shape[-1],
    )


def length(slopes: Sequence[Any]) -> float | None:
    """Return the length of a gradient given array by array; None when it is no number.

    No square of a tiny number is lost, so that 0 means that each is 0. An array that the loss does not depend
    on is None and counts as 0.
    """
    total = 0.0
    for slope in slopes:
        if slope is None:
            continue
        dense = tf.convert_to_tensor(slope)
        largest = float(tf.reduce_max(tf.abs(dense)))
        if not math.isfinite(largest):
            return None
        if largest > 0:
            total = math.hypot(total, largest * float(tf.norm(dense / largest)))
    return total


def _clipped(outputs: npt.NDArray[np.float32], settings: TrainingSettings) -> float | None:
    """Return the share of the outputs that the loss, which takes them for probabilities, clips."""
    if settings.loss == "categorical_crossentropy":
        with np.errstate(invalid="ignore", divide="ignore"):
            outputs = outputs / outputs.sum(axis=-1, keepdims=True)
    if not np.isfinite(outputs).all():
        return None
    low, high = np.float32(keras.config.epsilon()), np.float32(1.0 - keras.config.epsilon())
    return float(((outputs < low) | (outputs > high)).mean())


def _meant(outputs: npt.NDArray[np.float32], settings: TrainingSettings) -> npt.NDArray[np.float32]:
    """Return the probabilities that logits stand for; other outputs as they are."""
    if not settings.from_logits or settings.loss == "mean_squared_error":
        return outputs
    turn = tf.sigmoid if settings.loss == "binary_crossentropy" else tf.nn.softmax
    return np.asarray(turn(outputs))
