"""Bars: which part of all parameters, or of all multiply-adds, each layer has."""

from __future__ import annotations

from textual.content import Content

from cnntutor.calc.analysis import NetworkReport
from cnntutor.i18n import t
from cnntutor.tui.widgets.layer_rows import bar, percent
from cnntutor.tui.widgets.painted_lines import PaintedLines

_PERCENT = 7


class ShareBars(PaintedLines):
    """One bar a layer, the longest for the largest, in the order of the network.

    Where not all fit the smallest are taken together in one line.
    """

    DEFAULT_CSS = """
    ShareBars { height: 1fr; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._report: NetworkReport | None = None
        self._quantity = "params"
        self._chosen = ""

    def show(self, report: NetworkReport, quantity: str, chosen: str) -> None:
        """Show a network's shares.

        Args:
            report: The numbers.
            quantity: params or macs.
            chosen: The layer that is marked.
        """
        self._report, self._quantity, self._chosen = report, quantity, chosen
        self.redraw()

    def lines(self, width: int, height: int) -> list[Content]:
        """Draw the bars for the size there is."""
        if self._report is None:
            return []
        report = self._report
        macs = self._quantity == "macs"
        total = report.macs if macs else report.total_params
        parts = [(layer.name, layer.macs if macs else layer.params) for layer in report.layers]
        parts = [part for part in parts if part[1]]
        room = max(1, height - 1)
        note = ""
        if len(parts) > room:
            left_out = len(parts) - room + 1
            smallest = sorted(parts, key=lambda part: part[1])[:left_out]
            rest = sum(part[1] for part in smallest)
            parts = [part for part in parts if part not in smallest]
            note = t("{count} smaller: {percent}", count=left_out, percent=percent(rest, total))
        title = t("share of the multiply-adds") if macs else t("share of the parameters")
        names = min(14, max((len(name) for name, _ in parts), default=4))
        largest = max((count for _, count in parts), default=0)
        lines = [Content.styled(title, "$secondary")]
        for name, count in parts:
            look = "bold" if name == self._chosen else "$quiet"
            shown = name if len(name) <= names else name[: names - 1] + "…"
            cells = max(4, width - names - _PERCENT - 2)
            lines.append(
                Content.assemble(
                    (shown.ljust(names), look),
                    " ",
                    (bar(count, largest, cells).ljust(cells), "$primary"),
                    (percent(count, total).rjust(_PERCENT + 1), look),
                )
            )
        if note:
            lines.append(Content.styled(note, "$quiet"))
        return lines
