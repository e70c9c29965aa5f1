"""A learner sitting at one question: what is typed, graded, hinted, and kept."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from cnntutor.tui.context import Context
from cnntutor.tui.record import Record

if TYPE_CHECKING:
    from cnntutor.course.questions import Question
    from cnntutor.needs import Reply, Request
    from cnntutor.quiz.graded import Grade, SolutionLine
    from cnntutor.quiz.hints import Hint
    from cnntutor.quiz.posed import PosedQuestion

HINTS = 3
_SEEDS = 10_000


def fresh_seed(unlike: int = 0) -> int:
    """Return a seed for new numbers, other than the one given; four digits at most, to be read out."""
    while True:
        seed = random.randrange(1, _SEEDS)
        if seed != unlike:
            return seed


class Sitting:
    """One question with one seed, from the first look to the right answer.

    Args:
        context: Course and clock.
        record: Where it is kept.
        question: The question's slug.
        seed: Which numbers; None goes on with a half-filled answer, else draws.
        source: The question itself, where it stands in no file of the course.
    """

    def __init__(
        self,
        context: Context,
        record: Record,
        question: str,
        seed: int | None = None,
        source: Question | None = None,
    ) -> None:
        from cnntutor.quiz.pose import pose

        self._clock = context.clock
        self._record = record
        source = source or context.course.questions[question]
        draft = record.draft(question, seed)
        if draft is not None:
            seed = draft.seed
        elif seed is None:
            seed = fresh_seed() if source.vary else 0
        self.posed: PosedQuestion = pose(source, seed)
        self.answers: dict[str, str] = {}
        self.hinted: dict[str, int] = {}
        """How many hints are open about each field; only a table has hints of their own for its fields."""
        self.solution_seen = False
        self.grade: Grade | None = None
        self._answered_before: bool | None = None
        self.unsaved = draft is None and self.posed.varied
        """Whether something is not in the record yet: what was typed, or which numbers were drawn. Somebody
        who works on paper finds the same numbers after a lost connection.
        """
        if draft is not None:
            known = {field.id for field in self.posed.fields}
            self.answers = {field: text for field, text in draft.answers.items() if field in known}
            self.hinted = {self._about(None): draft.hints}
            self.solution_seen = draft.solution_seen

    @property
    def hints(self) -> int:
        """The most hints opened about any field: 0 to 3."""
        return max(self.hinted.values(), default=0)

    def _about(self, field: str | None) -> str:
        """Return the field that hints are about: one of a table, else the whole question."""
        if self.posed.table is None:
            return ""
        return field or (self.blank or [each.id for each in self.posed.fields])[0]

    def hints_left(self, field: str | None = None) -> bool:
        """Whether there is another hint about a field."""
        return self.hinted.get(self._about(field), 0) < HINTS

    @property
    def right(self) -> bool:
        """Whether the last check found everything right."""
        return self.grade is not None and self.grade.verdict == "right"

    @property
    def blank(self) -> list[str]:
        """The fields that hold nothing yet."""
        return [field.id for field in self.posed.fields if not self.answers.get(field.id, "").strip()]

    def type(self, field: str, text: str) -> None:
        """Take what is typed into a field; `save` keeps it."""
        if self.answers.get(field, "") == text:
            return
        self.answers[field] = text
        self.unsaved = True

    def save(self) -> None:
        """Keep what was typed since the last time."""
        if self.unsaved:
            self._keep_draft()

    def needed(self) -> Request | None:
        """Return what the worker must do before the answer can be graded; None where nothing.

        Raises:
            NotUnderstood: the code is too long.
        """
        from cnntutor.course.questions import CodeQuestion

        if not isinstance(self.posed.question, CodeQuestion) or self.blank:
            return None
        from cnntutor.quiz.grade_kinds import code_needed

        return code_needed(self.posed.question, self.answers[self.posed.fields[0].id]).request

    def check(self, request: Request | None = None, reply: Reply | None = None) -> Grade:
        """Grade what is typed; right and wrong are attempts, not understood is none.

        Args:
            request: What the worker was asked, where something was needed.
            reply: What came of it.
        """
        from cnntutor.progress.records import Attempt
        from cnntutor.quiz.grade import grade

        self.save()
        if request is not None and reply is not None:
            from cnntutor.quiz.grade_kinds import grade_needed

            result = self.grade = grade_needed(self.posed, request, reply)
        else:
            result = self.grade = grade(self.posed, self.answers)
        if result.verdict == "not_understood":
            return result
        self._record.keep(
            Attempt(
                question=self.posed.slug,
                seed=self.posed.seed,
                skill=self.posed.skill,
                answers=dict(self.answers),
                verdict=result.verdict,
                when=self._clock(),
                mistakes=result.mistakes or ((result.mistake,) if result.mistake else ()),
                hints=self.hints,
                solution_seen=self.solution_seen,
            )
        )
        if result.verdict == "right":
            self._record.drop_draft(self.posed.slug, self.posed.seed)
        return result

    @property
    def committed(self) -> bool:
        """Whether an answer was given, now or earlier, so that seeing a run gives nothing away."""
        if self.solution() or (self.grade is not None and self.grade.verdict != "not_understood"):
            return True
        if self._answered_before is None:
            self._answered_before = bool(self._record.answers_of(self.posed.slug))
        return self._answered_before

    def predicted(self) -> float | None:
        """Return the number last told as a prediction, in the question's own unit; None without one."""
        from cnntutor.quiz.grade_kinds import predicted

        answers = dict(self.answers) if self.grade is not None else self._record.answers_of(self.posed.slug)
        return predicted(self.posed, answers)

    def hint(self, field: str | None = None) -> bool:
        """Open the next hint about a field; False when all are open."""
        if not self.hints_left(field):
            return False
        about = self._about(field)
        self.hinted[about] = self.hinted.get(about, 0) + 1
        self._keep_draft()
        return True

    def opened_hints(self, field: str | None = None) -> tuple[Hint, ...]:
        """Return the hints opened so far about a field."""
        from cnntutor.quiz.hints import hints

        about = self._about(field)
        opened = self.hinted.get(about, 0)
        return hints(self.posed, about or None)[:opened] if opened else ()

    def see_solution(self) -> None:
        """The learner wants to see the working; answers after it count as seen."""
        if not self.solution_seen:
            self.solution_seen = True
            if not self.right:
                self._keep_draft()

    def solution(self) -> tuple[SolutionLine, ...]:
        """Return the worked solution once it was asked for or the answer is right."""
        from cnntutor.quiz.solution import solution

        return solution(self.posed, self.grade) if self.solution_seen or self.right else ()

    def _keep_draft(self) -> None:
        from cnntutor.progress.records import Draft

        self.unsaved = False
        self._record.save_draft(
            Draft(self.posed.slug, self.posed.seed, dict(self.answers), self.hints, self.solution_seen)
        )
