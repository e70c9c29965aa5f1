"""Drawing exams from a course, and what answers in them are worth."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnntutor.course.loader import Course, load_course
from cnntutor.course.questions import CodeQuestion, PredictionQuestion, Question
from cnntutor.quiz.exam import Scope, command, draw_paper, judge, scope_of, scopes, unreadable
from cnntutor.quiz.pose import pose
from cnntutor.quiz.solution import right_answers


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this checkout."""
    return load_course()


@pytest.fixture(scope="module")
def everything(course: Course) -> tuple[Question, ...]:
    """All that an exam about the whole course may ask."""
    return scopes(course)[Scope()]


def test_the_same_seed_draws_the_same_exam_however_the_course_is_read(
    everything: tuple[Question, ...],
) -> None:
    assert draw_paper(everything, 4182, 10) == draw_paper(everything[::-1], 4182, 10)
    assert draw_paper(everything, 4182, 10) != draw_paper(everything, 4183, 10)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 9999), count=st.integers(1, 60))
def test_every_skill_gets_its_share(everything: tuple[Question, ...], seed: int, count: int) -> None:
    paper = draw_paper(everything, seed, count)
    assert len({item.question for item in paper}) == len(paper) == count
    drawn = Counter(item.skill for item in paper)
    for skill, of_skill in Counter(each.skill for each in everything).items():
        share = count * of_skill // len(everything)
        assert drawn[skill] in (share, share + 1)


def test_over_many_seeds_every_question_is_asked(everything: tuple[Question, ...]) -> None:
    asked = {item.question for seed in range(400) for item in draw_paper(everything, seed, 10)}
    assert asked == {each.slug for each in everything}


def test_a_small_shelf_gives_a_small_exam(everything: tuple[Question, ...]) -> None:
    assert len(draw_paper(everything[:3], 1, 10)) == 3
    assert draw_paper((), 1, 10) == ()


def test_code_and_predictions_are_not_asked(course: Course) -> None:
    asked = [question for questions in scopes(course).values() for question in questions]
    assert not any(isinstance(question, CodeQuestion | PredictionQuestion) for question in asked)


def test_a_unit_asks_about_its_lessons(course: Course) -> None:
    found = scopes(course)
    unit = course.units[0]
    own = {slug for lesson in unit.lessons for slug in course.lessons[lesson].questions}
    askable = {question.slug for question in found[Scope()]}
    assert own & askable <= {question.slug for question in found[Scope("unit", unit.slug)]}
    elsewhere = {
        slug
        for other in course.units[1:]
        for lesson in other.lessons
        for slug in course.lessons[lesson].questions
    }
    assert not (elsewhere - own) & {question.slug for question in found[Scope("unit", unit.slug)]}


@pytest.mark.parametrize("text", ["all", "unit:foundations", "skill:counting"])
def test_a_scope_is_written_and_read_back(text: str) -> None:
    assert str(scope_of(text)) == text


@pytest.mark.parametrize("text", ["", "unit:", "lesson:x", "counting"])
def test_other_scopes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="scope must be"):
        scope_of(text)


def test_the_command_names_seed_scope_count_and_minutes() -> None:
    assert (
        command(7, Scope("skill", "counting"), 5, 12)
        == "cnntutor exam start --seed 7 --skill counting --questions 5 --minutes 12"
    )


def test_a_right_answer_to_every_question_is_worth_a_point(everything: tuple[Question, ...]) -> None:
    for question in everything:
        posed = pose(question, 11)
        assert judge(posed, right_answers(posed)).points == 1.0, question.slug


def test_nothing_and_nonsense_are_worth_nothing(course: Course) -> None:
    posed = pose(course.questions["conv-params"], 3)
    assert judge(posed, {}).verdict == "open"
    assert judge(posed, {"answer": "  "}).verdict == "open"
    nonsense = judge(posed, {"answer": "about ten"})
    assert (nonsense.verdict, nonsense.points) == ("not_understood", 0.0)
    assert "answer" in unreadable(posed, {"answer": "about ten"})
    assert unreadable(posed, {"answer": "1"}) == {}
    assert unreadable(posed, {}) == {}


def test_a_table_is_worth_its_right_cells(course: Course) -> None:
    posed = pose(course.questions["lenet5-table"], 0)
    right = right_answers(posed)
    first = posed.fields[0].id
    some = judge(posed, {first: right[first]})
    assert some.points == pytest.approx(1 / len(posed.fields))
    assert judge(posed, right).points == 1.0
