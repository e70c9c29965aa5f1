"""Keys take effect in the order they were typed, however many arrive together over a slow line.

Textual hands a letter to the focused field, but carries a key that is bound (Backspace, Tab, an arrow) up to
the program first, so that `61⌫2` that arrives in one piece becomes `61`; and what is typed while a screen
opens goes to nobody. Here every key waits until the one before it has done its work.
"""

import asyncio
import time
from collections.abc import Sequence

from textual import on
from textual.app import App
from textual.events import Event, Key, Paste, ScreenResume
from textual.message_pump import MessagePump

from cnntutor.tui.keys import Erasing, Typing

PATIENCE = 4.0
"""Seconds after which keys no longer wait for a screen to open: better a lost key than none at all."""

TURNS = 60
"""How often everybody has a turn at most before the next key is taken."""


class Settling(MessagePump):
    """A mixin for screens: keys wait until the screen stands, with its focus where it belongs."""

    _waits_until: float | None = None

    @property
    def settled(self) -> bool:
        """Whether keys may come."""
        if self._waits_until is None:
            self.hold()
        return self._waits_until is None or time.monotonic() >= self._waits_until

    def hold(self) -> None:
        """Let keys wait until `settle`."""
        self._waits_until = time.monotonic() + PATIENCE

    def settle(self) -> None:
        """Let the keys come that were typed in the meantime."""
        self._waits_until = 0.0
        app = self.app
        if isinstance(app, KeyOrderApp):
            app.call_later(app.take_keys)

    @on(ScreenResume)
    def _settle_when_painted(self) -> None:
        if self._waits_until != 0.0:
            self.call_after_refresh(self.settle)


class KeyOrderApp(App[None]):
    """A program whose keys keep their order."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: list[Key | Paste] = []
        self._working = False
        """Whether a key is at work; the next ones wait."""

    async def on_event(self, event: Event) -> None:
        """Take keys one after the other; everything else is Textual's."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self._typed.append(event)
            if not self._working:
                await self.take_keys()
        else:
            await super().on_event(event)

    async def take_keys(self) -> None:
        """Do what was typed, as long as no screen is about to open."""
        self._working = True
        await self._at_rest()  # a field that the key before went to takes what it shows as chosen at first
        self._working = False
        while self._typed and not self._opening():
            event = self._typed.pop(0)
            if self._takes_text(event):
                await self._edit(event)
            else:
                self._working = True
                route = self._route()
                try:
                    if not (isinstance(event, Key) and await self._done_at_once(event)):
                        await super().on_event(event)
                    await self._at_rest(route)
                finally:
                    self.call_later(self.take_keys)  # behind what the key put into the program's own queue
                return
        if self._typed:
            self.set_timer(PATIENCE, self.take_keys)

    async def _edit(self, event: Key | Paste) -> None:
        """Give text to the field it is for; the letter and all that follows from it are painted together."""
        self._working = True
        try:
            with self.batch_update():
                self._hand_over(event)
                await self._at_rest()
            self.screen.check_idle()  # what waited for the end of the batch is painted now
        finally:
            self._working = False

    async def _at_rest(self, route: Sequence[MessagePump] = ()) -> None:
        """Wait, for a moment at most, until nobody whom keys pass has anything left to do.

        Args:
            route: Whom the key before passed; where it moved the focus, others get the next one.
        """
        calm = 0
        for _turn in range(TURNS):
            await asyncio.sleep(0)
            calm = 0 if any(node.message_queue_size for node in {*route, *self._route()}) else calm + 1
            if calm == 2:
                return

    def _opening(self) -> bool:
        screen = self.screen_stack[-1] if self.screen_stack else None
        return isinstance(screen, Settling) and not screen.settled

    def _route(self) -> list[MessagePump]:
        """Return whom a key passes: the focused widget and what it stands in."""
        if not self.screen_stack:
            return []
        nodes = self.focused.ancestors_with_self if self.focused is not None else [self.screen]
        return [node for node in nodes if node is not self]

    def _takes_text(self, event: Key | Paste) -> bool:
        """Whether the focused field takes this as text; if not, it is a key that does something."""
        focused = self.focused
        if not isinstance(focused, Typing) or isinstance(event, Paste):
            return isinstance(focused, Typing)
        if isinstance(focused, Erasing) and focused.erases(event.key):
            return True
        return event.character is not None and focused.check_consume_key(event.key, event.character)

    def _hand_over(self, event: Key | Paste) -> None:
        """Give text to the focused field."""
        focused = self.focused
        if isinstance(event, Key) and isinstance(focused, Erasing) and focused.erases(event.key):
            focused.erase(event.key)
        elif isinstance(focused, Typing):
            if isinstance(event, Paste):
                focused.take_paste(event.text)
            else:
                focused.take_character(event.character or "")

    async def _done_at_once(self, event: Key) -> bool:
        """Do what a key is bound to; False leaves it to Textual."""
        if await self._check_bindings(event.key, priority=True):
            return True
        focused = self.focused
        if focused is not None and not isinstance(focused, Typing) and focused.check_consume_key("x", "x"):
            return False  # an editor, which has its own ways with Tab and Enter
        return await self._check_bindings(event.key)
