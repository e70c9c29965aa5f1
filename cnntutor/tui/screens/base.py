"""What all screens share: the two lines at the edges, the language switch, and errors that stay sentences.

A full screen derives from TutorScreen and gives its `body()`, its `where()`, and, where it keeps texts in
widgets, `retext()`. A dialogue derives from TutorDialogue. Both get their collaborators as `self.context`;
to go somewhere they post `messages.GoTo(Place("run", name))`. Keys are declared with `keys.key`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual._callback import invoke
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Mount, Resize, ScreenResume
from textual.message import Message as TextualMessage
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen

from cnntutor.i18n import Message, msg
from cnntutor.tui.context import Context, Place
from cnntutor.tui.key_order import Settling
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.key_line import KeyLine
from cnntutor.tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from cnntutor.tui.app import CnntutorApp
    from cnntutor.tui.record import Record

ResultT = TypeVar("ResultT")
Handler = tuple[type, Callable[[TextualMessage], Awaitable[object]]]

_BEGINNINGS = (Mount, ScreenResume, Resize)
"""Events that a screen is not painted without."""


class Guarded(MessagePump):
    """A mixin for screens and widgets: an error becomes a notification and the message loop goes on.

    Textual ends the whole program at the first error in a handler; here the learner reads a sentence instead.
    """

    def _get_dispatch_methods(self, method_name: str, message: TextualMessage) -> Iterable[Handler]:
        """Let Textual's own handlers of a beginning run, even after one of ours failed.

        Without them the screen would stand there unpainted and hide the very sentence that explains it.
        """
        handlers = super()._get_dispatch_methods(method_name, message)
        if not isinstance(message, _BEGINNINGS):
            return handlers
        return ((owner, self._told(handler)) for owner, handler in handlers)

    def _told(self, handler: Callable[..., Awaitable[object]]) -> Callable[[TextualMessage], Awaitable[None]]:
        async def call(message: TextualMessage) -> None:
            try:
                await invoke(handler, message)
            except Exception as problem:
                if not cast("CnntutorApp", self.app).tell(problem):
                    raise

        return call

    async def _dispatch_message(self, message: TextualMessage) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as problem:
            if not cast("CnntutorApp", self.app).tell(problem):
                raise


class TutorScreen(Settling, Guarded, Screen[ResultT]):
    """A screen with the place above and the keys below."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "back", msg("Back"))]

    def compose(self) -> ComposeResult:
        """Lay out the top line, the body, and the key line."""
        yield TopLine()
        yield from self.body()
        yield KeyLine()

    def body(self) -> ComposeResult:
        """Lay out what lies between the two lines."""
        yield from ()

    @property
    def context(self) -> Context:
        """Course, store, lab and clock."""
        return cast("CnntutorApp", self.app).context

    @property
    def record(self) -> Record:
        """The learner's record."""
        return cast("CnntutorApp", self.app).record

    def where(self) -> str:
        """Return the name of this place for the top line, in the language now in force."""
        return ""

    def place(self) -> Place | None:
        """Return the place to come back to at the next start, or None for one that is not kept."""
        return None

    def shows(self, place: Place) -> bool:
        """Whether this screen is the one for a place, so that going there means coming back here."""
        return self.place() == place

    def arrive(self, place: Place) -> None:
        """Come back by name to this screen, which lay open already; show what the place names."""

    def about(self) -> Message | None:
        """Return a sentence or two for the head of the help page."""
        return None

    def retext(self) -> None:
        """Put every text anew after a change of language; what the learner typed stays as it is."""

    def refresh_where(self) -> None:
        """Show the present `where()`; call it when it changes."""
        for line in self.query(TopLine):
            line.place = self.where()

    def language_changed(self) -> None:
        """Follow a change of language; the app calls it for every screen."""
        self.refresh_where()
        for line in self.query(TopLine):
            line.retext()
        for keys in self.query(KeyLine):
            keys.refresh()
        self.retext()

    def on_screen_resume(self) -> None:
        """Name the place and remember it."""
        self.refresh_where()
        place = self.place()
        if place is not None:
            cast("CnntutorApp", self.app).remember(place)

    def action_back(self) -> None:
        """Go back one step; at the bottom there is nothing to go back to."""
        cast("CnntutorApp", self.app).go_back()


class TutorDialogue(Settling, Guarded, ModalScreen[ResultT]):
    """A dialogue over a screen; Esc closes it without a result."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "close", msg("Close"))]

    def compose(self) -> ComposeResult:
        """Lay out the body, and the keys below as on every screen."""
        yield from self.body()
        yield KeyLine()

    def body(self) -> ComposeResult:
        """Lay out the dialogue."""
        yield from ()

    @property
    def context(self) -> Context:
        """Course, store, lab and clock."""
        return cast("CnntutorApp", self.app).context

    def retext(self) -> None:
        """Put every text anew after a change of language."""

    def about(self) -> Message | None:
        """Return a sentence or two for the head of the help page."""
        return None

    def language_changed(self) -> None:
        """Follow a change of language; the app calls it for every screen."""
        for keys in self.query(KeyLine):
            keys.refresh()
        self.retext()

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)
