"""One line to type into, and the messages that every field of a question posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.widgets import Input, Static

from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from cnntutor.quiz.posed import Field

MARKS = {
    "right": ("✓", "$success"),
    "wrong": ("✗", "$error"),
    "not_understood": ("?", "$warning"),
    "carried": ("~", "$accent"),
    "": (" ", ""),
}
"""The sign after a field and its colour; the sign alone says it."""


@dataclass
class Typed(TextualMessage):
    """The text of a field changed."""

    field: str
    text: str


@dataclass
class Entered(TextualMessage):
    """The learner wants the answer checked."""


class AnswerInput(TextField):
    """A one-line field; it keeps every printable key, the arrows up and down lead to other fields."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Check"))]

    def __init__(self, field: Field, text: str, width: int) -> None:
        super().__init__(value=text, compact=True, select_on_focus=False)
        self.field = field
        self.styles.width = width
        self._room = width
        self.retext()

    def retext(self) -> None:
        """Show an example of what is understood in the empty field, where it fits whole."""
        example = Content(str(self.field.example))
        self.placeholder = example.plain if example.cell_length <= self._room else ""


class AnswerField(Horizontal):
    """A field between brackets, with the sign of its grade behind it.

    Args:
        field: What is asked.
        text: What was typed before.
        width: Cells between the brackets.
    """

    DEFAULT_CSS = """
    AnswerField {
        height: 1;
        width: auto;
        & > .bracket { width: 1; color: $quiet; }
        & > .mark { width: 2; }
        & > AnswerInput { background: $surface; }
        & > AnswerInput:focus { background: $panel; }
        &:focus-within > .bracket { color: $primary; text-style: bold; }
    }
    """

    def __init__(self, field: Field, text: str, width: int) -> None:
        super().__init__()
        self.field = field
        self._text = text
        self._width = width

    def compose(self) -> ComposeResult:
        """Lay out brackets, field and mark."""
        yield Static("[", classes="bracket", markup=False)
        yield AnswerInput(self.field, self._text, self._width)
        yield Static("]", classes="bracket", markup=False)
        yield Static("", classes="mark", markup=False)

    def mark(self, verdict: str) -> None:
        """Show the sign of a grade; an empty verdict takes it away."""
        sign, colour = MARKS[verdict]
        self.query_one(".mark", Static).update(Content.styled(f" {sign}", colour))

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(AnswerInput).retext()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(Typed(self.field.id, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(Entered())
