"""The two lines above the workbench's table: the network and its totals, always in view."""

from __future__ import annotations

from textual.content import Content

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.cost import cost
from cnntutor.i18n import number, storage, t
from cnntutor.tui.bench_view import BenchView
from cnntutor.tui.widgets.painted_lines import PaintedLines


class BenchHead(PaintedLines):
    """The title with the parameters, and below the costs and memories by the conventions chosen."""

    DEFAULT_CSS = """
    BenchHead { height: 2; padding: 0 1; text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._report: NetworkReport | None = None
        self._changed = False
        self._view = BenchView()

    def show(self, title: str, report: NetworkReport, changed: bool, view: BenchView) -> None:
        """Show a network's totals.

        Args:
            title: What the network is called.
            report: Its numbers.
            changed: Whether it differs from the network as it was opened.
            view: The conventions to count by.
        """
        self._title, self._report, self._changed, self._view = title, report, changed, view
        self.redraw()

    def lines(self, width: int, height: int) -> list[Content]:
        """Write both lines; what does not fit gives way whole, the title first."""
        if self._report is None:
            return []
        return [self._first(self._report, width), self._second(self._report, width)]

    def _first(self, report: NetworkReport, width: int) -> Content:
        trained = t(
            "trainable {trainable} · not trainable {rest}",
            trainable=report.trainable_params,
            rest=report.non_trainable_params,
        )
        mark = t("changed") + " *   " if self._changed else ""
        room = max(8, width - len(trained) - len(mark) - 2)
        title = Content.styled(self._title, "bold").truncate(room, ellipsis=True)
        gap = " " * max(2, width - title.cell_length - len(mark) - len(trained))
        return Content.assemble(title, gap, (mark, "$accent"), (trained, "$quiet"))

    def _second(self, report: NetworkReport, width: int) -> Content:
        for parts, conventions in total_parts(report, self._view):
            written = " · ".join(f"{name} {value}" for name, value in parts)
            if len(written) + len(conventions) + (2 if conventions else 0) <= width:
                break
        figures = Content.styled(" · ", "$rule").join(
            Content.assemble((f"{name} ", "$quiet"), value) for name, value in parts
        )
        gap = " " * max(0, width - figures.cell_length - len(conventions))
        return Content.assemble(figures, gap, (conventions, "$quiet"))


def total_parts(report: NetworkReport, view: BenchView) -> list[tuple[list[tuple[str, str]], str]]:
    """Return the totals beyond the parameters with the conventions behind them, the fullest form first.

    The last form is for the narrowest window.
    """
    training = view.training(report)
    name = "FLOPs" if view.cost == "flops" else "MACs"
    costs = (name, number(cost(report.macs, view.cost)))
    weights = (t("weights"), storage(training.weights))
    outputs = (t("outputs"), storage(training.activations // training.batch))
    train = (t("to train"), "≈ " + storage(training.total))
    how = f"{view.dtype} · {t('batch {batch}', batch=view.batch)} · {training.state.optimizer.code}"
    return [
        ([costs, weights, outputs, train], how),
        ([weights, outputs, train], how),
        ([weights, outputs, train], view.dtype),
        ([weights, outputs, train], ""),
        ([weights, train], ""),
        ([train], ""),
    ]
