"""A summary of a network with blanks to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from cnntutor.i18n import number, t
from cnntutor.tui.widgets.answer_fields import AnswerField

if TYPE_CHECKING:
    from cnntutor.quiz.posed import Cell, TablePose

_CELL = 12
"""Cells of a field in a table."""


class TableFields(Vertical):
    """A summary of a network: a line for each layer with cells and blanks, below it what was wrong.

    Args:
        table: The table.
        texts: What was typed before, by field.
    """

    DEFAULT_CSS = """
    TableFields {
        height: auto;
        & .row { height: auto; }
        & .name { width: 1fr; min-width: 12; padding-right: 1; }
        & .given { padding: 0 1; }
        & .cell { width: 16; height: auto; }
        & .title { text-style: bold; color: $secondary; padding: 0 1; }
        & .note { display: none; height: auto; padding-left: 2; }
        & .head { border-bottom: solid $rule; height: 2; }
    }
    """

    def __init__(self, table: TablePose, texts: dict[str, str]) -> None:
        super().__init__()
        self._table = table
        self._texts = texts

    def compose(self) -> ComposeResult:
        """Lay out the rows."""
        with Horizontal(classes="row head"):
            yield Static("", classes="name", markup=False)
            for _title in self._table.titles:
                yield Static("", classes="cell title", markup=False)
        for row in self._table.rows:
            with Horizontal(classes="row"):
                yield Static("", classes="name layer", markup=False)
                for cell in row.cells:
                    with Horizontal(classes="cell"):
                        if cell.field is not None:
                            yield AnswerField(cell.field, self._texts.get(cell.field.id, ""), _CELL)
                        else:
                            yield Static("", classes="given", markup=False)
            yield Static("", classes="note", markup=False)

    def on_mount(self) -> None:
        """Write the texts."""
        self.retext()

    def retext(self) -> None:
        """Write everything that is not typed in the language now in force."""
        titles = self.query(".title").results(Static)
        for title, text in zip(titles, self._table.titles, strict=True):
            title.update(Content(str(text)))
        from cnntutor.quiz.posed import TOTAL

        for shown, row in zip(self.query(".layer").results(Static), self._table.rows, strict=True):
            name, description = t("total") if row.name == TOTAL else row.name, str(row.description)
            shown.update(Content.assemble((name, "bold"), "  ", (description, "$quiet")))
        given = [cell for row in self._table.rows for cell in row.cells if cell.field is None]
        for shown, cell in zip(self.query(".given").results(Static), given, strict=True):
            shown.update(_given(cell))
        for field in self.query(AnswerField):
            field.retext()

    def note(self, notes: dict[str, Content]) -> None:
        """Show below each row what is said about its fields; rows without a word show nothing."""
        for shown, row in zip(self.query(".note").results(Static), self._table.rows, strict=True):
            fields = [cell.field.id for cell in row.cells if cell.field is not None]
            said = [notes[field] for field in fields if field in notes]
            shown.display = bool(said)
            shown.update(Content("\n").join(said))

    def neighbour(self, field: str, rows: int) -> str | None:
        """Return the field above or below in the same column, else the one before or after."""
        columns = [[cell.field.id for cell in row.cells if cell.field] for row in self._table.rows]
        by_column: dict[str, list[str]] = {}
        for row in self._table.rows:
            for cell in row.cells:
                if cell.field is not None:
                    by_column.setdefault(cell.column, []).append(cell.field.id)
        for line in by_column.values():
            if field in line:
                at = line.index(field) + rows
                if 0 <= at < len(line):
                    return line[at]
        flat = [identity for row in columns for identity in row]
        at = flat.index(field) + rows
        return flat[at] if 0 <= at < len(flat) else None


def _given(cell: Cell) -> Content:
    return Content(number(cell.number) if cell.number is not None else cell.given)
