"""How the workbench looks: totals above, the table with the working below it, the fields beside it.

Below WIDE columns the fields fold away until asked for.
"""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize

from cnntutor.calc.derivation import derive_from
from cnntutor.calc.network import Node
from cnntutor.i18n import t
from cnntutor.tui.bench import Bench
from cnntutor.tui.bench_desk import Desk
from cnntutor.tui.bench_view import BenchView, working_of_total
from cnntutor.tui.widgets.bench_head import BenchHead
from cnntutor.tui.widgets.derivation import DerivationView
from cnntutor.tui.widgets.layer_form import LayerForm
from cnntutor.tui.widgets.layer_rows import TOTAL, rows_of
from cnntutor.tui.widgets.layer_table import LayerTable
from cnntutor.tui.widgets.share_bars import ShareBars

WIDE = 110
"""From so many columns on the fields stand beside the table all the time."""
LOW = 30
"""Below so many lines the table and the working share the height more tightly."""


class BenchPane(Vertical):
    """Shows the network on a desk.

    Args:
        desk: The network with its states.
        view: The conventions to count by.
    """

    DEFAULT_CSS = """
    BenchPane {
        & #bench-middle { height: 1fr; }
        & #bench-left { width: 1fr; }
        & DerivationView { border-top: solid $rule; }
        & #bench-side { width: 42; border-left: solid $rule; }
        & ShareBars { border-top: solid $rule; }
        &.-narrow #bench-side { width: 38; display: none; }
        &.-narrow.-editing #bench-side { display: block; }
        &.-low ShareBars { display: none; }
    }
    """

    def __init__(self, desk: Desk, view: BenchView | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.view = view or BenchView()

    @property
    def bench(self) -> Bench:
        """The network as it is now; always valid."""
        return self.desk.bench

    @property
    def layer_at(self) -> str:
        """The layer under the cursor; the last one on the sums."""
        name = self.table.name_at
        return self.bench.network.nodes[-1].name if name == TOTAL else name

    def compose(self) -> ComposeResult:
        """Lay out the totals, the table with the working below, and the fields."""
        yield BenchHead()
        with Horizontal(id="bench-middle"):
            with Vertical(id="bench-left"):
                yield LayerTable()
                yield DerivationView()
            with Vertical(id="bench-side"):
                yield LayerForm()
                yield ShareBars()

    def on_mount(self) -> None:
        """Show the network."""
        self.show(self.desk.first_layer)
        self.table.focus()

    def on_resize(self, event: Resize) -> None:
        """Fold what does not fit."""
        self.set_class(event.size.width < WIDE, "-narrow")
        self.set_class(event.size.height < LOW, "-low")
        self._divide(event.size.height)

    def _divide(self, height: int) -> None:
        """Give the table the lines it needs and the working the rest, but never too few."""
        working = 7 if height < LOW else 11
        self.table.styles.height = max(5, min(self.table.full_height, height - 2 - working))

    def retext(self) -> None:
        """Follow a change of language; what is being typed stays."""
        self.show()

    @property
    def table(self) -> LayerTable:
        """The table of layers."""
        return self.query_one(LayerTable)

    @property
    def form(self) -> LayerForm:
        """The fields."""
        return self.query_one(LayerForm)

    @property
    def node_at(self) -> Node | None:
        """The node under the cursor; None on the sums."""
        return self.desk.node(self.table.name_at)

    def show(self, name: str = "") -> None:
        """Show the present network everywhere.

        Args:
            name: The layer to put the cursor on; where it is if left out.
        """
        title = str(self.desk.entry.title)
        self.query_one(BenchHead).show(title, self.bench.report, self.desk.changed, self.view)
        self.table.show(rows_of(self.bench, self.desk.opened, self.view), name, self.view.cost)
        self._divide(self.size.height)
        self._explain()
        self.show_form()

    def show_form(self) -> None:
        """Show the fields of the layer under the cursor."""
        node = self.node_at
        layers = {report.name: report for report in self.bench.report.layers} if node is not None else {}
        weights = node is not None and node.name in layers and layers[node.name].params > 0
        self.form.show(node, weights)

    def _explain(self) -> None:
        """Show the working of the number under the cursor."""
        view = self.query_one(DerivationView)
        name, quantity = self.table.name_at, self.table.quantity
        if name == TOTAL:
            view.derivation = working_of_total(self.bench.network, quantity)
        else:
            view.derivation = derive_from(self.bench.report, name, quantity, self.view.dtype)
        view.subject = t("total") if name == TOTAL else name
        view.refresh()
        costs = quantity in ("macs", "flops")
        self.query_one(ShareBars).show(self.bench.report, "macs" if costs else "params", name)

    @on(LayerTable.Moved)
    def _moved(self, event: LayerTable.Moved) -> None:
        event.stop()
        self._explain()
        if self.form.node != event.name and not self.form.has_focus_within:
            self.show_form()

    def open_form(self) -> None:
        """Go to the fields of the layer under the cursor, unless it has none."""
        self.show_form()
        self.add_class("-editing")
        if not self.form.focus_field():
            self.remove_class("-editing")

    def close_form(self) -> bool:
        """Go back from the fields to the table.

        Returns:
            False where no field had the focus.
        """
        if not self.form.has_focus_within:
            return False
        self.table.focus()
        return True
