"""A short list to choose from: the contents of a lesson, its terms and links."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.i18n import msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue


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
    BINDINGS: ClassVar[list[BindingType]] = [
        key("j", "move(1)", msg("Down"), shown=False),
        key("k", "move(-1)", msg("Up"), shown=False),
    ]

    def __init__(
        self, title: Callable[[], str], choices: Callable[[], Sequence[Choice]], first: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._make = choices
        self._first = first
        self._choices: Sequence[Choice] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list and the explanation."""
        with Vertical(id="pick"):
            yield OptionList(id="pick-list")
            yield Static(id="pick-explained")

    def on_mount(self) -> None:
        """Fill the list."""
        self.retext()

    def retext(self) -> None:
        """Write the list in the language now in force, the cursor where it was."""
        listed = self.query_one(OptionList)
        at = listed.highlighted
        self._choices = self._make()
        box = self.query_one("#pick")
        box.border_title = self._title()
        box.border_subtitle = t("↑↓ choose · Enter go · Esc close")
        listed.set_options([Option(choice.label) for choice in self._choices])
        values = [choice.value for choice in self._choices]
        if at is None and self._first in values:
            at = values.index(self._first)
        if values:
            listed.highlighted = min(at or 0, len(values) - 1)
        self.query_one("#pick-explained").display = any(choice.explained for choice in self._choices)
        listed.focus()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._choices):
            self.query_one("#pick-explained", Static).update(self._choices[event.option_index].explained)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index].value)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        listed = self.query_one(OptionList)
        if rows > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()
