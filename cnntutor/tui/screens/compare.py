"""The network on the bench beside another: layer by layer, and the totals."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from cnntutor.calc.analysis import LayerReport, NetworkReport
from cnntutor.calc.comparison import MARKS, paired
from cnntutor.calc.cost import cost
from cnntutor.calc.memory import network_memory
from cnntutor.i18n import Message, decimal, msg, number, shape, storage, t
from cnntutor.tui.bench_view import BenchView
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue

_COST_FROM = 100
"""From so many columns on the cost of each layer is shown too."""
_SHORTEST_NAME = 6


class CompareScroll(VerticalScroll, inherit_bindings=False):
    """The lines; arrows or j and k move."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "scroll_down", msg("Down")),
        key("up,k", "scroll_up", msg("Up")),
        key("pagedown,space", "page_down", msg("Page down"), shown=False),
        key("pageup", "page_up", msg("Page up"), shown=False),
        key("home", "scroll_home", msg("First layer"), shown=False),
        key("end", "scroll_end", msg("Last layer"), shown=False),
    ]


class CompareScreen(TutorDialogue[None]):
    """Two networks side by side; the totals stay in view.

    Args:
        names: What the two are called.
        first: The numbers of the network on the bench.
        second: Those of the other.
        view: What to count by.
    """

    CSS_PATH = "compare.tcss"

    def __init__(
        self, names: tuple[str, str], first: NetworkReport, second: NetworkReport, view: BenchView
    ) -> None:
        super().__init__()
        self._names = names
        self._first = first
        self._second = second
        self._view = view

    def body(self) -> ComposeResult:
        """Lay out the totals and the layers."""
        with Vertical(id="compare"):
            yield Static(id="compare-totals")
            with CompareScroll():
                yield Static(id="compare-layers")

    def on_mount(self) -> None:
        """Begin at the first layer."""
        self.query_one(CompareScroll).focus()
        self.retext()

    def on_resize(self, event: Resize) -> None:
        """Lay the lines out anew."""
        self.retext()

    def about(self) -> Message | None:
        """Explain the marks."""
        return msg(
            "= the same numbers, ≠ the same kind with other numbers, < only in the first, > only in the"
            " second."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#compare").border_title = f"{self._names[0]}  ↔  {self._names[1]}"
        width = self.app.size.width - 5
        self.query_one("#compare-totals", Static).update(Content("\n").join(self._totals(width)))
        self.query_one("#compare-layers", Static).update(Content("\n").join(self._layers(width)))

    def _totals(self, width: int) -> list[Content]:
        """Return a line for each total: both, and how many times as many the second has."""
        first, second, view = self._first, self._second, self._view
        one, other = network_memory(first, view.dtype), network_memory(second, view.dtype)
        rows = [
            (t("Layers"), number(len(first.layers)), number(len(second.layers)), ""),
            _counted(t("Parameters"), first.total_params, second.total_params),
            _counted(t("trainable"), first.trainable_params, second.trainable_params),
            _counted(
                "FLOPs" if view.cost == "flops" else "MACs",
                cost(first.macs, view.cost),
                cost(second.macs, view.cost),
            ),
            (t("weights"), storage(one.weights), storage(other.weights), ""),
            (t("outputs"), storage(one.activations), storage(other.activations), ""),
        ]
        names = tuple(name[: max(8, width // 3)] for name in self._names)
        rows.insert(0, ("", names[0], names[1], ""))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        return [
            Content.assemble(
                (row[0].ljust(widths[0]), "$quiet"),
                "  ",
                (row[1].rjust(widths[1]), "bold"),
                "  ",
                (row[2].rjust(widths[2]), "bold"),
                ("  " + row[3] if row[3] else "", "$accent"),
            )
            for row in rows
        ]

    def _layers(self, width: int) -> list[Content]:
        """Return a line for each layer, those of a kind beside each other."""
        pairs = paired(self._first, self._second)
        wide = width >= _COST_FROM
        cells = [
            (MARKS[pair.mark], self._cells(pair.first, wide), self._cells(pair.second, wide))
            for pair in pairs
        ]
        columns = 4 if wide else 3
        widths = [
            max([len(side[column]) for _mark, *sides in cells for side in sides] or [1])
            for column in range(columns)
        ]
        room = (width - 5) // 2 - sum(widths[1:]) - (columns - 1)
        widths[0] = max(_SHORTEST_NAME, min(widths[0], room))
        lines = []
        for pair, (mark, left, right) in zip(pairs, cells, strict=True):
            look = "" if pair.mark == "same" else "$accent"
            lines.append(
                Content.assemble(
                    (mark + " ", "bold"),
                    (_aligned(left, widths), look),
                    (" │ ", "$rule"),
                    (_aligned(right, widths), look),
                )
            )
        return lines

    def _cells(self, layer: LayerReport | None, wide: bool) -> tuple[str, ...]:
        """Return one side of a line."""
        if layer is None:
            return ("",) * (4 if wide else 3)
        cells = (layer.name, shape(layer.output_shape), number(layer.params))
        return (*cells, number(cost(layer.macs, self._view.cost))) if wide else cells


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    """Return the cells in their columns; the name alone may be cut."""
    name = cells[0] if len(cells[0]) <= widths[0] else cells[0][: widths[0] - 1] + "…"
    numbers = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return " ".join([name.ljust(widths[0]), *numbers])


def _counted(label: str, first: int, second: int) -> tuple[str, str, str, str]:
    """Return a line of counts with how many times as many the second has."""
    ratio = second / first if first else 0.0
    times = f"× {decimal(ratio, 2 if ratio >= 0.1 else 4)}" if first else ""
    return (label, number(first), number(second), times)
