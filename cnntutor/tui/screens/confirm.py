"""A question with yes and no, asked before something that cannot be taken back."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from cnntutor.i18n import Message, msg
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue


class ConfirmScreen(TutorDialogue[bool]):
    """Returns True for yes; False, or None after Esc, for no. The cursor begins on no.

    Args:
        question: What is asked.
        explained: What yes does.
        yes: The label of yes.
        no: The label of no.
    """

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "answer(True)", msg("Yes")),
        key("n", "answer(False)", msg("No")),
        key("left,h,right,l", "other", msg("Other button"), shown=False),
    ]

    def __init__(self, question: Message, explained: Message, yes: Message, no: Message) -> None:
        super().__init__()
        self._texts = (question, explained, yes, no)

    def body(self) -> ComposeResult:
        """Lay out the question and two buttons."""
        with Vertical(id="confirm"):
            yield Static(id="confirm-explained", markup=False)
            with Horizontal():
                yield Button("", id="confirm-yes", compact=True)
                yield Button("", id="confirm-no", compact=True)

    def on_mount(self) -> None:
        """Write the texts."""
        self.retext()
        self.query_one("#confirm-no").focus()

    def retext(self) -> None:
        """Write the texts in the language now in force."""
        question, explained, yes, no = (str(text) for text in self._texts)
        self.query_one("#confirm").border_title = question
        self.query_one("#confirm-explained", Static).update(explained)
        self.query_one("#confirm-yes", Button).label = yes
        self.query_one("#confirm-no", Button).label = no

    def action_answer(self, yes: bool) -> None:
        """Close with an answer."""
        self.dismiss(yes)

    def action_other(self) -> None:
        """Go to the other button."""
        self.focus_next()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "confirm-yes")
