"""A short list to choose from: the contents of a lesson, its terms and links."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.menu import Menu


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list."""

    value: str
    label: Content | str
    explained: Content | str = ""
    """Shown below the list while the cursor is on the line."""


class PickScreen(TutorDialogue[str]):
    """Returns the value of the line chosen, or None.

    Args:
        title: Gives the title in the language now in force.
        choices: Gives the lines in the language now in force.
        first: The value the cursor begins on.
    """

    CSS_PATH = "pick.tcss"

    def __init__(
        self, title: Callable[[], str], choices: Callable[[], Sequence[Choice]], first: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._make = choices
        self._first = first
        self._choices: Sequence[Choice] = ()

    def body(self) -> ComposeResult:
        """Lay out the list and the explanation."""
        with Vertical(id="pick"):
            yield Menu(id="pick-list")
            with VerticalScroll(id="pick-more"):
                yield Static(id="pick-explained")

    def on_mount(self) -> None:
        """Fill the list."""
        self.retext()

    def retext(self) -> None:
        """Write the list in the language now in force, the cursor where it was."""
        listed = self.query_one(Menu)
        at = listed.highlighted
        self._choices = self._make()
        self.query_one("#pick").border_title = self._title()
        listed.set_options([Option(choice.label) for choice in self._choices])
        values = [choice.value for choice in self._choices]
        if at is None and self._first in values:
            at = values.index(self._first)
        if values:
            listed.highlighted = min(at or 0, len(values) - 1)
        self.query_one("#pick-more").display = any(choice.explained for choice in self._choices)
        listed.focus()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._choices):
            explained = self._choices[event.option_index].explained
            self.query_one("#pick-explained", Static).update(explained)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index].value)
