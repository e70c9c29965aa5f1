"""The course map: the path with its signs, the panel, and where its keys lead."""

from datetime import timedelta

import pytest

from cnntutor.progress.records import Attempt
from cnntutor.progress.store import Store
from cnntutor.tui.context import Place
from cnntutor.tui.screens.exercise import ExerciseScreen
from cnntutor.tui.screens.lesson import LessonScreen
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.screens.workbench import WorkbenchScreen
from cnntutor.tui.widgets.lesson_path import LessonPath
from tests.tui.conftest import NOW, MakeApp
from tests.tui.seeing import flat, last_line, press, seen


async def test_signs_follow_the_record(make_app: MakeApp, store: Store) -> None:
    store.read_lesson("layers-of-a-cnn", 3, "done")
    store.read_lesson("local-connectivity", 2)
    app = make_app("map")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        shown = seen(app)
        assert "  ● The layers of a CNN" in shown
        assert "▸ ◐ Local connectivity" in shown
        assert "  ○ Weight sharing" in shown
        assert "Welcome" not in shown


async def test_cursor_begins_on_what_is_next(make_app: MakeApp, store: Store) -> None:
    store.read_lesson("layers-of-a-cnn", 3, "done")
    app = make_app("map")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.screen.query_one(LessonPath).slug == "local-connectivity"


@pytest.mark.parametrize("down", ["down", "j"])
async def test_the_panel_explains_the_lesson_under_the_cursor(make_app: MakeApp, down: str) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, down)
        assert "Local connectivity ○ new · about" in " ".join(
            line.split("│", 1)[1].strip() for line in seen(app).splitlines() if "│  " in line
        )
        assert "0 of 4 exercises solved" in flat(app)


async def test_coming_back_shows_what_was_begun_and_keeps_the_cursor(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down", "down", "enter")
        assert isinstance(app.screen, LessonScreen)
        await press(pilot, "escape")
        assert "◐ Weight sharing" in seen(app)
        assert app.screen.query_one(LessonPath).slug == "weight-sharing"


async def test_the_cursor_goes_along_with_the_reading(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "end", "enter")
        assert isinstance(app.screen, LessonScreen) and app.screen.slug == "local-connectivity"
        await press(pilot, "escape")
        assert app.screen.query_one(LessonPath).slug == "local-connectivity"
        await press(pilot, "enter", "end", "enter", "p", "escape")
        assert app.screen.query_one(LessonPath).slug == "weight-sharing"


@pytest.mark.parametrize("keys", [(), ("f2",)])
async def test_every_key_of_the_map_has_room_at_80_columns(make_app: MakeApp, keys: tuple[str, ...]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        line = last_line(app)
        for name in ("Enter ", "e ", "r ", "t ", "c ", "q ", "F1 ", "^P"):
            assert f" {name.strip()}" in line
        await pilot.resize_terminal(100, 24)
        await pilot.pause()
        assert "Ctrl+P " in last_line(app)


async def test_what_is_due_and_how_the_skills_stand_is_told(make_app: MakeApp, store: Store) -> None:
    store.read_lesson("layers-of-a-cnn", 3, "done")
    for days, skill, verdict in ((9, "layers", "wrong"), (9, "output-size", "wrong"), (8, "layers", "right")):
        store.record(
            Attempt("pooling", 10 - days, skill, {}, "right" if verdict == "right" else "wrong",
                    NOW - timedelta(days=days))
        )  # fmt: skip
    app = make_app("map")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "home")
        assert "Due for review: 2 · r" in seen(app)
        line = next(line for line in seen(app).splitlines() if "● The layers of a CNN" in line)
        assert "2 due" in line.split("│")[0]
        assert "▰▰▱▱▱  50 %  Kinds of layers" in seen(app)
        assert "▱▱▱▱▱   0 %  Output size" in seen(app)
        await press(pilot, "f2")
        assert "Đến hạn ôn: 2 · r" in seen(app) and "ôn 2" in seen(app)


@pytest.mark.parametrize(("key", "screen"), [("r", "review"), ("s", "skills"), ("a", "practice")])
async def test_keys_lead_to_review_skills_and_all_exercises(make_app: MakeApp, key: str, screen: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, key)
        kept = app.record.place()
        assert kept is not None and kept.screen == screen
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)


async def test_keys_lead_to_exercises_and_calculator(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e")
        assert isinstance(app.screen, ExerciseScreen)
        assert app.screen.place() == Place("exercise", "conv-output-shape")
        await press(pilot, "escape", "escape", "c")
        assert isinstance(app.screen, WorkbenchScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("keys", [(), ("f2",)])
async def test_nothing_is_wider_than_the_terminal(
    make_app: MakeApp, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await press(pilot, *keys)
        lines = seen(app).splitlines()
        assert len(lines) == size[1]
        assert "F1" in lines[-1] and ("Ctrl+P" in lines[-1] or "^P" in lines[-1])
        assert "EN" in lines[0] or "VI" in lines[0]


async def test_a_click_reads_the_lesson(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        row = next(number for number, line in enumerate(seen(app).splitlines()) if "Weight sharing" in line)
        await pilot.click(offset=(10, row))
        await pilot.pause()
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.slug == "weight-sharing"
