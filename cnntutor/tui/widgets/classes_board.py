"""The table of the classes: precision, recall, F1 and how many images each has."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from cnntutor.i18n import Message, decimal, msg, number, t
from cnntutor.lab.class_figures import ClassFigures, class_table
from cnntutor.lab.tested_record import AfterTest
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.board import Board, clamp, window
from cnntutor.tui.wrapping import hanging

ORDERS = ("class", "f1", "recall", "precision", "support")
BAR = 20
FOOT = 3
"""Lines below the rows: the rule and the two means."""


class ClassesBoard(Board):
    """One line a class, in the order of the classes or the weakest first."""

    BINDINGS: ClassVar[list[BindingType]] = [key("o", "order", msg("Order"))]

    def __init__(self, after: AfterTest, *, id: str) -> None:
        super().__init__(after, id=id)
        self._order = ORDERS[0]
        self._row = self._first = 0

    def about(self) -> Message:
        """Explain the figures."""
        return msg(
            "Precision: of the images taken for a class, the part that is of it. Recall: of the images of"
            " a class, the part that was found. F1: their harmonic mean. Support: its images in the test."
        )

    def move(self, across: int, down: int) -> None:
        """Move the marked line."""
        if self.after.confusion is not None:
            self._row = clamp(self._row + down, len(self.after.confusion.classes))

    def action_order(self) -> None:
        """Go on to the next order."""
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self.refresh()

    def lines(self, width: int, height: int) -> list[Content]:
        """Return head, classes and means."""
        if self.after.confusion is None:
            return hanging(
                t("This run has no table of classes: no test was done with its own classes."), width
            )
        table = class_table(self.after.confusion)
        rows = list(table.rows)
        if self._order != "class":
            rows.sort(key=lambda row: getattr(row, self._order))
        means = (t("macro mean"), t("weighted mean"))
        label = min(24, width - 39, max(len(name) for name in (*means, *(row.name for row in rows))))
        room = max(1, height - FOOT - 1)
        self._first = window(self._row, room, self._first, len(rows))
        bar = BAR if width >= label + 40 + BAR else 0
        found = [self._head(label, bar)]
        for place in range(self._first, min(self._first + room, len(rows))):
            found.append(_line(rows[place], label, bar, place == self._row))
        found.append(Content.styled("─" * (label + 39 + (bar + 2 if bar else 0)), "$rule"))
        found.append(_line(table.macro, label, bar, False, means[0]))
        found.append(_line(table.weighted, label, bar, False, means[1]))
        return found

    def _head(self, label: int, bar: int) -> Content:
        """Return the names of the columns, the one that orders them marked."""
        words = {
            "class": t("class").ljust(label + 2),
            "precision": t("precision").rjust(10),
            "recall": t("recall").rjust(9),
            "f1": "F1".rjust(8),
            "support": t("images").rjust(10),
        }
        pieces = [
            Content.styled(word, "bold $accent" if name == self._order else "$quiet")
            for name, word in words.items()
        ]
        if bar:
            pieces.append(Content.styled(f"  {t('recall')}", "$quiet"))
        return Content.assemble(*pieces)


def _line(row: ClassFigures, label: int, bar: int, marked: bool, name: str = "") -> Content:
    """Return one line of the table."""
    text = f"{'▸ ' if marked else '  '}{(name or row.name)[:label].ljust(label)}"
    figures = "".join(
        decimal(figure, 3).rjust(cells)
        for figure, cells in ((row.precision, 10), (row.recall, 9), (row.f1, 8))
    )
    pieces: list[Content | tuple[str, str]] = [
        Content.styled(text, "bold" if marked else ""),
        Content(figures),
        Content(number(row.support).rjust(10)),
    ]
    if bar and not name:
        filled = round(row.recall * bar)
        pieces += [("  " + "━" * filled, "$primary"), ("─" * (bar - filled), "$rule")]
    return Content.assemble(*pieces)
