"""Every recipe of the course is really trained, in a small form: its network, data, loss, mistakes and mends.

All in one process, so that Keras is imported once; what makes a form small is fewer images and narrower
layers, never another network, loss or optimizer.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.recipe import find_recipe, recipe_slugs, recipes_dir, resolve
from cnntutor.lab.record import read_record_of
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker import environment
from cnntutor.worker.control import Control
from cnntutor.worker.datasets import drawn
from cnntutor.worker.journal import Journal
from cnntutor.worker.session import Reached, conclude, train

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
SMALL = {"train_images": "120", "test_images": "40", "epochs": "2", "batch_size": "40", "device": "cpu"}
WIDE = {"width": "0.125"}
"""For networks that take long at their own width."""
OWN: dict[str, dict[str, str]] = {
    "char-rnn": {"epochs": "3"},
    **dict.fromkeys(
        ["alexnet28-mnist", "zfnet28-mnist", "zfnet28-fashion", "zfnet28-mystery", "zfnet28-mystery-mended"],
        WIDE,
    ),
    **dict.fromkeys(["vgg16-cifar10", "vgg16-cifar10-mended", "vgg19-cifar10", "vgg19-cifar10-mended"], WIDE),
    **dict.fromkeys(["xception-cifar10", "xception-cifar10-mended", "inception-cifar10"], WIDE),
    **dict.fromkeys(["resnet-demo-cifar10", "resnet-demo-cifar10-mended"], WIDE),
    "dense-cifar10": WIDE,
}
SIDE = 32
LABELS = ("disc", "ring", "cross")


@pytest.fixture(autouse=True)
def this_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the environment of the test's own process as it is."""
    monkeypatch.setattr(environment, "prepare", lambda device: None)
    yield
    keras.backend.clear_session()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Thirty photos of three labels, in parts."""
    images, _ = drawn.draw(30, drawn.SEED, SIDE)
    for number, image in enumerate(images):
        part = ("train", "train", "validation", "test")[number // 3 % 4]
        folder = tmp_path / "photos" / part / LABELS[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{number}.png")
    return tmp_path / "photos"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A MobileNet of 1,000 classes, not trained."""
    path = tmp_path / "mobilenet_2_5_128.h5"
    keras.utils.set_random_seed(0)
    keras.applications.MobileNet(input_shape=(128, 128, 3), alpha=0.25, weights=None).save(path)
    return path


def trained(folder: Path, spec: RunSpec) -> RunFolder:
    run = create_run_folder(folder, spec)
    control = Control(run.stop_file)
    journal = Journal(run, control)
    reached = Reached()
    conclude(journal, reached, train(run, journal, control, reached))
    return run


def small_form(slug: str, shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> RunSpec:
    recipe = find_recipe(slug)
    overrides = SMALL | OWN.get(slug, {})
    if slug == "char-rnn":
        overrides = OWN[slug] | {"device": "cpu"}
    monkeypatch.setenv("CNNTUTOR_DATA", str(shared_data / "datasets"))
    return resolve(recipe, recipe.presets[0].name, overrides)


OTHERS = [
    slug
    for slug in recipe_slugs(recipes_dir())
    if not slug.startswith("transfer") and slug != "imagenet-topk"
]
TRANSFER = [slug for slug in recipe_slugs(recipes_dir()) if slug.startswith("transfer")]


def test_all_recipes_of_the_documents_are_here() -> None:
    assert len(OTHERS) + len(TRANSFER) + 1 == len(recipe_slugs(recipes_dir())) == 33


@pytest.mark.parametrize("slug", OTHERS)
def test_a_small_form_trains(
    slug: str, tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = small_form(slug, shared_data, monkeypatch)
    record = read_record_of(trained(tmp_path / "runs", spec))
    result = record.result
    assert result is not None
    assert (result.state, result.epochs_done) == ("finished", spec.settings.epochs)
    assert len(record.epochs) == spec.settings.epochs
    assert record.model is not None
    assert record.model.params == spec.network.params
    last = record.epochs[-1]
    assert last.loss is not None and math.isfinite(last.loss)
    assert result.test_loss is not None and math.isfinite(result.test_loss)
    assert result.test_count == (12 if slug == "char-rnn" else 40)
    assert (last.val_loss is None) == (spec.settings.validation == "none")
    if slug == "char-rnn":
        assert set(result.spelled or {}) >= {"h", "g", "s"}
        assert record.epochs[0].loss is not None and last.loss < record.epochs[0].loss
        # All words are one batch, so the figures of a batch are those of its epoch.
        assert [each.accuracy for each in record.batches] == [each.accuracy for each in record.epochs]
    if slug == "vgg16-cifar10":
        # Stuck at chance from the first epoch on; outputs and gradient are looked at.
        assert [each.epoch for each in record.pulses] == [1, 2]
        assert all(each.spread is not None and each.spread < 0.001 for each in record.pulses)


@pytest.mark.parametrize("slug", TRANSFER)
def test_a_small_form_of_transfer_trains(slug: str, tmp_path: Path, photos: Path, weights: Path) -> None:
    overrides = {"epochs": "2", "photos": str(photos), "weights": str(weights), "device": "cpu"}
    if slug == "transfer-late":
        overrides["unfreeze_epoch"] = "2"
    recipe = find_recipe(slug)
    spec = resolve(recipe, recipe.presets[0].name, overrides)
    record = read_record_of(trained(tmp_path / "runs", spec))
    assert record.result is not None and record.data is not None
    assert (record.result.state, record.result.epochs_done) == ("finished", 2)
    assert record.data.class_names == tuple(sorted(LABELS))
    assert record.data.test == record.result.test_count
    assert record.data.train + record.data.validation + record.data.test == 30
    assert record.data.train == 18


def test_a_small_form_of_top_k_tests(tmp_path: Path, photos: Path, weights: Path) -> None:
    numbers = np.arange(1000)
    names = {
        str(number): [f"n{number:08d}", LABELS[number] if number < 3 else f"class {number}"]
        for number in numbers
    }
    (weights.parent / "imagenet_class_index.json").write_text(json.dumps(names), encoding="utf-8")
    recipe = find_recipe("imagenet-topk")
    spec = resolve(recipe, "quick", {"photos": str(photos), "weights": str(weights), "device": "cpu"})
    record = read_record_of(trained(tmp_path / "runs", spec))
    assert record.result is not None
    (score,) = record.result.networks
    assert (score.network, score.count) == ("mobilenet-0.25-128", 30)
    assert 0 <= score.top1_correct <= score.top5_correct <= 30
