"""Undo and redo over values: every state that was ever valid can be had back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

State = TypeVar("State")

STEPS_KEPT = 500
"""The oldest states beyond so many are forgotten."""


@dataclass(frozen=True, slots=True)
class History(Generic[State]):
    """The present state with those before it and those undone."""

    present: State
    past: tuple[State, ...] = ()
    future: tuple[State, ...] = ()
    subject: str = ""
    """What the last change was about; further changes of the same subject belong to the same step."""

    def record(self, state: State, subject: str = "") -> History[State]:
        """Return the history with a new present; what was undone is forgotten.

        Args:
            state: The new state.
            subject: What was changed, such as one field; typing `1` then `16` into it is one step.
        """
        if state == self.present:
            return self
        if subject and subject == self.subject:
            return replace(self, present=state, future=())
        return History(state, (*self.past, self.present)[-STEPS_KEPT:], (), subject)

    def settle(self) -> History[State]:
        """Return the history with its last step closed: the next change is a step of its own."""
        return replace(self, subject="")

    def abandon(self, subject: str) -> History[State]:
        """Return the history without the step about this subject, if that is the last and still open.

        Typing `1`, `12` over a 2 where only the `1` is valid leaves the 2, not the 1.
        """
        if subject != self.subject or not self.past:
            return self
        return History(self.past[-1], self.past[:-1])

    def undo(self) -> History[State]:
        """Return the history one step back; itself where there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History[State]:
        """Return the history one step forward; itself where there is none."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])
