"""The placement quiz: short, hard to guess, and every finding with its evidence."""

import pytest

from cnntutor.course.loader import Course, load_course
from cnntutor.course.questions import ChoiceQuestion, TableQuestion
from cnntutor.quiz.placement import ENOUGH, Asked, Outcome, Wanted, findings, next_question


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this checkout."""
    return load_course()


def take(course: Course, known: set[str], seed: int = 5) -> list[Asked]:
    """Take the quiz as somebody who knows these lessons."""
    asked: list[Asked] = []
    while (wanted := next_question(course, seed, asked)) is not None:
        assert isinstance(wanted, Wanted)
        outcome: Outcome = "right" if wanted.lesson in known else "wrong"
        asked.append(Asked(wanted.lesson, wanted.item.question, outcome))
    return asked


@pytest.mark.parametrize("seed", range(20))
def test_who_knows_everything_is_asked_twice_a_lesson(course: Course, seed: int) -> None:
    asked = take(course, set(course.lessons), seed)
    assert len(asked) == len({each.question for each in asked}) == ENOUGH * len(course.lessons)
    assert [each.lesson for each in findings(course, seed, asked) if each.known] == list(course.lessons)


@pytest.mark.parametrize("seed", range(20))
def test_who_knows_nothing_is_asked_little_and_nothing_is_marked(course: Course, seed: int) -> None:
    asked = take(course, set(), seed)
    assert len(asked) <= 2 * len(course.units)
    assert not any(each.known for each in findings(course, seed, asked))


def test_each_lesson_is_judged_on_its_own_answers(course: Course) -> None:
    known = {"local-connectivity"}
    found = {each.lesson: each for each in findings(course, 5, take(course, known))}
    assert {slug for slug, each in found.items() if each.known} == known
    assert found["local-connectivity"].evidence.startswith("2/2 ")
    assert found["layers-of-a-cnn"].evidence.startswith("0/1 ")


def test_one_wrong_answer_is_enough_to_be_worth_reading(course: Course) -> None:
    first = next_question(course, 5, [])
    assert first is not None
    asked = [Asked(first.lesson, first.item.question, "right")]
    second = next_question(course, 5, asked)
    assert second is not None
    assert second.lesson == first.lesson
    asked.append(Asked(second.lesson, second.item.question, "unknown"))
    (finding,) = findings(course, 5, asked)
    assert (finding.known, finding.right, finding.missed) == (
        False,
        (first.item.question,),
        (second.item.question,),
    )


@pytest.mark.parametrize("seed", range(20))
def test_what_is_hard_to_guess_is_asked_where_there_is_such(course: Course, seed: int) -> None:
    for lesson in course.lessons.values():
        questions = [course.questions[slug] for slug in lesson.questions]
        hard = [each for each in questions if not isinstance(each, ChoiceQuestion | TableQuestion)]
        asked = [each for each in take(course, set(course.lessons), seed) if each.lesson == lesson.slug]
        chosen = [course.questions[each.question] for each in asked]
        guessable = [each for each in chosen if isinstance(each, ChoiceQuestion | TableQuestion)]
        assert len(guessable) == max(0, ENOUGH - len(hard))


def test_the_same_seed_asks_the_same(course: Course) -> None:
    assert take(course, set(course.lessons), 9) == take(course, set(course.lessons), 9)
