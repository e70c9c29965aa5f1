"""A plot of curves over the epochs: braille lines with axes, told apart by their marks without colour."""

import os
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from cnntutor.tui.widgets.plot_canvas import Runs
from cnntutor.tui.widgets.plot_chart import Chart, draw_chart


def ascii_terminal() -> bool:
    """Return whether the terminal has no braille: the Linux console and the plainest of the others."""
    return os.environ.get("TERM", "") in ("linux", "vt100", "vt220", "ansi", "dumb")


class Plot(Widget, can_focus=False):
    """Draws a Chart; set `chart` and it follows.

    Only the cells that changed are painted again: a curve that grows costs a slow line little.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot--train",
        "plot--validation",
        "plot--faint",
        "plot--best",
        "plot--axis",
        "plot--label",
        "plot--title",
        "plot--run-0",
        "plot--run-1",
        "plot--run-2",
        "plot--run-3",
        "plot--run-4",
        "plot--run-5",
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
        & > .plot--run-0 { color: $primary; }
        & > .plot--run-1 { color: $accent; }
        & > .plot--run-2 { color: $success; }
        & > .plot--run-3 { color: $error; }
        & > .plot--run-4 { color: $secondary; }
        & > .plot--run-5 { color: $foreground; }
    }
    """
    chart: reactive[Chart | None] = reactive(None, repaint=False)

    def __init__(self, *, id: str | None = None, ascii_only: bool | None = None) -> None:
        super().__init__(id=id)
        self._ascii_only = ascii_terminal() if ascii_only is None else ascii_only
        self._drawn_size = Size(0, 0)
        self._rows: list[Runs] = []

    def watch_chart(self) -> None:
        """Draw the chart and paint what differs."""
        before = self._rows
        same_size = self._drawn_size == self.size
        self._draw()
        if not same_size or len(before) != len(self._rows):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._rows, strict=True)):
            if old != new:
                first, last = difference(old, new)
                self.refresh(Region(first, y, last - first + 1, 1))

    def _draw(self) -> None:
        """Draw the rows for the present size."""
        self._drawn_size = self.size
        self._rows = []
        if self.chart is not None and self.size:
            self._rows = draw_chart(self.chart, self.size.width, self.size.height, self._ascii_only)

    def render_line(self, y: int) -> Strip:
        """Return one row of the plot."""
        size = self.size
        if self._drawn_size != size:
            self._draw()
        if y >= len(self._rows):
            return Strip.blank(size.width, self.rich_style)
        segments = [Segment(text, self._look(role)) for text, role in self._rows[y]]
        return Strip(segments).adjust_cell_length(size.width, self.rich_style)

    def _look(self, role: str) -> Style:
        """Return the style of a role."""
        if role in ("", "both"):
            return self.rich_style
        return self.get_component_rich_style(f"plot--{role}")


def difference(old: Runs, new: Runs) -> tuple[int, int]:
    """Return the first and the last cell in which two rows differ."""
    before = [(character, role) for text, role in old for character in text]
    after = [(character, role) for text, role in new for character in text]
    last = max(len(before), len(after)) - 1
    differing = [place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b]
    if len(before) != len(after):
        return (differing[0] if differing else min(len(before), len(after))), last
    return differing[0], differing[-1]
