"""An exam from its beginning to its report: time, answers, flags, what a crash leaves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnntutor.classroom.exam import begin, by_time, report_of, seconds_left
from cnntutor.classroom.exam_desk import ExamDesk
from cnntutor.course.loader import Course, load_course
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import set_language
from cnntutor.progress.records import Exam
from cnntutor.progress.store import Store
from cnntutor.quiz.exam import Scope
from cnntutor.quiz.exam_export import as_markdown, as_object
from cnntutor.quiz.exam_html import as_html
from cnntutor.quiz.pose import pose
from cnntutor.quiz.solution import right_answers

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this checkout."""
    return load_course()


@pytest.fixture
def clock() -> Clock:
    """It is noon."""
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the record is."""
    return tmp_path / "progress.sqlite3"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    """An empty record."""
    with Store.open(path, clock) as opened:
        yield opened


def _raise(problem: Exception) -> None:
    raise problem


def desk_of(course: Course, store: Store, clock: Clock) -> ExamDesk:
    return ExamDesk(course, store, clock, _raise)


def right(course: Course, exam: Exam, index: int) -> dict[str, str]:
    asked = exam.questions[index]
    return right_answers(pose(course.questions[asked.question], asked.seed))


def test_an_exam_goes_on_after_a_crash_with_the_time_that_passed(
    course: Course, path: Path, clock: Clock
) -> None:
    with Store.open(path, clock) as store:
        desk = desk_of(course, store, clock)
        exam = desk.begin(Scope(), 4182, 6, 10)
        clock.pass_(minutes=2)
        desk.answer(exam, 1, right(course, exam, 1), 100)
        desk.flag(exam, 2)
    clock.pass_(minutes=3)
    with Store.open(path, clock) as store:
        again = desk_of(course, store, clock).going()
        assert again is not None
        assert again.id == exam.id
        assert seconds_left(again, clock()) == 5 * 60
        assert again.questions[1].answers == right(course, exam, 1)
        assert [each.flagged for each in again.questions] == [False, False, True, False, False, False]


def test_an_exam_found_after_its_time_ended_when_the_time_was_over(
    course: Course, store: Store, clock: Clock
) -> None:
    desk = desk_of(course, store, clock)
    exam = desk.begin(Scope(), 7, 4, 10)
    desk.answer(exam, 0, right(course, exam, 0), 30)
    clock.pass_(hours=5)
    assert desk.going() is None
    (over,) = store.exams()
    assert over.ended == NOON + timedelta(minutes=10)
    assert by_time(over)
    assert over.questions[0].verdict == "right"
    assert [attempt.when for attempt in store.attempts()] == [over.ended]


def test_a_clock_set_back_gives_no_time(course: Course, store: Store, clock: Clock) -> None:
    desk = desk_of(course, store, clock)
    exam = desk.begin(Scope(), 7, 4, 10)
    clock.pass_(minutes=6)
    exam = desk.answer(exam, 0, {"answer": "1"}, 360)
    clock.pass_(minutes=-6)
    assert seconds_left(exam, clock()) == 4 * 60


def test_handing_in_counts_every_answer_once(course: Course, store: Store, clock: Clock) -> None:
    desk = desk_of(course, store, clock)
    exam = desk.begin(Scope("skill", "counting"), 5, 5, 10)
    exam = desk.answer(exam, 0, right(course, exam, 0), 20)
    exam = desk.answer(exam, 1, {field: "999999937" for field in right(course, exam, 1)}, 20)
    clock.pass_(minutes=3)
    over = desk.end(exam)
    assert not by_time(over)
    assert desk.end(over) == over
    assert len(store.attempts()) == sum(each.verdict in ("right", "wrong") for each in over.questions)
    report = report_of(course, over)
    assert report.points == sum(each.points for each in over.questions)
    assert report.head.seconds == 180
    assert [line.verdict for line in report.questions][2:] == ["open"] * 3


def test_two_windows_keep_each_other_s_answers(course: Course, path: Path, clock: Clock) -> None:
    with Store.open(path, clock) as store, Store.open(path, clock) as other:
        desk, desk2 = desk_of(course, store, clock), desk_of(course, other, clock)
        exam = desk.begin(Scope(), 7, 4, 10)
        desk.answer(exam, 0, {"answer": "1"}, 1)
        both = desk2.answer(exam, 1, {"answer": "2"}, 1)
        assert [each.answers for each in both.questions[:2]] == [{"answer": "1"}, {"answer": "2"}]


def test_one_exam_at_a_time(course: Course, store: Store, clock: Clock) -> None:
    desk = desk_of(course, store, clock)
    desk.begin(Scope(), 7, 4, 10)
    with pytest.raises(NotUnderstood, match="goes on for 10 minutes"):
        desk.begin(Scope(), 8, 4, 10)


def test_a_scope_that_is_not_there_is_refused(course: Course) -> None:
    with pytest.raises(NotUnderstood, match="unit:foundations"):
        begin(course, Scope("unit", "nowhere"), 1, 5, 5, NOON)
    with pytest.raises(ValueError, match="count must be"):
        begin(course, Scope(), 1, 0, 5, NOON)
    with pytest.raises(ValueError, match="minutes must be"):
        begin(course, Scope(), 1, 5, 0, NOON)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_report_holds_answers_right_answers_and_working_in_every_form(
    course: Course, store: Store, clock: Clock, language: str
) -> None:
    desk = desk_of(course, store, clock)
    exam = desk.begin(Scope("skill", "counting"), 5, 3, 10)
    exam = desk.answer(exam, 0, {field: "<b>937" for field in right(course, exam, 0)}, 20)
    exam = desk.answer(exam, 1, right(course, exam, 1), 20)
    set_language(language)
    report = report_of(course, desk.end(exam))
    told = as_object(report)
    page, text = as_html(report, language), as_markdown(report)
    assert told["ended_by"] == "learner"
    assert "<b>937" not in page
    assert "&lt;b&gt;937" in page
    for question in report.questions:
        assert question.working
        assert question.prompt in text
        for line in question.answers:
            assert line.right
            assert line.verdict == "right" or line.right in " ".join(text.split())


def test_a_question_that_left_the_course_keeps_its_points(course: Course, store: Store, clock: Clock) -> None:
    from dataclasses import replace

    import msgspec

    desk = desk_of(course, store, clock)
    exam = desk.begin(Scope(), 7, 2, 10)
    over = desk.end(exam)
    gone = msgspec.structs.replace(
        over.questions[0], question="no-more", verdict="right", points=1.0, answers={"answer": "5"}
    )
    report = report_of(course, replace(over, questions=(gone, over.questions[1])))
    assert report.points == 1.0
    assert report.questions[0].changed
    assert report.questions[0].answers[0].given == "5"
