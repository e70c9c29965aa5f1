"""The curves of one run: loss and accuracy side by side, over all epochs or a window of them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from cnntutor.i18n import t
from cnntutor.tui.run_track import RunView
from cnntutor.tui.widgets.plot import Plot
from cnntutor.tui.widgets.plot_chart import Chart
from cnntutor.tui.zoom import Zoom


class CurvePair(Horizontal):
    """Draws a RunView; `zoom` and `log_axis` say how."""

    DEFAULT_CSS = """
    CurvePair { width: 1fr; height: 1fr; }
    CurvePair #run-loss { margin-right: 2; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.log_axis = True
        """Whether the loss has a logarithmic axis."""
        self.zoom = Zoom()
        self._view: RunView | None = None
        self._loss = Plot(id="run-loss")
        self._accuracy = Plot(id="run-accuracy")

    def compose(self) -> ComposeResult:
        """Lay out both plots."""
        yield self._loss
        yield self._accuracy

    @property
    def reached(self) -> float:
        """How far the run is, in epochs."""
        view = self._view
        if view is None:
            return 0.0
        if view.batch is not None and view.batch.batches:
            return view.batch.epoch - 1 + view.batch.batch / view.batch.batches
        return float(view.epochs[-1].epoch) if view.epochs else 0.0

    def show(self, view: RunView) -> None:
        """Draw a run."""
        self._view = view
        begin, end = self.zoom.window(self.reached, view.planned)
        loss = t("loss (log)") if self.log_axis else t("loss")
        self._loss.chart = Chart(loss, view.loss, end, log=self.log_axis, best=view.best, begin=begin)
        self._accuracy.chart = Chart(
            t("accuracy %"), view.accuracy, end, ceiling=100, best=view.best, close=True, begin=begin
        )

    def again(self) -> None:
        """Draw the same run anew: in another language, or another window."""
        if self._view is not None:
            self.show(self._view)

    def look(self, zoom: Zoom) -> None:
        """Show another window."""
        self.zoom = zoom
        self.again()
