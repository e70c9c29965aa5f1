"""Pretrained networks on photos: every photo keeps its own guesses, however many there are."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnntutor.lab.folder import RunFolder
from cnntutor.lab.photo_guesses import read_guesses
from cnntutor.lab.photos import read_photo_folder
from cnntutor.worker import topk
from cnntutor.worker.datasets.pictures import cropped
from cnntutor.worker.pretrained import Pretrained

NAMES = topk.ClassNames(("n1", "n2"), ("dark", "bright"))


class Brightness:
    """Stands for a network: takes a photo for bright or dark, and counts what it was given at once."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def count_params(self) -> int:
        """Return how many parameters there are."""
        return 0

    def predict(self, images: Any, batch_size: int, verbose: int) -> Any:
        """Return the probabilities of both classes."""
        self.given.append(len(images))
        bright = images.mean(axis=(1, 2, 3)) / 255
        return np.stack([1 - bright, bright], axis=1)


def test_photos_of_one_name_stay_apart_and_few_are_held_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for label, level in (("dark", 30), ("bright", 220)):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(3):
            picture = Image.new("RGB", (16, 16), (level, level, level))
            picture.save(tmp_path / "photos" / label / f"IMG_{number}.png")
    network = Brightness()
    monkeypatch.setattr(topk, "PORTION", 4)
    monkeypatch.setattr(
        topk, "build_pretrained", lambda path: Pretrained("brightness", 8, network, lambda images: images)
    )
    run = RunFolder(tmp_path / "run")
    run.artifacts.mkdir(parents=True)
    folder = read_photo_folder(tmp_path / "photos")
    (score,) = topk.score([tmp_path / "weights.h5"], folder, NAMES, run, lambda done: None)
    assert network.given == [4, 2]
    assert (score.count, score.top1_correct) == (6, 6)
    kept = read_guesses(run)
    assert [photo.photo for photo in kept] == [
        f"{label}/IMG_{number}.png" for label in ("bright", "dark") for number in range(3)
    ]
    for photo in kept:
        assert photo.true == photo.photo.partition("/")[0] and len(photo.networks) == 1 and not photo.missed


def test_a_grey_photo_of_sixteen_bits_keeps_its_brightness(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 30), 0x4000, np.uint16)).save(tmp_path / "grey.png")
    with Image.open(tmp_path / "grey.png") as opened:
        assert np.unique(cropped(opened, 8)).tolist() == [0x40]
