"""A placement quiz: a few questions a lesson, as many as it takes to see which lessons are known already.

Two right answers at the first try, to different questions of a lesson, say that it is known; one wrong answer
says that it is worth reading. After two lessons of a unit in a row that are not known, the rest of the unit,
which builds on them, is not asked about. Questions that are hard to guess come first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cnntutor.course.questions import (
    ChoiceQuestion,
    CodeQuestion,
    MultiChoiceQuestion,
    PredictionQuestion,
    Question,
    TableQuestion,
)
from cnntutor.errors import CnntutorError
from cnntutor.quiz.draw import pick
from cnntutor.quiz.exam import SEEDS, PaperItem

if TYPE_CHECKING:
    from cnntutor.course.loader import Course

ENOUGH = 2
"""Right answers that say that a lesson is known."""
IN_A_ROW = 2
"""Lessons of a unit not known, one after the other, after which the unit is left."""
MOST = 24
"""Questions at most, however long the course is."""

Outcome = Literal["right", "wrong", "unknown"]
"""How a question went; "unknown" where the learner said so."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the quiz that was answered."""

    lesson: str
    question: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Wanted:
    """The next question of the quiz."""

    lesson: str
    item: PaperItem


@dataclass(frozen=True, slots=True)
class Finding:
    """What the quiz says about a lesson."""

    lesson: str
    known: bool
    right: tuple[str, ...]
    """The questions answered rightly."""
    missed: tuple[str, ...]

    @property
    def evidence(self) -> str:
        """What it rests on, in figures and names: "2/2 conv-params conv-side"."""
        asked = (*self.right, *self.missed)
        return f"{len(self.right)}/{len(asked)} {' '.join(asked)}"


def next_question(course: "Course", seed: int, asked: Iterable[Asked]) -> Wanted | None:
    """Return what is to be asked next; None once enough is known.

    Args:
        course: The course.
        seed: Draws questions and numbers.
        asked: What was answered so far, in its order.
    """
    done = tuple(asked)
    if len(done) >= MOST:
        return None
    for unit in course.units:
        missed_in_a_row = 0
        for slug in unit.lessons:
            shelf = _shelf(course, slug, seed)
            of_lesson = [each for each in done if each.lesson == slug]
            missed = any(each.outcome != "right" for each in of_lesson)
            if not missed and len(of_lesson) < min(ENOUGH, len(shelf)):
                question = next(
                    each for each in shelf if each.slug not in {one.question for one in of_lesson}
                )
                drawn = pick(f"placement\0{question.slug}", seed, SEEDS)
                return Wanted(slug, PaperItem(question.slug, drawn, question.skill))
            if shelf:
                missed_in_a_row = missed_in_a_row + 1 if missed else 0
            if missed_in_a_row >= IN_A_ROW:
                break
    return None


def findings(course: "Course", seed: int, asked: Iterable[Asked]) -> tuple[Finding, ...]:
    """Return what the answers say about every lesson that was asked about, in the order of the course."""
    done = tuple(asked)
    found: list[Finding] = []
    for slug in course.lessons:
        of_lesson = [each for each in done if each.lesson == slug]
        if not of_lesson:
            continue
        right = tuple(each.question for each in of_lesson if each.outcome == "right")
        missed = tuple(each.question for each in of_lesson if each.outcome != "right")
        enough = len(right) >= min(ENOUGH, len(_shelf(course, slug, seed)))
        found.append(Finding(slug, enough and not missed, right, missed))
    return tuple(found)


def _shelf(course: "Course", lesson: str, seed: int) -> list[Question]:
    """Return what may be asked about a lesson, the hardest to guess first."""
    questions: list[Question] = []
    for slug in course.lessons[lesson].questions:
        try:
            question = course.questions[slug]
        except CnntutorError:
            continue
        if not isinstance(question, CodeQuestion | PredictionQuestion):
            questions.append(question)
    return sorted(
        questions, key=lambda each: (_guessed(each), pick(f"placement shelf\0{each.slug}", seed, SEEDS))
    )


def _guessed(question: Question) -> int:
    """Return how easily a question is answered by chance, a table last because it is long."""
    if isinstance(question, TableQuestion):
        return 3
    if isinstance(question, ChoiceQuestion):
        return 2
    return 1 if isinstance(question, MultiChoiceQuestion) else 0
