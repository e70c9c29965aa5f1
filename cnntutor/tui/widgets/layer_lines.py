"""How the workbench's table is painted: titles, layers, a rule, the sums; only the lines that changed."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from cnntutor.calc.cost import Cost
from cnntutor.calc.working import Quantity
from cnntutor.i18n import t
from cnntutor.tui.widgets.layer_columns import BARS, Column, columns_of, settled, shortened
from cnntutor.tui.widgets.layer_rows import TOTAL, Row

HEAD = 1
FOOT = 2
"""Lines below the layers: a rule and the sums."""


class LayerLines(Widget):
    """Rows of layers with a cursor on one number; the sums always in view."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "layer-table--head",
        "layer-table--quiet",
        "layer-table--changed",
        "layer-table--row",
        "layer-table--cursor",
        "layer-table--sums",
        "layer-table--rule",
        "layer-table--bar",
    }
    DEFAULT_CSS = """
    LayerLines {
        height: 1fr;
        min-height: 5;
        & > .layer-table--head { color: $secondary; }
        & > .layer-table--quiet { color: $quiet; }
        & > .layer-table--changed { color: $accent; }
        & > .layer-table--bar { color: $primary; }
        & > .layer-table--row { background: $block-cursor-blurred-background; }
        & > .layer-table--cursor {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: bold;
        }
        & > .layer-table--sums { text-style: bold; }
        & > .layer-table--rule { color: $rule; }
        &:focus > .layer-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold underline;
        }
    }
    """

    place: reactive[int] = reactive(0)
    """The row under the cursor."""
    quantity: reactive[Quantity] = reactive[Quantity]("params")
    """What number of the row the cursor is on."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: tuple[Row, ...] = ()
        self.cost: Cost = "macs"
        self._columns: tuple[Column, ...] = ()
        self._gap = 1
        self._top = 0
        self._fitted_width = 0
        self._looks: dict[str, Style] = {}
        self._painted: list[tuple[object, ...]] = []

    @property
    def name_at(self) -> str:
        """The node under the cursor; "total" on the sums."""
        return self.rows[self.place].name if self.rows else TOTAL

    @property
    def full_height(self) -> int:
        """Lines that show every row."""
        return len(self.rows) - 1 + HEAD + FOOT

    def _fit(self) -> None:
        if self.rows and self.size.width:
            width = self.size.width - 3
            columns, gap = columns_of(self.rows, width, self.quantity, self.cost)
            if gap == self._gap and width == self._fitted_width:
                columns = settled(self._columns, columns)
            self._columns, self._gap, self._fitted_width = columns, gap, width

    @property
    def _visible(self) -> int:
        """How many layers are in view."""
        return max(1, self.size.height - HEAD - FOOT)

    def _keep_in_view(self) -> None:
        if not self.size.height:
            return
        last = len(self.rows) - 2
        if self.place <= last:
            self._top = min(self._top, self.place)
            self._top = max(self._top, self.place - self._visible + 1)
        else:
            self._top = last - self._visible + 1
        self._top = max(0, min(self._top, last - self._visible + 1))

    def _repaint(self) -> None:
        """Paint the lines anew that differ from what is on screen; typing in a field changes few of them."""
        signatures = [self._signature(y) for y in range(self.size.height)]
        before, self._painted = self._painted, signatures
        if len(before) != len(signatures) or not before:
            self.refresh()
            return
        lines = [y for y, signature in enumerate(signatures) if signature != before[y]]
        if lines:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines))

    def _signature(self, y: int) -> tuple[object, ...]:
        """Return all that the look of a line depends on, but for the focus and the theme."""
        index = self._row_at(y)
        if index is None:
            return (self._columns, self._gap, self._top, len(self.rows))
        row = self.rows[index]
        here = index == self.place
        texts = tuple(row.text(column.key) for column in self._columns)
        changed = tuple(self._differs(row, column) for column in self._columns)
        return (self._columns, self._gap, texts, changed, row.own, here and self.quantity)

    @staticmethod
    def _differs(row: Row, column: Column) -> bool:
        """Whether a cell is another than in the network as it was opened."""
        key = column.key
        return row.was is not None and key in row.cells and row.was.get(key) != row.cells[key]

    def render_line(self, y: int) -> Strip:
        """Return one line: the titles, a layer, the rule, or the sums."""
        width = self.size.width
        if not self.rows or not self._columns:
            return Strip.blank(width, self._look(""))
        if y == 0:
            return self._title_line(width)
        if y == self._foot:
            return self._rule_line(width)
        index = self._row_at(y)
        if index is None:
            return Strip.blank(width, self._look(""))
        return self._row_line(index, width)

    @property
    def _foot(self) -> int:
        """The line of the rule above the sums."""
        return min(self.size.height - FOOT, len(self.rows) - 1 + HEAD)

    def _row_at(self, y: int) -> int | None:
        """Return which row stands on a line; None for titles, the rule, and below the sums."""
        if y == self._foot + 1:
            return len(self.rows) - 1
        index = self._top + y - HEAD
        return index if y >= HEAD and y < self._foot and index < len(self.rows) - 1 else None

    def notify_style_update(self) -> None:
        """Paint in the new colours."""
        super().notify_style_update()
        self._looks.clear()

    def _look(self, name: str) -> Style:
        """Return a look; "" is the table's own."""
        if name not in self._looks:
            look = self.get_component_rich_style(f"layer-table--{name}") if name else self.rich_style
            self._looks[name] = look
        return self._looks[name]

    def _title_line(self, width: int) -> Strip:
        cells = [_fitted(column, column.title) for column in self._columns]
        text = "  " + (" " * self._gap).join(cells)
        return Strip([Segment(text, self._look("head"))]).adjust_cell_length(width, self._look(""))

    def _rule_line(self, width: int) -> Strip:
        above, below = self._top, len(self.rows) - 1 - self._top - self._visible
        note = ""
        if above > 0:
            note += f" ↑ {above}"
        if below > 0:
            note += f" ↓ {below}"
        if note:
            note = t("{arrows} more", arrows=note) + " "
        line = "─" * 2 + note
        return Strip([Segment(line.ljust(width, "─"), self._look("rule"))]).adjust_cell_length(width)

    def _row_line(self, index: int, width: int) -> Strip:
        row = self.rows[index]
        here = index == self.place
        base = self._look("row") if here else self._look("")
        if row.name == TOTAL:
            base += Style(bold=True)
        segments = [Segment("▸ " if here else "  ", base + self._foreground("bar"))]
        for place, column in enumerate(self._columns):
            if place:
                segments.append(Segment(" " * self._gap, base))
            segments += self._cell(row, column, base, here)
        return Strip(segments).adjust_cell_length(width, base)

    def _cell(self, row: Row, column: Column, base: Style, here: bool) -> list[Segment]:
        text = row.text(column.key)
        if column.key == "layer" and row.own:
            text = shortened(text, column.width - 1) + "*"
        if here and column.quantity == self.quantity and column.key not in BARS:
            fitted = _fitted(column, text)
            blank = len(fitted) - len(fitted.lstrip())
            return [Segment(fitted[:blank], base), Segment(fitted[blank:] or " ", self._look("cursor"))]
        look = base
        if self._differs(row, column):
            look += self._foreground("changed") + Style(italic=True)  # said without colour too
        elif column.key in ("number", "kind", *BARS):
            look += self._foreground("bar" if column.key in BARS else "quiet")
        return [Segment(_fitted(column, text), look)]

    def _foreground(self, name: str) -> Style:
        """Return the text colour of a look, without its background."""
        return Style(color=self._look(name).color)


def _fitted(column: Column, text: str) -> str:
    """Return a cell in its column's width; a name that is too long ends in …, a number never is."""
    if column.key == "layer":
        text = shortened(text, column.width)
    elif len(text) > column.width and not column.quantity:
        text = text[: column.width - 1] + "…"
    return text.rjust(column.width) if column.right else text.ljust(column.width)
