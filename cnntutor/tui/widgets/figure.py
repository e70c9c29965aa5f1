"""A figure inside a page: takes the focus with Tab and answers keys while it has it."""

from typing import Any

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.course.figures.registry import Figure
from cnntutor.i18n import language, t
from cnntutor.tui.screens.base import Guarded

WIDTH = 72
"""Cells of the page a figure is drawn for."""


class FigureView(Guarded, Widget, can_focus=True):
    """Draws a frozen state; a key replaces the state by another.

    A subclass gives `title()` and `lines()`; every line fits into the width it is given.

    Args:
        index: The number of the block in the lesson.
        state: The first state.
    """

    DEFAULT_CSS = """
    FigureView {
        width: 100%;
        max-width: 76;
        height: auto;
        margin: 1 2 1 0;
        padding: 0 1;
        border: round $rule;
        border-title-color: $quiet;
        border-subtitle-color: $quiet;
        &:focus {
            border: heavy $primary;
            border-title-color: $primary;
            border-title-style: bold;
        }
    }
    """
    ALLOW_SELECT = False
    state: reactive[Any] = reactive(None, layout=True)

    def __init__(self, index: int, state: Figure) -> None:
        super().__init__()
        self.index = index
        self._drawn: tuple[object, list[Content]] | None = None
        self.set_reactive(FigureView.state, state)

    def title(self) -> str:
        """Return the name of the figure in the language now in force."""
        raise NotImplementedError

    def lines(self, width: int) -> list[Content]:
        """Return the drawing, line by line."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Name the figure."""
        self.retext()

    def retext(self) -> None:
        """Follow a change of language."""
        self.border_title = t("Figure · {title}", title=self.title())
        self._say_how()
        self.refresh(layout=True)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Say where its keys are, or how to come back."""
        super().watch_has_focus(has_focus)
        self._say_how()

    def _say_how(self) -> None:
        self.border_subtitle = t("its keys are below") if self.has_focus else t("Tab: try it")

    def _drawing(self, width: int) -> list[Content]:
        """Return the lines, drawn once for a state, a width and a language."""
        wanted = (self.state, width, language())
        if self._drawn is None or self._drawn[0] != wanted:
            self._drawn = (wanted, self.lines(width))
        return self._drawn[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the drawing takes."""
        return len(self._drawing(width))

    def render(self) -> RenderResult:
        """Draw the state."""
        return Content("\n").join(self._drawing(self.content_size.width))


def side_by_side(columns: list[list[Content]], gap: int) -> list[Content]:
    """Return drawings put beside each other, aligned at the top."""
    widths = [max((line.cell_length for line in column), default=0) for column in columns]
    joined: list[Content] = []
    for row in range(max(len(column) for column in columns)):
        parts: list[Content] = []
        for column, width in zip(columns, widths, strict=True):
            line = column[row] if row < len(column) else Content("")
            parts.append(line.pad_right(width - line.cell_length + gap))
        joined.append(Content("").join(parts).rstrip())
    return joined
