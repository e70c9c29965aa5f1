"""The drawn network: rails on the left, the layers beside them; only what is in view is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.layers.input import Input
from cnntutor.i18n import msg, number, shape, t
from cnntutor.quiz.describe import describe
from cnntutor.tui.graph_drawing import GraphRow, draw
from cnntutor.tui.keys import key

_SHORTEST_WORDS = 18
"""The numbers give way where fewer cells would be left for the words."""


@dataclass(frozen=True, slots=True)
class GraphLabel:
    """What stands beside the rails of one row."""

    name: str
    words: str
    shape: str
    params: str


class GraphView(Widget, can_focus=True):
    """Rows of a drawing with a cursor on one layer.

    Args:
        report: The network with its numbers.
        name: The layer the cursor begins on.
        folded: Whether chains stand in one line.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", msg("Go to the layer")),
        key("f", "fold", msg("Fold chains")),
        key("up,k", "move(-1)", msg("Up"), shown=False),
        key("down,j", "move(1)", msg("Down"), shown=False),
        key("pageup", "move(-12)", msg("Page up"), shown=False),
        key("pagedown,space", "move(12)", msg("Page down"), shown=False),
        key("home", "move(-1000000)", msg("First layer"), shown=False),
        key("end", "move(1000000)", msg("Last layer"), shown=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "graph-view--rail",
        "graph-view--quiet",
        "graph-view--cursor",
    }
    DEFAULT_CSS = """
    GraphView {
        height: 1fr;
        & > .graph-view--rail { color: $primary; }
        & > .graph-view--quiet { color: $quiet; }
        & > .graph-view--cursor { background: $block-cursor-background; text-style: bold; }
    }
    """
    place: reactive[int] = reactive(0)
    """The row under the cursor."""

    @dataclass
    class Chosen(TextualMessage):
        """Go to this layer."""

        name: str

    def __init__(self, report: NetworkReport, name: str, folded: bool) -> None:
        super().__init__()
        self._report = report
        self._reports = {layer.name: layer for layer in report.layers}
        self.folded = folded
        self._rows: tuple[GraphRow, ...] = ()
        self._top = 0
        self._lay_out(name)

    def _lay_out(self, name: str) -> None:
        """Draw anew, the cursor on a layer."""
        self._rows = draw(self._report.network, self.folded)
        self._rail_width = max(len(row.rail) for row in self._rows)
        self._labels = {place: self._label(row) for place, row in enumerate(self._rows) if row.names}
        at = [place for place, row in enumerate(self._rows) if name in row.names]
        self.set_reactive(GraphView.place, at[0] if at else 0)

    def retext(self) -> None:
        """Follow a change of language."""
        self._lay_out(self.name_at)
        self.refresh()

    @property
    def name_at(self) -> str:
        """The layer under the cursor, the first of a folded chain."""
        return self._rows[self.place].names[0]

    def _label(self, row: GraphRow) -> GraphLabel:
        """Return the words and numbers of a row."""
        nodes = [self._report.network.node(name) for name in row.names]
        last = nodes[-1]
        params = sum(self._reports[node.name].params for node in nodes if node.name in self._reports)
        form = last.layer.shape if isinstance(last.layer, Input) else self._reports[last.name].output_shape
        if len(nodes) > 1:
            words = (
                t("{count} layers", count=len(nodes)) + ": " + " → ".join(node.layer.kind for node in nodes)
            )
            name = f"{nodes[0].name} … {last.name}"
        else:
            words = describe(last.layer)
            name = last.name
            if last.shares:
                words += " · " + t("weights of {name}", name=last.shares)
        return GraphLabel(name, words, shape(form), number(params) if params else "")

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._keep_in_view()
        self.refresh()

    def _keep_in_view(self) -> None:
        height = max(1, self.size.height)
        # The line of rails above a layer belongs to it: it comes into view with the layer.
        first = self.place - 1 if self.place and not self._rows[self.place - 1].names else self.place
        self._top = max(min(self._top, first), self.place - height + 1, 0)

    def watch_place(self) -> None:
        """Follow the cursor."""
        self._keep_in_view()

    def action_move(self, rows: int) -> None:
        """Move the cursor over the layers."""
        places = list(self._labels)
        at = places.index(self.place)
        self.place = places[min(max(at + rows, 0), len(places) - 1)]

    def action_fold(self) -> None:
        """Put chains into one line, or each layer into its own."""
        name = self.name_at
        self.folded = not self.folded
        self._lay_out(name)
        self._keep_in_view()
        self.refresh()

    def action_choose(self) -> None:
        """Go to the layer under the cursor."""
        self.post_message(self.Chosen(self.name_at))

    def on_click(self, event: Click) -> None:
        """Move the cursor to a click."""
        place = self._top + event.y
        if place in self._labels:
            self.place = place

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.action_move(-1)

    def render_line(self, y: int) -> Strip:
        """Return one line: the rails, and a layer beside them."""
        width = self.size.width
        place = self._top + y
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[place]
        here = place == self.place
        base = self.get_component_rich_style("graph-view--cursor") if here else self.rich_style
        quiet = base if here else self.get_component_rich_style("graph-view--quiet")
        rail_width = min(self._rail_width, max(1, width - _SHORTEST_WORDS))
        rail = row.rail[:rail_width].ljust(rail_width)
        segments = [
            Segment("▸ " if here else "  ", base),
            Segment(rail, base + Style(color=self.get_component_rich_style("graph-view--rail").color)),
        ]
        if not row.names:
            return Strip(segments).adjust_cell_length(width, self.rich_style)
        room = width - rail_width - 5
        name, words, numbers = _fitted(self._labels[place], room)
        segments += [
            Segment("  ", base),
            Segment(name, base),
            Segment(words.ljust(room - len(name) - len(numbers)), quiet),
            Segment(numbers + " ", base),
        ]
        return Strip(segments).adjust_cell_length(width, base)


def _fitted(label: GraphLabel, room: int) -> tuple[str, str, str]:
    """Return name, words and numbers for so many cells; numbers give way whole, words end in …."""
    for numbers in (f"  {label.shape:>11} {label.params:>11}", f"  {label.shape:>11}", ""):
        if room - len(numbers) >= _SHORTEST_WORDS:
            break
    left = max(1, room - len(numbers))
    name = label.name if len(label.name) <= left else label.name[: left - 1] + "…"
    words = f"  {label.words}"
    if len(name) + len(words) > left:
        words = words[: max(0, left - len(name) - 1)] + "…" if left - len(name) > 8 else ""
    return name, words, numbers
