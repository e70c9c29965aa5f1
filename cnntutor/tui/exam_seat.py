"""A learner at one question of an exam: what is typed is kept, nothing is said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnntutor.quiz.graded import Grade, SolutionLine
    from cnntutor.quiz.hints import Hint
    from cnntutor.quiz.posed import PosedQuestion

Keep = Callable[[dict[str, str]], None]
"""Writes the answers of this question into the record."""


class ExamSeat:
    """One question of an exam.

    Args:
        posed: The question.
        answers: What was typed before.
        keep: Writes what is typed.
    """

    def __init__(self, posed: PosedQuestion, answers: Mapping[str, str], keep: Keep) -> None:
        known = {field.id for field in posed.fields}
        self.posed = posed
        self.answers = {field: text for field, text in answers.items() if field in known}
        self.grade: Grade | None = None
        self.unsaved = False
        self._keep = keep

    @property
    def blank(self) -> list[str]:
        """The fields that hold nothing yet."""
        return [field.id for field in self.posed.fields if not self.answers.get(field.id, "").strip()]

    def type(self, field: str, text: str) -> None:
        """Take what is typed into a field; `save` keeps it."""
        if self.answers.get(field, "") != text:
            self.answers[field] = text
            self.unsaved = True

    def save(self) -> None:
        """Keep what was typed since the last time."""
        if self.unsaved:
            self.unsaved = False
            self._keep(self.answers)

    def opened_hints(self, field: str | None = None) -> tuple[Hint, ...]:
        """Return nothing: an exam gives no hints."""
        return ()

    def solution(self) -> tuple[SolutionLine, ...]:
        """Return nothing: the working is in the report."""
        return ()
