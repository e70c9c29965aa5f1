"""A text area that indents and colours Python."""

from __future__ import annotations

import re
from typing import ClassVar

from rich.text import Text as Line
from textual.binding import BindingType
from textual.events import Key
from textual.message import Message as TextualMessage
from textual.widgets import TextArea

from cnntutor.i18n import msg
from cnntutor.tui.code_colours import tokens
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.answer_fields import Entered

_COLOURS = {
    "comment": "italic dim",
    "string": "green",
    "keyword": "bold magenta",
    "number": "yellow",
    "call": "cyan",
}
_INDENT = "    "


class PythonArea(TextArea):
    """A text area for Python: Tab and Enter indent, Shift+Tab takes indentation back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("f9", "run", msg("Run and check")),
        key("f10", "own_editor", msg("Own editor")),
        key("enter", "new_line", msg("New line"), shown=False),
    ]

    class OwnEditor(TextualMessage):
        """The learner wants to write with another program, or no longer."""

    def get_line(self, line_index: int) -> Line:
        """Return a line in colours."""
        line = super().get_line(line_index)
        for start, end, kind in tokens(line.plain):
            line.stylize(_COLOURS[kind], start, end)
        return line

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_new_line()
        elif event.key == "tab":
            self._take(event, _INDENT[self.cursor_location[1] % 4 :])
        else:
            await super()._on_key(event)

    def _take(self, event: Key, text: str) -> None:
        event.stop()
        event.prevent_default()
        if not self.read_only:
            self.insert(text)

    def action_new_line(self) -> None:
        """Begin a line as deep as this one, or deeper behind an opening bracket or a colon."""
        if self.read_only:
            return
        before = self.document.get_line(self.cursor_location[0])[: self.cursor_location[1]]
        indent = re.match(r" *", before)
        deeper = _INDENT if before.rstrip().endswith((":", "(", "[", "{")) else ""
        self.insert("\n" + (indent[0] if indent else "") + deeper)

    def action_run(self) -> None:
        """Have the code run."""
        self.post_message(Entered())

    def action_own_editor(self) -> None:
        """Write with another program."""
        self.post_message(self.OwnEditor())
