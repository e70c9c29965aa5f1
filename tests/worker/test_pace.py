"""How runs are compiled: faster, and with the same result."""

from pathlib import Path
from typing import Any

import keras
import pytest

from cnntutor.lab.events import ModelEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.pace import MOST, Pace, kept_pace, pace_of
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker import learning
from cnntutor.worker.build import build_model
from cnntutor.worker.checkpoint import Checkpointer, Saved, read_checkpoint
from cnntutor.worker.datasets.images import load_images
from tests.worker.test_learning import part

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def spec(recipe: str, **overrides: str) -> RunSpec:
    return resolve(find_recipe(recipe), "quick", overrides)


def test_weighty_networks_get_xla_in_long_runs_and_convolutions_never() -> None:
    assert pace_of(spec("dense-relu-mnist", epochs="100"), 3_200, gpu=False).jit is True
    assert pace_of(spec("dense-relu-mnist", epochs="1"), 3_200, gpu=False).jit is False
    assert pace_of(spec("base-cnn-relu-mnist", epochs="10000"), 3_600, gpu=False).jit is False
    assert pace_of(spec("lenet5-mnist"), 3_600, gpu=True).jit is None


def test_a_call_has_many_batches_of_a_small_network_and_one_of_a_large() -> None:
    assert 4 <= pace_of(spec("lenet5-mnist"), 3_600, gpu=False).steps <= MOST
    assert pace_of(spec("vgg16-cifar10", width="1"), 8_000, gpu=False).steps == 1
    assert pace_of(spec("char-rnn"), 3, gpu=False).steps == 1
    assert pace_of(spec("lenet5-mnist", batch_size="1800"), 3_600, gpu=True).steps == 2


@pytest.mark.parametrize("pace", [Pace(False, 1), Pace(False, 7), Pace(True, 7)])
def test_the_result_does_not_depend_on_the_pace(pace: Pace) -> None:
    run = spec("lenet5-mnist", train_images="300", test_images="20", epochs="2")
    keras.utils.set_random_seed(0)
    images = load_images(run, lambda: None)
    model = build_model(run.network)
    ends: list[tuple[int, float]] = []

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            ends.append((int(self.model.optimizer.iterations), (logs or {})["loss"]))

    learning.fit(
        model, run.settings, learning.shaped(model, images.train, run.settings), None, [Watch()], pace=pace
    )
    assert [steps for steps, _ in ends] == [9, 18]
    assert [loss for _, loss in ends] == pytest.approx(_usual(), abs=1e-3)


PACES = [Pace(False, 1), Pace(False, 3), Pace(True, 3)]
EPOCHS = 4


class BrokenOff(BaseException):
    """Stands for whatever ends a worker in the middle of an epoch."""


def model_with_dropout(seed: int) -> Any:
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("pace", PACES)
def test_at_any_pace_one_that_is_broken_off_and_goes_on_equals_one_that_is_not(
    pace: Pace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.worker.saving.SHARE", 0.0)
    # Eight batches: three calls an epoch, the last of which is not full.
    settings = spec("lenet5-mnist", epochs=str(EPOCHS), batch_size="5").settings
    run = RunFolder(tmp_path)
    run.checkpoints.mkdir()

    def fit(seed: int, broken_in: int | None, saved: Saved | None = None) -> tuple[Any, list[float]]:
        model = model_with_dropout(seed)
        if saved is not None:
            saved.restore_model(model)
        losses: list[float] = []

        class Watch(keras.callbacks.Callback):  # type: ignore[misc]
            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
                self.epoch = epoch + 1

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
                if self.epoch == broken_in:
                    raise BrokenOff

            def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
                losses.append((logs or {})["loss"])

        pair = learning.shaped(model, part(40), settings)
        try:
            learning.fit(
                model,
                settings,
                pair,
                None,
                [Watch()],
                save=lambda stop: Checkpointer(run, stop, lambda: None),
                saved=saved,
                pace=pace,
            )
        except BrokenOff:
            assert broken_in is not None
        return model, losses

    whole, losses = fit(0, None)
    assert len(losses) == EPOCHS
    _, sooner = fit(0, 3)
    saved = read_checkpoint(run)
    assert saved is not None and saved.epoch == 2
    resumed, later = fit(1, None, saved)
    assert losses == sooner + later
    for one, other in zip(whole.variables, resumed.variables, strict=True):
        assert one.numpy().tolist() == other.numpy().tolist()


def told(device: str = "CPU", jit: bool | None = None, steps: int | None = None) -> ModelEvent:
    return ModelEvent(
        time=1.0,
        attempt=1,
        params=1,
        trainable=1,
        device=device,
        keras="3",
        tensorflow="2",
        jit_compile=jit,
        steps_per_execution=steps,
    )


def test_a_run_that_goes_on_keeps_the_pace_it_had() -> None:
    assert kept_pace(None, "CPU") is None, "nothing is told yet"
    assert kept_pace(told(), "CPU") is None, "a run of old does not say"
    assert kept_pace(told(jit=True, steps=7), "CPU") == Pace(True, 7)
    assert kept_pace(told(jit=True, steps=7), "NVIDIA H200") is None
    assert kept_pace(told("NVIDIA H200", steps=32), "NVIDIA H200") == Pace(None, 32)


_FOUND: list[float] = []


def _usual() -> list[float]:
    """Return the losses as Keras trains by itself."""
    if not _FOUND:
        run = spec("lenet5-mnist", train_images="300", test_images="20", epochs="2")
        keras.utils.set_random_seed(0)
        images = load_images(run, lambda: None)
        model = build_model(run.network)

        class Watch(keras.callbacks.Callback):  # type: ignore[misc]
            def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
                _FOUND.append((logs or {})["loss"])

        pair = learning.shaped(model, images.train, run.settings)
        learning.fit(model, run.settings, pair, None, [Watch()])
    return _FOUND
