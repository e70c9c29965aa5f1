"""The exercises of the practice list: what each is, how it stands, and by which words it is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cnntutor.course.kinds import KINDS
from cnntutor.course.skills import SKILLS
from cnntutor.i18n import Message, msg
from cnntutor.tui.destinations import folded

if TYPE_CHECKING:
    from cnntutor.course.headings import QuestionHeading
    from cnntutor.course.loader import Course
    from cnntutor.progress.records import Tally

State = Literal["new", "wrong", "done"]
Only = Literal["all", "new", "wrong", "done", "due"]

ONLY: dict[Only, Message] = {
    "all": msg("all"),
    "new": msg("not tried"),
    "wrong": msg("wrong last"),
    "done": msg("right last"),
    "due": msg("due for review"),
}
"""What the list may be narrowed to, in the order a key goes through."""

DIFFICULTY: dict[int, Message] = {1: msg("easy"), 2: msg("medium"), 3: msg("hard")}


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """One exercise of the list."""

    heading: QuestionHeading
    state: State
    due: bool
    """Whether it was answered and its skill is due for review."""
    attempts: int
    lesson: str
    """The slug of the lesson it belongs to; empty for none."""
    words: str
    """What it is found by, folded: title, slug, skill, kind, lesson and unit in both languages."""


def practice_rows(
    course: Course, headings: Sequence[QuestionHeading], tallies: Iterable[Tally], due: Iterable[str]
) -> tuple[PracticeRow, ...]:
    """Return every exercise: those of the lessons in their order, then the others by skill and difficulty."""
    answered: dict[str, Tally] = {}
    for tally in tallies:
        known = answered.get(tally.question)
        if known is None or known.last <= tally.last:
            answered[tally.question] = tally
    due_now = frozenset(due)
    lesson_of = {slug: lesson.slug for lesson in course.lessons.values() for slug in lesson.questions}
    placed = {slug: place for place, slug in enumerate(lesson_of)}
    skills = {slug: place for place, slug in enumerate(SKILLS)}
    ordered = sorted(
        headings,
        key=lambda each: (
            placed.get(each.slug, len(placed)),
            skills.get(each.skill, len(skills)),
            each.difficulty,
            each.slug,
        ),
    )
    rows = []
    for heading in ordered:
        found = answered.get(heading.slug)
        state: State = "new" if found is None else "done" if found.last_verdict == "right" else "wrong"
        lesson = lesson_of.get(heading.slug, "")
        is_due = found is not None and heading.skill in due_now
        words = folded(" ".join(_words(course, heading, lesson)))
        rows.append(PracticeRow(heading, state, is_due, found.attempts if found else 0, lesson, words))
    return tuple(rows)


def _words(course: Course, heading: QuestionHeading, lesson: str) -> Iterable[str]:
    """Yield the words of an exercise in both languages."""
    yield from (heading.slug, heading.slug.replace("-", " "), heading.title.en, heading.title.vi)
    yield from (heading.skill, heading.kind)
    for message in (SKILLS.get(heading.skill), KINDS.get(heading.kind), DIFFICULTY.get(heading.difficulty)):
        if message is not None:
            both = message.both()
            yield from (both.en, both.vi)
    if lesson:
        unit = course.unit_of(lesson)
        for title in (course.lessons[lesson].title, unit.title):
            yield from (title.en, title.vi)


def narrowed(rows: Sequence[PracticeRow], typed: str, only: Only) -> tuple[PracticeRow, ...]:
    """Return the rows that hold every typed word, and stand as asked."""
    words = folded(typed).split()
    return tuple(
        row
        for row in rows
        if (only == "all" or (row.due if only == "due" else row.state == only))
        and all(word in row.words for word in words)
    )
