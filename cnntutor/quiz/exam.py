"""Exams: which questions a seed draws from a course, and what an answer in an exam is worth.

The same seed, scope and number of questions draw the same exam from the same course, on every machine; so a
teacher hands out three numbers. Code to write and predictions of runs are left out: the one takes a machine
minutes to judge, the other is a guess.
"""

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cnntutor.course.questions import CodeQuestion, PredictionQuestion, Question
from cnntutor.course.skills import skill_name
from cnntutor.errors import CnntutorError
from cnntutor.i18n import t
from cnntutor.quiz.draw import pick
from cnntutor.quiz.grade import grade
from cnntutor.quiz.graded import Grade, Verdict
from cnntutor.quiz.posed import PosedQuestion

if TYPE_CHECKING:
    from cnntutor.course.loader import Course

SEEDS = 10_000
"""Seeds have four digits at most, to be read out."""
MOST_QUESTIONS = 60
MOST_MINUTES = 480
MINUTES_EACH = 2
"""Minutes a question is given where nobody says how many."""
ALL = "all"
"""The scope of an exam about the whole course."""

ScopeKind = Literal["all", "unit", "skill"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an exam may ask about."""

    kind: ScopeKind = "all"
    slug: str = ""
    """Of the unit or the skill."""

    def __str__(self) -> str:
        return ALL if self.kind == "all" else f"{self.kind}:{self.slug}"


def scope_of(text: str) -> Scope:
    """Return a scope written "all", "unit:SLUG" or "skill:SLUG".

    Raises:
        ValueError: it is none of these.
    """
    kind, _, slug = text.partition(":")
    if text == ALL:
        return Scope()
    if kind == "unit" and slug:
        return Scope("unit", slug)
    if kind == "skill" and slug:
        return Scope("skill", slug)
    raise ValueError(f"scope must be all, unit:SLUG or skill:SLUG, received {text!r}")


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One question of an exam, before it is answered."""

    question: str
    seed: int
    skill: str


def scopes(course: "Course") -> dict[Scope, tuple[Question, ...]]:
    """Return every scope that has questions, with all of them: the whole course, its units, its skills.

    A unit has the questions of its lessons and all others that train a skill of those lessons alone.
    """
    asked = [question for question in _readable(course) if _fit(question)]
    found: dict[Scope, list[Question]] = {Scope(): asked}
    placed = {slug for lesson in course.lessons.values() for slug in lesson.questions}
    for unit in course.units:
        lessons = [course.lessons[slug] for slug in unit.lessons]
        own = {slug for lesson in lessons for slug in lesson.questions}
        skills = {skill for lesson in lessons for skill in lesson.skills}
        found[Scope("unit", unit.slug)] = [
            each for each in asked if each.slug in own or (each.slug not in placed and each.skill in skills)
        ]
    for question in asked:
        found.setdefault(Scope("skill", question.skill), []).append(question)
    ordered = sorted(
        found, key=lambda scope: (scope.kind == "skill", scope.slug if scope.kind == "skill" else "")
    )
    return {scope: tuple(found[scope]) for scope in ordered if found[scope]}


def _readable(course: "Course") -> Iterator[Question]:
    """Yield every question whose file can be read; a broken one is told where it is opened."""
    for slug in course.questions:
        with contextlib.suppress(CnntutorError):
            yield course.questions[slug]


def scope_name(course: "Course", scope: Scope) -> str:
    """Return a scope in words, in the language now in force."""
    if scope.kind == "all":
        return t("the whole course")
    if scope.kind == "skill":
        return t("the skill {skill}", skill=skill_name(scope.slug))
    titles = [str(unit.title) for unit in course.units if unit.slug == scope.slug]
    return t("the unit {title}", title=(titles or [scope.slug])[0])


def _fit(question: Question) -> bool:
    return not isinstance(question, CodeQuestion | PredictionQuestion)


def draw_paper(questions: Collection[Question], seed: int, count: int) -> tuple[PaperItem, ...]:
    """Draw an exam.

    Every skill gets its share: of n questions out of N, a skill with k of the N gets n·k/N, rounded up or
    down. Within a skill easy and hard are spread the same way.

    Args:
        questions: What may be asked.
        seed: Draws the questions, their numbers and their order.
        count: How many; fewer where there are not so many.
    """
    skills = sorted({each.skill for each in questions}, key=lambda skill: _rank("skill", skill, seed))
    shelf = sorted(
        questions,
        key=lambda each: (skills.index(each.skill), each.difficulty, _rank("question", each.slug, seed)),
    )
    count = min(count, len(shelf))
    if count == 0:
        return ()
    start = pick("exam start", seed, len(shelf))
    drawn = [shelf[(start + place * len(shelf)) // count] for place in range(count)]
    drawn.sort(key=lambda each: _rank("order", each.slug, seed))
    return tuple(PaperItem(each.slug, pick(f"exam\0{each.slug}", seed, SEEDS), each.skill) for each in drawn)


def _rank(purpose: str, slug: str, seed: int) -> bytes:
    """Return what a seed orders things by."""
    return hashlib.sha256(f"exam {purpose}\0{slug}\0{seed}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer is worth."""

    verdict: Literal["open", "right", "wrong", "not_understood"]
    """"open" where nothing was answered."""
    points: float
    """From 0 to 1: the share of the fields that are right, or follow rightly from a slip before."""
    mistakes: tuple[str, ...]
    grade: Grade | None
    """None where nothing was answered."""


def judge(posed: PosedQuestion, answers: Mapping[str, str]) -> Judged:
    """Return what an answer is worth; half a table is worth half a point."""
    if not any(answers.get(field.id, "").strip() for field in posed.fields):
        return Judged("open", 0.0, (), None)
    given = grade(posed, answers)
    right = sum(each.verdict == "right" or each.carried for each in given.fields.values())
    points = 1.0 if given.verdict == "right" else right / max(1, len(posed.fields))
    return Judged(
        given.verdict, points if posed.several else float(given.verdict == "right"), given.mistakes, given
    )


def unreadable(posed: PosedQuestion, answers: Mapping[str, str]) -> dict[str, str]:
    """Return what would be understood, for every field that holds something not understood.

    That may be said during an exam: it tells nothing of what is right.
    """
    filled = {field.id for field in posed.fields if answers.get(field.id, "").strip()}
    if not filled:
        return {}
    fields = grade(posed, answers).fields
    bad: Verdict = "not_understood"
    return {
        field: str(each.feedback or "")
        for field, each in fields.items()
        if field in filled and each.verdict == bad
    }


def shares(items: Iterable[PaperItem]) -> dict[str, int]:
    """Return how many questions each skill has, the most first."""
    counted: dict[str, int] = {}
    for item in items:
        counted[item.skill] = counted.get(item.skill, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def command(seed: int, scope: Scope, count: int, minutes: int) -> str:
    """Return the command that draws this very exam elsewhere."""
    asked = "" if scope.kind == "all" else f" --{scope.kind} {scope.slug}"
    return f"cnntutor exam start --seed {seed}{asked} --questions {count} --minutes {minutes}"
