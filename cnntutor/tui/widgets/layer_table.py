"""The workbench's table: a cursor on one number of one layer, sums always in view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message as TextualMessage

from cnntutor.calc.cost import Cost
from cnntutor.calc.working import Quantity
from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.layer_columns import quantities
from cnntutor.tui.widgets.layer_lines import FOOT, HEAD, LayerLines
from cnntutor.tui.widgets.layer_rows import Row


class LayerTable(LayerLines, can_focus=True):
    """Rows of layers; arrows or h j k l move the cursor over the numbers, Enter asks to change the layer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "edit", msg("Change layer")),
        key("up,k", "move(-1)", msg("Up"), shown=False),
        key("down,j", "move(1)", msg("Down"), shown=False),
        key("left,h", "across(-1)", msg("Number to the left"), shown=False),
        key("right,l", "across(1)", msg("Number to the right"), shown=False),
        key("pageup", "move(-10)", msg("Ten up"), shown=False),
        key("pagedown", "move(10)", msg("Ten down"), shown=False),
        key("home", "move(-1000000)", msg("First layer"), shown=False),
        key("end", "move(1000000)", msg("The sums"), shown=False),
    ]

    @dataclass
    class Moved(TextualMessage):
        """The cursor is on another number."""

        name: str
        quantity: Quantity

    @dataclass
    class EditAsked(TextualMessage):
        """The layer under the cursor is to be changed."""

        name: str

    def show(self, rows: tuple[Row, ...], name: str = "", cost: Cost | None = None) -> None:
        """Show these rows, the cursor on a layer if given, else where it was."""
        self.rows = rows
        if cost is not None and cost != self.cost:
            if self.quantity == self.cost:
                self.set_reactive(LayerTable.quantity, cost)
            self.cost = cost
        names = [row.name for row in rows]
        self.set_reactive(LayerTable.place, min(self.place, len(rows) - 1))
        if name in names:
            self.place = names.index(name)
        self._fit()
        self._keep_in_view()
        self._repaint()

    def on_resize(self) -> None:
        """Choose the columns that fit."""
        self._fit()
        self._keep_in_view()
        self.refresh()

    def watch_place(self) -> None:
        """Follow the cursor."""
        self._painted.clear()
        self._keep_in_view()
        self._tell()

    def watch_quantity(self) -> None:
        """Follow the cursor; its column comes into view."""
        self._painted.clear()
        self._fit()
        self._tell()

    def _tell(self) -> None:
        if self.rows:
            self.post_message(self.Moved(self.name_at, self.quantity))

    def action_move(self, rows: int) -> None:
        """Move the cursor over the rows, the sums last."""
        if self.rows:
            self.place = min(max(self.place + rows, 0), len(self.rows) - 1)

    def action_across(self, columns: int) -> None:
        """Move the cursor over the numbers of a row, those out of view too."""
        order = quantities(self.cost)
        self.quantity = order[min(max(order.index(self.quantity) + columns, 0), len(order) - 1)]

    def action_edit(self) -> None:
        """Ask to change the layer under the cursor."""
        self.post_message(self.EditAsked(self.name_at))

    def on_click(self, event: Click) -> None:
        """Move the cursor to a click."""
        row = event.y - HEAD + self._top
        if event.y == min(self.size.height - FOOT, len(self.rows) - 1 + HEAD) + 1:
            row = len(self.rows) - 1
        elif not (HEAD <= event.y < HEAD + self._visible and row < len(self.rows) - 1):
            return
        self.place = row
        left = 2
        for column in self._columns:
            if left <= event.x < left + column.width + self._gap and column.quantity:
                self.quantity = column.quantity
            left += column.width + self._gap

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.action_move(-1)
