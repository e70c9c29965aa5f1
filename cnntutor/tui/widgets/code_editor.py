"""Code to write: an editor that indents and colours Python, or the learner's own editor."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text as Line
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Key
from textual.widgets import Static, TextArea

from cnntutor.i18n import msg, t
from cnntutor.tui.code_colours import tokens
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.answer_fields import Entered, Typed
from cnntutor.tui.widgets.own_fields import OwnFields

if TYPE_CHECKING:
    from cnntutor.quiz.graded import FieldGrade

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
    ]

    def get_line(self, line_index: int) -> Line:
        """Return a line in colours."""
        line = super().get_line(line_index)
        for start, end, kind in tokens(line.plain):
            line.stylize(_COLOURS[kind], start, end)
        return line

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter":
            before = self.document.get_line(self.cursor_location[0])[: self.cursor_location[1]]
            indent = re.match(r" *", before)
            deeper = _INDENT if before.rstrip().endswith((":", "(", "[", "{")) else ""
            self._take(event, "\n" + (indent[0] if indent else "") + deeper)
        elif event.key == "tab":
            self._take(event, _INDENT[self.cursor_location[1] % 4 :])
        else:
            await super()._on_key(event)

    def _take(self, event: Key, text: str) -> None:
        event.stop()
        event.prevent_default()
        self.insert(text)

    def action_run(self) -> None:
        """Have the code run."""
        self.post_message(Entered())

    def action_own_editor(self) -> None:
        """Write in $EDITOR; what is saved there comes back."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "nano"
        with tempfile.TemporaryDirectory(prefix="cnntutor-") as folder:
            path = Path(folder, "exercise.py")
            path.write_text(self.text, encoding="utf-8")
            try:
                command = shlex.split(editor) or ["nano"]
                with self.app.suspend():
                    subprocess.run([*command, str(path)], check=False)
            except (OSError, ValueError):
                self.notify(t("There is no editor {name}; set EDITOR to yours.", name=editor))
                return
            if path.is_file():
                self.text = path.read_text(encoding="utf-8", errors="replace")


class CodeEditor(OwnFields):
    """An editor with the learner's code.

    Args:
        starter: What there is to begin with.
        field: The field the code fills.
        text: What was typed before.
    """

    DEFAULT_CSS = """
    CodeEditor {
        height: auto;
        layout: vertical;
        & PythonArea { height: 14; border: solid $rule; padding: 0; }
        & PythonArea:focus { border: solid $primary; }
        & Static { color: $quiet; height: 1; }
    }
    """

    def __init__(self, starter: str, field: str, text: str) -> None:
        super().__init__()
        self._field = field
        self._text = text or starter

    def compose(self) -> ComposeResult:
        """Lay out the editor and how it is used."""
        yield PythonArea(self._text, show_line_numbers=True, soft_wrap=False, theme="css")
        yield Static("", markup=False)

    def on_mount(self) -> None:
        """Write the help line; the code to begin with counts as typed."""
        self.retext()
        self.post_message(Typed(self._field, self._text))

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(Static).update(t("F9 runs and checks · F10 your own editor · Esc commands"))

    def show_grades(self, grades: Mapping[str, FieldGrade], blank: list[str]) -> None:
        """The verdict below says it."""

    def focus_field(self, field: str) -> bool:
        """Take the focus."""
        self.query_one(PythonArea).focus()
        return True

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(Typed(self._field, event.text_area.text))
