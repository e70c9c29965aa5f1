"""What the lab reaches on real data: long runs, `pytest -m slow tests/worker/test_proofs.py`.

Data come from CNNTUTOR_TEST_DATA; the figures that were reached are in content/results.toml and CHANGELOG.md.
"""

import json
import math
from pathlib import Path
from typing import Any

import keras
import pytest

from cnntutor.cli.main import run as cnntutor
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.worker import learning
from cnntutor.worker.build import build_model
from cnntutor.worker.datasets.images import load_images
from cnntutor.worker.spelling import spell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(autouse=True)
def real_data(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run find the data sets and the weights."""
    monkeypatch.setenv("CNNTUTOR_DATA", str(shared_data))


def result(capsys: pytest.CaptureFixture[str], recipe: str, preset: str, **settings: str) -> dict[str, Any]:
    """Return the result line of a run."""
    arguments = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    code = cnntutor(["run", recipe, "--preset", preset, "--follow", "--json", *arguments])
    told: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (code, told["type"], told["state"]) == (0, "result", "finished")
    print(
        f"{recipe} {preset} {settings}: {told['test_accuracy']} loss {told['test_loss']} {told['seconds']} s"
    )
    return told


@pytest.mark.parametrize(
    ("recipe", "epochs", "least"),
    [
        ("lenet5-mnist", 3, 0.98),
        ("base-cnn-relu-mnist", 3, 0.98),
        ("base-cnn-mnist", 3, 0.95),
        ("base-cnn-dropout-fashion", 3, 0.86),
    ],
)
def test_full_data_reach_what_they_should(
    recipe: str, epochs: int, least: float, capsys: pytest.CaptureFixture[str]
) -> None:
    told = result(capsys, recipe, "full", epochs=str(epochs))
    assert told["test_count"] == 10_000
    assert told["data"]["provenance"] == find_recipe(recipe).preset("full").settings.data
    assert told["test_accuracy"] >= least


def test_the_cifar_subset_is_learnt_well_above_chance(capsys: pytest.CaptureFixture[str]) -> None:
    told = result(capsys, "base-cnn-dropout-cifar10", "quick")
    assert told["test_count"] == 2_000
    assert told["test_interval"][0] > 0.35


def test_frozen_features_beat_random_ones(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = str(shared_data / "electronics-128")
    assert result(capsys, "transfer-frozen", "quick", photos=photos)["test_accuracy"] >= 0.70
    assert (
        result(capsys, "transfer-frozen", "quick", photos=photos, weights="random")["test_accuracy"] <= 0.40
    )


def test_three_words_are_spelled_from_twenty_seeds() -> None:
    right = 0
    for seed in range(20):
        spec = resolve(find_recipe("char-rnn"), "quick", {"seed": str(seed)})
        keras.utils.set_random_seed(seed)
        data = load_images(spec, lambda: None)
        model = build_model(spec.network)
        learning.fit(model, spec.settings, learning.shaped(model, data.train, spec.settings), None, [])
        spelled = spell(model, spec.settings.words)
        right += [spelled[first] for first in "hgs"] == ["hello", "green", "start"]
        keras.backend.clear_session()
    assert right == 20


def test_vgg16_as_written_stands_at_chance_and_each_mend_moves_it(capsys: pytest.CaptureFixture[str]) -> None:
    written = result(capsys, "vgg16-cifar10", "quick")
    assert abs(written["test_loss"] - math.log(10)) < 0.001
    assert written["test_accuracy"] == 0.1
    assert written["epochs_done"] == 3
    assert result(capsys, "vgg16-cifar10-mended", "quick")["test_accuracy"] >= 0.25
    assert result(capsys, "vgg16-cifar10-mended", "he")["test_accuracy"] >= 0.25
