"""cnntutor runs compare: a line or a column for each run, the spread over seeds, JSON, what it refuses."""

import json
import os
import shutil

import pytest

from cnntutor import locations
from cnntutor.cli.main import run as cnntutor
from tests.tui.scripted import ScriptedRun


@pytest.fixture
def names() -> list[str]:
    """Two seeds of one recipe and another learning rate, each with a result."""
    made = []
    for accuracy, changes in (
        (0.90, {"seed": "0"}),
        (0.94, {"seed": "1"}),
        (0.50, {"seed": "0", "learning_rate": "0.1", "optimizer": "SGD", "batch_size": "512"}),
    ):
        run = ScriptedRun(locations.runs_dir(), **changes)
        run.begin()
        run.end(test_accuracy=accuracy, test_interval=(accuracy - 0.01, accuracy + 0.01))
        made.append(run.folder.name)
    return made


def test_a_recipe_stands_for_its_runs_and_seeds_are_summed_up(
    names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cnntutor(["runs", "compare", "lenet5-mnist"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in names)
    assert "92.00 %" in shown and "± 2.83" in shown  # (90 + 94) / 2, √(2² + 2²)
    assert cnntutor(["runs", "compare", *names, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sorted(found["changed"]) == ["batch_size", "learning_rate", "optimizer", "seed"]
    assert sorted(group["count"] for group in found["groups"]) == [1, 2]


@pytest.mark.parametrize("columns", [46, 60])
def test_on_a_narrow_terminal_each_run_has_a_column(
    names: list[str], columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns, 24)))
    assert cnntutor(["runs", "compare", *names]) == 0
    table, _, said = capsys.readouterr().out.partition("\n\nRuns ")
    first, second = (name.rsplit("-", 1)[-1] for name in names[:2])
    assert said.startswith(f"{first}, {second} differ in their seeds only: mean 92.00 %, spread 2.83 points")
    rows = [line.split("  ") for line in table.splitlines()]
    told = [cell.strip() for row in rows if row[0] == "Run" for cell in row[1:] if cell.strip()]
    assert told == [name.rsplit("-", 1)[-1] for name in names]
    assert all(len(line) <= columns for line in table.splitlines())
    rates = [cell.strip() for row in rows if row[0] == "learning_rate" for cell in row[1:] if cell.strip()]
    assert rates == ["0.001", "0.001", "0.1"]


def test_one_run_alone_is_refused(names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["runs", "compare", names[0]]) == 2
    assert "Name two runs or more" in capsys.readouterr().err
