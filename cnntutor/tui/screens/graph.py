"""The network on the bench as a drawing: branches side by side, joins, shared weights."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from cnntutor.calc.analysis import NetworkReport
from cnntutor.i18n import Message, msg, t
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.graph_view import GraphView

FOLDED_FROM = 60
"""A network of more layers is shown with its chains folded at first."""


class GraphScreen(TutorDialogue[str]):
    """Returns the layer to go to, or None.

    Args:
        title: The network's name.
        report: The network with its numbers.
        name: The layer the cursor begins on.
    """

    CSS_PATH = "graph.tcss"

    def __init__(self, title: str, report: NetworkReport, name: str) -> None:
        super().__init__()
        self._name = title
        self._report = report
        self._first = name

    def body(self) -> ComposeResult:
        """Lay out the drawing."""
        with Vertical(id="graph"):
            yield GraphView(self._report, self._first, len(self._report.layers) > FOLDED_FROM)

    def on_mount(self) -> None:
        """Begin on the layer the table is on."""
        self.retext()
        self.query_one(GraphView).focus()

    def about(self) -> Message | None:
        """Explain the drawing."""
        return msg(
            "Data flow from above to below. ● is a layer, ◉ an output; lanes side by side are branches, and"
            " where they end in one row the layer there takes them all. f folds chains into one line."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#graph").border_title = t("Graph · {network}", network=self._name)
        self.query_one(GraphView).retext()

    @on(GraphView.Chosen)
    def _chosen(self, event: GraphView.Chosen) -> None:
        event.stop()
        self.dismiss(event.name)
