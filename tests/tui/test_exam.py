"""An exam on the screen: begun, answered, marked, locked, cut off, over, reported."""

import json
import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.classroom.exam import report_of
from cnntutor.classroom.exam_desk import ExamDesk
from cnntutor.course.loader import Course
from cnntutor.i18n import set_language
from cnntutor.progress.records import Exam
from cnntutor.progress.store import Store
from cnntutor.quiz.exam import scope_of
from cnntutor.quiz.exam_report import ExamReport
from cnntutor.quiz.pose import pose
from cnntutor.quiz.solution import right_answers
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context
from cnntutor.tui.exam_clock import ExamClock, shown_time
from cnntutor.tui.screens.exam import ExamScreen
from cnntutor.tui.screens.exam_report import ExamReportScreen
from cnntutor.tui.screens.exams import ExamsScreen
from cnntutor.tui.screens.lesson import LessonScreen
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.widgets.exam_timer import ExamTimer
from tests.tui.conftest import NOW, MakeApp
from tests.tui.seeing import flat, last_line, press, seen, told, until, write


def _fail(problem: Exception) -> None:
    raise problem


@pytest.fixture
def desk(context: Context) -> ExamDesk:
    """Keeps the exam of the test."""
    return ExamDesk(context.course, context.store, context.clock, _fail)


def begin(desk: ExamDesk, scope: str = "skill:output-size", count: int = 4, minutes: int = 10) -> Exam:
    return desk.begin(scope_of(scope), 7, count, minutes)


def right(context: Context, exam: Exam, at: int) -> dict[str, str]:
    asked = exam.questions[at]
    return right_answers(pose(context.course.questions[asked.question], asked.seed))


async def test_an_exam_is_chosen_begun_answered_and_handed_in(make_app: MakeApp, store: Store) -> None:
    app = make_app("lesson", "weight-sharing")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        await press(pilot, "ctrl+p")
        await write(pilot, "exams")
        await press(pilot, "enter")
        assert isinstance(app.screen, ExamsScreen)
        await press(pilot, "n", "down", "enter")
        assert "Exam about the unit Layers and connections" in flat(app)
        await press(pilot, "backspace", "backspace")
        await press(pilot, "enter")
        assert "Questions: a whole number from 1 to" in flat(app)
        await write(pilot, "5")
        await press(pilot, "down")
        await write(pilot, "7")
        await press(pilot, "down")
        await write(pilot, "4182")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ExamScreen))
        assert not any(isinstance(screen, LessonScreen) for screen in app.screen_stack)
        exam = store.open_exam()
        assert exam is not None
        assert (exam.seed, exam.minutes, len(exam.questions)) == (4182, 7, 5)
        assert exam.scope == "unit:foundations"
        assert "1 of 5" in seen(app).splitlines()[0]
        assert "7:00 left" in seen(app).splitlines()[0] or "6:5" in seen(app).splitlines()[0]
        await press(pilot, "f10", "y")
        await until(pilot, lambda: isinstance(app.screen, ExamReportScreen))
        assert "0 of 5 points" in flat(app)
        assert store.open_exam() is None


async def test_answers_are_kept_at_once_and_the_exam_goes_on_where_it_was(
    make_app: MakeApp, context: Context, desk: ExamDesk
) -> None:
    exam = begin(desk)
    app = make_app("exam", exam.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamScreen))
        await press(pilot, "f8", "f3")
        kept = context.store.open_exam()
        assert kept is not None
        assert [each.flagged for each in kept.questions] == [False, True, False, False]
        assert "2 of 4 · marked" in flat(app)
        assert "[2!]" in flat(app)
        assert app.record.place() is not None
    again = CnntutorApp(context, strict=True)
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(again.screen, ExamScreen))
        await until(pilot, lambda: "Question 2 of 4 · marked" in flat(again))


async def test_no_help_is_offered_and_everything_that_helps_is_locked(
    make_app: MakeApp, desk: ExamDesk
) -> None:
    exam = begin(desk)
    app = make_app("exam", exam.id)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamScreen))
        for helping in ("Hint", "Working", "Calculator", "New numbers"):
            assert helping not in last_line(app)
        await press(pilot, "escape")
        await press(pilot, "i", "w", "c", "n")
        assert isinstance(app.screen, ExamScreen)
        for place in ("workbench lenet5", "lesson weight-sharing", "exercise conv-params"):
            await press(pilot, "ctrl+p")
            await write(pilot, place.split(" ", maxsplit=1)[1].replace("-", " ")[:9])
            await press(pilot, "enter")
            assert isinstance(app.screen, ExamScreen)
        assert "locked until you hand in" in told(app)
        await press(pilot, "escape")
        assert "Leave the exam for now?" in seen(app)
        await press(pilot, "y")
        assert isinstance(app.screen, MapScreen)
        assert "An exam goes on until" in seen(app)
        await press(pilot, "c")
        assert isinstance(app.screen, MapScreen)
        await press(pilot, "x")
        assert isinstance(app.screen, ExamScreen)


async def test_an_answer_that_cannot_be_read_is_told_and_a_wrong_one_is_not(
    make_app: MakeApp, context: Context, desk: ExamDesk
) -> None:
    exam = begin(desk)
    at = next(
        place
        for place, each in enumerate(exam.questions)
        if pose(context.course.questions[each.question], each.seed).kind == "number"
    )
    app = make_app("exam", f"{exam.id} {at + 1}")
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamScreen))
        await write(pilot, "about ten")
        await press(pilot, "enter")
        assert "Not understood; as it stands it is worth nothing." in flat(app)
        for _ in range(9):
            await press(pilot, "backspace")
        assert "Not understood" not in flat(app)
        await write(pilot, "999937")
        await press(pilot, "f7" if at else "f8")
        assert "Not right" not in flat(app)
        assert context.store.attempts() == ()
        kept = context.store.open_exam()
        assert kept is not None
        assert kept.questions[at].answers == {"answer": "999937"}


async def test_when_the_time_is_over_what_was_typed_is_handed_in(
    make_app: MakeApp, context: Context, desk: ExamDesk
) -> None:
    exam = begin(desk)
    at = next(
        place
        for place, each in enumerate(exam.questions)
        if pose(context.course.questions[each.question], each.seed).kind == "number"
    )
    app = make_app("exam", f"{exam.id} {at + 1}")
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamScreen))
        await write(pilot, right(context, exam, at)["answer"])
        await press(pilot, "f10")
        assert "Hand in?" in seen(app)
        context.clock = lambda: NOW + timedelta(minutes=11)
        screen = next(each for each in app.screen_stack if isinstance(each, ExamScreen))
        screen._clock._wall = context.clock
        screen._desk._clock = context.clock
        screen.query_one(ExamTimer).look()
        await until(pilot, lambda: isinstance(app.screen, ExamReportScreen))
        await until(pilot, lambda: "The time is over" in told(app))
        (over,) = context.store.exams()
        assert over.ended == NOW + timedelta(minutes=10)
        assert over.questions[at].verdict == "right"
        await until(pilot, lambda: "ended by the clock after 10:00" in flat(app))


async def test_an_exam_whose_time_went_by_opens_as_its_report(
    make_app: MakeApp, context: Context, desk: ExamDesk
) -> None:
    exam = begin(desk)
    context.clock = lambda: NOW + timedelta(days=1)
    app = make_app("exam", exam.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamReportScreen))
        await until(pilot, lambda: "0 of 4 points" in flat(app))


async def test_the_timer_keeps_its_width_and_place(make_app: MakeApp, desk: ExamDesk) -> None:
    exam = begin(desk, minutes=120)
    app = make_app("exam", exam.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamScreen))
        timer = app.screen.query_one(ExamTimer)
        before = timer.region
        clock = timer._clock
        clock._left, clock._steady = 9.4, lambda: clock._begun
        timer.look()
        await pilot.pause()
        assert timer.shown == "  0:10"
        assert "‼   0:10 left" in seen(app).splitlines()[0]
        assert timer.region == before


def test_time_is_rounded_up_so_that_the_last_second_is_seen() -> None:
    assert [shown_time(left, 20) for left in (1200.0, 1199.2, 60, 0.4, 0)] == [
        "20:00",
        "20:00",
        " 1:00",
        " 0:01",
        " 0:00",
    ]


def test_the_clock_on_screen_never_goes_up() -> None:
    steady = [0.0]
    wall = [NOW]
    exam = Exam("x", NOW, 1, 10, "all")
    clock = ExamClock(exam, lambda: wall[0], lambda: steady[0])
    steady[0], wall[0] = 60.0, NOW - timedelta(hours=1)
    assert clock.left() == 540
    steady[0], wall[0] = 61.0, NOW + timedelta(minutes=5)
    assert clock.left() == 300


@pytest.mark.parametrize("form", ["html", "md", "json"])
async def test_the_report_is_written_to_a_file(
    make_app: MakeApp, desk: ExamDesk, context: Context, form: str
) -> None:
    exam = begin(desk)
    desk.answer(exam, 0, right(context, exam, 0), 10)
    over = desk.end(exam)
    app = make_app("exam", exam.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamReportScreen))
        await press(pilot, "e", *["down"] * ["html", "md", "json"].index(form), "enter")
        file = Path(locations.home_dir(), "exports", f"exam-{over.id}.{form}")
        await until(pilot, file.is_file)
        text = file.read_text(encoding="utf-8")
        title = context.course.questions[over.questions[0].question].title
        assert str(title) in text
        if form == "json":
            assert json.loads(text)["points"] == 1.0


async def test_the_report_follows_the_language(make_app: MakeApp, desk: ExamDesk) -> None:
    over = desk.end(begin(desk))
    app = make_app("exam", over.id)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, ExamReportScreen))
            await press(pilot, "f2")
            await until(pilot, lambda: "0 trên 4 điểm" in flat(app))
            await press(pilot, "right")
            assert "không trả lời" in flat(app)
    finally:
        set_language("en")


async def test_keys_are_answered_while_a_report_is_written(
    make_app: MakeApp, desk: ExamDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = desk.end(begin(desk))
    may_end = threading.Event()

    def slow(course: Course, exam: Exam) -> ExamReport:
        assert may_end.wait(30)
        return report_of(course, exam)

    monkeypatch.setattr("cnntutor.tui.screens.exam_report.report_of", slow)
    app = make_app("exam", over.id)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, ExamReportScreen))
            assert "The report is being written." in flat(app)
            await press(pilot, "f2")
            assert "Đang viết kết quả." in flat(app)
            may_end.set()
            await until(pilot, lambda: "0 trên 4 điểm" in flat(app))
            assert "0 of 4 points" not in flat(app)
    finally:
        may_end.set()
        set_language("en")


async def test_a_report_that_does_not_fit_on_the_disk_leaves_the_one_before(
    make_app: MakeApp, desk: ExamDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = desk.end(begin(desk))
    file = Path(locations.home_dir(), "exports", f"exam-{over.id}.html")
    file.parent.mkdir(parents=True)
    file.write_text("the one before", encoding="utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    app = make_app("exam", over.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamReportScreen))
        await press(pilot, "e", "enter")
        await until(pilot, lambda: "No space left on device" in told(app))
        assert "The report is in" not in told(app)
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert file.read_text(encoding="utf-8") == "the one before"


async def test_a_question_that_has_left_the_course_is_no_field_of_another(
    make_app: MakeApp, context: Context, desk: ExamDesk
) -> None:
    exam = begin(desk)
    gone = exam.questions[1].question
    there = {slug: each for slug, each in context.course.questions.items() if slug != gone}
    context.course = replace(context.course, questions=there)
    app = make_app("exam", exam.id)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ExamScreen))
        await press(pilot, "f8")
        await until(pilot, lambda: "✗" in flat(app))
        assert not app.screen.query("#fields > *")
        await write(pilot, "12")
        kept = context.store.open_exam()
        assert kept is not None and not any(each.answers for each in kept.questions)
        await press(pilot, "f8")
        await until(pilot, lambda: "Question 3 of 4" in flat(app))
