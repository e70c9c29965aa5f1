"""What can be done on the run screen: zoom, notes, findings, resuming; what may happen to a run meanwhile."""

import asyncio
import dataclasses
import os
import shutil
import time
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from cnntutor.lab import local
from cnntutor.lab.devices import GpuLoad, HostLoad
from cnntutor.lab.finding import Name
from cnntutor.lab.finding_pages import PAGES
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.notes import read_notes
from cnntutor.lab.process import this_process
from cnntutor.lab.state import Job, RunState
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context
from cnntutor.tui.run_points import FIRST_KEPT, MetricPoints
from cnntutor.tui.run_track import Usage
from cnntutor.tui.run_watch import RunWatch
from cnntutor.tui.screens.exercise import ExerciseScreen
from cnntutor.tui.screens.note import NoteScreen
from cnntutor.tui.screens.pick import PickScreen
from cnntutor.tui.screens.run import OVER_EVERY, RunScreen
from cnntutor.tui.widgets.curve_pair import CurvePair
from cnntutor.tui.widgets.finding_lines import FindingLines, finding_lines
from cnntutor.tui.widgets.run_side import RunSide
from cnntutor.tui.zoom import SMALLEST, Zoom
from tests.tui.conftest import MakeApp
from tests.tui.scripted import ScriptedRun
from tests.tui.seeing import flat, last_line, press, seen, told, until, write
from tests.tui.test_run_screen import look

STUCK = {"loss": 2.3026, "accuracy": 0.1, "val_loss": 2.3026, "val_accuracy": 0.1}


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def run(runs_dir: Path) -> ScriptedRun:
    return ScriptedRun(runs_dir, epochs="10")


def curves(app: CnntutorApp) -> CurvePair:
    return app.screen.query_one(CurvePair)


# Zoom


def test_a_window_follows_the_newest_until_it_is_moved() -> None:
    zoom = Zoom()
    assert zoom.window(4, 10) == (0.0, 10)
    zoom = zoom.closer(4)
    assert zoom.window(4, 10) == (2.0, 4) and zoom.window(6, 10) == (4.0, 6)
    zoom = zoom.moved(-0.5, 4)
    assert zoom.window(4, 10) == (1.0, 3.0) and zoom.window(6, 10) == (1.0, 3.0)
    assert zoom.moved(-9, 4).window(4, 10) == (0.0, 2.0)
    assert zoom.moved(9, 6).window(6, 10) == (4.0, 6.0)
    assert zoom.wider(4) == Zoom() and Zoom().wider(4) == Zoom() and Zoom().moved(1, 4) == Zoom()
    for _ in range(30):
        zoom = zoom.closer(4)
    assert zoom.span == SMALLEST
    assert Zoom(1.0, 1.0).window(0.25, 10) == (0.0, 0.25)


async def test_zoom_shows_the_batches_of_one_epoch(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    for epoch in range(1, 7):
        run.epoch(epoch)
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        whole = seen(app)
        assert curves(app).reached == 6
        await press(pilot, "1")
        assert curves(app).zoom == Zoom(1.0, 1.0) and " 0.5 " in seen(app)
        await press(pilot, "0", "plus", "plus")
        assert curves(app).zoom.span == 1.5
        await press(pilot, "left")
        assert curves(app).zoom.end == pytest.approx(5.25)
        await press(pilot, "minus", "minus", "minus")
        assert curves(app).zoom == Zoom() and seen(app).splitlines()[23][:40] == whole.splitlines()[23][:40]
        await press(pilot, "y")
        assert "loss (log)" not in seen(app)


def test_the_first_points_are_kept_when_others_are_thinned() -> None:
    points = MetricPoints("loss")
    for number in range(50_000):
        points.add_batch(number / 100, 1.0)
    assert [x for x, _ in points.batches[:FIRST_KEPT]] == [number / 100 for number in range(FIRST_KEPT)]
    assert points.batches[-1][0] == 499.99 and len(points.batches) <= 4000


# Notes


async def test_notes_are_kept_by_escape_too(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.epoch(1)
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        await press(pilot, "n")
        assert isinstance(app.screen, NoteScreen)
        await write(pilot, "slow")
        await press(pilot, "escape")
        assert read_notes(run.folder) == "slow"
        await look(pilot)
        assert "slow" in flat(app)
        await press(pilot, "n", "enter")
        await write(pilot, "s stops nothing here")
        await press(pilot, "ctrl+s")
        assert read_notes(run.folder) == "slow\ns stops nothing here"
        assert not run.folder.stop_file.exists()
        assert isinstance(app.screen, RunScreen)


async def test_notes_that_cannot_be_written_are_said(
    run: ScriptedRun, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.begin()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnntutor.lab.notes.replace_file", full)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        await press(pilot, "n")
        await write(pilot, "lost?")
        await press(pilot, "escape")
        assert "No space left on device" in told(app)


# Findings


async def test_a_stuck_run_has_a_finding_that_leads_to_its_page(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        run.epoch(1, **STUCK)
        await look(pilot)
        assert not app.screen.query_one(FindingLines).display, "one epoch is no proof"
        run.epoch(2, **STUCK)
        await look(pilot)
        shown = flat(app)
        assert "! Stuck at chance" in shown and "ln 10 = 2.3026" in shown and "f Findings" in last_line(app)
        await press(pilot, "f")
        assert isinstance(app.screen, PickScreen) and "batch_normalization" in flat(app)
        await press(pilot, "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, ExerciseScreen)


async def test_a_healthy_run_has_none(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        for epoch in range(1, 6):
            run.epoch(epoch)
            await look(pilot)
            assert not app.screen.query_one(FindingLines).display
            assert "Findings" not in last_line(app)


def test_every_finding_has_a_page_in_the_course_that_explains_it(context: Context) -> None:
    assert set(PAGES) == set(get_args(Name))
    for kind, slug in PAGES.values():
        assert slug in (context.course.questions if kind == "exercise" else context.course.lessons), slug


def test_findings_never_take_more_than_three_lines(run: ScriptedRun) -> None:
    run.begin()
    for epoch in (1, 2, 3):
        run.epoch(epoch, **STUCK)
    run.write("nan", epoch=3, batch=1, metric="loss")
    findings = RunWatch(Lab(run.folder.path.parent), run.folder).poll().findings
    assert len(findings) >= 2
    for width in (20, 40, 78, 200):
        lines = finding_lines(findings * 3, width)
        assert len(lines) <= 3 and all(line.cell_length <= max(width, 20) for line in lines)
        assert lines[-1].plain.split()[-1].startswith("+")


# Resuming


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Attempts that were started; the test's own process stands for the worker."""
    attempts: list[int] = []

    def launch(run: RunFolder, attempt: int = 1) -> None:
        attempts.append(attempt)
        job = Job(backend="local", worker=this_process(), time=1.0, attempt=attempt)
        run.job_file.write_bytes(msgspec.json.encode(job))

    monkeypatch.setattr(local, "launch", launch)
    return attempts


async def test_a_stopped_run_goes_on_on_the_same_screen(
    run: ScriptedRun, make_app: MakeApp, launched: list[int]
) -> None:
    run.begin()
    run.epoch(1)
    run.epoch(2)
    run.end("cancelled", epochs_done=2, best_epoch=2)
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        assert "■ cancelled" in flat(app) and "u Resume" in last_line(app)
        await press(pilot, "u", "u")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await look(pilot)
        assert launched == [2]
        assert "◌ starting" in flat(app) and "Test accuracy" not in flat(app) and "s Stop" in last_line(app)
        run.attempt = 2
        run.write("phase", phase="training")
        run.status("running", epoch=3)
        run.batch(3, 10)
        await look(pilot)
        assert "epoch 3/10" in flat(app) and "Epoch 2/10" in flat(app)


async def test_a_run_that_another_window_resumes_goes_on_here(
    run: ScriptedRun, make_app: MakeApp, launched: list[int], runs_dir: Path
) -> None:
    run.begin()
    run.epoch(1)
    run.end("cancelled", epochs_done=1, best_epoch=1)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "■ cancelled" in flat(app)
        Lab(runs_dir).resume(run.folder)
        for _ in range(OVER_EVERY):
            await look(pilot)
        assert "◌ starting" in flat(app)


async def test_a_finished_run_is_not_offered_to_go_on(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.epoch(1)
    run.end()
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "Resume" not in last_line(app)
        await press(pilot, "u")
        assert "✓ finished" in flat(app)


# What may happen to a run while it is shown


async def test_a_torn_and_a_garbage_line_are_passed_over(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.epoch(1)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        with run.folder.events_file.open("ab") as file:
            file.write(b'garbage \xff\x00\n{"type":"epoch","epoch":"two"}\n[]\n\n{"type":"epoch","ti')
        await look(pilot)
        assert "▶ running" in flat(app) and not told(app)
        with run.folder.events_file.open("ab") as file:
            file.write(b"\n")
        run.epoch(2)
        await look(pilot)
        assert "Epoch 2/10" in flat(app) and curves(app).reached == 2


async def test_a_run_that_is_deleted_while_it_is_shown_ends_and_nothing_hangs(
    run: ScriptedRun, make_app: MakeApp
) -> None:
    run.begin()
    run.epoch(1)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        shutil.rmtree(run.folder.path)
        for _ in range(3):
            await look(pilot)
        assert isinstance(app.screen, RunScreen)
        assert "✗ lost" in flat(app) and "no longer there" in flat(app)
        for deed in ("s", "n", "y", "1", "0"):
            await press(pilot, deed)
            while not isinstance(app.screen, RunScreen):
                await press(pilot, "escape")
        assert not run.folder.path.exists(), "looking makes no folder"
        await press(pilot, "escape")
        assert not isinstance(app.screen, RunScreen)


async def test_a_run_copied_from_another_host_is_shown_and_not_judged(
    run: ScriptedRun, make_app: MakeApp
) -> None:
    elsewhere = msgspec.structs.replace(this_process(), host="far-away", boot_id="another", pid=1)
    run.begin()
    run.epoch(1)
    run.folder.job_file.unlink()
    run.status("running", epoch=2, worker=elsewhere)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "▶ running" in flat(app) and not run.folder.verdict_of(1).exists()
        lab = app.screen.context.lab if isinstance(app.screen, RunScreen) else None
        assert lab is not None
        lab._observers[run.name]._clock = lambda: time.monotonic() + 31
        await look(pilot)
        assert "? no sign of life" in flat(app) and not run.folder.verdict_of(1).exists()
        assert app.screen.query_one(RunSide).view is not None


async def test_a_clock_set_back_changes_no_state_and_no_time_below_nothing(
    run: ScriptedRun, make_app: MakeApp
) -> None:
    run.begin()
    run.epoch(1)
    run.time -= 7200
    run.batch(2, 10)
    run.epoch(2)
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        shown = flat(app)
        assert "▶ running" in shown and "Epoch 2/10" in shown and " -" not in shown.split("loss (log)")[0]


async def test_two_windows_on_one_run_ask_it_to_stop_once(
    run: ScriptedRun, make_app: MakeApp, context: Context
) -> None:
    run.begin()
    run.epoch(1)
    first, second = make_app("run", run.name), make_app("run", run.name)
    async with first.run_test(size=(80, 24)) as one, second.run_test(size=(80, 24)) as other:
        await asyncio.gather(look(one), look(other))
        await press(one, "s", "y")
        await press(other, "s", "y")
        assert run.folder.stop_file.exists()
        run.end("cancelled", epochs_done=1, best_epoch=1)
        await until(one, lambda: "■ cancelled" in flat(first))
        await until(other, lambda: "■ cancelled" in flat(second))


async def test_a_number_of_another_process_is_a_lost_run(run: ScriptedRun, make_app: MakeApp) -> None:
    own = this_process()
    assert own.started is not None
    run.begin()
    run.epoch(1)
    run.folder.job_file.unlink()
    run.status("running", epoch=2, worker=msgspec.structs.replace(own, started=own.started - 5))
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "✗ lost" in flat(app) and f"{os.getpid()} belongs to another" in flat(app)
        assert "u Resume" in last_line(app)


# The machine


async def test_the_panel_says_what_others_take(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.epoch(1)
    gpus = (
        GpuLoad(0, "NVIDIA H200", 100 * 2**30, 139 * 2**30, 97, ((4, 90 * 2**30), (5, None))),
        GpuLoad(1, "NVIDIA H200", 25 * 2**30, 139 * 2**30, 8, ((77, 4 * 2**30), (5, 20 * 2**30))),
    )
    usage = Usage(1.2, 2**30, 77, HostLoad(9.7, 30 * 2**30, 64 * 2**30), gpus)
    view = RunWatch(Lab(run.folder.path.parent), run.folder).poll()
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        side = app.screen.query_one(RunSide)
        side.view = dataclasses.replace(view, usage=usage)
        await pilot.pause()
        shown = flat(app)
        for words in (
            "others 8.5 cores",
            "30.0 of 64.0 GiB",
            "GPU 0 97 % · 100/139 GiB",
            "▸GPU 1 8 %",
            "1 · 20.0 GiB",
        ):
            assert words in " ".join(shown.replace("│", "").split()), words
        assert "this run 4.0 GiB" in " ".join(shown.replace("│", "").split())


async def test_the_panel_takes_the_place_of_the_accuracy_where_there_is_little_room(
    run: ScriptedRun, make_app: MakeApp
) -> None:
    run.begin()
    run.epoch(1)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "accuracy %" in seen(app) and "learning rate" not in seen(app)
        await press(pilot, "d")
        assert "accuracy %" not in seen(app) and "learning rate" in seen(app)
        await press(pilot, "d")
        assert "accuracy %" in seen(app)


async def test_ten_thousand_epochs_are_read_once(runs_dir: Path, make_app: MakeApp) -> None:
    run = ScriptedRun(runs_dir, epochs="10000")
    run.begin()
    line = msgspec.json.encode(
        {"type": "epoch", "time": 1e9, "attempt": 1, "epochs": 10_000, "loss": 0.5, "accuracy": 0.8}
        | {"val_loss": 0.6, "val_accuracy": 0.7, "seconds": 0.1, "best": False, "epoch": 12345}
    )
    with run.folder.events_file.open("ab") as file:
        for epoch in range(1, 10_001):
            file.write(line.replace(b"12345", str(epoch).encode()) + b"\n")
    watch = RunWatch(Lab(runs_dir), run.folder)
    view = watch.poll()
    assert len(view.epochs) == 10_000 and view.state is RunState.RUNNING
    assert watch.poll().epochs is view.epochs
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        assert "Epoch 10000/10000" in flat(app)
