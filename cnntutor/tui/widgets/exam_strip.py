"""The questions of an exam in a row: where one is, which are answered, which are marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as TextualMessage
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Stand:
    """How one question stands."""

    answered: bool
    flagged: bool


class ExamStrip(Widget, can_focus=False):
    """One cell a question: `[3•]` is where one is, • answered, · not yet, ! marked."""

    @dataclass
    class Chosen(TextualMessage):
        """A question was clicked."""

        index: int

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ExamStrip { height: auto; padding: 0 2; background: $background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._stands: Sequence[Stand] = ()
        self._at = 0

    def show(self, stands: Sequence[Stand], at: int) -> None:
        """Show how the questions stand, and which one is open, from 0."""
        self._stands, self._at = stands, at
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the cells take."""
        return max(1, -(-len(self._stands) // self._a_line(width)))

    def _cell_width(self) -> int:
        return len(str(len(self._stands))) + 3

    def _a_line(self, width: int) -> int:
        return max(1, width // self._cell_width())

    def render(self) -> RenderResult:
        """Draw the cells."""
        a_line = self._a_line(self.content_size.width)
        wide = self._cell_width() - 3
        cells = [self._cell(at, stand, wide) for at, stand in enumerate(self._stands)]
        rows = [Content("").join(cells[at : at + a_line]) for at in range(0, len(cells), a_line)]
        return Content("\n").join(rows)

    def _cell(self, at: int, stand: Stand, wide: int) -> Content:
        sign = "!" if stand.flagged else "•" if stand.answered else "·"
        colour = "$warning bold" if stand.flagged else "$success" if stand.answered else "$quiet"
        here = at == self._at
        left, right = ("[", "]") if here else (" ", " ")
        number = (f"{at + 1:>{wide}}", "$primary bold" if here else "$foreground")
        return Content.assemble((left, "$primary bold"), number, (sign, colour), (right, "$primary bold"))

    def on_click(self, event: Click) -> None:
        """Go to the question that is clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        at = offset.y * self._a_line(self.content_size.width) + offset.x // self._cell_width()
        if at < len(self._stands):
            self.post_message(self.Chosen(at))
