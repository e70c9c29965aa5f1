"""Code written in the learner's own editor: watched from another window, or opened in this terminal."""

import os
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.lab.tasks import Tasks
from cnntutor.needs import Fault, Reply, Request
from cnntutor.progress.store import Store
from cnntutor.tui import own_editor
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.own_editor import Edited, editor_command
from cnntutor.tui.widgets.code_editor import CodeEditor
from cnntutor.tui.widgets.python_area import PythonArea
from tests.tui.conftest import MakeApp
from tests.tui.seeing import flat, press, seen, told, until

KATA = "kata-first-conv"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the worker was asked to run; every time it finds the same fault."""
    requests: list[Request] = []

    async def ask(_tasks: Tasks, request: Request) -> Reply:
        requests.append(request)
        return Reply(fault=Fault(kind="exception", line=1, text=f"NameError: run {len(requests)}"))

    monkeypatch.setattr(Tasks, "ask", ask)
    return requests


@pytest.fixture
def no_editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any editor."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


def file_of(kata: str = KATA) -> Path:
    return locations.code_dir() / f"{kata}.py"


def save(text: str, seconds: int) -> None:
    """Save as an editor does, so many seconds after the beginning."""
    file_of().write_text(text, encoding="utf-8")
    os.utime(file_of(), ns=(seconds * 10**9, seconds * 10**9))


def area_of(app: CnntutorApp) -> PythonArea:
    return app.screen.query_one(PythonArea)


def look(app: CnntutorApp) -> None:
    """Look at the file now, and not when the next half second is over."""
    app.screen.query_one(CodeEditor).look()


@pytest.mark.usefixtures("no_editor")
async def test_every_save_elsewhere_is_graded(make_app: MakeApp, store: Store, asked: list[Request]) -> None:
    app = make_app("exercise", KATA)
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(PythonArea)))
        await press(pilot, "f10")
        assert "Watching" in flat(app)
        assert file_of().read_text(encoding="utf-8") == area_of(app).text
        for number in (1, 2):
            save(f"model = {number}\n", number)
            look(app)
            await until(pilot, lambda number=number: f"NameError: run {number}" in flat(app))  # type: ignore[misc]
            assert area_of(app).text == f"model = {number}\n"
        assert len(asked) == 2
        draft = store.draft(KATA)
        assert draft is not None
        assert draft.answers == {"answer": "model = 2\n"}
        await press(pilot, "x")
        assert area_of(app).text == "model = 2\n"
        await press(pilot, "f10")
        await press(pilot, "x")
        assert area_of(app).text != "model = 2\n"


@pytest.mark.usefixtures("no_editor")
async def test_nothing_is_lost_when_the_file_is_deleted(make_app: MakeApp, asked: list[Request]) -> None:
    app = make_app("exercise", KATA)
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(PythonArea)))
        await press(pilot, "f10")
        save("model = 1\n", 1)
        look(app)
        file_of().unlink()
        look(app)
        look(app)
        await pilot.pause()
        assert "is gone" in flat(app)
        assert area_of(app).text == "model = 1\n"
        save("model = 2\n", 2)
        look(app)
        await pilot.pause()
        assert "Watching" in flat(app)
        assert area_of(app).text == "model = 2\n"


@pytest.mark.usefixtures("no_editor", "asked")
async def test_a_file_from_before_is_asked_about(make_app: MakeApp) -> None:
    file_of().parent.mkdir(parents=True)
    save("written before\n", 1)
    app = make_app("exercise", KATA)
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(PythonArea)))
        starter = area_of(app).text
        await press(pilot, "f10")
        assert "The file holds other code" in seen(app)
        await press(pilot, "enter")
        assert area_of(app).text == "written before\n"
        await press(pilot, "f10")
        area_of(app).text = starter
        await press(pilot, "f10", "down", "enter")
        assert file_of().read_text(encoding="utf-8") == starter
        assert file_of().with_name(f"{KATA}-1.py").read_text(encoding="utf-8") == "written before\n"


async def test_an_editor_in_this_terminal_is_graded_when_it_ends(
    make_app: MakeApp, asked: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.tui.widgets.code_editor.editor_command", lambda: ["vim"])

    def edit(_app: object, command: list[str], path: Path) -> Edited:
        assert command == ["vim"]
        path.write_text("model = 9\n", encoding="utf-8")
        return Edited()

    monkeypatch.setattr("cnntutor.tui.widgets.code_editor.edit_here", edit)
    app = make_app("exercise", KATA)
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(PythonArea)))
        await press(pilot, "f10")
        assert "vim, in this terminal" in seen(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "NameError: run 1" in flat(app))
        assert area_of(app).text == "model = 9\n"


async def test_an_editor_that_takes_the_file_away_costs_nothing(
    make_app: MakeApp, asked: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.tui.widgets.code_editor.editor_command", lambda: ["vim"])

    def edit(_app: object, _command: list[str], path: Path) -> Edited:
        path.unlink()
        return Edited()

    monkeypatch.setattr("cnntutor.tui.widgets.code_editor.edit_here", edit)
    app = make_app("exercise", KATA)
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(PythonArea)))
        before = area_of(app).text
        await press(pilot, "f10", "enter")
        assert "your code is as it was before" in told(app)
        assert area_of(app).text == before
        assert not asked


async def test_a_terminal_that_cannot_be_handed_over_has_the_file_watched(
    make_app: MakeApp, asked: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.tui.widgets.code_editor.editor_command", lambda: ["vim"])
    app = make_app("exercise", KATA)
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(PythonArea)))
        await press(pilot, "f10", "enter")
        assert "edit the file in another window" in told(app)
        assert "Watching" in flat(app)
        assert not asked


def test_the_editor_is_visual_then_editor_then_a_usual_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("mine", "other", "vi"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("EDITOR", "other")
    monkeypatch.setenv("VISUAL", "mine --wait")
    assert editor_command() == ["mine", "--wait"]
    monkeypatch.setenv("VISUAL", "'no end")
    assert editor_command() == ["other"]
    monkeypatch.setenv("EDITOR", "not-here")
    assert editor_command() == ["vi"]


def test_an_editor_that_crashes_is_told_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Putting:
        """A program that puts its screen away."""

        def suspend(self) -> "Putting":
            return self

        def __enter__(self) -> None:
            return None

        def __exit__(self, *_: object) -> None:
            return None

    crashing = tmp_path / "crashing"
    crashing.write_text("#!/bin/sh\nkill -9 $$\n", encoding="utf-8")
    crashing.chmod(0o755)
    edited = own_editor.edit_here(Putting(), [str(crashing)], tmp_path / "kata.py")  # type: ignore[arg-type]
    assert "ended with an error (-9)" in str(edited.problem)
    missing = own_editor.edit_here(Putting(), [str(tmp_path / "none")], tmp_path / "kata.py")  # type: ignore[arg-type]
    assert "cannot be started" in str(missing.problem)
