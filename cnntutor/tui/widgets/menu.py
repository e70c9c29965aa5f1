"""A list to choose from, with keys that are labelled in both languages."""

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import OptionList

from cnntutor.i18n import msg
from cnntutor.tui.keys import key


class Menu(OptionList, inherit_bindings=False):
    """Arrows or j and k move, Enter chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "select", msg("Choose")),
        key("down,j", "cursor_down", msg("Down"), shown=False),
        key("up,k", "cursor_up", msg("Up"), shown=False),
        key("pagedown,space", "page_down", msg("Page down"), shown=False),
        key("pageup", "page_up", msg("Page up"), shown=False),
        key("home", "first", msg("First"), shown=False),
        key("end", "last", msg("Last"), shown=False),
    ]
    DEFAULT_CSS = """
    Menu, Menu:focus { border: none; padding: 0; background-tint: transparent; }
    Menu:nocolor > .option-list--option-highlighted { text-style: reverse; }
    """
