"""The program as a whole: places, language, look, help, palette, size, errors."""

from pathlib import Path

import pytest

from cnntutor import i18n, locations, settings
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.progress.records import Place as KeptPlace
from cnntutor.progress.store import NotSaved, Store
from cnntutor.tui import theme
from cnntutor.tui.context import Context
from cnntutor.tui.screens.help import HelpScreen
from cnntutor.tui.screens.lesson import LessonScreen
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.screens.palette import PaletteScreen
from cnntutor.tui.screens.too_small import TooSmallScreen
from cnntutor.tui.widgets.answer_fields import AnswerInput
from tests.tui.conftest import MakeApp
from tests.tui.seeing import flat, last_line, press, seen, told, write


async def test_first_start_opens_the_map_and_says_what_to_press(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, MapScreen)
        assert "Welcome. Enter reads" in flat(app)


async def test_opens_where_the_learner_left_off(make_app: MakeApp, store: Store) -> None:
    store.leave_at(KeptPlace("lesson", "weight-sharing"))
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.slug == "weight-sharing"
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)


async def test_a_place_that_is_gone_opens_the_map_and_says_so(make_app: MakeApp, store: Store) -> None:
    store.leave_at(KeptPlace("lesson", "no-such-lesson"))
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, MapScreen)
        assert "There is no lesson no-such-lesson" in told(app)


async def test_every_move_is_remembered(make_app: MakeApp, store: Store) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        assert store.place() == KeptPlace("lesson", "layers-of-a-cnn")
        await press(pilot, "escape")
        assert store.place() == KeptPlace("map")


async def test_language_switches_everywhere_and_keeps_what_is_typed(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, "620")
        await press(pilot, "f2")
        assert i18n.language() == "vi"
        assert "VI│en" in seen(app)
        assert "Kiểm tra" in last_line(app)
        assert app.screen.query_one(AnswerInput).value == "620"
        assert settings.load().language == "vi"
        await press(pilot, "escape", "escape")
        assert "Bản đồ khoá học" in seen(app)
        await press(pilot, "f2")
        assert "Course map" in seen(app)


async def test_look_is_switched_and_kept(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p")
        await write(pilot, "light")
        await press(pilot, "enter")
        assert app.theme == theme.LIGHT
        assert settings.load().theme == theme.LIGHT
    assert make_app().theme == theme.LIGHT


@pytest.mark.parametrize("keys", [("enter",), ("enter", "tab"), ("enter", "e"), ("e",), ("ctrl+p",)])
async def test_help_is_made_of_the_keys_that_work(make_app: MakeApp, keys: tuple[str, ...]) -> None:
    app = make_app()
    async with app.run_test(size=(100, 50)) as pilot:
        await press(pilot, *keys)
        line = last_line(app).replace("^", "Ctrl+")
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        shown = flat(app)
        assert "Keys on this screen" in shown
        for entry in line.replace("  ", "\n").split("\n"):
            if entry.strip():
                name, _, label = entry.strip().partition(" ")
                assert name in shown and label in shown, entry
        await press(pilot, "escape")
        assert not isinstance(app.screen, HelpScreen)


async def test_palette_finds_a_lesson_without_marks_and_opens_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, PaletteScreen)
        await write(pilot, "trong so")
        await press(pilot, "enter")
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.slug == "weight-sharing"


async def test_palette_offers_every_destination(make_app: MakeApp, context: Context) -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "ctrl+p")
        screen = app.screen
        assert isinstance(screen, PaletteScreen)
        places = {entry.place for entry in screen._all if entry.place is not None}
        assert {place.argument for place in places if place.screen == "lesson"} == set(context.course.lessons)
        assert {place.argument for place in places if place.screen == "exercise"} == set(
            context.course.questions
        )
        assert any(place.screen == "workbench" for place in places)
        assert any(place.screen == "lab" and place.argument for place in places)
        await write(pilot, "zzzz")
        assert "Nothing of that name." in seen(app)
        await press(pilot, "enter", "escape")
        assert isinstance(app.screen, MapScreen)


async def test_going_to_the_open_place_comes_back_to_it(make_app: MakeApp) -> None:
    app = make_app("lesson", "weight-sharing")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "ctrl+p")
        await write(pilot, "course map")
        await press(pilot, "enter")
        assert isinstance(app.screen, MapScreen)
        assert len(app.screen_stack) == 1


async def test_too_small_a_terminal_is_covered_and_comes_back(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, "62")
        await pilot.resize_terminal(50, 12)
        await pilot.pause()
        assert isinstance(app.screen, TooSmallScreen)
        assert "This terminal is 50×12. cnntutor needs 60×20" in flat(app)
        await press(pilot, "x", "escape", "f1", "ctrl+p", "enter")
        assert isinstance(app.screen, TooSmallScreen)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen.query_one(AnswerInput).value == "62"
        assert isinstance(app.focused, AnswerInput)


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (59, 20), (60, 19)])
async def test_starts_in_a_terminal_that_is_too_small(make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, TooSmallScreen)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert isinstance(app.screen, MapScreen)


async def test_an_error_with_a_sentence_becomes_a_notification(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: MapScreen) -> None:
        raise NotUnderstood(msg("There is no exercise {name}; Ctrl+P lists all.", name="x"))

    monkeypatch.setattr(MapScreen, "action_calculator", broken)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c")
        assert "There is no exercise x" in told(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, LessonScreen)


async def test_an_unexpected_error_is_told_and_the_program_goes_on(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: MapScreen) -> None:
        raise RuntimeError("out of chalk")

    monkeypatch.setattr(MapScreen, "action_calculator", broken)
    app = make_app(strict=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c")
        assert "RuntimeError: out of chalk" in told(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, LessonScreen)
    assert "out of chalk" in caplog.text


async def test_a_screen_whose_beginning_fails_is_painted_with_the_sentence(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: LessonScreen) -> None:
        raise NotUnderstood(msg("There is no exercise {name}; Ctrl+P lists all.", name="x"))

    monkeypatch.setattr(LessonScreen, "on_mount", broken)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        assert "There is no exercise x" in told(app)
        assert "Print the summary" in seen(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)


async def test_an_error_between_the_handlers_is_told_too(make_app: MakeApp) -> None:
    def broken() -> None:
        raise NotUnderstood(msg("There is no exercise {name}; Ctrl+P lists all.", name="x"))

    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.call_after_refresh(broken)
        await pilot.pause()
        assert "There is no exercise x" in told(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, LessonScreen)


async def test_a_broken_settings_file_is_told_and_kept(make_app: MakeApp) -> None:
    file = locations.settings_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"data_dir": "/mine",')
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "cannot be read, so none is in force" in told(app)
        await press(pilot, "f2")
    assert settings.load().language == "vi"
    assert file.with_name("settings.damaged.json").read_text() == '{"data_dir": "/mine",'


async def test_a_record_that_cannot_be_written_is_told_once(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Store, *arguments: object) -> None:
        raise NotSaved(msg("There is no screen {name}; Ctrl+P lists all.", name="disk"))

    monkeypatch.setattr(Store, "leave_at", refuse)
    monkeypatch.setattr(Store, "read_lesson", refuse)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "escape", "enter")
        assert isinstance(app.screen, LessonScreen)
        assert len(app._notifications) == 1


async def test_an_unwritable_settings_folder_is_told(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(chosen: settings.Settings) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(settings, "save", refuse)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f2")
        assert "Lựa chọn này không được lưu" in told(app)


async def test_says_at_the_start_that_progress_is_not_kept(make_app: MakeApp, context: Context) -> None:
    context.notice = msg("This choice is not kept: {problem}.", problem="disk")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "This choice is not kept: disk." in told(app)


async def test_escape_on_the_map_stays_and_names_the_key_that_quits(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)
        assert "Ctrl+Q" in told(app)


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quits(make_app: MakeApp, key: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
    assert app.return_code == 0


async def test_without_colour_states_and_cursor_are_still_told(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.no_color
        assert "▸ ○ The layers of a CNN" in seen(app)
