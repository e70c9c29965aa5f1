"""Code to write: an editor that indents and colours Python, or the learner's own editor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static, TextArea

from cnntutor import locations
from cnntutor.classroom.code_file import CodeFile
from cnntutor.i18n import Message, t
from cnntutor.tui.own_editor import edit_here, editor_command
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.widgets.answer_fields import Entered, Typed
from cnntutor.tui.widgets.own_fields import OwnFields
from cnntutor.tui.widgets.python_area import PythonArea

if TYPE_CHECKING:
    from textual.app import App

    from cnntutor.quiz.graded import FieldGrade

LOOK_EVERY = 0.5
"""Seconds between two looks at a file that is watched."""


class CodeEditor(OwnFields):
    """An editor with the learner's code.

    Args:
        starter: What there is to begin with.
        field: The field the code fills.
        text: What was typed before.
        name: What the file for an editor of the learner's own is called.
    """

    DEFAULT_CSS = """
    CodeEditor {
        height: auto;
        layout: vertical;
        & PythonArea { height: auto; min-height: 7; max-height: 16; border: solid $rule; padding: 0; }
        & PythonArea:focus { border: solid $primary; }
        & Static { color: $quiet; height: auto; }
        & Static.-watching { color: $accent; text-style: bold; }
    }
    """

    def __init__(self, starter: str, field: str, text: str, name: str = "exercise") -> None:
        super().__init__()
        self._field = field
        self._text = text or starter
        self._name = name
        self._file: CodeFile | None = None
        """The file that is watched; None while the learner writes here."""
        self._trouble: Message | None = None
        self._looking: Timer | None = None

    @property
    def text(self) -> str:
        """The code in the field."""
        return self.query_one(PythonArea).text

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
        line = self.query_one(Static)
        if self._file is None:
            line.update(t("F9 runs and checks · F10 your own editor · Esc commands"))
        elif self._trouble is not None:
            line.update(f"! {self._trouble}")
        else:
            line.update(t("Watching {file}: every save is checked · F10 ends", file=_short(self._file.path)))
        line.set_class(self._file is not None, "-watching")

    # The learner's own editor

    @on(PythonArea.OwnEditor)
    def _own_editor(self, message: PythonArea.OwnEditor) -> None:
        """Ask where to write; while the file is watched, end that."""
        message.stop()
        if self._file is not None:
            self._end_watching()
            return
        file = CodeFile(locations.code_dir() / f"{self._name}.py")
        held = file.read()
        if held is not None and held.strip() and held.strip() != self.text.strip():
            self.app.push_screen(
                PickScreen(lambda: t("The file holds other code"), lambda: _which(file)),
                lambda chosen: self._settled(file, held, chosen),
            )
        else:
            self._settled(file, held or "", "here")

    def _settled(self, file: CodeFile, held: str, chosen: str | None) -> None:
        """Know which code to go on with, then ask for the editor."""
        if chosen is None:
            return
        if chosen == "file":
            self._take(held)
        elif held.strip() and held.strip() != self.text.strip():
            aside = file.set_aside()
            self.notify(t("What the file held is now in {file}.", file=aside), markup=False)
        file.write(self.text)
        command = editor_command()
        if command:
            self.app.push_screen(
                PickScreen(lambda: t("Your own editor"), lambda: _where(command, file.path)),
                lambda where: self._go(file, command, where),
            )
        else:
            self._watch(file)

    def _go(self, file: CodeFile, command: list[str], where: str | None) -> None:
        if where == "watch":
            self._watch(file)
        elif where == "here":
            self._edit_here(file, command)

    def _edit_here(self, file: CodeFile, command: list[str]) -> None:
        """Open the editor in this terminal; what it saved is taken and checked."""
        edited = edit_here(cast("App[object]", self.app), command, file.path)
        if edited.problem is not None:
            self.notify(str(edited.problem), severity="warning", timeout=10, markup=False)
        look = file.look()
        if look.text is not None:
            self._take(look.text)
            self.post_message(Entered())
        elif not file.path.exists():
            told = t("The editor took {file} away; your code is as it was before.", file=file.path)
            self.notify(told, severity="warning", markup=False)
        elif edited.elsewhere:
            self._watch(file)
        self.focus_field(self._field)

    def _watch(self, file: CodeFile) -> None:
        """Look at the file from time to time; the field only shows it."""
        self._file, self._trouble = file, None
        self.query_one(PythonArea).read_only = True
        self._looking = self.set_interval(LOOK_EVERY, self.look)
        self.retext()
        self.focus_field(self._field)

    def _end_watching(self) -> None:
        if self._looking is not None:
            self._looking.stop()
        self.look()
        self._file, self._trouble, self._looking = None, None, None
        self.query_one(PythonArea).read_only = False
        self.retext()

    def look(self) -> None:
        """Take what was saved since the last look, and have it checked."""
        if self._file is None:
            return
        look = self._file.look()
        if look.text is not None:
            self._take(look.text)
            self.post_message(Entered())
        if look.problem != self._trouble:
            self._trouble = look.problem
            self.retext()

    def _take(self, text: str) -> None:
        """Put code into the field; it is kept at once."""
        self.query_one(PythonArea).text = text
        self.post_message(Typed(self._field, text))

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


def _which(file: CodeFile) -> list[Choice]:
    return [
        Choice("file", t("Go on with the code of the file"), str(file.path)),
        Choice("here", t("Go on with the code on screen"), t("The file is kept under another name.")),
    ]


def _where(command: list[str], path: Path) -> list[Choice]:
    return [
        Choice(
            "here",
            t("{editor}, in this terminal", editor=command[0]),
            t("What you save is checked when you leave it."),
        ),
        Choice(
            "watch",
            t("An editor in another window"),
            t("Edit {file} there; every save is checked here.", file=path),
        ),
    ]


def _short(path: Path) -> str:
    """Return a path with the home folder as ~."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
