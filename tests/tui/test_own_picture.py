"""Looking inside the network at a picture of the learner's own: its path, what is wrong with it, its view."""

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cnntutor.lab import inside
from cnntutor.needs import Fault, Reply
from cnntutor.tui.context import Context
from cnntutor.tui.screens.own_picture import OwnPictureScreen
from cnntutor.tui.widgets.path_field import PathField
from tests.tui.conftest import MakeApp
from tests.tui.scripted import ScriptedRun
from tests.tui.seeing import flat, last_line, press, seen, told, until
from tests.tui.test_after_screen import ScriptedTasks, leave, opened, run, whole

__all__ = ["run"]


async def own_dialogue(pilot: Pilot[None], run: ScriptedRun) -> None:
    """Open the dialogue that asks for a picture."""
    await opened(pilot, run)
    await press(pilot, "5")
    await until(pilot, lambda: "conv1" in seen(pilot.app))  # type: ignore[arg-type]
    await press(pilot, "o")
    assert isinstance(pilot.app.screen, OwnPictureScreen)


def ready(run: ScriptedRun, context: Context, tasks: ScriptedTasks) -> None:
    """Let a run have pictures and a model."""
    leave(run.folder, whole())
    (run.folder.checkpoints / "best.keras").write_bytes(b"model")
    context._tasks = tasks


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_a_picture_of_ones_own(
    run: ScriptedRun, make_app: MakeApp, context: Context, tmp_path: Path, size: tuple[int, int]
) -> None:
    tasks = ScriptedTasks()
    ready(run, context, tasks)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "seven.png").write_bytes(b"pixels")
    (tmp_path / "mine" / "notes.toml").write_bytes(b"x")
    app = make_app("run", run.name)
    async with app.run_test(size=size) as pilot:
        await own_dialogue(pilot, run)
        app.screen.query_one(PathField).field.input.value = f"{tmp_path}/mine/"
        await until(pilot, lambda: "seven.png" in flat(app))
        assert "notes.toml" not in flat(app) and "28×28×1" in flat(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "Image 10/10: seven.png, taken for 9 (output 0.200)" in flat(app))
        asked = tasks.asked[-1]
        assert (asked.image, asked.shape) == (f"{tmp_path}/mine/seven.png", (28, 28, 1))
        assert (asked.pixels, asked.photo, asked.inverted, asked.divisor) == (b"", False, False, 255.0)
        await press(pilot, "i")
        await until(pilot, lambda: "seven.png, inverted, taken for 9" in flat(app))
        assert tasks.asked[-1].inverted
        asked_before = len(tasks.asked)
        for again in (1, 2):  # the learner may have painted at it in the meantime
            await press(pilot, "o")
            app.screen.query_one(PathField).field.input.value = f"{tmp_path}/mine/seven.png"
            await press(pilot, "enter")
            await until(pilot, lambda again=again: len(tasks.asked) == asked_before + again)  # type: ignore[misc]
            await until(pilot, lambda: "Image 10/10: seven.png, taken for 9" in flat(app))
        await press(pilot, "n")
        assert "Image 1/10: no. 100" in flat(app)
        assert "Invert" not in last_line(app)


async def test_what_can_be_no_picture_is_said_at_the_field(
    run: ScriptedRun, make_app: MakeApp, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside, "LARGEST_FILE", 1_000_000)
    tasks = ScriptedTasks()
    ready(run, context, tasks)
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "huge.png").write_bytes(bytes(3_000_000))
    os.mkfifo(tmp_path / "pipe.png")
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await own_dialogue(pilot, run)
        field = app.screen.query_one(PathField).field.input
        for name, words in (
            ("nowhere.png", "is not there; correct the path"),
            ("", "is a folder; name a picture in it"),
            ("empty.png", "is empty; choose another"),
            ("huge.png", "has 3 MB, more than the 1 MB a picture may have"),
            ("pipe.png", "is no plain file"),
        ):
            field.value = f"{tmp_path}/{name}"
            await press(pilot, "enter")
            await until(pilot, lambda words=words: words in flat(app))  # type: ignore[misc]
            assert app.focused is field
        await press(pilot, "escape")
        assert "Image 1/9" in flat(app) and len(tasks.asked) == 1


async def test_a_broken_picture_is_a_sentence_and_nothing_is_lost(
    run: ScriptedRun, make_app: MakeApp, context: Context, tmp_path: Path
) -> None:
    tasks = ScriptedTasks()
    ready(run, context, tasks)
    (tmp_path / "torn.png").write_bytes(b"torn")
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await own_dialogue(pilot, run)
        await press(pilot, "escape", "n", "o")
        tasks.reply = Reply(fault=Fault(kind="picture", text="cannot identify image file"))
        app.screen.query_one(PathField).field.input.value = f"{tmp_path}/torn.png"
        await press(pilot, "enter")
        await until(pilot, lambda: "is no picture that can be read (cannot identify image file)" in told(app))
        assert "Image 2/9" in flat(app)  # where the learner was
        tasks.reply = None
        await press(pilot, "n", "p")
        await until(pilot, lambda: "conv1" in seen(app))


async def test_a_run_without_pictures_takes_ones_own(
    run: ScriptedRun, make_app: MakeApp, context: Context, tmp_path: Path
) -> None:
    tasks = ScriptedTasks()
    (run.folder.checkpoints / "best.keras").write_bytes(b"model")
    context._tasks = tasks
    (tmp_path / "seven.png").write_bytes(b"pixels")
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, run)
        await press(pilot, "5")
        assert "o looks at one of your own" in flat(app)
        await press(pilot, "o")
        app.screen.query_one(PathField).field.input.value = f"{tmp_path}/seven.png"
        await press(pilot, "enter")
        await until(pilot, lambda: "Image 1/1: seven.png, taken for 9" in flat(app))
