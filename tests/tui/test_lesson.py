"""The lesson screen: reading, figures, exercises beside or over the page, terms, the place that is kept."""

from dataclasses import replace

import pytest

from cnntutor.course.loader import Course
from cnntutor.course.questions import Question
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.progress.records import LessonProgress
from cnntutor.progress.store import Store
from cnntutor.tui.context import Context
from cnntutor.tui.screens.lab import LabScreen
from cnntutor.tui.screens.lesson import LessonScreen
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.screens.pick import PickScreen
from cnntutor.tui.screens.workbench import WorkbenchScreen
from cnntutor.tui.widgets.answer_fields import AnswerInput
from cnntutor.tui.widgets.cards import Card, EndCard, ExerciseCard, RecipeCard
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from cnntutor.tui.widgets.figure import FigureView
from cnntutor.tui.widgets.lesson_page import LessonPage
from tests.tui.conftest import MakeApp
from tests.tui.seeing import flat, last_line, press, seen, told, write

LESSON = "weight-sharing"


async def test_the_page_shows_the_text_with_its_numbers(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Weight sharing" in seen(app).splitlines()[0]
        assert "216,320 numbers to 320." in flat(app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30), (160, 50)])
async def test_lines_are_at_most_72_cells(make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        page = app.screen.query_one(LessonPage)
        for view in page.children:
            assert view.size.width <= 76
            assert view.region.right <= size[0]


async def test_contents_stand_on_the_left_when_there_is_room(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(99, 30)) as pilot:
        await pilot.pause()
        contents = app.screen.query_one("#contents")
        assert not contents.display
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert contents.display
        assert "Counting with sharing" in seen(app)


async def test_contents_are_chosen_from_a_list_and_lead_there(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "o")
        assert isinstance(app.screen, PickScreen)
        await press(pilot, "down", "enter")
        first = next(line for line in seen(app).splitlines()[1:] if line.strip(" ▁▂▃▄▅▆▇"))
        assert "Counting with sharing" in first


async def test_space_goes_on_by_a_page_and_the_place_is_kept(make_app: MakeApp, store: Store) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space", "space", "j", "k")
        page = app.screen.query_one(LessonPage)
        top, line = page.top, seen(app).splitlines()[2]
        assert top > 0
        await press(pilot, "escape")
        assert store.lesson(LESSON) == LessonProgress("started", top)
        await press(pilot, "enter")
    again = make_app("lesson", LESSON)
    async with again.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert again.screen.query_one(LessonPage).top == top
        assert line.strip()[:20] in seen(again) or top > 0


async def test_the_place_survives_another_width_and_another_language(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space", "space", "space")
        page = app.screen.query_one(LessonPage)
        top = page.top
        await pilot.resize_terminal(160, 24)
        await pilot.pause()
        await pilot.pause()
        assert page.top == top
        await press(pilot, "f2")
        await pilot.pause()
        assert page.top == top
        assert "Chia sẻ trọng số" in seen(app).splitlines()[0]


async def test_tab_goes_to_what_is_below_the_eye_not_to_the_top(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space", "space", "space", "space")
        page = app.screen.query_one(LessonPage)
        before = page.scroll_y
        await press(pilot, "tab")
        focused = app.focused
        assert isinstance(focused, Card | FigureView)
        assert page.scroll_y >= before
        await press(pilot, "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
        assert app.focused is page


async def test_scrolling_away_gives_the_focus_back_to_the_page(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab")
        assert isinstance(app.focused, FigureView)
        await press(pilot, "pagedown", "pagedown", "pagedown")
        assert app.screen.query_one(LessonPage).has_focus


async def test_a_figure_answers_keys_and_keeps_its_state_over_a_language_switch(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab")
        figure = app.focused
        assert isinstance(figure, FigureView)
        before = figure.state
        await press(pilot, "right", "down")
        assert (figure.state.row, figure.state.column) == (1, 1)
        await press(pilot, "space")
        assert figure.state.wiring != before.wiring
        state = figure.state
        await press(pilot, "f2")
        assert app.focused is figure
        assert figure.state == state
        assert "Hình · các kết nối của một đầu ra" in seen(app)


async def test_over_the_page_at_80_columns_and_escape_goes_back_step_by_step(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space", "space")
        page = app.screen.query_one(LessonPage)
        top = page.top
        await press(pilot, "e")
        assert app.screen.query(ExercisePanel)
        assert not page.display
        await press(pilot, "escape")
        if app.screen.query(ExercisePanel):
            await press(pilot, "escape")
        assert page.display
        await pilot.pause()
        assert page.top == top
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)


async def test_beside_the_page_at_120_columns(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "e")
        page, panel = app.screen.query_one(LessonPage), app.screen.query_one(ExercisePanel)
        assert page.display and panel.display
        assert panel.region.x >= page.region.right
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not page.display
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert page.display


async def test_enter_on_a_card_opens_it_and_coming_back_the_card_has_the_focus(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(6):
            await press(pilot, "tab")
            if isinstance(app.focused, ExerciseCard):
                break
        card = app.focused
        assert isinstance(card, ExerciseCard)
        await press(pilot, "enter")
        assert app.screen.query_one(ExercisePanel).question == card.question
        await press(pilot, "escape")
        if app.screen.query(ExercisePanel):
            await press(pilot, "escape")
        assert app.focused is card


async def test_the_open_exercise_is_there_again_at_the_next_start(make_app: MakeApp, store: Store) -> None:
    app = make_app("lesson", "lenet5-end-to-end")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        screen.open_exercise("lenet5-rgb")
        await pilot.pause()
        await write(pilot, "6200")
    again = make_app()
    async with again.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert isinstance(again.screen, LessonScreen)
        assert again.screen.query_one(ExercisePanel).question == "lenet5-rgb"
        assert again.screen.query_one(AnswerInput).value == "6200"


async def test_the_calculator_opens_over_the_page_and_closes_again(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "space", "c")
        assert isinstance(app.screen, WorkbenchScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, LessonScreen)


async def test_terms_are_listed_with_their_meaning_the_first_in_view_chosen(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "g")
        assert isinstance(app.screen, PickScreen)
        shown = flat(app)
        assert "weight sharing" in shown and "chia sẻ trọng số" in shown
        await press(pilot, "f2", "escape")
        assert isinstance(app.screen, LessonScreen)


async def test_a_link_to_a_lesson_is_followed_from_the_list(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "g", "home", "enter")
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.slug == "local-connectivity"
        await press(pilot, "escape")
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.slug == LESSON


async def test_a_click_on_a_term_explains_it(make_app: MakeApp) -> None:
    app = make_app("lesson", LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        row, line = next(
            (row, line) for row, line in enumerate(seen(app).splitlines()) if "weight sharing," in line
        )
        await pilot.click(offset=(line.index("weight sharing") + 3, row))
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)


async def test_next_and_previous_lesson(make_app: MakeApp, course: Course) -> None:
    app = make_app("lesson", "layers-of-a-cnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "p")
        assert "This is the first lesson" in told(app)
        for slug in list(course.lessons)[1:]:
            await press(pilot, "n")
            assert isinstance(app.screen, LessonScreen)
            assert app.screen.slug == slug
        await press(pilot, "n")
        assert "This is the last lesson" in told(app)
        await press(pilot, "p")
        screen: object = app.screen
        assert isinstance(screen, LessonScreen)
        assert screen.slug == list(course.lessons)[-2]
        assert len(app.screen_stack) == 2


async def test_the_end_card_marks_the_lesson_read_and_goes_on(make_app: MakeApp, store: Store) -> None:
    app = make_app("lesson", "layers-of-a-cnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "end")
        shown = flat(app)
        assert "End of the lesson" in shown
        assert "0 of 4 exercises solved" in shown
        await press(pilot, "tab", "tab")
        assert isinstance(app.focused, EndCard)
        await press(pilot, "enter")
        assert store.lesson("layers-of-a-cnn").state == "done"
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.slug == "local-connectivity"


async def test_enter_goes_on_from_the_end_of_the_page_and_from_nowhere_else(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app("lesson", "layers-of-a-cnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Done, go on" not in last_line(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, LessonScreen) and app.screen.slug == "layers-of-a-cnn"
        assert store.lesson("layers-of-a-cnn").state == "started"
        await press(pilot, "end")
        assert "Enter Done, go on" in last_line(app)
        await press(pilot, "enter")
        assert store.lesson("layers-of-a-cnn").state == "done"
        assert app.screen.slug == "local-connectivity"


async def test_the_last_lesson_leads_to_the_lab(make_app: MakeApp) -> None:
    app = make_app("lesson", "lenet5-end-to-end")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "end", "tab")
        while not isinstance(app.focused, RecipeCard):
            await press(pilot, "tab")
        await press(pilot, "enter")
        assert isinstance(app.screen, LabScreen)
        await pilot.pause()
        assert "61,706 parameters" in flat(app)


class OneBroken(dict[str, Question]):
    """The questions of the course, one of them in a file that cannot be read."""

    def __getitem__(self, slug: str) -> Question:
        if slug == "conv-output-shape":
            raise NotUnderstood(msg("There is no exercise {name}; Ctrl+P lists all.", name=slug))
        return super().__getitem__(slug)


async def test_a_broken_exercise_is_named_on_its_card_and_in_its_place(
    make_app: MakeApp, context: Context
) -> None:
    context.course = replace(context.course, questions=OneBroken(context.course.questions))
    app = make_app("lesson", "layers-of-a-cnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab", "tab")
        assert "✗ There is no exercise conv-output-shape" in flat(app)
        await press(pilot, "enter")
        assert "✗ There is no exercise conv-output-shape" in flat(app)
        await press(pilot, "escape", "tab", "enter")
        assert "Two convolutions without padding" in flat(app)


async def test_next_in_the_middle_does_not_mark_the_lesson_read(make_app: MakeApp, store: Store) -> None:
    app = make_app("lesson", "layers-of-a-cnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n")
        assert store.lesson("layers-of-a-cnn").state == "started"


async def test_a_solved_exercise_shows_on_its_card(make_app: MakeApp) -> None:
    app = make_app("lesson", "lenet5-end-to-end")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        screen.open_exercise("lenet5-rgb")
        await pilot.pause()
        await write(pilot, "62,006")
        await press(pilot, "enter")
        states = {card.question: card.state for card in screen.query(ExerciseCard)}
        assert states["lenet5-rgb"] == "done"
        assert states["alexnet-total"] == "new"


@pytest.mark.parametrize(
    "slug", ["layers-of-a-cnn", "local-connectivity", "weight-sharing", "lenet5-end-to-end"]
)
@pytest.mark.parametrize("keys", [(), ("f2",)])
async def test_every_page_is_drawn_to_its_end_in_both_languages(
    make_app: MakeApp, slug: str, keys: tuple[str, ...]
) -> None:
    app = make_app("lesson", slug)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        page = app.screen.query_one(LessonPage)
        for _ in range(40):
            if page.at_end:
                break
            await pilot.press("space")
        await pilot.pause()
        assert page.at_end
        assert "{{" not in seen(app) and "[[" not in seen(app)
        assert "Esc" in last_line(app)
