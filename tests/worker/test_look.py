"""What the layers make of an image, against Keras itself."""

from pathlib import Path

import keras
import numpy as np
import pytest

from cnntutor.lab.tasks import run_task
from cnntutor.needs import LookTask
from cnntutor.worker.tasks.look_task import LARGEST_MAP, look, views

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((70, 70, 3)),
            keras.layers.Conv2D(20, 3, activation="relu", name="conv1"),
            keras.layers.MaxPooling2D(name="pool1"),
            keras.layers.Conv2D(4, 3, name="conv2"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(5, activation="softmax", name="dense"),
        ]
    )


def image() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (70, 70, 3)).astype(np.uint8)


def test_maps_are_what_the_layers_give(model: keras.Model) -> None:
    scaled = image().astype(np.float32) / np.float32(255)
    seen = {view.name: view for view in views(model, scaled)}
    assert list(seen) == ["conv1", "pool1", "conv2", "flatten", "dense"]
    first = keras.ops.convert_to_numpy(model.layers[0](scaled[None]))[0]
    view = seen["conv1"]
    assert (view.shape, len(view.maps), view.map_size) == ((68, 68, 20), 16, (23, 23))
    assert view.map_size[0] <= LARGEST_MAP
    assert (view.low, view.high) == pytest.approx((first.min(), first.max()))
    corner = first[:3, :3, 5].mean()
    assert view.maps[5][0] == round(float((corner - view.low) / (view.high - view.low) * 255))
    assert seen["dense"].values == pytest.approx(model.predict(scaled[None], verbose=0)[0].tolist(), abs=1e-5)
    assert len(seen["flatten"].values) == 1024


def test_filters_are_the_weights(model: keras.Model) -> None:
    seen = {view.name: view for view in views(model, image().astype(np.float32) / np.float32(255))}
    kernel = model.layers[0].get_weights()[0]
    view = seen["conv1"]
    assert (view.filter_size, view.filter_inputs, len(view.filters)) == ((3, 3, 3), 3, 16)
    shown = np.frombuffer(view.filters[2], np.uint8).reshape(3, 3, 3)
    assert (
        np.abs((shown.astype(float) - 128) / 127 * np.abs(kernel[..., :16]).max() - kernel[..., 2]).max()
        < 0.002
    )
    assert seen["conv2"].filter_size == (3, 3, 1) and seen["conv2"].filter_inputs == 20
    assert seen["pool1"].filters == ()


def test_the_task_answers_inside_its_walls(model: keras.Model, tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    model.save(file)
    task = LookTask(file=str(file), shape=(70, 70, 3), pixels=image().tobytes(), divisor=255.0, offset=0.0)
    reply = run_task(task)
    assert reply.fault is None
    assert [view.name for view in reply.views] == ["conv1", "pool1", "conv2", "flatten", "dense"]
    assert reply.views == look(task).views


def test_another_shape_is_a_sentence(model: keras.Model, tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    model.save(file)
    reply = look(LookTask(file=str(file), shape=(8, 8, 3), pixels=bytes(192), divisor=1.0, offset=0.0))
    assert reply.fault is not None and reply.fault.kind == "unreadable"
    gone = look(
        LookTask(file=str(tmp_path / "no.keras"), shape=(1, 1, 1), pixels=b"0", divisor=1.0, offset=0.0)
    )
    assert gone.fault is not None and gone.fault.kind == "unreadable"
