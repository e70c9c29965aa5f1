"""A list to choose from by typing a few letters: kinds of layers, networks."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.i18n import msg, t
from cnntutor.tui.destinations import folded
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.screens.pick import Choice
from cnntutor.tui.widgets.menu import Menu
from cnntutor.tui.widgets.text_field import TextField

LONGEST_SEARCH = 80


class SearchField(TextField):
    """The field of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Choose"))]


class SearchScreen(TutorDialogue[str]):
    """Returns the value of the line chosen, or None.

    Args:
        title: Gives the title in the language now in force.
        choices: Gives all lines in the language now in force.
        first: The value the cursor begins on.
    """

    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "move(1)", msg("Down")),
        key("up", "move(-1)", msg("Up")),
        key("pagedown", "move(8)", msg("Page down"), shown=False),
        key("pageup", "move(-8)", msg("Page up"), shown=False),
    ]

    def __init__(
        self, title: Callable[[], str], choices: Callable[[], Sequence[Choice]], first: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._make = choices
        self._first = first
        self._all: Sequence[Choice] = ()
        self._texts: list[str] = []
        self._shown: list[Choice] = []

    def body(self) -> ComposeResult:
        """Lay out the field, the list and the explanation."""
        with Vertical(id="search"):
            yield SearchField(id="search-field", select_on_focus=False, max_length=LONGEST_SEARCH)
            yield Menu(id="search-list")
            yield Static(id="search-explained", markup=False)

    def on_mount(self) -> None:
        """Fill the list; it never takes the focus from the field."""
        self.query_one(Menu).can_focus = False
        self.retext()
        values = [choice.value for choice in self._shown]
        if self._first in values:
            self.query_one(Menu).highlighted = values.index(self._first)

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#search").border_title = self._title()
        self.query_one(Input).placeholder = t("type a few letters")
        self._all = self._make()
        self._texts = [folded(f"{choice.label} {choice.explained}") for choice in self._all]
        self._fill(self.query_one(Input).value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        highlighted = self.query_one(Menu).highlighted
        if highlighted is not None and highlighted < len(self._shown):
            self.dismiss(self._shown[highlighted].value)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index].value)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._shown):
            self.query_one("#search-explained", Static).update(self._shown[event.option_index].explained)

    def action_move(self, rows: int) -> None:
        """Move the choice while the field keeps the focus."""
        choices = self.query_one(Menu)
        if self._shown:
            choices.highlighted = min(max((choices.highlighted or 0) + rows, 0), len(self._shown) - 1)

    def _fill(self, typed: str) -> None:
        """Show what holds every typed word; labels that begin with them come first, then labels with them."""
        words = folded(typed).split()
        whole = " ".join(words)
        hits = [
            (choice, folded(str(choice.label)))
            for choice, text in zip(self._all, self._texts, strict=True)
            if all(word in text for word in words)
        ]
        if words:
            hits.sort(key=lambda hit: (not hit[1].startswith(whole), whole not in hit[1]))
        self._shown = [choice for choice, _label in hits]
        choices = self.query_one(Menu)
        choices.clear_options()
        if self._shown:
            choices.add_options([Option(choice.label) for choice in self._shown])
            choices.highlighted = 0
        else:
            choices.add_option(Option(Content.styled(t("Nothing of that name."), "$quiet"), disabled=True))
            self.query_one("#search-explained", Static).update("")
