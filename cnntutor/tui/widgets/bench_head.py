"""The two lines above the workbench's table: the network and its totals, always in view."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.cost import cost
from cnntutor.i18n import number, storage, t
from cnntutor.tui.bench_view import BenchView


class BenchHead(Widget, can_focus=False):
    """The title with the parameters, and below the costs and memories by the conventions chosen."""

    DEFAULT_CSS = """
    BenchHead { height: 2; padding: 0 1; text-wrap: nowrap; }
    """
    title: reactive[str] = reactive("")
    report: reactive[NetworkReport | None] = reactive(None)
    changed: reactive[bool] = reactive(False)
    view: reactive[BenchView] = reactive(BenchView())

    def render(self) -> RenderResult:
        """Write both lines; what does not fit gives way whole, the title first."""
        if self.report is None:
            return Content("")
        width = self.content_size.width
        return Content("\n").join([self._first(self.report, width), self._second(self.report, width)])

    def _first(self, report: NetworkReport, width: int) -> Content:
        trained = t(
            "trainable {trainable} · not trainable {rest}",
            trainable=report.trainable_params,
            rest=report.non_trainable_params,
        )
        mark = t("changed") + " *   " if self.changed else ""
        room = max(8, width - len(trained) - len(mark) - 2)
        title = Content.styled(self.title, "bold").truncate(room, ellipsis=True)
        gap = " " * max(2, width - title.cell_length - len(mark) - len(trained))
        return Content.assemble(title, gap, (mark, "$accent"), (trained, "$quiet"))

    def _second(self, report: NetworkReport, width: int) -> Content:
        for parts, conventions in total_parts(report, self.view):
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
