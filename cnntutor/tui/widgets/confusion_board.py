"""The confusion matrix: counts, recall or precision, a heat map that glyphs carry as well as colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.content import Content

from cnntutor.i18n import Message, decimal, msg, number, t
from cnntutor.lab.class_figures import most_mixed
from cnntutor.lab.tested_record import AfterTest, Confusion
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.board import Board, clamp, window
from cnntutor.tui.wrapping import hanging

Share = Literal["counts", "recall", "precision"]
SHARES: tuple[Share, ...] = ("counts", "recall", "precision")
HEAT = " ▁▂▃▄▅▆▇█"
"""How full a cell is, of its row or its column."""
LONGEST_NAME = 14
LEGIBLE = 7
"""Cells of a column, its name in them, that go before the list beside the matrix."""
PAIRS = 5
SIDE = 34
GAP = 3
"""Cells of the list beside the matrix, and between the two; it needs room beside all columns."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """How the matrix is laid out."""

    names: list[str]
    texts: list[list[str]]
    shown: range
    """Columns."""
    label: int
    cell: int
    """Cells of a name and of a column."""
    digits: int
    """Of the longest figure."""


class ConfusionBoard(Board):
    """A row for each true class, a column for each predicted one; the marked cell is told in words."""

    BINDINGS: ClassVar[list[BindingType]] = [key("m", "share", msg("Counts, recall, precision"))]

    def __init__(self, after: AfterTest, *, id: str) -> None:
        super().__init__(after, id=id)
        self._share: Share = "counts"
        self._row = self._column = 0
        self._first_row = self._first_column = 0

    def about(self) -> Message:
        """Explain the matrix."""
        return msg(
            "Row: what the image is; column: what it was taken for. The block before a number shows its"
            " share of the row (of the column for precision). Recall: of the images of a class, the part"
            " that was found; precision: of those taken for it, the part that is of it."
        )

    def move(self, across: int, down: int) -> None:
        """Move the marked cell."""
        if self.after.confusion is not None:
            size = len(self.after.confusion.classes)
            self._row = clamp(self._row + down, size)
            self._column = clamp(self._column + across, size)

    def action_share(self) -> None:
        """Go on to the next kind of figure."""
        self._share = SHARES[(SHARES.index(self._share) + 1) % len(SHARES)]
        self.refresh()

    def lines(self, width: int, height: int) -> list[Content]:
        """Return head, rows and the marked cell in words."""
        confusion = self.after.confusion
        if confusion is None:
            return hanging(
                t("This run has no confusion matrix: no test was done with its own classes."), width
            )
        columns = [sum(counts) for counts in zip(*confusion.matrix, strict=True)]
        texts = [self._texts(confusion, row, columns) for row in range(len(confusion.classes))]
        cell = 2 + max(len(text) for row in texts for text in row)
        names = [_short(name, LONGEST_NAME) for name in confusion.classes]
        label = max(len(t("true \\ predicted")), *(len(name) for name in names)) + 1
        legible = max(cell, min(LEGIBLE, 1 + max(len(name) for name in names)))
        side = _pairs(confusion) if width - label - legible * len(names) >= SIDE + GAP else []
        spare = (width - label - (SIDE + GAP if side else 0)) // len(names)
        cell = max(cell, min(spare, 1 + max(len(name) for name in names)))
        room = max(1, (width - label) // cell)
        words = self._words(confusion, width)
        rows = max(1, height - 3 - len(words))
        self._first_column = window(self._column, room, self._first_column, len(names))
        self._first_row = window(self._row, rows, self._first_row, len(names))
        shown = range(self._first_column, min(self._first_column + room, len(names)))
        digits = max(len(text) for row in texts for text in row)
        grid = _Grid(names, texts, shown, label, cell, digits)
        found = [self._title(shown, len(names), rows), self._head(grid)]
        for place, row in enumerate(range(self._first_row, min(self._first_row + rows, len(names)))):
            line = self._line(confusion, row, grid, columns)
            if place < len(side):
                line = Content.assemble(line, " " * GAP, side[place])
            found.append(line)
        found += [Content("")] if height > len(found) + len(words) else []
        below = [] if side else [Content(""), *_pairs(confusion)]
        return [*found, *words, *(below if len(found) + len(words) + len(below) <= height else [])]

    def _title(self, shown: range, size: int, rows: int) -> Content:
        """Say which figures stand there, and which part of the matrix is seen."""
        kinds = {
            "counts": t("counts"),
            "recall": t("recall: per cent of the row"),
            "precision": t("precision: per cent of the column"),
        }
        where = ""
        if len(shown) < size or rows < size:
            where = "   " + t(
                "rows {first}–{last}, columns {left}–{right} of {size}",
                first=str(self._first_row + 1),
                last=str(min(self._first_row + rows, size)),
                left=str(shown.start + 1),
                right=str(shown.stop),
                size=str(size),
            )
        return Content.assemble((kinds[self._share], "bold"), (where, "$quiet"))

    def _head(self, grid: _Grid) -> Content:
        """Return the line of column names."""
        pieces: list[Content | str] = [Content.styled(t("true \\ predicted").ljust(grid.label), "$quiet")]
        for column in grid.shown:
            style = "bold $accent" if column == self._column else "$quiet"
            name = _short(grid.names[column], grid.cell - 1)
            pieces.append(Content.styled(name.rjust(grid.cell), style))
        return Content.assemble(*pieces)

    def _texts(self, confusion: Confusion, row: int, columns: list[int]) -> list[str]:
        """Return the figures of a row as they are written."""
        if self._share == "counts":
            return [str(count) if count else "·" for count in confusion.matrix[row]]
        wholes = self._wholes(confusion, row, columns)
        return [
            (f"{100 * count / whole:.0f}" if count * 200 >= whole else "<1") if count else "·"
            for count, whole in zip(confusion.matrix[row], wholes, strict=True)
        ]

    def _wholes(self, confusion: Confusion, row: int, columns: list[int]) -> list[int]:
        """Return what each cell of a row is a part of: of its column, whose sums are given, or of the row."""
        return columns if self._share == "precision" else [confusion.support(row)] * len(columns)

    def _line(self, confusion: Confusion, row: int, grid: _Grid, columns: list[int]) -> Content:
        """Return one row."""
        wholes = self._wholes(confusion, row, columns)
        marked = row == self._row
        name = grid.names[row].ljust(grid.label)
        pieces: list[Content] = [Content.styled(name, "bold $accent" if marked else "$quiet")]
        for column in grid.shown:
            count = confusion.matrix[row][column]
            part = count / wholes[column] if wholes[column] else 0.0
            heat = HEAT[max(1, round(part * (len(HEAT) - 1)))] if count else " "
            style = "$quiet"
            if count:
                style = "$success" if row == column else "bold $error" if part >= 0.05 else "$error"
            here = marked and column == self._column
            text = heat + grid.texts[row][column].rjust(grid.digits)
            mark = ("▸" if here else " ").rjust(grid.cell - grid.digits - 1)
            pieces.append(Content.assemble(mark, (text, f"{style} reverse" if here else style)))
        return Content.assemble(*pieces)

    def _words(self, confusion: Confusion, width: int) -> list[Content]:
        """Tell the marked cell."""
        true, taken = self._row, self._column
        count, support = confusion.matrix[true][taken], confusion.support(true)
        predicted = sum(row[taken] for row in confusion.matrix)
        sentence = msg(
            "True {true}, taken for {taken}: {count} of {support} ({recall} % of the row) and of {predicted}"
            " so taken ({precision} % of the column).",
            true=confusion.classes[true],
            taken=confusion.classes[taken],
            count=number(count),
            support=number(support),
            predicted=number(predicted),
            recall=decimal(100 * count / support if support else 0.0, 1),
            precision=decimal(100 * count / predicted if predicted else 0.0, 1),
        )
        found = hanging(str(sentence), width)
        if confusion.beyond:
            found += hanging(
                t(
                    "{count} were taken for an output that is no class of the data; they stand in no column.",
                    count=sum(confusion.beyond),
                ),
                width,
            )
        return found


def _pairs(confusion: Confusion) -> list[Content]:
    """Return the pairs most often mixed up as a list."""
    pairs = most_mixed(confusion, PAIRS)
    if not pairs:
        return [Content.styled(t("No image was taken for another class."), "$quiet")]
    found = [Content.styled(t("most often mixed up"), "$quiet")]
    for pair in pairs:
        names = (confusion.classes[pair.true], confusion.classes[pair.predicted])
        text = f"{_short(names[0], 12)} → {_short(names[1], 12)}"
        found.append(Content(f"{pair.count:>4}  {text}"))
    return found


def _short(name: str, cells: int) -> str:
    """Return a name of at most so many cells."""
    return name if len(name) <= cells else name[: max(1, cells - 1)] + "…"
