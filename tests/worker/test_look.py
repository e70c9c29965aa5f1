"""What the layers make of an image, against Keras itself."""

from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest
from PIL import Image

from cnntutor.lab.tasks import run_task
from cnntutor.needs import LookTask
from cnntutor.worker.datasets.pictures import read_photo
from cnntutor.worker.tasks import own_picture
from cnntutor.worker.tasks.look_task import LARGEST_MAP, look, views
from cnntutor.worker.tasks.own_picture import PictureProblem, prepared_picture

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


# Image files of the learner's


def saved(folder: Path, name: str, picture: Image.Image) -> Path:
    picture.save(folder / name)
    return folder / name


def brought(path: Path, shape: tuple[int, int, int], *, photo: bool = False, inverted: bool = False) -> Any:
    return prepared_picture(path, shape, photo=photo, inverted=inverted)


def test_an_image_of_the_right_size_stays_as_it_is(tmp_path: Path) -> None:
    path = saved(tmp_path, "own.png", Image.fromarray(image()))
    assert (brought(path, (70, 70, 3)) == image()).all()
    assert (brought(path, (70, 70, 3), inverted=True) == 255 - image()).all()


def test_a_photo_is_cropped_as_those_of_a_run(tmp_path: Path) -> None:
    path = saved(tmp_path, "own.png", Image.fromarray(image()).resize((120, 90)))
    assert (brought(path, (32, 32, 3), photo=True) == read_photo(path, 32)).all()


def test_the_middle_of_another_shape_is_taken(tmp_path: Path) -> None:
    wide = Image.new("L", (90, 30), 0)
    wide.paste(200, (30, 0, 60, 30))
    path = saved(tmp_path, "wide.png", wide)
    assert np.abs(brought(path, (10, 10, 1)).astype(int) - 200).max() < 30
    assert brought(path, (10, 30, 1))[5, :, 0].tolist()[::14] == [0, 200, 0]


@pytest.mark.parametrize(
    ("picture", "level"),
    [
        (Image.new("RGBA", (8, 8), (0, 0, 0, 0)), 255),
        (Image.new("LA", (8, 8), (40, 255)), 40),
        (Image.fromarray(np.full((8, 8), 0x8000, np.uint16)), 128),
        (Image.new("1", (8, 8), 1), 255),
        (Image.new("P", (8, 8), 0), 0),
    ],
)
def test_every_kind_of_image_becomes_bytes(tmp_path: Path, picture: Image.Image, level: int) -> None:
    path = saved(tmp_path, "own.png", picture)
    assert set(brought(path, (8, 8, 1)).ravel().tolist()) == {level}
    assert brought(path, (4, 4, 3)).shape == (4, 4, 3)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF89a"])
def test_what_is_no_picture_is_a_fault(model: keras.Model, tmp_path: Path, content: bytes) -> None:
    model.save(tmp_path / "model.keras")
    (tmp_path / "own.png").write_bytes(content)
    task = LookTask(
        file=str(tmp_path / "model.keras"),
        shape=(70, 70, 3),
        image=str(tmp_path / "own.png"),
        divisor=255.0,
        offset=0.0,
    )
    fault = look(task).fault
    assert fault is not None and fault.kind == "picture" and fault.text
    assert str(tmp_path) not in fault.text


def test_a_picture_of_too_many_pixels_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, "large.png", Image.new("1", (400, 300)))
    monkeypatch.setattr(own_picture, "LARGEST", 100_000)
    with pytest.raises(PictureProblem, match="400 x 300 pixels are too many"):
        brought(path, (28, 28, 1))


def test_an_own_image_is_looked_at_inside_the_walls(model: keras.Model, tmp_path: Path) -> None:
    model.save(tmp_path / "model.keras")
    path = saved(tmp_path, "own.png", Image.fromarray(image()))
    known = LookTask(
        file=str(tmp_path / "model.keras"),
        shape=(70, 70, 3),
        pixels=image().tobytes(),
        divisor=255.0,
        offset=0.0,
    )
    own = msgspec.structs.replace(known, pixels=b"", image=str(path))
    reply = run_task(own)
    assert reply.fault is None
    assert reply.pixels == image().tobytes() and reply.views == look(known).views
