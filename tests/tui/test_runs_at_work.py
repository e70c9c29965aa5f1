"""Several runs at once: which one the badge shows, how the others are reached, resuming in line."""

import shutil
from pathlib import Path

import msgspec
import pytest

from cnntutor.lab import local
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.line import ahead_of
from cnntutor.lab.process import this_process
from cnntutor.lab.state import Job, RunState
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.runs_watch import RunsWatch
from cnntutor.tui.screens.lab import LabScreen
from cnntutor.tui.screens.run import RunScreen
from cnntutor.tui.widgets.run_badge import RunBadge, badge
from tests.tui.conftest import MakeApp
from tests.tui.scripted import ScriptedRun
from tests.tui.seeing import flat, press, seen, write
from tests.tui.test_run_screen import glance, look


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def running(runs_dir: Path, recipe: str = "lenet5-mnist") -> ScriptedRun:
    run = ScriptedRun(runs_dir, recipe)
    run.begin()
    run.epoch(1)
    return run


def waiting(runs_dir: Path, ahead: int, recipe: str = "base-cnn-mnist") -> ScriptedRun:
    run = ScriptedRun(runs_dir, recipe)
    run.status("queued", phase=None, ahead=ahead)
    return run


async def poll(app: CnntutorApp) -> None:
    app.screen.query_one(RunBadge).look()
    await app.workers.wait_for_complete()


def test_the_badge_counts_the_others() -> None:
    assert badge(glance(others=2), wide=False).plain == "▶ lenet5-mnist 3/10 97.9 % +2"
    queued = glance(state=RunState.QUEUED, epoch=0, accuracies=(), ahead=1)
    assert badge(queued, wide=True).plain == "◌ lenet5-mnist 1 ahead"


def test_the_watch_shows_what_runs_and_not_what_waits(runs_dir: Path) -> None:
    first = running(runs_dir)
    lined = [waiting(runs_dir, 2), waiting(runs_dir, 1)]
    runs = RunsWatch(lambda: Lab(runs_dir))
    found = runs.poll()
    assert found is not None and (found.run, found.others) == (first.name, 2)
    assert [each.run for each in runs.at_work] == [first.name, lined[1].name, lined[0].name]
    first.end()
    found = runs.poll()
    assert found is not None and (found.run, found.ahead, found.others) == (lined[1].name, 1, 1)
    for each in lined:
        each.end("cancelled")
    found = runs.poll()
    assert found is not None and (found.state, found.others) == (RunState.CANCELLED, 0)
    assert runs.at_work == ()


def test_a_run_that_cannot_be_read_is_not_counted(runs_dir: Path) -> None:
    first = running(runs_dir)
    garbled = waiting(runs_dir, 1)
    (garbled.folder.path / "run.json").write_text("{")
    runs = RunsWatch(lambda: Lab(runs_dir))
    found = runs.poll()
    assert found is not None and (found.run, found.others) == (first.name, 0)


def test_a_run_that_was_deleted_is_shown_no_longer(runs_dir: Path) -> None:
    first = running(runs_dir)
    runs = RunsWatch(lambda: Lab(runs_dir))
    assert runs.poll() is not None
    shutil.rmtree(first.folder.path)
    assert runs.poll() is None
    other = running(runs_dir)
    found = runs.poll()
    assert found is not None and found.run == other.name


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_run_is_reached_from_every_screen(
    make_app: MakeApp, runs_dir: Path, size: tuple[int, int]
) -> None:
    first, second = running(runs_dir), waiting(runs_dir, 1)
    app = make_app("workbench", "lenet5")
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await poll(app)
        await pilot.pause()
        assert "▶ lenet5-mnist 1/10" in seen(app).splitlines()[0] and "+1" in seen(app).splitlines()[0]
        await press(pilot, "ctrl+p")
        assert "lenet5-mnist · running · epoch 1/10" in flat(app)
        assert "base-cnn-mnist · queued · 1 ahead" in flat(app)
        await write(pilot, "queued")
        await press(pilot, "enter")
        await look(pilot)
        assert isinstance(app.screen, RunScreen) and app.screen.run.name == second.name
        assert "◌ queued · 1 ahead" in flat(app) and "starts by itself" in flat(app)
        await press(pilot, "s")
        assert "It has not begun and leaves the line." in flat(app)
        await press(pilot, "y")
        assert second.folder.stop_file.exists()
        assert not first.folder.stop_file.exists()


async def test_on_the_run_s_own_screen_the_others_are_counted(make_app: MakeApp, runs_dir: Path) -> None:
    first = running(runs_dir)
    waiting(runs_dir, 1)
    app = make_app("run", first.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await poll(app)
        await pilot.pause()
        assert "+1 more at work or in line" in seen(app).splitlines()[0]
        await pilot.click(RunBadge)
        await pilot.pause()
        assert isinstance(app.screen, LabScreen)


@pytest.mark.parametrize(("key", "ahead"), [("enter", 1), ("y", 0)])
async def test_a_resumed_run_may_stand_in_line(
    make_app: MakeApp, runs_dir: Path, monkeypatch: pytest.MonkeyPatch, key: str, ahead: int
) -> None:
    def launch(run: RunFolder, attempt: int = 1) -> None:
        job = Job(backend="local", worker=this_process(), time=1.0, attempt=attempt)
        run.job_file.write_bytes(msgspec.json.encode(job))

    monkeypatch.setattr(local, "launch", launch)
    monkeypatch.setattr(Lab, "missing", lambda _lab: None)
    stopped = running(runs_dir)
    stopped.end("cancelled")
    running(runs_dir, "base-cnn-mnist")
    app = make_app("run", stopped.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        await poll(app)
        await pilot.pause()
        await press(pilot, "u")
        assert "Start beside the run at work?" in flat(app) and "base-cnn-mnist is in epoch 1" in flat(app)
        await press(pilot, key)
        await app.workers.wait_for_complete()
        assert len(ahead_of(stopped.folder, 2)) == ahead
        assert stopped.folder.claim_of(2).exists()
