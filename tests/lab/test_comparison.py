"""Runs side by side: what differs, and the spread over seeds."""

import msgspec
import pytest

from cnntutor.lab.comparison import compare
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import RunSpec

RESULT = ResultEvent(
    time=0.0,
    attempt=1,
    state="finished",
    test_loss=0.1,
    test_accuracy=0.9,
    test_count=100,
    test_correct=90,
    test_interval=(0.8, 0.95),
    best_epoch=2,
    epochs_done=3,
    seconds=1.0,
    data=None,
)


def made(accuracy: float | None, **overrides: str) -> tuple[str, RunSpec, ResultEvent | None]:
    spec = resolve(find_recipe("lenet5-mnist"), "quick", overrides)
    result = None if accuracy is None else msgspec.structs.replace(RESULT, test_accuracy=accuracy)
    return spec.run, spec, result


def test_only_what_differs_is_shown() -> None:
    found = compare([made(0.9), made(0.95, epochs="3", optimizer="SGD")])
    assert found.changed == ("epochs", "optimizer")
    assert [row.settings for row in found.rows] == [
        {"epochs": 10, "optimizer": "Adam"},
        {"epochs": 3, "optimizer": "SGD"},
    ]
    assert [group.count for group in found.groups] == [1, 1]
    assert found.groups[0].spread is None


def test_runs_that_differ_in_seeds_are_one_group() -> None:
    found = compare([made(0.9, seed="1"), made(0.94, seed="2"), made(None, seed="3"), made(0.5, epochs="1")])
    first, second = found.groups
    assert found.changed == ("epochs", "seed")
    assert (len(first.runs), first.count, first.settings) == (3, 2, {"epochs": 10})
    assert first.mean == pytest.approx(0.92)
    assert first.spread == pytest.approx(0.0282843, abs=1e-6)
    assert (first.low, first.high) == (0.9, 0.94)
    assert second.mean == 0.5


def test_another_width_is_another_number_of_parameters() -> None:
    found = compare([made(0.9), made(0.8, width="0.5")])
    assert found.changed == ("width", "params")
    assert compare([made(0.9), made(0.8)]).changed == ()
