"""How models learn: losses, optimizers, early stopping, phases, weights from a file, spelling."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker import learning
from cnntutor.worker.build import build_model, check_fit
from cnntutor.worker.datasets.images import Part, load_images
from cnntutor.worker.evaluation import evaluate
from cnntutor.worker.problems import RunProblem
from cnntutor.worker.spelling import spell
from cnntutor.worker.weights import load_by_name


def spec(recipe: str, **overrides: str) -> RunSpec:
    return resolve(find_recipe(recipe), "quick", overrides)


def small(outputs: int = 10, activation: str | None = "softmax") -> Any:
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(outputs, activation=activation)])


def part(count: int = 20) -> Part:
    generator = np.random.default_rng(0)
    images = generator.random((count, 4), dtype=np.float32)
    return Part(images, (np.arange(count) % 10).astype(np.uint8))


@pytest.mark.parametrize(
    "loss",
    [
        "sparse_categorical_crossentropy",
        "categorical_crossentropy",
        "binary_crossentropy",
        "mean_squared_error",
    ],
)
def test_every_loss_trains_and_is_tested_as_keras_does(loss: str) -> None:
    settings = spec("lenet5-mnist", loss=loss, batch_size="5").settings
    # Keras looks behind an output for its logits, and takes those of a softmax for a sigmoid's.
    model = small(activation="sigmoid" if loss == "binary_crossentropy" else "softmax")
    learning.compile_model(model, settings)
    images, wanted = learning.shaped(model, part(), settings)
    told = model.evaluate(images, wanted, verbose=0, return_dict=True)
    figures = evaluate(model, part(), settings, 10)
    assert figures.loss == pytest.approx(told["loss"], abs=1e-5)
    assert figures.accuracy == pytest.approx(told["accuracy"], abs=1e-6)


@pytest.mark.parametrize(
    "optimizer", ["Adam", "SGD", "RMSprop", "AdamW", "Nadam", "Adamax", "Adagrad", "Adadelta"]
)
def test_every_optimizer_takes_its_arguments(optimizer: str) -> None:
    settings = spec(
        "lenet5-mnist", optimizer=optimizer, clipnorm="1", weight_decay="0.01", momentum="0.5"
    ).settings
    model = small()
    learning.compile_model(model, settings)
    assert type(model.optimizer).__name__ == optimizer
    assert model.optimizer.clipnorm == 1.0


def test_early_stopping_tells_the_stop_from_the_best() -> None:
    settings = spec(
        "lenet5-mnist", early_stopping="val_loss", patience="2", epochs="50", learning_rate="9"
    ).settings
    epochs: list[float] = []

    class Count(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            epochs.append((logs or {})["val_loss"])

    model = small()
    pair = learning.shaped(model, part(), settings)
    assert learning.fit(model, settings, pair, pair, [Count()])
    assert len(epochs) == int(np.argmin(epochs)) + 1 + 2


def test_a_backbone_is_frozen_first_and_tuned_later() -> None:
    photos = {"data": "shapes-32", "weights": "random", "image_size": "32"}
    run = spec("transfer-late", epochs="3", unfreeze_epoch="3", **photos)
    assert learning.phases(run.settings) == [(1, 2, "backbone"), (3, 3, "normalization")]
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, name="a"),
            keras.layers.BatchNormalization(name="b"),
            keras.layers.Dense(10, activation="softmax", name="c"),
        ]
    )
    learning.clear_head(model)
    before = [weight.numpy() for weight in model.weights]
    assert not before[-2].any()
    first_phase = spec("transfer-late", epochs="2", **photos).settings
    learning.fit(model, first_phase, learning.shaped(model, part(), first_phase), None, [])
    changed = [not np.array_equal(old, new.numpy()) for old, new in zip(before, model.weights, strict=True)]
    assert changed == [False] * 6 + [True] * 2
    learning.fit(model, run.settings, learning.shaped(model, part(), run.settings), None, [])
    assert not np.array_equal(before[0], model.get_layer("a").kernel.numpy())
    assert np.array_equal(before[4], model.get_layer("b").moving_mean.numpy())


def test_first_weights_are_drawn_as_asked() -> None:
    run = spec("vgg16-cifar10-mended", kernel_initializer="he_normal", batch_normalization="false")
    model = build_model(run.network)
    learning.draw_weights(model, run.settings)
    layer = next(layer for layer in model.layers if layer.name == "block2_conv2")
    fan = layer.kernel.shape[0] * layer.kernel.shape[1] * layer.kernel.shape[2]
    assert float(layer.kernel.numpy().std()) == pytest.approx(np.sqrt(2 / fan), rel=0.1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_weights_are_taken_by_name_and_the_head_is_kept(tmp_path: Path) -> None:
    weights = tmp_path / "mobilenet.h5"
    full = keras.applications.MobileNet(input_shape=(32, 32, 3), alpha=0.25, weights=None)
    full.save(weights)
    run = spec("transfer-frozen", data="shapes-32", weights=str(weights), image_size="32")
    model = build_model(run.network)
    assert load_by_name(model, weights) == sum(bool(layer.weights) for layer in model.layers) - 1
    assert np.array_equal(
        model.get_layer("conv_pw_3").kernel.numpy(), full.get_layer("conv_pw_3").kernel.numpy()
    )
    (tmp_path / "torn.h5").write_bytes(b"no weights")
    with pytest.raises(RunProblem, match=r"torn\.h5"):
        load_by_name(model, tmp_path / "torn.h5")
    narrow = build_model(spec("transfer-frozen", data="shapes-32", weights="random", width="0.5").network)
    with pytest.raises(RunProblem, match="width and image_size"):
        load_by_name(narrow, weights)


def test_images_may_be_flattened_but_not_of_another_size() -> None:
    network = spec("dense-relu-mnist").network
    model = build_model(network)
    check_fit(model, (28, 28, 1), 10, network)
    with pytest.raises(RunProblem, match="784"):
        check_fit(model, (32, 32, 3), 10, network)


def test_a_character_network_spells_its_words() -> None:
    run = spec("char-rnn", epochs="150")
    keras.utils.set_random_seed(0)
    data = load_images(run, lambda: None)
    model = build_model(run.network)
    learning.fit(model, run.settings, learning.shaped(model, data.train, run.settings), None, [])
    spelled = spell(model, run.settings.words)
    assert [spelled[first] for first in "hgs"] == ["hello", "green", "start"]
    assert evaluate(model, data.test, run.settings, 10).accuracy == 1.0
