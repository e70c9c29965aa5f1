"""How runs are compiled: faster, and with the same result."""

import keras
import pytest

from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker import learning
from cnntutor.worker.build import build_model
from cnntutor.worker.datasets.images import load_images
from cnntutor.worker.pace import MOST, Pace, pace_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def spec(recipe: str, **overrides: str) -> RunSpec:
    return resolve(find_recipe(recipe), "quick", overrides)


def test_weighty_networks_get_xla_in_long_runs_and_convolutions_never() -> None:
    assert pace_of(spec("dense-relu-mnist", epochs="100"), 3_200, gpu=False).jit is True
    assert pace_of(spec("dense-relu-mnist", epochs="1"), 3_200, gpu=False).jit is False
    assert pace_of(spec("base-cnn-relu-mnist", epochs="10000"), 3_600, gpu=False).jit is False
    assert pace_of(spec("lenet5-mnist"), 3_600, gpu=True).jit == "auto"


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
