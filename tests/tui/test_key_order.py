"""Keys that arrive together: each has done its work before the next one counts."""

import pytest
from textual.events import Key

from cnntutor.lab.recipe import recipe_slugs
from cnntutor.progress.store import Store
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.screens.lab import LabScreen
from cnntutor.tui.screens.lab_list import FIRST_RECIPE
from cnntutor.tui.screens.lesson import LessonScreen
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.widgets.answer_fields import AnswerInput
from cnntutor.tui.widgets.argument_field import ArgumentField
from cnntutor.tui.widgets.choice_list import ChoiceList
from cnntutor.tui.widgets.menu import Menu
from tests.tui.conftest import MakeApp
from tests.tui.seeing import seen, until


def _chosen(app: CnntutorApp) -> str | None:
    option = app.screen.query_one(Menu).highlighted_option
    return option.id if option is not None else None


def burst(app: CnntutorApp, *keys: str) -> None:
    """Let keys arrive in one piece."""
    for name in keys:
        app.post_message(Key(name, name if len(name) == 1 else None))


async def test_corrections_in_a_field(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        burst(app, *"61", "backspace", *"26", "left", *"00", "home", "delete", "6")
        await until(pilot, lambda: app.screen.query_one(AnswerInput).value == "62006")


async def test_fields_of_a_table(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-table")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        burst(app, *"156", "down", *"0", "tab", *"10x10x16", "tab", *"2416")
        fields = list(app.screen.query(AnswerInput))
        await until(pilot, lambda: fields[3].value == "2416")
        assert [field.value for field in fields[:3]] == ["156", "0", "10x10x16"]


async def test_a_letter_and_enter_on_a_choice(make_app: MakeApp) -> None:
    app = make_app("exercise", "pooling-truth")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        burst(app, "b", "enter")
        await until(pilot, lambda: "Right" in seen(app) or "Not right" in seen(app))
        assert app.screen.query_one(ChoiceList).taken == {"b"}


async def test_from_the_map_into_the_lab(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        burst(app, "t", "j")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        second = f"recipe {next(slug for slug in recipe_slugs() if slug != FIRST_RECIPE)}"
        await until(pilot, lambda: isinstance(app.focused, Menu))
        await until(pilot, lambda: _chosen(app) == second)
        burst(app, "escape", "j", "enter")
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        screen: object = app.screen
        assert isinstance(screen, LessonScreen) and screen.slug == "local-connectivity"


async def test_from_the_map_into_a_lesson_and_its_exercise(make_app: MakeApp, store: Store) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        burst(app, "enter", "e", *"12", "escape", "escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen))
        await until(pilot, lambda: getattr(store.draft("conv-output-shape"), "answers", {}) != {})
        draft = store.draft("conv-output-shape")
        assert draft is not None and draft.answers == {"answer": "12"}


async def test_into_the_palette(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        burst(app, "ctrl+p", *"sharing", "enter")
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        screen: object = app.screen
        assert isinstance(screen, LessonScreen) and screen.slug == "weight-sharing"


async def test_a_screen_that_never_stands_does_not_keep_the_keys(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.tui.key_order.PATIENCE", 0.2)
    monkeypatch.setattr(LessonScreen, "settle", lambda _screen: None)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        burst(app, "enter")
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        await pilot.pause(0.3)
        burst(app, "escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen))


async def test_a_field_just_opened_is_gone_to_its_end_before_typing(make_app: MakeApp) -> None:
    app = make_app("workbench", "lenet5")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        burst(app, "enter", "end", "5")
        fields = app.screen.query(ArgumentField)
        await until(pilot, lambda: fields.first().input.value == "65")
