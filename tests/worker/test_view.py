"""A data set before and after it is prepared, as the worker sees it: the figures, the pictures, the split."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from cnntutor.lab.data_look import look_into
from cnntutor.lab.preparation import DataView, Preparation, Splitting, preparation_of
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.tasks import Cancelled
from cnntutor.worker.datasets.images import RunImages, load_images
from cnntutor.worker.datasets.published import load_embedded
from cnntutor.worker.datasets.view import view


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("CNNTUTOR_DATA", raising=False)


def of_run(recipe: str, overrides: dict[str, str]) -> tuple[DataView, RunImages]:
    """Return what is shown of the images of a run, and its images."""
    spec = resolve(find_recipe(recipe), "quick", overrides)
    how = preparation_of(find_recipe(recipe), spec.settings)
    found = view(spec.settings.data, None, None, how)
    assert found is not None
    return found, load_images(spec, lambda: None)


def counts(found: DataView) -> dict[str, tuple[int, ...]]:
    return {part.name: part.per_class for part in found.parts}


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"validation_fraction": "0.25", "split_seed": "3", "train_images": "1000", "test_images": "200"},
        {"validation": "test"},
        {"validation": "none"},
    ],
)
def test_the_split_is_that_of_the_run(overrides: dict[str, str]) -> None:
    found, images = of_run("lenet5-mnist", {"data": "mnist-5000", **overrides})
    expected = {
        name: tuple(np.bincount(part.labels, minlength=10).tolist())
        for name, part in (("train", images.train), ("validation", images.validation), ("test", images.test))
        if part is not None
    }
    assert counts(found) == expected
    assert found.limited == images.record.limited
    assert (found.provenance, found.source) == (images.record.provenance, images.record.source)


def test_figures_are_those_of_the_pixels() -> None:
    how = Preparation(divisor=127.5, offset=-1.0, examples=2)
    found = view("mnist-5000", None, None, how)
    pixels, labels, _ = load_embedded()
    scaled = pixels.astype(np.float32) / 127.5 - 1
    assert found is not None
    assert (found.before.low, found.before.high) == (0, 255)
    assert found.before.mean == pytest.approx(pixels.mean(), abs=1e-3)
    assert found.before.spread == pytest.approx(pixels.std(), abs=1e-3)
    assert (found.after.low, found.after.high) == (-1, 1)
    assert found.after.mean == pytest.approx(float(scaled.mean(dtype=np.float64)), abs=1e-4)
    assert sum(found.before.counts) == sum(found.after.counts) == pixels.size
    assert [each.label for each in found.examples] == [str(digit) for digit in range(10) for _ in range(2)]
    second = pixels[np.flatnonzero(labels == 0)[1]]
    assert found.examples[1].before[14] == tuple((int(each),) * 3 for each in second[14, :, 0])
    assert found.examples[1].white == pytest.approx(second.max() / 127.5 - 1, abs=1e-3)


def test_photos_are_split_as_their_folders_say(tmp_path: Path) -> None:
    colours = {"cat": (200, 10, 10), "dog": (10, 200, 10)}
    for part, many in (("train", 6), ("val", 2), ("test", 3)):
        for label, colour in colours.items():
            folder = tmp_path / part / label
            folder.mkdir(parents=True)
            for number in range(many):
                Image.new("RGB", (40, 30), colour).save(folder / f"{number}.png")
    found = look_into("photos", Preparation(photos=str(tmp_path), side=16, split=Splitting(seed=1)))
    assert isinstance(found, DataView)
    assert counts(found) == {"train": (6, 6), "validation": (2, 2), "test": (3, 3)}
    assert found.given == ("validation", "test")
    assert found.shape == (16, 16, 3) and len(found.examples[0].before) == 24


def test_generated_images_are_as_large_as_the_network_takes_them() -> None:
    recipe = find_recipe("transfer-frozen")
    settings = msgspec.structs.replace(recipe.presets[0].settings, data="shapes-32", image_size=48)
    found = view("shapes-32", None, None, preparation_of(recipe, settings))
    assert found is not None and found.shape == (48, 48, 3)
    assert sum(part.count for part in found.parts) == 5_000
    assert found.per_class == (500,) * 10, "all there are, not those that were drawn to be looked at"


def test_a_look_nobody_waits_for_ends() -> None:
    with pytest.raises(Cancelled):
        look_into("mnist-5000", Preparation(), lambda: True)
