"""A board: a part of the screen that makes its own lines for the room there is, and moves by keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from cnntutor.i18n import Message, msg
from cnntutor.lab.tested_record import AfterTest
from cnntutor.tui.keys import key
from cnntutor.tui.picture_art import Look

if TYPE_CHECKING:
    from textual.app import App

FEW_COLOURS = "standard"
"""Rich's name of a terminal with 16 colours."""


PLAIN_TERMINALS = ("vt100", "vt220", "ansi", "dumb")
"""Kinds of terminals that may lack the block glyphs."""


def look_of(app: App[object]) -> Look:
    """Return how pictures are drawn in this terminal: with glyphs or letters where it has few colours."""
    if not app.no_color and app.console.color_system != FEW_COLOURS:
        return "colour"
    if os.environ.get("TERM", "") in PLAIN_TERMINALS:
        return "ascii dark" if app.current_theme.dark else "ascii light"
    return "dark" if app.current_theme.dark else "light"


class KeyedLines(Widget, can_focus=True):
    """Lines made for the room there is, in which the arrows move something."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "step(0, -1)", msg("Up"), shown=False),
        key("down,j", "step(0, 1)", msg("Down"), shown=False),
        key("left,h", "step(-1, 0)", msg("Left"), shown=False),
        key("right,l", "step(1, 0)", msg("Right"), shown=False),
        key("pageup", "page(-1)", msg("Page up"), shown=False),
        key("pagedown,space", "page(1)", msg("Page down"), shown=False),
        key("home", "edge(-1)", msg("First"), shown=False),
        key("end", "edge(1)", msg("Last"), shown=False),
    ]
    DEFAULT_CSS = """
    KeyedLines { height: 1fr; padding: 0 1; }
    """

    def lines(self, width: int, height: int) -> list[Content]:
        """Return what is shown in so many cells; lines beyond the height are left out."""
        raise NotImplementedError

    @property
    def look(self) -> Look:
        """How pictures are drawn here."""
        return look_of(cast("App[object]", self.app))

    @property
    def page(self) -> int:
        """Lines to move by at once."""
        return max(1, self.content_size.height - 4)

    def render(self) -> RenderResult:
        """Draw the lines."""
        width, height = self.content_size
        return Content("\n").join(self.lines(width, height)[:height])

    def move(self, across: int, down: int) -> None:
        """Move what is marked by so many places; a huge step goes to the edge."""

    def action_step(self, across: int, down: int) -> None:
        """Move by one place."""
        self.move(across, down)
        self.refresh()

    def action_page(self, pages: int) -> None:
        """Move by a page."""
        self.move(0, pages * self.page)
        self.refresh()

    def action_edge(self, direction: int) -> None:
        """Move to the first or the last."""
        self.move(0, direction * 1_000_000)
        self.refresh()


class Board(KeyedLines):
    """Lines of a run that is over; a board without anything to show says why in its lines."""

    def __init__(self, after: AfterTest, *, id: str) -> None:
        super().__init__(id=id)
        self.after = after

    def about(self) -> Message:
        """Explain the board in a sentence or two."""
        raise NotImplementedError


def clamp(value: int, count: int) -> int:
    """Return a place moved into 0 … count - 1."""
    return min(max(value, 0), max(0, count - 1))


def window(place: int, size: int, first: int, count: int) -> int:
    """Return the first place of a window of so many that holds a place, moved as little as can be."""
    size = max(1, size)
    if place < first:
        first = place
    elif place >= first + size:
        first = place - size + 1
    return min(max(0, first), max(0, count - size))
