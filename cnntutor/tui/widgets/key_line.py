"""The last line of every screen: the keys that work now."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from cnntutor.tui.keys import LiveKey, live_keys

FEWEST = 2
"""Entries of the screen that shall have room before the program's own keys have words."""


class KeyLine(Widget, can_focus=False):
    """Keys of the focused widget and the screen on the left, the program's own on the right.

    Where that makes room for all, or there would be hardly any, the program's own keys lose their words, all
    but F1. An entry that does not fit is left out whole; nothing is ever cut in the middle.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyLine {
        dock: bottom;
        height: 1;
        padding: 0 1;
        background: $surface;
        color: $quiet;
        text-wrap: nowrap;
    }
    """

    def on_mount(self) -> None:
        """Redraw whenever the keys change: another focus, another state."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> RenderResult:
        """Lay out as many entries as fit."""
        if not self.screen.is_attached:
            return Content("")
        entries = [entry for entry in live_keys(self.screen) if entry.shown]
        right = [_entry(entry) for entry in entries if _on_the_right(entry)]
        left = [_entry(entry) for entry in entries if not _on_the_right(entry)]
        width = self.content_size.width
        gap = 3 if _length([*left, *right], 3) <= width else 2
        short = [_entry(entry, words=_keeps_words(entry)) for entry in entries if _on_the_right(entry)]
        if _length([*left, *right], gap) > width and (
            _length([*left, *short], gap) <= width or _length([*left[:FEWEST], *right], gap) > width
        ):
            right = short
        while right and _length(right, gap) > width:
            right.pop()
        room = width - (_length(right, gap) + gap if right else 0)
        while left and _length(left, gap) > room:
            left.pop()
        between = Content(" " * gap)
        space = width - _length(left, gap) - _length(right, gap)
        return Content("").join([between.join(left), Content(" " * space), between.join(right)])


def _on_the_right(entry: LiveKey) -> bool:
    """Whether an entry always keeps its place: the program's own keys, and Esc."""
    return entry.everywhere or entry.keys[0] == "Esc"


def _keeps_words(entry: LiveKey) -> bool:
    """Whether an entry has its label in a narrow line too."""
    return not entry.everywhere or entry.keys[0] == "F1"


def _entry(entry: LiveKey, *, words: bool = True) -> Content:
    """Return one entry: the key in the foreground, its label quiet."""
    if not words:
        return Content.styled(entry.keys[0].replace("Ctrl+", "^"), "$foreground bold")
    return Content.assemble((entry.keys[0], "$foreground bold"), " ", entry.label)


def _length(entries: list[Content], gap: int) -> int:
    """Return the cells that entries take with gaps between them."""
    return sum(entry.cell_length for entry in entries) + gap * max(0, len(entries) - 1)
