"""What the fields of the rarer kinds of question have in common for the panel they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from cnntutor.quiz.graded import FieldGrade


class OwnFields(Widget):
    """Fields that show their own grades; an order, pairs, the lines of a listing, code."""

    def retext(self) -> None:
        """Follow a change of language."""
        self.refresh(layout=True)

    def show_grades(self, grades: Mapping[str, FieldGrade], blank: list[str]) -> None:
        """Show the signs of grades, by field; those left blank get none."""

    def focus_field(self, field: str) -> bool:
        """Take the focus to a field; False where it is none of these."""
        return False

    def neighbour(self, field: str, rows: int) -> str | None:
        """Return the field so many rows below; None where there is none."""
        return None
