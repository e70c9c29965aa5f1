"""One block of a lesson's text on the page."""

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from cnntutor.tui.prose import Link, lay_out, links


class ProseView(Widget, can_focus=False):
    """A paragraph, heading, list, table, quote or listing.

    Args:
        index: The number of the block in the lesson; the same in both languages.
        source: Its Markdown.
        level: 1 to 6 for a heading, else 0.
    """

    DEFAULT_CSS = """
    ProseView {
        width: 100%;
        max-width: 72;
        height: auto;
        margin: 0 2 1 0;
        link-style: underline;
        link-color-hover: $foreground;
        link-background-hover: $panel;
    }
    ProseView.-heading { margin: 1 2 0 0; }
    """

    def __init__(self, index: int, source: str, level: int = 0) -> None:
        super().__init__(classes="-heading" if level else None)
        self.index = index
        self.level = level
        self._source = source
        self._lines: tuple[int, list[Content]] = (0, [])

    @property
    def links(self) -> list[Link]:
        """The links of the block in the order they are read."""
        return links(self._source)

    def rewrite(self, source: str) -> None:
        """Show other words, such as the other language's."""
        self._source = source
        self._lines = (0, [])
        self.refresh(layout=True)

    def _laid_out(self, width: int) -> list[Content]:
        if self._lines[0] != width:
            self._lines = (width, lay_out(self._source, width))
        return self._lines[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the block takes."""
        return len(self._laid_out(width))

    def render(self) -> RenderResult:
        """Draw the lines."""
        return Content("\n").join(self._laid_out(self.content_size.width))
