"""Every question of the course, over seeds: right answers in every form, mistakes by name, both languages."""

from collections import Counter
from fractions import Fraction

import pytest

from cnntutor import locations
from cnntutor.classroom.checker_questions import SHUFFLED
from cnntutor.course.coverage import coverage
from cnntutor.course.loader import Course, load_course
from cnntutor.course.questions import CodeQuestion, Question
from cnntutor.i18n import number
from cnntutor.quiz.collisions import collisions
from cnntutor.quiz.grade import grade
from cnntutor.quiz.hints import hints
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER, PosedQuestion
from cnntutor.quiz.solution import right_answers, solution

COURSE = load_course()
QUESTIONS = [each for each in COURSE.questions.values() if not isinstance(each, CodeQuestion)]


def forms(posed: PosedQuestion, field: str, answer: str) -> list[str]:
    """Return the right answer to a field in the forms a learner may type it in."""
    kind = next(each.kind for each in posed.fields if each.id == field)
    spaced = [f" {answer} "]
    if kind == "count":
        value = int(answer.replace(",", ""))
        return [*spaced, str(value), number(value, "vi"), f"{value - 1} + 1", f"({value})", f"{value} params"]
    if kind == "shape":
        sides = answer.split("x")
        wide = [" ".join(sides), "×".join(sides), " x ".join(sides)] if len(sides) > 1 else []
        return [*spaced, f"({', '.join(sides)}{',' if len(sides) == 1 else ''})", *wide]
    if kind == "percent":
        return [*spaced, f"{answer} %"]
    if kind == "choice":
        return [*spaced, answer.upper(), f"{answer})"]
    return spaced


def try_question(question: Question, seed: int) -> None:
    """Ask a question with one seed."""
    posed = pose(question, seed)
    answers = right_answers(posed)
    assert grade(posed, answers).verdict == "right"
    for field, answer in answers.items():
        for form in forms(posed, field, answer):
            assert grade(posed, answers | {field: form}).verdict == "right", (posed.slug, seed, form)
    assert grade(posed, {}).verdict == "not_understood"
    for hint in hints(posed):
        both = hint.both() if hasattr(hint, "both") else hint
        assert both.en
        assert both.vi
    assert solution(posed)
    if question.vary:
        assert collisions(posed) == (), (posed.slug, seed)
    if posed.key is not None:
        right = {each.value for each in posed.key.right}
        named: dict[object, set[str]] = {}
        for _, each in posed.key.mistaken():
            named.setdefault(each.value, set()).add(each.slug)
        for value, slugs in named.items():
            if value in right or isinstance(value, Fraction):
                continue
            typed = "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
            given = grade(posed, {ANSWER: typed})
            assert given.verdict == "wrong", (posed.slug, seed, typed)
            assert slugs <= {given.mistake, *given.also}, (posed.slug, seed, typed)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.slug)
def test_a_question(question: Question) -> None:
    for seed in range(3 if question.vary else 1):
        try_question(question, seed)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.slug)
def test_a_question_over_many_seeds(question: Question) -> None:
    seeds = 200 if question.vary else 20 if isinstance(question, SHUFFLED) else 1
    for seed in range(seeds):  # without a draw and without an order all seeds are one
        try_question(question, seed)


def test_every_exercise_of_the_list_is_covered(course: Course) -> None:
    found = coverage(locations.content_dir(), course.questions)
    assert len(found.rows) == 235
    assert found.missing == ()
    assert found.unknown == ()


def test_every_kind_is_asked(course: Course) -> None:
    kinds = Counter(str(type(each).__struct_config__.tag) for each in course.questions.values())
    assert len(kinds) == 10
    assert kinds["code"] >= 15
