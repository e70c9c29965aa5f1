"""What belongs to what: a letter to type beside each left, and below what the letters stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from cnntutor.tui.prose import inline
from cnntutor.tui.widgets.answer_fields import AnswerField, AnswerInput
from cnntutor.tui.widgets.lines_view import LinesView
from cnntutor.tui.widgets.own_fields import OwnFields
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from textual.content import Content

    from cnntutor.quiz.graded import FieldGrade
    from cnntutor.quiz.posed import Field, Option


class MatchFields(OwnFields):
    """Pairs to be made.

    Args:
        fields: A field for each left; its label is the left.
        options: The rights with their letters.
        texts: What was typed before, by field.
    """

    DEFAULT_CSS = """
    MatchFields {
        height: auto;
        layout: vertical;
        & .row { height: auto; }
        & .left { width: 1fr; max-width: 64; padding: 0 1; height: auto; }
        & LinesView { margin-top: 1; }
    }
    """

    def __init__(self, fields: tuple[Field, ...], options: tuple[Option, ...], texts: dict[str, str]) -> None:
        super().__init__()
        self._fields = fields
        self._options = options
        self._texts = texts

    def compose(self) -> ComposeResult:
        """Lay out the lefts with their fields, then the rights."""
        for field in self._fields:
            with Horizontal(classes="row"):
                yield AnswerField(field, self._texts.get(field.id, ""), 3)
                yield Static("", classes="left", markup=False)
        yield LinesView()

    def on_mount(self) -> None:
        """Write the texts."""
        self.retext()

    def retext(self) -> None:
        """Follow a change of language."""
        for shown, field in zip(self.query(".left").results(Static), self._fields, strict=True):
            shown.update(inline(str(field.label)))
        self.query_one(LinesView).show(self._rights)

    def _rights(self, width: int) -> list[Content]:
        return [
            line
            for option in self._options
            for line in hanging(inline(str(option.text)), width, f"  {option.letter}  ")
        ]

    def show_grades(self, grades: Mapping[str, FieldGrade], blank: list[str]) -> None:
        """Show the sign of every pair."""
        for field in self.query(AnswerField):
            given = grades.get(field.field.id)
            field.mark("" if given is None or field.field.id in blank else given.verdict)

    def focus_field(self, field: str) -> bool:
        """Take the focus to a pair."""
        for entry in self.query(AnswerInput):
            if entry.field.id == field:
                entry.focus()
                return True
        return False

    def neighbour(self, field: str, rows: int) -> str | None:
        """Return the field above or below."""
        ids = [each.id for each in self._fields]
        at = ids.index(field) + rows if field in ids else -1
        return ids[at] if 0 <= at < len(ids) else None
