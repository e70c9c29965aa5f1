"""Messages for the whole program: a screen or a widget asks to go somewhere, the app goes there."""

from dataclasses import dataclass

from textual.message import Message

from cnntutor.tui.context import Place


@dataclass
class GoTo(Message):
    """Open a place on top of the present screen; Esc comes back to it."""

    place: Place


@dataclass
class Problem(Message):
    """Show a sentence about something that went wrong; the screen goes on working."""

    sentence: str
