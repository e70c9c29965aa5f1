"""The daily review: what is due, which question with which numbers, what comes of it."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from cnntutor.course.headings import QuestionHeading, read_heading, read_headings
from cnntutor.course.loader import Course, load_course, question_slugs
from cnntutor.course.skills import SKILLS, skill_name
from cnntutor.progress.records import Attempt, Draft
from cnntutor.progress.review import Planner, Review, ReviewItem, shaky_first
from cnntutor.progress.store import Store
from cnntutor.quiz.mistakes import mistake_sentence, possible_mistakes
from cnntutor.quiz.pose import pose

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=60)


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this checkout."""
    return load_course()


@pytest.fixture(scope="module")
def headings(course: Course) -> tuple[QuestionHeading, ...]:
    """Every question's heading."""
    return read_headings(course.root)


def planner(course: Course, store: Store, headings: tuple[QuestionHeading, ...]) -> Planner:
    """Return a planner whose chance is known."""
    return Planner(course, store, headings, random.Random(4))


def answer(heading: QuestionHeading, verdict: str = "right", seed: int = 1, *mistakes: str) -> Attempt:
    """Return an answer to a question at noon."""
    found: Literal["right", "wrong"] = "right" if verdict == "right" else "wrong"
    return Attempt(heading.slug, seed, heading.skill, {"answer": "1"}, found, NOON, mistakes)


def named(headings: tuple[QuestionHeading, ...], slug: str) -> QuestionHeading:
    """Return a question's heading by its slug."""
    return next(each for each in headings if each.slug == slug)


def test_headings_glanced_at_are_those_of_the_whole_files(
    course: Course, headings: tuple[QuestionHeading, ...]
) -> None:
    assert [each.slug for each in headings] == list(question_slugs(course.root))
    assert [each for each in headings if each != read_heading(course.root, each.slug)] == []


def test_a_file_of_another_form_is_read_whole_and_a_broken_one_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "plain.toml").write_text(
        'format_version=1\nslug="plain"\nkind="number"\nskill="counting"\nright="2*3"\n'
        'prompt={ en = "How many? Count.", vi = "Bao nhiêu? Hãy đếm." }\n'
    )
    (folder / "broken.toml").write_text("kind =")
    (only,) = read_headings(tmp_path)
    assert (only.slug, only.kind, only.skill, only.difficulty, only.varied) == (
        "plain",
        "number",
        "counting",
        1,
        False,
    )
    assert (only.title.en, only.title.vi) == ("How many?", "Bao nhiêu?")


def test_every_skill_has_a_name(course: Course, headings: tuple[QuestionHeading, ...]) -> None:
    used = {each.skill for each in headings}
    used |= {skill for lesson in course.lessons.values() for skill in lesson.skills}
    assert used <= set(SKILLS)
    assert skill_name("no-such-skill") == "no-such-skill"


def test_a_skill_is_asked_with_new_numbers(course: Course, headings: tuple[QuestionHeading, ...]) -> None:
    heading = next(each for each in headings if each.varied and each.kind == "number")
    with Store.in_memory(lambda: NOON) as store:
        for seed in range(1, 40):
            store.record(answer(heading, seed=seed))
        (item,) = planner(course, store, headings).plan(LATER)
        assert (item.skill, item.question, item.mistake) == (heading.skill, heading.slug, "")
        assert item.seed not in range(40)
        assert planner(course, store, headings).plan(NOON) == ()


@pytest.mark.parametrize("mistake", ["no-bias", "no-input-channels", "ceil-for-floor"])
def test_the_question_can_show_the_mistake_made_lately(
    course: Course, headings: tuple[QuestionHeading, ...], mistake: str
) -> None:
    skill = "output-size" if mistake == "ceil-for-floor" else "counting"
    first = next(each for each in headings if each.skill == skill and each.kind == "choice")
    with Store.in_memory(lambda: NOON) as store:
        store.record(answer(first, "wrong", 1, mistake))
        (item,) = planner(course, store, headings).plan(LATER)
    assert item.mistake == mistake
    assert mistake in possible_mistakes(pose(course.questions[item.question], item.seed))


def test_shaky_skills_come_first(course: Course, headings: tuple[QuestionHeading, ...]) -> None:
    calm, shaky = named(headings, "field-lenet"), next(each for each in headings if each.skill == "counting")
    with Store.in_memory(lambda: NOON) as store:
        store.record(answer(calm, "wrong"))
        store.record(answer(shaky, "wrong", 1, "no-bias"))
        assert [item.skill for item in planner(course, store, headings).plan(LATER)] == [
            "counting",
            "receptive-field",
        ]
        assert shaky_first(("receptive-field", "data"), store.skills()) == ("receptive-field", "data")


def test_a_question_whose_numbers_never_change_rests(
    course: Course, headings: tuple[QuestionHeading, ...]
) -> None:
    fixed = [
        each for each in headings if each.skill == "metrics" and not each.varied and each.kind == "choice"
    ]
    with Store.in_memory(lambda: NOON) as store:
        for each in fixed[:2]:
            store.record(answer(each))
        soon = planner(course, store, headings).choose("metrics", NOON + timedelta(days=2))
        assert soon is not None and soon.question not in {each.slug for each in fixed[:2]}
        late = planner(course, store, headings).choose("metrics", NOON + timedelta(days=20))
        assert late is not None and late.question in {each.slug for each in fixed[:2]}
        other = planner(course, store, headings).choose(
            "metrics", NOON + timedelta(days=20), frozenset({late.question})
        )
        assert other is not None and other.question != late.question
        assert planner(course, store, headings).choose("no-such-skill", NOON) is None


def test_what_was_half_filled_is_gone_on_with_unless_it_was_answered(
    course: Course, headings: tuple[QuestionHeading, ...]
) -> None:
    heading = named(headings, "conv-params")
    with Store.in_memory(lambda: NOON) as store:
        store.record(answer(heading, "wrong", 3, "no-bias"))
        store.save_draft(Draft(heading.slug, 3, {"answer": "450"}))
        (item,) = planner(course, store, headings).plan(LATER)
        assert item.seed != 3
        store.save_draft(Draft(heading.slug, 77, {"answer": ""}))
        (item,) = planner(course, store, headings).plan(LATER)
        assert item.seed != 77
        store.save_draft(Draft(heading.slug, 77, {"answer": "4"}))
        (item,) = planner(course, store, headings).plan(LATER)
        assert (item.question, item.seed) == (heading.slug, 77)


def test_only_the_first_answer_counts_and_the_end_is_reached_once() -> None:
    review = Review([ReviewItem("a", "qa", 1), ReviewItem("b", "qb", 2)])
    assert review.item == ReviewItem("a", "qa", 1)
    assert review.answered("wrong")
    assert not review.answered("unaided")
    review.items.append(ReviewItem("a", "qc", 3, again=True))
    assert review.go_on() == ReviewItem("b", "qb", 2)
    assert review.go_on() == ReviewItem("a", "qc", 3, again=True)
    assert review.answered("aided")
    assert review.go_on() is None
    assert review.go_on() is None
    assert not review.answered("wrong")
    assert (review.count("wrong"), review.count("aided"), review.count("unaided")) == (1, 1, 0)


def test_mistakes_of_the_rules_have_a_sentence() -> None:
    for slug in ("no-bias", "layer-left-out", "steps-floor"):
        assert str(mistake_sentence(slug)).startswith("You ")
    assert mistake_sentence("grouped-count") is None
