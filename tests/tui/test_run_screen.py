"""The run screen over scripted run folders: starting, running, every kind of end, and what Keras prints."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from cnntutor import i18n
from cnntutor.lab.events import EpochEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.process import this_process
from cnntutor.lab.state import Observation, RunState
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context, Place
from cnntutor.tui.keras_log import epoch_figures, step_line
from cnntutor.tui.run_points import POINTS_KEPT
from cnntutor.tui.run_track import RunTrack
from cnntutor.tui.run_watch import ProcessMeter, RunWatch
from cnntutor.tui.runs_watch import RunGlance, RunsWatch
from cnntutor.tui.screens.confirm import ConfirmScreen
from cnntutor.tui.screens.run import RunScreen
from cnntutor.tui.widgets.epoch_log import EpochLog
from cnntutor.tui.widgets.run_badge import RunBadge, badge
from cnntutor.tui.widgets.run_head import clock
from tests.tui.conftest import MakeApp
from tests.tui.scripted import BATCHES, ScriptedRun
from tests.tui.seeing import flat, last_line, press, seen, until

FIGURES = {"accuracy": 0.97811, "loss": 0.071234, "val_accuracy": None, "val_loss": 0.00005}


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def run(runs_dir: Path) -> ScriptedRun:
    return ScriptedRun(runs_dir, epochs="3")


def watch(run: ScriptedRun) -> RunWatch:
    return RunWatch(Lab(run.folder.path.parent), run.folder)


async def look(pilot: Pilot[None]) -> None:
    """Let the screen read the run's files, and show what it read."""
    screen = pilot.app.screen
    assert isinstance(screen, RunScreen)
    screen._look()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


# What Keras prints


def test_a_wide_line_is_keras_s_own() -> None:
    assert step_line(1688, 1688, 11.6, FIGURES, 140, done=True) == [
        "1688/1688 ━━━━━━━━━━━━━━━━━━━━ 12s 7ms/step"
        " - accuracy: 0.9781 - loss: 0.0712 - val_accuracy: nan - val_loss: 5.0000e-05"
    ]


def test_where_there_are_no_validation_images_there_is_no_nan() -> None:
    epoch = EpochEvent(
        time=1.0,
        attempt=1,
        epoch=1,
        epochs=1,
        loss=0.5,
        accuracy=0.9,
        val_loss=None,
        val_accuracy=None,
        seconds=1.0,
        best=False,
    )
    assert epoch_figures(epoch) == {"accuracy": 0.9, "loss": 0.5}
    diverged = msgspec.structs.replace(epoch, val_accuracy=0.1)
    assert epoch_figures(diverged) == {"accuracy": 0.9, "loss": 0.5, "val_accuracy": 0.1, "val_loss": None}


@pytest.mark.parametrize("width", [58, 70, 78, 98, 118])
def test_a_narrow_line_breaks_before_a_metric(width: int) -> None:
    lines = step_line(1688, 1688, 11.6, FIGURES, width, done=True)
    assert all(len(line) <= width for line in lines)
    joined = " ".join(line.strip() for line in lines)
    assert (
        "12s 7ms/step - accuracy: 0.9781 - loss: 0.0712 - val_accuracy: nan - val_loss: 5.0000e-05" in joined
    )


def test_a_line_under_way_has_the_time_left() -> None:
    (line,) = step_line(50, 100, 10.0, {"loss": 0.5}, 100, done=False)
    assert line == " 50/100 ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌ 10s 200ms/step - loss: 0.5000"


def test_a_batch_beyond_the_last_fills_the_bar_and_no_more() -> None:
    (line,) = step_line(10**9, 50, 1.0, {}, 80, done=False)
    assert len(line) <= 80 and "╌" not in line and " 0s " in line


def test_times() -> None:
    assert [clock(seconds) for seconds in (0, 38.4, 725, 3723)] == ["0:00", "0:38", "12:05", "1:02:03"]
    assert "2:05 1s/step" in step_line(100, 100, 125, {}, 80, done=True)[0]
    assert "1:01:01" in step_line(100, 100, 3661, {}, 80, done=True)[0]
    assert "30us/step" in step_line(100, 100, 0.003, {}, 80, done=True)[0]


# The fold


def test_a_run_is_folded_from_its_events(run: ScriptedRun) -> None:
    run.begin()
    run.epoch(1)
    run.batch(2, 25)
    view = watch(run).poll()
    assert view.state is RunState.RUNNING
    assert [event.epoch for event in view.epochs] == [1]
    assert view.batch is not None and view.batch.batch == 25
    assert len(view.loss[0].points) == 6 and len(view.loss[1].points) == 1
    assert view.best == 1 and view.batches == BATCHES
    assert view.left == pytest.approx(3.0 * 1.5)


def test_reading_goes_on_where_it_stopped(run: ScriptedRun) -> None:
    run.begin()
    follower = watch(run)
    assert follower.poll().epochs == ()
    run.epoch(1)
    assert len(follower.poll().epochs) == 1
    with run.folder.events_file.open("a") as file:
        file.write('{"type":"epo')
    assert len(follower.poll().epochs) == 1


def test_a_new_attempt_takes_the_place_of_what_it_repeats(run: ScriptedRun) -> None:
    run.begin()
    run.epoch(1)
    run.epoch(2)
    run.batch(3, 30)
    run.attempt = 2
    run.write("phase", phase="importing")
    run.batch(2, 10)
    view = watch(run).poll()
    assert [event.epoch for event in view.epochs] == [1]
    xs = [x for x, _ in view.loss[0].points]
    assert xs == sorted(xs) and xs[-1] == pytest.approx(1.2)


def test_running_means_are_over_the_batches_so_far(run: ScriptedRun) -> None:
    run.begin()
    for batch, loss in ((10, 2.0), (20, 1.0)):
        run.write(
            "batch",
            epoch=1,
            epochs=3,
            batch=batch,
            batches=50,
            loss=loss,
            accuracy=None,
            images_per_second=1.0,
        )
    view = watch(run).poll()
    assert view.running == {"loss": 1.5, "accuracy": None}


def test_a_long_run_keeps_its_curve_and_forgets_points() -> None:
    track = RunTrack(1000)
    from cnntutor.lab.events import BatchEvent
    from cnntutor.lab.state import Observation

    track.add(
        BatchEvent(
            time=number,
            attempt=1,
            epoch=1,
            epochs=1000,
            batch=number,
            batches=20_000,
            loss=1.0,
            accuracy=0.5,
            images_per_second=1.0,
        )
        for number in range(1, 20_000)
    )
    points = track.view(Observation(RunState.RUNNING), 0.0).loss[0].points
    assert POINTS_KEPT / 3 < len(points) <= POINTS_KEPT
    assert points[0][0] == pytest.approx(1 / 20_000)


def test_what_a_process_takes_is_measured() -> None:
    meter = ProcessMeter()
    first = meter.read(this_process())
    assert first is not None and first.memory > 1_000_000 and first.cores < 0
    second = meter.read(this_process())
    assert second is not None and second.cores >= 0
    assert meter.read(msgspec.structs.replace(this_process(), started=1)) is None


# On screen


async def test_before_the_worker_speaks_the_screen_is_not_silent(run: ScriptedRun, make_app: MakeApp) -> None:
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "starting the worker" in flat(app) and "no figures yet" in flat(app)
        run.write("phase", phase="importing")
        run.status("starting", phase="importing")
        await look(pilot)
        assert "starting TensorFlow …" in flat(app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_a_run_under_way(run: ScriptedRun, make_app: MakeApp, size: tuple[int, int]) -> None:
    run.begin()
    run.epoch(1)
    run.batch(2, 25)
    app = make_app("run", run.name)
    async with app.run_test(size=size) as pilot:
        await look(pilot)
        shown = flat(app)
        assert "running" in shown and "epoch 2/3" in shown and "batch 25/50" in shown
        assert ("Epoch 2/3" in shown and "●" in shown and "○" in shown) or size[0] == 60
        run.epoch(2)
        await look(pilot)
        assert "val_loss: 0.2200" in flat(app)


async def test_the_end_is_the_result_beside_the_reported_figure(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    for epoch in (1, 2, 3):
        run.epoch(epoch)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "Stop" in last_line(app)
        run.end()
        await look(pilot)
        shown = flat(app)
        assert "✓ finished" in shown and "3 of 3 epochs · 0:31" in shown
        assert "Test accuracy 98.10 %" in shown and "98.85 %" in shown and "0.75 points below" in shown
        assert "95 % interval" in shown and "★3" in shown
        assert "Stop" not in last_line(app) and "Run again" in last_line(app)
        await press(pilot, "e")
        assert "3s 60ms/step" in flat(app)
        await press(pilot, "e", "y")
        assert "loss (log)" not in flat(app) and "Test accuracy" in flat(app)


async def test_in_vietnamese(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    for epoch in (1, 2, 3):
        run.epoch(epoch)
    run.end()
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        await press(pilot, "f2")
        shown = flat(app)
        assert "hoàn thành" in shown and "98,10 %" in shown and "huấn luyện" in shown
        assert "Test accuracy" not in shown and "settings" not in shown
        i18n.set_language("en")


async def test_a_lost_run_says_so_and_keeps_its_curve(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.epoch(1)
    gone = msgspec.structs.replace(this_process(), started=1)
    run.folder.job_file.unlink()
    run.status("running", epoch=2, worker=gone)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        await until(pilot, lambda: str(run.folder.path)[:30] in flat(app))
        shown = flat(app)
        assert "✗ lost" in shown and "The run is lost" in shown
        assert "◉" in shown or "●" in shown


async def test_a_failed_run_gives_its_reason(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.write("nan", epoch=1, batch=3, metric="loss")
    sentence = {"en": "The graphics card has no memory left.", "vi": "Hết bộ nhớ."}
    run.write("failed", problem="out-of-memory", sentence=sentence)
    run.status("failed", problem="out-of-memory")
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        shown = flat(app)
        assert "✗ failed" in shown and "no memory left" in shown and "became NaN" in shown


async def test_a_cancelled_run_has_its_result(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.epoch(1)
    run.end("cancelled", epochs_done=1, best_epoch=1)
    app = make_app("run", run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await look(pilot)
        shown = flat(app)
        assert "■ cancelled" in shown and "Test accuracy" in shown and "stopped after 1 of 3 epochs" in shown


async def test_stopping_is_asked_first(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.batch(1, 10)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        await press(pilot, "s")
        assert isinstance(app.screen, ConfirmScreen) and "Stop this run?" in flat(app)
        await press(pilot, "enter")
        assert not run.folder.stop_file.exists(), "the cursor begins on no"
        await press(pilot, "s", "escape")
        assert not run.folder.stop_file.exists()
        await press(pilot, "s", "y")
        assert run.folder.stop_file.exists()
        await look(pilot)
        assert "stopping" in flat(app)


async def test_the_log_follows_until_it_is_scrolled(runs_dir: Path, make_app: MakeApp) -> None:
    run = ScriptedRun(runs_dir, epochs="40")
    run.begin()
    for epoch in range(1, 21):
        run.epoch(epoch)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        assert "Epoch 20/40" in flat(app)
        await press(pilot, "home")
        assert "reading the data" in flat(app)
        run.epoch(21)
        await look(pilot)
        assert "reading the data" in flat(app)
        await press(pilot, "end")
        run.epoch(22)
        await look(pilot)
        assert "Epoch 22/40" in flat(app)
        assert app.screen.query_one(EpochLog).line_count > 40


async def test_resizing_in_the_middle(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    run.epoch(1)
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        for size in ((120, 40), (60, 20), (40, 10), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert "Epoch 1/3" in flat(app)


async def test_a_folder_that_vanishes_is_said(run: ScriptedRun, make_app: MakeApp) -> None:
    run.begin()
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await look(pilot)
        for path in sorted(run.folder.path.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        run.folder.path.rmdir()
        await look(pilot)
        assert isinstance(app.screen, RunScreen)


# The badge


def glance(**changes: object) -> RunGlance:
    known = {"run": "r", "recipe": "lenet5-mnist", "state": RunState.RUNNING, "epoch": 3, "epochs": 10}
    return RunGlance(**{**known, "accuracies": (0.9, 0.95, 0.979), **changes})  # type: ignore[arg-type]


def test_what_the_badge_says() -> None:
    assert badge(glance(), wide=True).plain == "▶ lenet5-mnist 3/10 ▁▅▇ 97.9 %"
    assert badge(glance(), wide=False).plain == "▶ lenet5-mnist 3/10 97.9 %"
    assert (
        badge(glance(epoch=0, accuracies=(), state=RunState.STARTING), wide=True).plain
        == "◌ lenet5-mnist starting"
    )
    over = glance(state=RunState.FINISHED, test_accuracy=0.981)
    assert badge(over, wide=False).plain == "✓ lenet5-mnist 98.1 %"
    assert badge(glance(state=RunState.LOST), wide=False).plain == "✗ lenet5-mnist lost"


def test_the_watch_follows_the_run_at_work_until_it_was_looked_at(run: ScriptedRun, runs_dir: Path) -> None:
    lab = Lab(runs_dir)
    runs = RunsWatch(lambda: lab)
    run.begin()
    run.epoch(1)
    found = runs.poll()
    assert found is not None and (found.epoch, found.state) == (1, RunState.RUNNING)
    run.end()
    found = runs.poll()
    assert found is not None and found.state is RunState.FINISHED and found.test_accuracy == 0.981
    runs.acknowledge(run.name)
    assert runs.poll() is None


def test_a_run_looked_at_while_the_watch_reads_it_is_shown_no_more(
    run: ScriptedRun, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = Lab(runs_dir)
    runs = RunsWatch(lambda: lab)
    run.begin()
    runs.poll()
    run.end()
    observe = lab.observe

    def looked_at_meanwhile(folder: RunFolder) -> Observation:
        seen = observe(folder)
        runs.acknowledge(run.name)
        return seen

    monkeypatch.setattr(lab, "observe", looked_at_meanwhile)
    assert runs.poll() is None


def test_a_run_that_ended_before_is_not_shown(run: ScriptedRun, runs_dir: Path) -> None:
    run.begin()
    run.end()
    assert RunsWatch(lambda: Lab(runs_dir)).poll() is None


async def test_the_badge_stands_on_every_screen_but_the_run_s_own(
    run: ScriptedRun, make_app: MakeApp
) -> None:
    run.begin()
    run.epoch(1)
    app = make_app("workbench", "lenet5")
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        app.screen.query_one(RunBadge).look()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "▶ lenet5-mnist 1/3" in seen(app).splitlines()[0]
        await pilot.click(RunBadge)
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "▶ lenet5-mnist 1/3" not in seen(app).splitlines()[0]


def test_times_are_the_run_s_own(run: ScriptedRun) -> None:
    run.begin()
    written = json.loads(run.folder.events_file.read_text().splitlines()[0])
    begun = watch(run).poll().begun
    assert begun is not None and datetime.fromtimestamp(begun, UTC).timestamp() == pytest.approx(
        written["time"]
    )


def test_a_place_is_kept(run: ScriptedRun, context: Context) -> None:
    screen = RunScreen(run.folder)
    assert screen.place() == Place("run", run.name)
    again = CnntutorApp(context).make_screen(Place("run", run.name))
    assert isinstance(again, RunScreen) and again.where() == f"Run · {run.name}"
