"""The images of a run: order of the sources, proof by hash, splits; without TensorFlow."""

import gzip
import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from cnntutor.lab.datafiles import embedded_images, find_mnist, keras_home
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker.datasets.arrays import EMBEDDED, MNIST, ArrayProblem, checked, sha256
from cnntutor.worker.datasets.files import read_archive, read_embedded, read_idx
from cnntutor.worker.datasets.images import load_images
from cnntutor.worker.datasets.split import balanced_order, held_back
from cnntutor.worker.problems import RunProblem


def no_download() -> None:
    raise AssertionError("Keras must not be asked")


@pytest.fixture(autouse=True)
def own_keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The learner's data folder."""
    made = tmp_path / "data"
    made.mkdir()
    monkeypatch.setenv("CNNTUTOR_DATA", str(made))
    return made


def spec(preset: str = "full", **overrides: str) -> RunSpec:
    return resolve(find_recipe("lenet5-mnist"), preset, overrides)


def small() -> dict[str, Any]:
    """A small data set of the right form."""
    generator = np.random.default_rng(0)
    return {
        "x_train": generator.integers(0, 256, (200, 28, 28), dtype=np.uint8),
        "y_train": np.arange(200, dtype=np.uint8) % 10,
        "x_test": generator.integers(0, 256, (50, 28, 28), dtype=np.uint8),
        "y_test": np.arange(50, dtype=np.uint8) % 10,
    }


def write_idx(path: Path, array: npt.NDArray[Any]) -> None:
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    content = head + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_four(folder: Path, arrays: dict[str, npt.NDArray[Any]], ending: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, stem in (
        ("x_train", "train-images-idx3-ubyte"),
        ("y_train", "train-labels-idx1-ubyte"),
        ("x_test", "t10k-images-idx3-ubyte"),
        ("y_test", "t10k-labels-idx1-ubyte"),
    ):
        write_idx(folder / (stem + ending), arrays[name])


def test_the_embedded_images_are_real_mnist(shared_data: Path) -> None:
    path = embedded_images()
    assert path is not None
    images, labels = read_embedded(path)
    assert {"x": sha256(images), "y": sha256(labels)} == EMBEDDED
    with np.load(shared_data / "datasets" / "mnist.npz") as archive:
        known = {
            image.tobytes(): label
            for image, label in zip(archive["x_train"], archive["y_train"], strict=True)
        }
    assert all(known[image.tobytes()] == label for image, label in zip(images, labels, strict=True))


def test_the_quick_preset_splits_the_embedded_images_by_class() -> None:
    images = load_images(spec("quick"), no_download)
    assert (images.record.train, images.record.validation, images.record.test) == (3600, 400, 1000)
    assert (images.record.provenance, images.record.limited) == ("embedded", False)
    assert images.validation is not None
    for part, each in ((images.train, 360), (images.validation, 40), (images.test, 100)):
        assert np.bincount(part.labels).tolist() == [each] * 10
        assert part.images.dtype == np.float32
        assert part.images.shape[1:] == (28, 28, 1)
        assert 0.0 <= part.images.min() <= part.images.max() == 1.0
    everything = np.concatenate([images.train.images, images.validation.images, images.test.images])
    assert len({image.tobytes() for image in everything}) == 5000


def test_the_same_seed_splits_the_same_way_and_another_does_not() -> None:
    first, again = load_images(spec("quick"), no_download), load_images(spec("quick"), no_download)
    other = load_images(spec("quick", split_seed="1"), no_download)
    assert np.array_equal(first.test.images, again.test.images)
    assert not np.array_equal(first.test.images, other.test.images)


def test_a_part_of_the_images_is_balanced_and_said() -> None:
    images = load_images(spec("quick", train_images="100", test_images="50"), no_download)
    assert (images.record.train, images.record.validation, images.record.test) == (90, 10, 50)
    assert images.record.limited
    assert np.bincount(images.test.labels, minlength=10).min() >= 4


def test_mnist_is_proved_by_its_hash(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNTUTOR_DATA", str(shared_data / "datasets"))
    images = load_images(spec(), no_download)
    assert images.record.provenance == "mnist"
    assert images.record.source == str(shared_data / "datasets" / "mnist.npz")
    assert (images.record.train, images.record.validation, images.record.test) == (54000, 6000, 10000)
    assert images.record.sha256 == MNIST
    assert images.test.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_fashion_mnist_is_not_taken_for_mnist(shared_data: Path, folder: Path) -> None:
    (folder / "deeper").symlink_to(shared_data / "datasets" / "fashion-mnist")
    (folder / "own").mkdir()
    np.savez(folder / "own" / "mnist.npz", **small())
    assert len(find_mnist(folder)) == 2
    record = load_images(spec(), no_download).record
    assert (record.provenance, record.source) == ("yours", str(folder / "own" / "mnist.npz"))


def test_mnist_goes_before_another_file_of_the_same_name(shared_data: Path, folder: Path) -> None:
    np.savez(folder / "mnist.npz", **small())
    (folder / "real").mkdir()
    (folder / "real" / "mnist.npz").symlink_to(shared_data / "datasets" / "mnist.npz")
    assert load_images(spec(), no_download).record.provenance == "mnist"


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_idx_files_in_a_folder_below_are_found(folder: Path, ending: str) -> None:
    write_four(folder / "a" / "b", small(), ending)
    record = load_images(spec(), no_download).record
    assert (record.provenance, record.source) == ("yours", str(folder / "a" / "b"))
    assert (record.train, record.validation, record.test) == (180, 20, 50)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda arrays: arrays.pop("y_test"), "there is no array y_test"),
        (lambda arrays: arrays.update(x_train=arrays["x_train"] / 255), "x_train holds float64"),
        (lambda arrays: arrays.update(x_test=arrays["x_test"][:, :20]), "50×20×28"),
        (lambda arrays: arrays.update(y_train=arrays["y_train"][:9]), "one label for each of 200"),
        (lambda arrays: arrays.update(y_test=arrays["y_test"] + 1), "outside 0 to 9"),
        (lambda arrays: arrays.update(y_test=arrays["y_test"].astype(object)), "cannot be read"),
    ],
)
def test_a_file_of_the_learners_that_will_not_do_is_named(folder: Path, spoil: Any, words: str) -> None:
    arrays = small()
    spoil(arrays)
    np.savez(folder / "mnist.npz", **arrays)
    before = (folder / "mnist.npz").read_bytes()
    with pytest.raises(RunProblem) as caught:
        load_images(spec(), no_download)
    assert caught.value.problem == "bad-data"
    assert words in str(caught.value)
    assert str(folder / "mnist.npz") in str(caught.value)
    assert (folder / "mnist.npz").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 half", b"\x1f\x8bhalf"])
def test_broken_files_are_problems_not_tracebacks(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(content)
    with pytest.raises(ArrayProblem):
        read_archive(path)
    with pytest.raises(ArrayProblem):
        read_idx(path)
    if content:
        with pytest.raises(ArrayProblem):
            read_embedded(path)


def test_an_idx_file_that_is_cut_short_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_idx(path, small()["x_test"])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ArrayProblem, match="promises 50×28×28"):
        read_idx(path)


def test_a_last_axis_of_one_is_the_same_image() -> None:
    arrays = small()
    arrays["x_train"] = arrays["x_train"][..., np.newaxis]
    arrays["y_train"] = arrays["y_train"][:, np.newaxis].astype(np.int64)
    data = checked(arrays)
    assert data.x_train.shape == (200, 28, 28, 1)
    assert data.y_train.dtype == np.uint8


def test_a_strange_file_in_the_keras_cache_is_left_alone(own_keras_home: Path) -> None:
    path = keras_home() / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    np.savez(path, **small())
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(RunProblem, match="move it away") as caught:
        load_images(spec(), no_download)
    assert caught.value.problem == "bad-data"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_missing_or_unreadable_data_folder_holds_nothing(tmp_path: Path) -> None:
    assert find_mnist(tmp_path / "nowhere") == ()


def test_splits_keep_the_shares_of_unequal_classes() -> None:
    labels = np.array([0] * 600 + [1] * 300 + [2] * 100, dtype=np.uint8)
    order = balanced_order(labels, 3)
    assert sorted(order.tolist()) == list(range(1000))
    assert np.abs(np.bincount(labels[order[:100]]) - [60, 30, 10]).max() <= 2
    kept, held = held_back(order, labels, 0.125)
    assert (len(kept), len(held)) == (875, 125)
    assert np.abs(np.bincount(labels[held]) - [75, 37.5, 12.5]).max() <= 0.5
    assert set(kept.tolist()).isdisjoint(held.tolist())
