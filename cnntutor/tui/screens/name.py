"""A dialogue that asks for a name."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from cnntutor.i18n import Message, msg
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.text_field import TextField


class NameField(TextField):
    """Enter takes the name."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Take this name"))]


class NameScreen(TutorDialogue[str]):
    """Returns what was typed, or None after Esc.

    Args:
        title: What is named.
        explained: What a name may be.
        first: What stands there at the beginning.
    """

    CSS_PATH = "name.tcss"

    def __init__(self, title: Message, explained: Message, first: str) -> None:
        super().__init__()
        self._texts = (title, explained)
        self._first = first

    def body(self) -> ComposeResult:
        """Lay out the explanation and the field."""
        with Vertical(id="name"):
            yield Static(id="name-explained", markup=False)
            yield NameField(self._first, max_length=60, id="name-field")

    def on_mount(self) -> None:
        """Write the texts."""
        self.retext()
        self.query_one(NameField).focus()

    def retext(self) -> None:
        """Write the texts in the language now in force."""
        title, explained = (str(text) for text in self._texts)
        self.query_one("#name").border_title = title
        self.query_one("#name-explained", Static).update(explained)

    @on(Input.Submitted)
    def _taken(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
