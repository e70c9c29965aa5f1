"""A question of the placement quiz on its sheet: answered once, or said not to be known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.answer_fields import Entered
from cnntutor.tui.widgets.grade_words import verdict_lines
from cnntutor.tui.widgets.seat_sheet import SeatSheet

if TYPE_CHECKING:
    from cnntutor.quiz.graded import Grade
    from cnntutor.tui.exam_seat import ExamSeat


class PlacementSheet(SeatSheet):
    """The sheet of the question that is asked; one answer that can be read counts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "enter_fields", msg("Answer")),
        key("n,f4", "unknown", msg("I do not know")),
    ]

    class Answered(TextualMessage):
        """The answer was graded, right or wrong.

        Args:
            seat: The learner at the question that was answered.
            grade: What it came to.
        """

        def __init__(self, seat: ExamSeat, grade: Grade) -> None:
            super().__init__()
            self.seat = seat
            self.grade = grade

    class Unknown(TextualMessage):
        """The learner does not know.

        Args:
            seat: The learner at the question that was given up.
        """

        def __init__(self, seat: ExamSeat) -> None:
            super().__init__()
            self.seat = seat

    def __init__(self) -> None:
        super().__init__(id="placement")

    def retext(self, head: str) -> None:
        """Write everything that is not typed, in the language now in force."""
        if self._seat is not None:
            self.retext_fields()
            self.say(self._seat, Content.styled(head, "$quiet"), None)
            self.refresh_bindings()

    @on(Entered)
    def _entered(self, message: Entered) -> None:
        """Grade the answer; one that cannot be read may be typed again."""
        from cnntutor.quiz.grade import grade

        message.stop()
        seat = self._seat
        if seat is None:
            return
        given = grade(seat.posed, seat.answers)
        if given.verdict != "not_understood":
            self.post_message(self.Answered(seat, given))
        elif seat.blank and len(seat.blank) < len(seat.posed.fields):
            self.focus_field(seat.blank[0])
        else:
            self.show("verdict", lambda width: verdict_lines(seat.posed, given, seat.blank, width))
            self.reveal("verdict")

    def action_unknown(self) -> None:
        """Say that this is not known."""
        if self._seat is not None:
            self.post_message(self.Unknown(self._seat))
