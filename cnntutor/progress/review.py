"""The daily review: what is due, asked again with new numbers, the shaky mistake first."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from cnntutor.course.headings import QuestionHeading
from cnntutor.errors import CnntutorError
from cnntutor.progress.records import Draft, SkillSummary, Tally

if TYPE_CHECKING:
    from cnntutor.course.loader import Course
    from cnntutor.progress.store import Store

SEEDS = 10_000
"""Seeds have four digits at most, to be read out."""
RESTED = timedelta(days=7)
"""A question whose numbers never change is not asked again within this time, where another is there."""

_NOT_ASKED = frozenset({"code", "prediction"})
"""Kinds that no review asks unless the skill has nothing else: one takes long, the other is a guess."""
_LOOKED_INTO = 12
"""How many questions are looked into for the mistake."""

Outcome = Literal["unaided", "aided", "wrong"]


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One question of a review."""

    skill: str
    question: str
    seed: int
    mistake: str = ""
    """The mistake made lately that this question can show; empty where there is none."""
    again: bool = False
    """Whether it is asked because the same skill went wrong earlier in this review."""


def shaky_first(due: Sequence[str], skills: Iterable[SkillSummary]) -> tuple[str, ...]:
    """Return the skills that are due, those with mistakes made lately first, then the longest overdue."""
    shaky = {each.skill for each in skills if each.mistakes}
    return tuple(sorted(due, key=lambda skill: skill not in shaky))


class Planner:
    """Chooses what to ask of a skill.

    Args:
        course: Where the questions are.
        store: What was answered.
        headings: Of all questions.
        chance: Draws the seeds.
    """

    def __init__(
        self, course: "Course", store: "Store", headings: Sequence[QuestionHeading], chance: random.Random
    ) -> None:
        self._course = course
        self._store = store
        self._headings = headings
        self._chance = chance

    def plan(self, now: datetime) -> tuple[ReviewItem, ...]:
        """Return a question for every skill that is due, the shaky ones first."""
        due = shaky_first(self._store.due(now), self._store.skills())
        items = (self.choose(skill, now) for skill in due)
        return tuple(item for item in items if item is not None)

    def choose(self, skill: str, now: datetime, without: frozenset[str] = frozenset()) -> ReviewItem | None:
        """Return the question to ask of a skill, with numbers not seen before; None where it has none.

        One that was begun and left half-filled is gone on with. Else a question where the mistake made most
        often lately can be made again goes before all others; then those answered before, the longest ago
        first; then others as difficult as those at most.

        Args:
            skill: The skill.
            now: When.
            without: Questions to be asked only where there is no other.
        """
        tallies = {each.question: each for each in self._store.tallies()}
        ranked = _ranked([each for each in self._headings if each.skill == skill], tallies, now)
        ranked.sort(key=lambda heading: heading.slug in without)
        if not ranked:
            return None
        for heading in ranked:
            begun = self._store.draft(heading.slug)
            if begun is not None and heading.slug not in without and self._unanswered(begun):
                return ReviewItem(skill, heading.slug, begun.seed)
        summary = next((each for each in self._store.skills() if each.skill == skill), None)
        for mistake in summary.mistakes[:3] if summary else ():
            for heading in ranked[:_LOOKED_INTO]:
                seed = self.fresh_seed(heading.slug)
                if mistake in self._shows(heading.slug, seed):
                    return ReviewItem(skill, heading.slug, seed, mistake)
        first = ranked[0]
        return ReviewItem(skill, first.slug, self.fresh_seed(first.slug))

    def _unanswered(self, draft: Draft) -> bool:
        """Whether something was typed, without help, and these numbers were never answered."""
        typed = any(text.strip() for text in draft.answers.values())
        if not typed or draft.hints or draft.solution_seen:
            return False
        answered = {attempt.seed for attempt in self._store.attempts(draft.question, limit=200)}
        return draft.seed not in answered

    def fresh_seed(self, question: str) -> int:
        """Return a seed that a question was not answered with; it also orders the choices anew."""
        used = {attempt.seed for attempt in self._store.attempts(question, limit=200)}
        for _ in range(50):
            seed = self._chance.randrange(1, SEEDS)
            if seed not in used:
                return seed
        return self._chance.randrange(1, SEEDS)

    def _shows(self, question: str, seed: int) -> frozenset[str]:
        """Return the mistakes a question can show; none where its file is broken."""
        from cnntutor.quiz.mistakes import possible_mistakes
        from cnntutor.quiz.pose import pose

        try:
            return possible_mistakes(pose(self._course.questions[question], seed))
        except CnntutorError:
            return frozenset()


def _ranked(
    headings: Sequence[QuestionHeading], tallies: dict[str, Tally], now: datetime
) -> list[QuestionHeading]:
    """Return a skill's questions in the order in which they are thought of."""
    met = [heading for heading in headings if heading.slug in tallies]
    hardest = max((heading.difficulty for heading in met), default=1)

    def rank(heading: QuestionHeading) -> tuple[object, ...]:
        tally = tallies.get(heading.slug)
        tired = tally is not None and not heading.varied and now - tally.last < RESTED
        return (
            heading.kind in _NOT_ASKED,
            tired,
            tally is None,
            heading.difficulty > hardest,
            heading.difficulty if tally is None else 0,
            tally.last.timestamp() if tally is not None else 0.0,
            heading.slug,
        )

    return sorted(headings, key=rank)


class Review:
    """A review being done: what was asked, what came of it, what is next.

    Args:
        items: As `Planner.plan` gives them.
    """

    def __init__(self, items: Sequence[ReviewItem]) -> None:
        self.items = list(items)
        self.at = 0
        self.outcomes: dict[int, Outcome] = {}
        """By place; the first answer counts."""

    @property
    def item(self) -> ReviewItem | None:
        """What is asked now; None at the end."""
        return self.items[self.at] if self.at < len(self.items) else None

    def answered(self, outcome: Outcome) -> bool:
        """Take the outcome of an answer to the present question; return whether it was the first one."""
        if self.item is None or self.at in self.outcomes:
            return False
        self.outcomes[self.at] = outcome
        return True

    def ask_again(self, planner: Planner, now: datetime) -> None:
        """Ask the skill of the present question once more at the end; another question if there is one."""
        item = self.item
        chosen = planner.choose(item.skill, now, frozenset({item.question})) if item is not None else None
        if chosen is not None:
            self.items.append(replace(chosen, again=True))

    def go_on(self) -> ReviewItem | None:
        """Go to the next question, which is returned; a question left without an answer stays due."""
        self.at = min(self.at + 1, len(self.items))
        return self.item

    def count(self, outcome: Outcome) -> int:
        """Return how many answers came out so."""
        return sum(each == outcome for each in self.outcomes.values())
