"""The connections of one output neuron: to every input cell, to a window of its own, to a shared window."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from cnntutor.course.figures.connections import WIRINGS, Connections, WiringCount
from cnntutor.i18n import msg, number, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.figure import FigureView, side_by_side

_GAP = 4
_WIDEST_LABELLED = 8
"""Input cells in a row up to which each shows the name of its weight."""
_TALLEST = 16
"""Lines of a grid; a larger input is drawn with several cells to one sign."""


class ConnectionsFigure(FigureView):
    """Input cells that are read, the chosen output neuron, and what each wiring costs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "next_wiring", msg("Other wiring")),
        key("1", "wiring(0)", msg("Dense"), shown=False),
        key("2", "wiring(1)", msg("Local"), shown=False),
        key("3", "wiring(2)", msg("Shared"), shown=False),
        key("right,l", "move(0, 1)", msg("Neuron"), shown=True),
        key("left,h", "move(0, -1)", msg("Neuron to the left"), shown=False),
        key("down,j", "move(1, 0)", msg("Neuron below"), shown=False),
        key("up,k", "move(-1, 0)", msg("Neuron above"), shown=False),
    ]

    def title(self) -> str:
        """Name the figure."""
        title = t("the connections of one output")
        return f"{title} · {self.state.title}" if self.state.title else title

    def action_next_wiring(self) -> None:
        """Wire the neuron in the next way."""
        self.state = self.state.next_wiring()

    def action_wiring(self, which: int) -> None:
        """Wire the neuron in this way."""
        self.state = self.state.with_wiring(WIRINGS[which])

    def action_move(self, rows: int, columns: int) -> None:
        """Choose another output neuron."""
        self.state = self.state.move(rows, columns)

    def lines(self, width: int) -> list[Content]:
        """Draw both grids and the three counts."""
        state: Connections = self.state
        height, across, channels = state.input_shape
        rows, columns, filters = state.output_shape
        output = _output(state, width)
        room = width - _GAP - max(line.cell_length for line in output)
        inputs = [_bold(t("Input {size}", size=f"{height}×{across}×{channels}")), *_input(state, room, width)]
        outputs = [_bold(t("Output {size}", size=f"{rows}×{columns}×{filters}")), *output]
        return [*side_by_side([inputs, outputs], gap=_GAP), Content(""), *_table(state, width)]


def _bold(text: str) -> Content:
    return Content.styled(text, "bold")


def _scale(side: int, width: int) -> int:
    """Return how many cells one sign stands for, so that two grids fit beside each other."""
    return -(-side // min(_TALLEST, (width - _GAP) // 4))


def _input(state: Connections, room: int, width: int) -> list[Content]:
    """Draw the input cells with the names of their weights, or, where there are too many, as signs."""
    height, across, _channels = state.input_shape
    if max(height, across) <= _WIDEST_LABELLED:
        labels = [[state.weight_label(row, column) for column in range(across)] for row in range(height)]
        cell = max(2, *(len(label) for row in labels for label in row))
        if (cell + 1) * across - 1 <= room:
            return [
                Content(" ").join(
                    Content.styled(label.rjust(cell), "$accent bold")
                    if label
                    else Content.styled("·".rjust(cell), "$quiet")
                    for label in row
                )
                for row in labels
            ]
    scale = _scale(max(height, across), width)
    return [
        Content(" ").join(
            Content.styled("■", "$accent")
            if _any_read(state, row, column, scale)
            else Content.styled("·", "$quiet")
            for column in range(0, across, scale)
        )
        for row in range(0, height, scale)
    ]


def _any_read(state: Connections, row: int, column: int, scale: int) -> bool:
    height, across, _channels = state.input_shape
    return any(
        state.reads(r, c)
        for r in range(row, min(row + scale, height))
        for c in range(column, min(column + scale, across))
    )


def _output(state: Connections, width: int) -> list[Content]:
    """Draw the output neurons, the chosen one as a square, between brackets where there is room."""
    rows, columns, _filters = state.output_shape
    scale = _scale(max(rows, columns), width)
    chosen = (state.row // scale, state.column // scale)
    before, after = ("[", "]") if scale == 1 and columns <= _WIDEST_LABELLED else ("", " ")
    space = " " * len(before)
    return [
        Content("")
        .join(
            Content.styled(f"{before}■{after}", "$accent bold")
            if chosen == (row // scale, column // scale)
            else Content.styled(f"{space}· ", "$quiet")
            for column in range(0, columns, scale)
        )
        .rstrip()
        for row in range(0, rows, scale)
    ]


def _table(state: Connections, width: int) -> list[Content]:
    """Return the three wirings with their counts; ▸ stands before the one that is drawn.

    Where there is no room the biases go first, then the connections of one output.
    """
    names = {"dense": t("dense"), "local": t("local, own weights"), "shared": t("local, shared weights")}
    heads = (t("wiring"), t("connections"), t("weights"), t("per output"), t("biases"))
    rows = [heads, *(_counted(names[count.wiring], count) for count in state.counts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    while sum(widths) + 2 * len(widths) > width:
        widths.pop()
    lines = []
    for place, row in enumerate(rows):
        chosen = place > 0 and state.counts[place - 1].wiring == state.wiring
        cells = [row[0].ljust(widths[0])]
        cells += [text.rjust(size) for text, size in zip(row[1:], widths[1:], strict=False)]
        style = "$quiet" if place == 0 else "$accent bold" if chosen else ""
        lines.append(Content.styled(("▸ " if chosen else "  ") + "  ".join(cells), style))
    return lines


def _counted(name: str, count: WiringCount) -> tuple[str, str, str, str, str]:
    """Return the cells of one wiring, the dispensable ones last."""
    return (
        name,
        number(count.connections),
        number(count.weights),
        number(count.connections_per_output),
        number(count.biases),
    )
