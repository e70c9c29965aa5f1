"""Beside the form: what the run will take, how to measure the machine, the recording of the recipe."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Static

from cnntutor.lab.calibration import Calibration, Timing, machine, probe_costs
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.folder import create_run_folder
from cnntutor.lab.lab import Lab
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context
from cnntutor.tui.screens.after import AfterScreen
from cnntutor.tui.screens.recording import RecordingScreen
from cnntutor.tui.widgets.outcome_view import OutcomeView
from tests.tui.seeing import last_line

MakeApp = Callable[..., CnntutorApp]


def _measured() -> Calibration:
    timings = tuple(
        Timing(first=1.0, step=0.002 + probe.batch_size * cost.macs * 1e-10, tested=0.001)
        for cost, probe in probe_costs()
    )
    return Calibration(
        format_version=2,
        machine=machine(),
        device="CPU",
        measured=0.0,
        run=8.0,
        epoch=0.3,
        memory=2**40,
        timings=timings,
    )


def _hint(app: CnntutorApp) -> str:
    return str(app.screen.query_one("#form-hint", Static).content)


async def test_measured_on_request(
    make_app: MakeApp, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def calibrate(device: str = "auto") -> Calibration:
        asked.append(device)
        monkeypatch.setattr("cnntutor.lab.lab.load_calibration", lambda device: _measured())
        return _measured()

    monkeypatch.setattr(context.lab, "missing", lambda: None)
    monkeypatch.setattr("cnntutor.lab.lab.calibrate", calibrate)
    app = make_app("lab", "lenet5-mnist")
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "m measures this machine" in _hint(app)
        await pilot.press("m")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert asked == ["auto"]
        assert _hint(app).startswith("Expected: ") and "1.00 TiB" in _hint(app)
        assert "may be killed" in str(app.screen.query_one("#form-obstacles", Static).content)


async def test_runs_alike_are_believed(make_app: MakeApp, tmp_path: Path) -> None:
    spec = resolve(find_recipe("lenet5-mnist"), "quick", {})
    run = create_run_folder(tmp_path / "runs", spec)
    result = ResultEvent(
        time=1.0,
        attempt=1,
        state="finished",
        test_loss=0.1,
        test_accuracy=0.9,
        test_count=10,
        test_correct=9,
        test_interval=(0.8, 1.0),
        best_epoch=1,
        epochs_done=spec.settings.epochs,
        seconds=60.0,
        data=None,
    )
    run.events_file.write_bytes(msgspec.json.encode(result) + b"\n")
    app = make_app("lab", "lenet5-mnist")
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "by a run like it here" in _hint(app)
        assert Lab(tmp_path / "runs").plan("lenet5-mnist", "quick").estimate is not None


async def test_the_recording_of_a_recipe(make_app: MakeApp, context: Context) -> None:
    app = make_app("lab", "lenet5-mnist")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "p Play the recording" in last_line(app)
        await pilot.press("p")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, RecordingScreen)
        await pilot.press("comma", "b", "right_square_bracket", "right_square_bracket")
        play = screen.source()
        assert play.position == pytest.approx(play.recording.seconds / 5) and not play.playing
        await pilot.press("left_square_bracket")
        assert play.position == pytest.approx(play.recording.seconds / 10)
        await pilot.press("x")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert screen.view is not None and screen.view.result is not None
        ended = " ".join(str(screen.query_one(OutcomeView).query_one(Static).content).split())
        assert f"it ran on {play.recording.day} on {play.recording.machine}" in ended
        playing = screen.place()
        await pilot.press("v")
        await pilot.pause()
        assert isinstance(app.screen, AfterScreen)
        left_at = context.store.place()
        assert playing is not None and left_at is not None
        assert (left_at.screen, left_at.argument) == (playing.screen, playing.argument)
        await pilot.press("escape")
        await pilot.press("escape")
        assert not isinstance(app.screen, RecordingScreen)
