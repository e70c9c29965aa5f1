"""Things to be put into their order: a list whose items are carried up and down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.prose import inline
from cnntutor.tui.widgets.answer_fields import MARKS, Entered, Typed
from cnntutor.tui.widgets.own_fields import OwnFields
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.quiz.graded import FieldGrade
    from cnntutor.quiz.posed import Option


class OrderList(OwnFields, can_focus=True):
    """Items under a cursor; Space picks one up or puts it down, and what is picked up goes with the cursor.

    Args:
        options: The items with their letters.
        field: The field they fill.
        text: The order typed before: "b, a, c".
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "move(1)", msg("Down"), shown=False),
        key("up,k", "move(-1)", msg("Up"), shown=False),
        key("space", "carry", msg("Pick up or put down")),
        key("shift+down", "shift(1)", msg("Carry down"), shown=False),
        key("shift+up", "shift(-1)", msg("Carry up"), shown=False),
        key("enter", "enter", msg("Check")),
    ]
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    OrderList { height: auto; width: 100%; max-width: 76; }
    """
    cursor: reactive[int] = reactive(0)
    carrying: reactive[bool] = reactive(False)

    def __init__(self, options: tuple[Option, ...], field: str, text: str) -> None:
        super().__init__()
        self._texts = {option.letter: option.text for option in options}
        self._field = field
        before = [part.strip() for part in text.split(",")]
        self._order = before if sorted(before) == sorted(self._texts) else list(self._texts)
        self._verdict = ""

    @property
    def letters(self) -> str:
        """The order as it is graded: "b, a, c"."""
        return ", ".join(self._order)

    def show_grades(self, grades: Mapping[str, FieldGrade], blank: list[str]) -> None:
        """Show the sign of an order that is right at every item; of another no single item is wrong."""
        given = grades.get(self._field)
        self._verdict = "" if given is None else given.verdict
        self.refresh(layout=True)

    def focus_field(self, field: str) -> bool:
        """Take the focus."""
        self.focus()
        return True

    def take_character(self, character: str) -> None:
        """Go to the item whose letter is typed."""
        if not self.carrying:
            self.cursor = self._order.index(character)

    def take_paste(self, text: str) -> None:
        """Go to the item whose letter is pasted; anything else names none."""
        if text.strip() in self._texts:
            self.take_character(text.strip())

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Keep the letters of the items from the commands."""
        return character in self._texts

    def action_move(self, rows: int) -> None:
        """Move the cursor, and with it what is picked up."""
        if self.carrying:
            self.action_shift(rows)
        else:
            self.cursor = min(max(self.cursor + rows, 0), len(self._order) - 1)

    def action_shift(self, rows: int) -> None:
        """Carry the item under the cursor."""
        place = min(max(self.cursor + rows, 0), len(self._order) - 1)
        if place != self.cursor:
            self._order.insert(place, self._order.pop(self.cursor))
            self._verdict = ""
            self.cursor = place
            self.post_message(Typed(self._field, self.letters))
            self.refresh(layout=True)

    def action_carry(self) -> None:
        """Pick the item under the cursor up, or put it down."""
        self.carrying = not self.carrying

    def action_enter(self) -> None:
        """Have the order checked as it stands."""
        self.carrying = False
        self.post_message(Typed(self._field, self.letters))
        self.post_message(Entered())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the items take."""
        return sum(len(self._lines(place, width)) for place in range(len(self._order)))

    def render(self) -> RenderResult:
        """Draw the items."""
        width = self.content_size.width
        lines = [line for place in range(len(self._order)) for line in self._lines(place, width)]
        return Content("\n").join(lines)

    def _lines(self, place: int, width: int) -> list[Content]:
        letter = self._order[place]
        here = place == self.cursor and self.has_focus
        pointer = ("◆ " if self.carrying else "▸ ") if here else "  "
        sign, colour = MARKS[self._verdict if self._verdict == "right" else ""]
        text = inline(str(self._texts[letter]))
        if here and self.carrying:
            text = text.stylize("bold")
        if sign != " ":
            text = Content.assemble(text, (f"  {sign}", colour))
        head = Content.assemble(
            (pointer, "$primary bold"), (f"{place + 1:>2}. ", "bold"), (f"{letter}  ", "$quiet")
        )
        return hanging(text, width, head)

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.carrying = False
        self.refresh()
