"""The palette: type a few letters of any place or choice, press Enter, be there."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from cnntutor.i18n import Message, msg, t
from cnntutor.tui.destinations import Destination, destinations, matching
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.menu import Menu
from cnntutor.tui.widgets.text_field import TextField
from cnntutor.tui.wrapping import hanging


class PaletteField(TextField):
    """The field of the palette."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Open"))]


class PaletteScreen(TutorDialogue[Destination]):
    """Returns the destination chosen, or None."""

    CSS_PATH = "palette.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+p", "close", msg("Close"), shown=False, priority=True),
        key("down", "move(1)", msg("Down")),
        key("up", "move(-1)", msg("Up")),
        key("pagedown", "move(8)", msg("Page down"), shown=False),
        key("pageup", "move(-8)", msg("Page up"), shown=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Destination] = []
        self._shown: list[Destination] = []

    def body(self) -> ComposeResult:
        """Lay out the field and the list."""
        with Vertical(id="palette"):
            yield PaletteField(id="palette-field", select_on_focus=False)
            yield Menu(id="palette-list")

    def on_mount(self) -> None:
        """Gather the destinations; the list never takes the focus from the field."""
        self.query_one(Menu).can_focus = False
        self.retext()

    def about(self) -> Message | None:
        """Explain the palette."""
        return msg("Type a few letters of a lesson, an exercise, a network or a run; marks may be left out.")

    def retext(self) -> None:
        """Name everything in the language now in force."""
        self.query_one("#palette").border_title = t("Go to")
        self.query_one(Input).placeholder = t("lesson, exercise, network, run, language …")
        self._all = list(destinations(self.context))
        self._fill(self.query_one(Input).value)

    def on_resize(self) -> None:
        """Break the lines where they end now."""
        self.call_after_refresh(lambda: self._fill(self.query_one(Input).value))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        highlighted = self.query_one(Menu).highlighted
        if highlighted is not None and highlighted < len(self._shown):
            self.dismiss(self._shown[highlighted])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index])

    def action_move(self, rows: int) -> None:
        """Move the choice while the field keeps the focus."""
        choices = self.query_one(Menu)
        if self._shown:
            present = choices.highlighted or 0
            choices.highlighted = min(max(present + rows, 0), len(self._shown) - 1)

    def _fill(self, typed: str) -> None:
        self._shown = matching(self._all, typed)
        choices = self.query_one(Menu)
        choices.clear_options()
        width = max((len(entry.kind) for entry in self._all), default=0)
        if self._shown:
            room = choices.scrollable_content_region.width or 40
            choices.add_options([Option(_line(entry, width, room)) for entry in self._shown])
            choices.highlighted = 0
        else:
            choices.add_option(Option(Content.styled(t("Nothing of that name."), "$quiet"), disabled=True))


def _line(entry: Destination, width: int, room: int) -> Content:
    kind = Content.assemble((entry.kind.ljust(width), "$quiet"), "  ")
    return Content("\n").join(hanging(entry.name, room, kind))
