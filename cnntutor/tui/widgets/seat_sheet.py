"""The sheet of a question that somebody sits at without help: an exam or the placement quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnntutor.tui.key_order import Settling
from cnntutor.tui.widgets.answer_sheet import AnswerSheet

if TYPE_CHECKING:
    from cnntutor.tui.exam_seat import ExamSeat


class SeatSheet(AnswerSheet):
    """Shows one question after the other."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._seat: ExamSeat | None = None

    def seat(self) -> ExamSeat | None:
        """Return who sits at the question."""
        return self._seat

    async def open(self, seat: ExamSeat, head: str) -> None:
        """Show a question.

        Args:
            seat: The learner at it.
            head: The line above it.
        """
        self._field = None
        self._seat = seat
        await self.lay_fields(seat)
        self.retext(head)
        self.focus_first()
        self.scroll_home(animate=False)
        if isinstance(self.screen, Settling):
            self.screen.settle()

    def retext(self, head: str) -> None:
        """Write everything that is not typed, in the language now in force."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to leave a field only in one."""
        if not self.is_mounted:
            return True
        if action == "leave_field":
            return self.screen.focused is not self
        if action == "enter_fields":
            return self.screen.focused is self
        return True
