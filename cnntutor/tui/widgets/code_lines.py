"""A listing with a cursor: the wrong line is taken, then what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.reactive import reactive

from cnntutor.i18n import msg
from cnntutor.tui.code_colours import coloured
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.answer_fields import MARKS, Entered, Typed
from cnntutor.tui.widgets.choice_list import ChoiceList
from cnntutor.tui.widgets.own_fields import OwnFields

if TYPE_CHECKING:
    from cnntutor.quiz.graded import FieldGrade


class CodeLines(OwnFields, can_focus=True):
    """A listing, one of whose lines is to be taken with Enter or Space.

    Args:
        listing: The code.
        field: The field that takes the line's number.
        text: What was taken before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "move(1)", msg("Down"), shown=False),
        key("up,k", "move(-1)", msg("Up"), shown=False),
        key("enter,space", "take", msg("This line")),
    ]
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    CodeLines { height: auto; width: 100%; margin-bottom: 1; }
    """
    cursor: reactive[int] = reactive(0)
    taken: reactive[int] = reactive(0)
    """The line taken, from 1; 0 for none."""

    def __init__(self, listing: str, field: str, text: str) -> None:
        super().__init__()
        self._lines = listing.split("\n")
        self._field = field
        if text.isdecimal() and 1 <= int(text) <= len(self._lines):
            self.set_reactive(CodeLines.taken, int(text))
            self.set_reactive(CodeLines.cursor, int(text) - 1)
        self._verdict = ""

    def show_grades(self, grades: Mapping[str, FieldGrade], blank: list[str]) -> None:
        """Show the sign of the line that is taken."""
        given = grades.get(self._field)
        self._verdict = "" if given is None or self._field in blank else given.verdict
        self.refresh()

    def focus_field(self, field: str) -> bool:
        """Take the focus for the line."""
        if field == self._field:
            self.focus()
        return field == self._field

    def on_click(self, event: Click) -> None:
        """Take the line that is clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < len(self._lines):
            self.cursor = offset.y
            self.action_take()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor = min(max(self.cursor + rows, 0), len(self._lines) - 1)

    def action_take(self) -> None:
        """Take the line under the cursor and go on to the reason; if that is there, have both checked."""
        self.taken = self.cursor + 1
        self._verdict = ""
        self.post_message(Typed(self._field, str(self.taken)))
        reasons = next(iter(self.parent.query(ChoiceList)), None) if self.parent is not None else None
        if reasons is not None and not reasons.taken:
            reasons.focus()
        else:
            self.post_message(Entered())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def render(self) -> RenderResult:
        """Draw the listing."""
        shown: list[Content] = []
        for number, line in enumerate(self._lines, start=1):
            pointer = "▸" if number - 1 == self.cursor and self.has_focus else " "
            taken = "●" if number == self.taken else " "
            sign, colour = MARKS[self._verdict if number == self.taken else ""]
            shown.append(
                Content.assemble(
                    (pointer, "$primary bold"),
                    (taken, "$primary bold"),
                    (f"{number:>3} ", "$quiet"),
                    coloured(line),
                    (f"  {sign}" if sign != " " else "", colour),
                )
            )
        return Content("\n").join(shown)

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()
