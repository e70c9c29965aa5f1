"""Choices with a cursor, one or several to be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.prose import inline
from cnntutor.tui.widgets.answer_fields import MARKS, Entered, Typed
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.quiz.posed import PosedChoice


class ChoiceList(Widget, can_focus=True):
    """Choices with a cursor; a letter or Space takes one, Enter has it checked.

    Args:
        choices: What there is to choose.
        several: Whether more than one may be taken.
        taken: The letters taken before.
        field: The field they fill.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "move(1)", msg("Down"), shown=False),
        key("up,k", "move(-1)", msg("Up"), shown=False),
        key("space", "take", msg("Choose")),
        key("enter", "enter", msg("Check")),
    ]
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ChoiceList { height: auto; width: 100%; max-width: 76; }
    """
    cursor: reactive[int] = reactive(0)
    taken: reactive[frozenset[str]] = reactive(frozenset(), layout=True)

    def __init__(
        self, choices: tuple[PosedChoice, ...], several: bool, taken: str, field: str = "answer"
    ) -> None:
        super().__init__()
        self.field_id = field
        self._choices = choices
        self._several = several
        letters = [choice.letter for choice in choices]
        before = frozenset(part.strip() for part in taken.split(",")) & frozenset(letters)
        self.set_reactive(ChoiceList.taken, before)
        if before:
            self.set_reactive(ChoiceList.cursor, letters.index(min(before)))
        self._verdict = ""

    def retext(self) -> None:
        """Follow a change of language."""
        self.refresh(layout=True)

    def grade(self, verdict: str) -> None:
        """Show the sign of a grade behind what is taken; of several only when all of it is right."""
        told = verdict == "right" or (verdict == "wrong" and not self._several)
        self._verdict = verdict if told else ""
        self.refresh(layout=True)

    def take_character(self, character: str) -> None:
        """Take the choice whose letter is typed."""
        self.cursor = [choice.letter for choice in self._choices].index(character)
        self.action_take()

    def take_paste(self, text: str) -> None:
        """Take a letter that is pasted; anything else is nothing to choose."""
        if text.strip() in {choice.letter for choice in self._choices}:
            self.take_character(text.strip())

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Keep the letters of the choices from the commands."""
        return character in {choice.letter for choice in self._choices}

    def on_click(self, event: Click) -> None:
        """Take the choice that is clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = 0
        for place, choice in enumerate(self._choices):
            row += len(self._choice_lines(place, choice, self.content_size.width))
            if offset.y < row:
                self.cursor = place
                self.action_take()
                return

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor = min(max(self.cursor + rows, 0), len(self._choices) - 1)

    def action_take(self) -> None:
        """Take the choice under the cursor, or give it back where several may be taken."""
        letter = self._choices[self.cursor].letter
        self.taken = self.taken ^ {letter} if self._several else frozenset({letter})
        self._verdict = ""
        self.post_message(Typed(self.field_id, ", ".join(sorted(self.taken))))

    def action_enter(self) -> None:
        """Have the answer checked; a single choice under the cursor is taken first."""
        if not self._several or not self.taken:
            letter = self._choices[self.cursor].letter
            if letter not in self.taken:
                self.action_take()
        self.post_message(Entered())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the choices take."""
        return sum(len(self._choice_lines(at, choice, width)) for at, choice in enumerate(self._choices))

    def render(self) -> RenderResult:
        """Draw the choices."""
        width = self.content_size.width
        lines = [
            line for at, choice in enumerate(self._choices) for line in self._choice_lines(at, choice, width)
        ]
        return Content("\n").join(lines)

    def _choice_lines(self, place: int, choice: PosedChoice, width: int) -> list[Content]:
        taken = choice.letter in self.taken
        box = ("[x]" if taken else "[ ]") if self._several else ("(•)" if taken else "( )")
        pointer = "▸ " if place == self.cursor and self.has_focus else "  "
        sign, colour = MARKS[self._verdict if taken else ""]
        text = inline(str(choice.text))
        if taken:
            text = text.stylize("bold")
        if sign != " ":
            text = Content.assemble(text, (f"  {sign}", colour))
        head = Content.assemble(
            (pointer, "$primary bold"), (box, "$primary bold" if taken else "$quiet"), f" {choice.letter}  "
        )
        return hanging(text, width, head)

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()
