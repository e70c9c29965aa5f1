"""The help page of any screen, made from the keys that work on it."""

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from cnntutor.i18n import Message, msg, t
from cnntutor.tui.keys import LiveKey, key, live_keys
from cnntutor.tui.screens.base import TutorDialogue


class HelpScreen(TutorDialogue[None]):
    """What every key of the screen below does.

    Args:
        below: The screen that is explained.
        about: A sentence or two on it.
    """

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,f1,enter,q", "close", msg("Close"), priority=True),
        key("down,j", "scroll(1)", msg("Down"), shown=False),
        key("up,k", "scroll(-1)", msg("Up"), shown=False),
    ]

    def __init__(self, below: Screen[object], about: Message | None) -> None:
        super().__init__()
        self._below = below
        self._about = about

    def body(self) -> ComposeResult:
        """Lay out the page."""
        with VerticalScroll(id="help"):
            yield Static(id="help-text")

    def on_mount(self) -> None:
        """Write the page."""
        self.retext()

    def retext(self) -> None:
        """Write the page in the language now in force."""
        self.query_one("#help").border_title = t("Keys on this screen")
        self.query_one("#help-text", Static).update(self._page())

    def _page(self) -> Content:
        entries = live_keys(self._below)
        here = [entry for entry in entries if not entry.everywhere]
        everywhere = [entry for entry in entries if entry.everywhere]
        moving = [
            LiveKey(("Tab",), t("Next part of the screen"), "", False, True),
            LiveKey(("Shift+Tab",), t("Previous part"), "", False, True),
        ]
        width = max(len(_keys(entry)) for entry in [*entries, *moving])
        lines: list[Content] = []
        if self._about is not None:
            lines += [Content(str(self._about)), Content("")]
        lines += [_line(entry, width) for entry in here]
        lines += [Content(""), Content.styled(t("Everywhere"), "$primary bold")]
        lines += [_line(entry, width) for entry in [*everywhere, *moving]]
        return Content("\n").join(lines)

    def action_scroll(self, rows: int) -> None:
        """Scroll a page that is longer than the screen."""
        cast(VerticalScroll, self.query_one("#help")).scroll_relative(y=rows, animate=False)


def _keys(entry: LiveKey) -> str:
    return "  ".join(entry.keys)


def _line(entry: LiveKey, width: int) -> Content:
    return Content.assemble((_keys(entry).ljust(width), "$foreground bold"), "   ", (entry.label, "$quiet"))
