"""A plot of curves over the epochs: braille lines with axes, told apart by their marks without colour."""

import os
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from cnntutor.tui.widgets.plot_canvas import Runs
from cnntutor.tui.widgets.plot_chart import Chart, draw_chart


def ascii_terminal() -> bool:
    """Return whether the terminal has no braille: the Linux console and the plainest of the others."""
    return os.environ.get("TERM", "") in ("linux", "vt100", "vt220", "ansi", "dumb")


class Plot(Widget, can_focus=False):
    """Draws a Chart; set `chart` and it follows. Drawn anew only when chart or size changed."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot--train",
        "plot--validation",
        "plot--faint",
        "plot--best",
        "plot--axis",
        "plot--label",
        "plot--title",
    }
    DEFAULT_CSS = """
    Plot {
        width: 1fr;
        height: 1fr;
        & > .plot--train { color: $primary; text-style: bold; }
        & > .plot--validation { color: $accent; }
        & > .plot--faint { color: $primary 45%; }
        & > .plot--best { color: $success; text-style: bold; }
        & > .plot--axis { color: $rule; }
        & > .plot--label { color: $quiet; }
        & > .plot--title { color: $foreground; text-style: bold; }
    }
    """
    chart: reactive[Chart | None] = reactive(None, always_update=False)

    def __init__(self, *, id: str | None = None, ascii_only: bool | None = None) -> None:
        super().__init__(id=id)
        self._ascii_only = ascii_terminal() if ascii_only is None else ascii_only
        self._drawn: tuple[Chart, Size] | None = None
        self._rows: list[Runs] = []

    def render_line(self, y: int) -> Strip:
        """Return one row of the plot."""
        size = self.size
        if self.chart is None or not size:
            return Strip.blank(size.width, self.rich_style)
        wanted = (self.chart, size)
        if self._drawn is None or self._drawn[0] is not self.chart or self._drawn[1] != size:
            self._rows = draw_chart(self.chart, size.width, size.height, self._ascii_only)
            self._drawn = wanted
        if y >= len(self._rows):
            return Strip.blank(size.width, self.rich_style)
        segments = [Segment(text, self._look(role)) for text, role in self._rows[y]]
        return Strip(segments).adjust_cell_length(size.width, self.rich_style)

    def _look(self, role: str) -> Style:
        """Return the style of a role."""
        if role in ("", "both"):
            return self.rich_style
        return self.get_component_rich_style(f"plot--{role}")
