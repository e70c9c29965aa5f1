"""A placement quiz as it is kept: what was answered so far, and the marks it leads to."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

from cnntutor.progress.records import Draft, Mark
from cnntutor.quiz.exam import SEEDS
from cnntutor.quiz.placement import Asked, Finding, Outcome, Wanted, findings, next_question

if TYPE_CHECKING:
    from datetime import datetime

    from cnntutor.tui.context import Context
    from cnntutor.tui.record import Record

KEPT_AS = "placement-quiz"
"""The name under which a quiz that was cut off is kept among the half-filled answers."""


class Placement:
    """A quiz in progress; gone on with where it was cut off.

    Args:
        context: Course and clock.
        record: Where it is kept.
    """

    def __init__(self, context: Context, record: Record) -> None:
        self._course = context.course
        self._record = record
        draft = record.draft(KEPT_AS, None)
        self.seed = draft.seed if draft is not None else random.randrange(1, SEEDS)
        self.asked: list[Asked] = []
        for question, kept in (draft.answers if draft is not None else {}).items():
            lesson, _, outcome = kept.partition(" ")
            if lesson in self._course.lessons:
                self.asked.append(Asked(lesson, question, cast(Outcome, outcome)))

    def wanted(self) -> Wanted | None:
        """Return what is asked next; None once enough is known."""
        return next_question(self._course, self.seed, self.asked)

    def answer(self, wanted: Wanted, outcome: Outcome) -> None:
        """Keep how a question went."""
        self.asked.append(Asked(wanted.lesson, wanted.item.question, outcome))
        kept = {each.question: f"{each.lesson} {each.outcome}" for each in self.asked}
        self._record.save_draft(Draft(KEPT_AS, self.seed, kept))

    def finish(self, now: datetime) -> tuple[Finding, ...]:
        """Mark the lessons that are known, and forget the quiz."""
        found = findings(self._course, self.seed, self.asked)
        self._record.mark_skipped(
            [Mark("lesson", each.lesson, now, each.evidence) for each in found if each.known]
        )
        for each in found:
            if not each.known:
                self._record.drop_mark(each.lesson)
        self._record.drop_draft(KEPT_AS, self.seed)
        return found
