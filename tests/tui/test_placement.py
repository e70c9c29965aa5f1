"""The placement quiz on the screen: short, cut off and gone on with, its marks on the map and taken back."""

from cnntutor.i18n import set_language
from cnntutor.progress.store import Store
from cnntutor.quiz.grade import grade
from cnntutor.quiz.solution import right_answers
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context
from cnntutor.tui.placement import KEPT_AS
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.screens.placement import PlacementScreen
from cnntutor.tui.screens.placement_quiz import PlacementQuizScreen
from cnntutor.tui.widgets.answer_fields import AnswerInput
from cnntutor.tui.widgets.choice_list import ChoiceList
from cnntutor.tui.widgets.placement_sheet import PlacementSheet
from tests.tui.conftest import MakeApp
from tests.tui.seeing import flat, last_line, press, seen, until, write


def sheet_of(app: CnntutorApp) -> PlacementSheet:
    return app.screen.query_one(PlacementSheet)


async def answer_rightly(app: CnntutorApp, pilot) -> None:  # type: ignore[no-untyped-def]
    """Type the right answer to the question on screen, whatever its kind."""
    seat = sheet_of(app).seat()
    assert seat is not None
    for field, text in right_answers(seat.posed).items():
        seat.type(field, text)
    for entry in app.screen.query(AnswerInput):
        entry.value = seat.answers[entry.field.id]
    for choices in app.screen.query(ChoiceList):
        letters = seat.answers[choices.field_id]
        choices.taken = frozenset(part.strip() for part in letters.split(","))
        choices.cursor = [each.letter for each in seat.posed.choices].index(min(choices.taken))
        choices.focus()
    await press(pilot, "enter")


async def test_the_quiz_is_offered_and_marks_what_is_known(
    make_app: MakeApp, context: Context, store: Store
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "p what to skip?" in flat(app))
        await press(pilot, "p")
        assert isinstance(app.screen, PlacementScreen)
        assert "at most 8 questions" in flat(app)
        await press(pilot, "n")
        await until(pilot, lambda: isinstance(app.screen, PlacementQuizScreen))
        asked = 0
        while isinstance(app.screen, PlacementQuizScreen):
            first = "The layers of a CNN" in flat(app)
            if first:
                await answer_rightly(app, pilot)
            else:
                await press(pilot, "f4")
            await pilot.pause()
            asked += 1
            assert asked < 9
        assert isinstance(app.screen, PlacementScreen)
        assert "» The layers of a CNN 2 of 2 right:" in flat(app)
        (mark,) = store.marks()
        assert (mark.kind, mark.slug) == ("lesson", "layers-of-a-cnn")
        assert store.draft(KEPT_AS) is None
        assert [attempt.verdict for attempt in store.attempts()] == ["right", "right"]
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)
        assert "» The layers of a CNN" in flat(app)
        assert "▸ ○ Local connectivity" in flat(app)


async def test_a_key_pressed_twice_answers_one_question(make_app: MakeApp, store: Store) -> None:
    app = make_app("placement-quiz")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Question 1" in flat(app))
        sheet = sheet_of(app)
        seat = sheet.seat()
        assert seat is not None
        given = grade(seat.posed, right_answers(seat.posed))
        for _ in range(2):
            sheet.post_message(PlacementSheet.Answered(seat, given))
        await until(pilot, lambda: "Question 2" in flat(app))
        for _ in range(3):
            await pilot.pause()
        assert "Question 2" in flat(app)
        assert [attempt.question for attempt in store.attempts()] == [seat.posed.slug]


async def test_a_mark_is_taken_back_and_set_by_hand(make_app: MakeApp, store: Store) -> None:
    app = make_app("placement")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "○ The layers of a CNN" in flat(app))
        await press(pilot, "down", "space")
        assert "» Local connectivity marked by hand" in flat(app)
        assert [mark.slug for mark in store.marks()] == ["local-connectivity"]
        await press(pilot, "space")
        assert store.marks() == ()
        assert "» Local" not in flat(app)


async def test_a_quiz_that_was_cut_off_goes_on(make_app: MakeApp, context: Context) -> None:
    app = make_app("placement-quiz")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Question 1 ·" in flat(app))
        await press(pilot, "f4")
        await until(pilot, lambda: "Question 2 ·" in flat(app))
        before = sheet_of(app).seat()
    again = CnntutorApp(context, strict=True)
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Question 2 ·" in flat(again))
        after = sheet_of(again).seat()
        assert before is not None
        assert after is not None
        assert (before.posed.slug, before.posed.seed) == (after.posed.slug, after.posed.seed)


async def test_what_is_not_understood_may_be_typed_again_and_no_help_is_offered(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app("placement-quiz")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Question 1 ·" in flat(app))
        for helping in ("Hint", "Working", "Calculator"):
            assert helping not in last_line(app)
        if isinstance(app.focused, AnswerInput):
            await write(pilot, "about ten")
            await press(pilot, "enter")
            assert "Not understood" in flat(app)
        assert "Question 1 ·" in flat(app)
        assert store.attempts() == ()


async def test_the_page_is_whole_in_vietnamese(make_app: MakeApp) -> None:
    set_language("vi")
    app = make_app("placement")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "nhiều nhất 8 câu" in flat(app))
        await press(pilot, "space")
        assert "tự đánh dấu" in seen(app)
