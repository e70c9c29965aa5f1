"""CIFAR-10 in all its forms, the drawn shapes, and photos as arrays; without TensorFlow."""

import io
import os
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.worker.datasets import drawn
from cnntutor.worker.datasets.arrays import ArrayProblem
from cnntutor.worker.datasets.cifar import read_cifar_files, read_cifar_tar
from cnntutor.worker.datasets.images import load_images
from cnntutor.worker.datasets.pictures import read_photo
from cnntutor.worker.datasets.published import search
from cnntutor.worker.problems import RunProblem

NAMES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")


def batch(count: int, seed: int, protocol: int = 2) -> tuple[bytes, np.ndarray[Any, Any]]:
    """Return a batch as CIFAR has it, and its images."""
    images = np.random.default_rng(seed).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    rows = images.transpose(0, 3, 1, 2).reshape(count, -1)
    held = {b"data": rows, b"labels": [place % 10 for place in range(count)], b"batch_label": b"x"}
    return pickle.dumps(held, protocol=protocol), images


def write_batches(folder: Path, protocol: int = 2) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(NAMES):
        (folder / name).write_bytes(batch(20, seed, protocol)[0])


@pytest.mark.parametrize("protocol", [2, 4])
def test_the_six_files_are_read_in_order(tmp_path: Path, protocol: int) -> None:
    write_batches(tmp_path, protocol)
    arrays = read_cifar_files(tuple(tmp_path / name for name in NAMES))
    assert arrays["x_train"].shape == (100, 32, 32, 3)
    assert np.array_equal(arrays["x_train"][20:40], batch(20, 1)[1])
    assert np.array_equal(arrays["x_test"], batch(20, 5)[1])


@pytest.mark.parametrize("ending", ["tar", "tar.gz"])
def test_the_tar_file_is_read_without_unpacking(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_batches(tmp_path / "cifar-10-batches-py")
    data = tmp_path / "data"
    data.mkdir()
    with tarfile.open(data / f"cifar-10-python.{ending}", "w:gz" if ending.endswith("gz") else "w") as tar:
        tar.add(tmp_path / "cifar-10-batches-py", "cifar-10-batches-py")
    found = search(DATA_SETS["cifar10"], data, None)
    assert found is not None
    assert (found.provenance, len(found.data.x_train)) == ("yours", 100)
    assert [path.name for path in data.iterdir()] == [f"cifar-10-python.{ending}"]
    monkeypatch.setenv("CNNTUTOR_DATA", str(data))
    spec = resolve(find_recipe("base-cnn-dropout-cifar10"), "full", {})
    record = load_images(spec, lambda: None).record
    assert (record.train, record.validation, record.test, record.classes) == (90, 10, 20, 10)
    assert record.class_names[0] == "airplane"


class _Harm:
    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, ("harm-was-done",))


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(_Harm()),
        pickle.dumps({b"data": _Harm(), b"labels": []}),
        b"no pickle",
        b"",
        pickle.dumps({b"labels": [1]}),
        pickle.dumps({b"data": [1, 2], b"labels": [1]}),
        pickle.dumps({b"data": np.zeros((1, 5), np.uint8), b"labels": [1]}),
    ],
)
def test_nothing_in_a_pickle_is_executed(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_batches(tmp_path)
    (tmp_path / "data_batch_3").write_bytes(content)
    with pytest.raises(ArrayProblem, match="data_batch_3 is no batch of CIFAR-10"):
        read_cifar_files(tuple(tmp_path / name for name in NAMES))
    assert not (tmp_path / "harm-was-done").exists()


def test_a_tar_without_all_files_says_which_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "cifar-10-python.tar"
    with tarfile.open(path, "w") as tar:
        content = batch(3, 0)[0]
        member = tarfile.TarInfo("x/data_batch_1")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    with pytest.raises(ArrayProblem, match="data_batch_2"):
        read_cifar_tar(path)
    path.write_bytes(b"torn")
    with pytest.raises(ArrayProblem, match="cannot be read"):
        read_cifar_tar(path)


def test_the_cifar_subset_is_told_from_what_was_published(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNTUTOR_DATA", str(shared_data / "datasets"))
    images = load_images(resolve(find_recipe("vgg16-cifar10"), "quick", {}), lambda: None)
    record = images.record
    assert (record.provenance, record.train, record.validation, record.test) == ("yours", 8000, 2000, 2000)
    assert record.validated_on_test
    assert images.validation is images.test
    assert images.train.images.max() == pytest.approx(255 / 225)
    assert images.test.images.max() == 1.0
    assert np.bincount(images.test.labels).tolist() == [200] * 10


def test_fashion_mnist_is_proved(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNTUTOR_DATA", str(shared_data / "datasets"))
    spec = resolve(find_recipe("base-cnn-dropout-fashion"), "quick", {})
    record = load_images(spec, lambda: None).record
    assert (record.provenance, record.train + record.validation) == ("fashion-mnist", 12_000)


def test_the_drawn_shapes_are_always_the_same() -> None:
    images, labels = drawn.draw(40, 3)
    again, _ = drawn.draw(40, 3)
    assert np.array_equal(images, again)
    assert images.shape == (40, 32, 32, 3)
    assert images.dtype == np.uint8
    assert labels.tolist() == list(range(10)) * 4


def test_photos_are_cropped_to_their_middle(tmp_path: Path) -> None:
    from PIL import Image

    wide = np.zeros((100, 300, 3), np.uint8)
    wide[:, 100:200] = 255
    Image.fromarray(wide).save(tmp_path / "a.png")
    read = read_photo(tmp_path / "a.png", 64)
    assert read.shape == (64, 64, 3)
    assert read.min() > 250
    (tmp_path / "b.jpg").write_bytes(b"no photo")
    with pytest.raises(RunProblem, match=r"b\.jpg"):
        read_photo(tmp_path / "b.jpg", 64)


def test_photos_keep_the_parts_of_their_folders(shared_data: Path) -> None:
    spec = resolve(
        find_recipe("transfer-frozen"),
        "quick",
        {"photos": str(shared_data / "electronics-128"), "weights": "random"},
    )
    record = load_images(spec, lambda: None).record
    assert (record.train, record.validation, record.test, record.classes) == (80, 24, 24, 10)
