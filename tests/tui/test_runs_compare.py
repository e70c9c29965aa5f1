"""Runs side by side: curves with letters, the table, runs taken in and out, a run that is deleted."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from textual.widgets import OptionList, Static

from cnntutor.lab.events import EpochEvent, ResultEvent
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.state import Status
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.screens import runs_compare
from cnntutor.tui.screens.runs_compare import RunsCompareScreen
from cnntutor.tui.widgets.plot import Plot
from tests.tui.seeing import told


def _ended(runs: Path, rate: str, seed: str, accuracy: float, epochs: int = 2) -> RunFolder:
    """Make a run that has ended, as its worker would have left it."""
    spec = resolve(
        find_recipe("lenet5-mnist"), "quick", {"learning_rate": rate, "seed": seed, "epochs": str(epochs)}
    )
    run = create_run_folder(runs, spec)
    lines: list[msgspec.Struct] = [
        EpochEvent(
            time=float(epoch),
            attempt=1,
            epoch=epoch,
            epochs=epochs,
            loss=1 / epoch,
            accuracy=accuracy,
            val_loss=1 / epoch,
            val_accuracy=accuracy * epoch / epochs,
            seconds=1.0,
            best=True,
        )
        for epoch in range(1, epochs + 1)
    ]
    lines.append(
        ResultEvent(
            time=9.0,
            attempt=1,
            state="finished",
            test_loss=0.1,
            test_accuracy=accuracy,
            test_count=100,
            test_correct=round(100 * accuracy),
            test_interval=(accuracy - 0.05, accuracy + 0.05),
            best_epoch=epochs,
            epochs_done=epochs,
            seconds=12.0,
            data=None,
        )
    )
    run.events_file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    status = Status(
        state="finished",
        attempt=1,
        beat=3,
        time=9.0,
        phase=None,
        epoch=epochs,
        epochs=epochs,
        batch=0,
        batches=0,
        worker=this_process(),
    )
    run.status_file.write_bytes(msgspec.json.encode(status))
    return run


def _table(app: CnntutorApp) -> str:
    parts = (app.screen.query_one(part, Static) for part in ("#compared-head", "#compared-table"))
    return "\n".join(str(part.content) for part in parts)


async def test_curves_and_table(make_app: Callable[..., CnntutorApp], tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first, second = _ended(runs, "0.001", "0", 0.90), _ended(runs, "0.001", "1", 0.80)
    third = _ended(runs, "0.01", "0", 0.10)
    app = make_app("compare", f"{first.name} {second.name}")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, RunsCompareScreen)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        chart = screen.query_one(Plot).chart
        assert chart is not None
        assert [series.mark for series in chart.series] == ["A", "B"]
        assert chart.series[0].points == ((1.0, 45.0), (2.0, 90.0))
        table = _table(app)
        assert "90.00 %" in table and "80.00 %" in table
        assert "learning_rate" not in table and "seed" in table
        assert "mean 85.00 %, spread 7.07 points" in " ".join(
            table.split()
        )  # √((0.05² + 0.05²) / 1) = 0.0707

        menu = screen.query_one(OptionList)
        menu.highlighted = [option.id for option in menu.options].index(third.name)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "learning_rate" in _table(app)
        await pilot.press("m")
        chart = screen.query_one(Plot).chart
        assert chart is not None and [series.mark for series in chart.series] == ["A", "B", "C"]
        assert chart.log and chart.series[2].points == ((1.0, 1.0), (2.0, 0.5))


async def test_a_deleted_run_leaves(make_app: Callable[..., CnntutorApp], tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first, second = _ended(runs, "0.001", "0", 0.9), _ended(runs, "0.01", "0", 0.8)
    shutil.rmtree(second.path)
    app = make_app("compare", f"{first.name} {second.name}")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        chart = app.screen.query_one(Plot).chart
        assert chart is not None and [series.mark for series in chart.series] == ["A"]
        place = app.screen.place()  # type: ignore[attr-defined]
        assert place.argument == first.name


async def test_a_run_taken_in_while_the_others_are_read_stays(
    make_app: Callable[..., CnntutorApp], tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    first, second = _ended(runs, "0.001", "0", 0.9), _ended(runs, "0.01", "0", 0.8)
    app = make_app("compare", first.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, RunsCompareScreen)
        late = RunsCompareScreen.Read((first.name,), screen._rows, screen._curves)
        screen._take((first.name, second.name))
        screen.post_message(late)
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        place = screen.place()
        assert place is not None and place.argument == f"{first.name} {second.name}"


async def test_sideways_the_table_goes_from_run_to_run_and_keeps_its_labels(
    make_app: Callable[..., CnntutorApp], tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    made = [_ended(runs, rate, "0", accuracy) for rate, accuracy in (("0.001", 0.9), ("0.01", 0.8))]
    app = make_app("compare", " ".join(run.name for run in made))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        row = next(line for line in _table(app).splitlines() if line.startswith("learning_rate"))
        assert "0.001" in row and "0.01 " in row + " "
        await pilot.press("tab", "right", "right")
        head, row = _table(app).splitlines()[:2]
        assert head.split() == ["◂", "B"]
        assert row.split() == ["learning_rate", "0.01"]
        await pilot.press("left")
        assert _table(app).splitlines()[0].split() == ["A", "B"]


async def test_more_runs_than_letters_are_refused_aloud(
    make_app: Callable[..., CnntutorApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_compare, "MOST", 1)
    runs = tmp_path / "runs"
    first, second = _ended(runs, "0.001", "0", 0.9), _ended(runs, "0.01", "0", 0.8)
    app = make_app("compare", first.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        menu = app.screen.query_one(OptionList)
        menu.highlighted = [option.id for option in menu.options].index(second.name)
        await pilot.press("enter")
        await pilot.pause()
        assert "1 runs fill the plot; take one out first." in told(app)
        place = app.screen.place()  # type: ignore[attr-defined]
        assert place.argument == first.name
