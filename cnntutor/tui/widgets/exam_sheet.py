"""A question of an exam on its sheet: answered, marked, left for another; nothing is graded here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor.i18n import msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.answer_fields import Entered
from cnntutor.tui.widgets.seat_sheet import SeatSheet
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.tui.exam_seat import ExamSeat


class ExamSheet(SeatSheet):
    """The sheet of the question that is open.

    Enter keeps an answer and goes on; one that cannot be read is told: that says nothing of what is right.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "enter_fields", msg("Answer")),
        key("right,l,f8", "step(1)", msg("Next")),
        key("s,f10", "hand_in", msg("Hand in")),
        key("m,f3", "flag", msg("Mark")),
        key("o,f4", "overview", msg("Overview")),
        key("left,h,f7", "step(-1)", msg("Before"), shown=False),
    ]

    @dataclass
    class Step(TextualMessage):
        """Another question is wanted: so many further, or the next after an answer."""

        steps: int

    class Flag(TextualMessage):
        """The mark of this question is to change."""

    class Overview(TextualMessage):
        """The list of all questions is wanted."""

    class HandIn(TextualMessage):
        """The exam is to be handed in."""

    def __init__(self) -> None:
        super().__init__(id="exam")

    async def open(self, seat: ExamSeat, head: str) -> None:
        """Show a question; what was typed at the one before is kept.

        Args:
            seat: The learner at it.
            head: The line above it.
        """
        self.save()
        await super().open(seat, head)

    async def show_lost(self, sentence: str) -> None:
        """Say why a question cannot be shown; what was typed at the one before is kept."""
        self.save()
        self._field = None
        self._seat = None
        await self.query_one("#fields", Vertical).remove_children()
        self.show_sentence("prompt", f"✗ {sentence}")
        self.show("verdict", lambda width: [])
        self.focus()

    def retext(self, head: str) -> None:
        """Write everything that is not typed; in another language, where it changed."""
        if self._seat is None:
            return
        self.retext_fields()
        self.say(self._seat, Content.styled(head, "$quiet"), None)
        self.show("verdict", lambda width: [])
        self.refresh_bindings()

    def retyped(self, field: str) -> None:
        """Take back what was said about an answer that could not be read."""
        self.show("verdict", lambda width: [])

    @on(Entered)
    def _entered(self, message: Entered) -> None:
        """Keep the answer and go on, unless fields are empty or cannot be read."""
        from cnntutor.quiz.exam import unreadable

        message.stop()
        seat = self._seat
        if seat is None:
            return
        self.save()
        bad = unreadable(seat.posed, seat.answers)
        if bad:
            self.show("verdict", lambda width: self._not_read(bad, width))
            self.focus_field(next(iter(bad)))
            self.reveal("verdict")
        elif seat.blank and len(seat.blank) < len(seat.posed.fields):
            self.focus_field(seat.blank[0])
        else:
            self.post_message(self.Step(1))

    def _not_read(self, bad: dict[str, str], width: int) -> list[Content]:
        several = self._seat is not None and self._seat.posed.several
        labels = (
            {} if self._seat is None else {field.id: str(field.label) for field in self._seat.posed.fields}
        )
        first = Content.styled("? ", "$warning bold")
        lines = hanging(
            Content.styled(t("Not understood; as it stands it is worth nothing."), "bold"), width, first
        )
        for field, said in bad.items():
            lines += hanging(f"{labels[field]}: {said}" if several else said, width, "  ")
        return lines

    def action_step(self, steps: int) -> None:
        """Go to another question."""
        self.post_message(self.Step(steps))

    def action_flag(self) -> None:
        """Mark this question, or take the mark away."""
        self.post_message(self.Flag())

    def action_overview(self) -> None:
        """List all questions."""
        self.post_message(self.Overview())

    def action_hand_in(self) -> None:
        """Ask whether to hand in."""
        self.post_message(self.HandIn())
