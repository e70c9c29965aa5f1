"""A dialogue with the learner's notes on a run."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from cnntutor.i18n import Message, msg, t
from cnntutor.lab.notes import MOST_CHARACTERS
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue


class NoteScreen(TutorDialogue[str]):
    """Returns the notes as they stand when it is closed; Esc keeps them too, so that nothing is lost.

    Args:
        run: The name of the run.
        text: The notes so far.
    """

    CSS_PATH = "note.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,ctrl+s", "keep", msg("Keep and close")),
    ]

    def __init__(self, run: str, text: str) -> None:
        super().__init__()
        self._run = run
        self._text = text

    def body(self) -> ComposeResult:
        """Lay out the text, and below where it is kept."""
        with Vertical(id="note"):
            yield TextArea(self._text, soft_wrap=True, tab_behavior="focus", id="note-text")
            yield Static(id="note-kept", markup=False)

    def on_mount(self) -> None:
        """Begin behind the last word."""
        self.retext()
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def retext(self) -> None:
        """Write the labels in the language now in force."""
        self.query_one("#note").border_title = t("Notes on {run}", run=self._run)
        self.query_one("#note-kept", Static).update(t("Kept as notes.txt in the run's folder."))

    def about(self) -> Message | None:
        """Explain the dialogue."""
        return msg("What you write here stays with the run, and `cnntutor runs show` prints it.")

    def action_keep(self) -> None:
        """Close and keep the text."""
        self.dismiss(self.query_one(TextArea).text[:MOST_CHARACTERS])
