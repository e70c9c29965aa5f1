"""A text that is set anew for every width; takes no room while it has nothing to say."""

from collections.abc import Callable

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Lines = Callable[[int], list[Content]]
"""From a width in cells to the lines."""

WIDEST = 76
"""Cells of a line, however wide the terminal is."""


class LinesView(Widget, can_focus=False):
    """Lines made by a function of the width."""

    DEFAULT_CSS = """
    LinesView { width: 100%; max-width: 76; height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make: Lines | None = None
        self._made: tuple[int, list[Content]] = (0, [])
        self.display = False

    def show(self, lines: Lines) -> None:
        """Show the lines that a function makes for the width there is."""
        self._make = lines
        self._made = (0, [])
        self.display = bool(lines(WIDEST))
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[Content]:
        if self._make is None:
            return []
        if self._made[0] != width:
            self._made = (width, self._make(width))
        return self._made[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw the lines."""
        return Content("\n").join(self._lines(self.content_size.width))
