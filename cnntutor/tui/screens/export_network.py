"""A network written: TOML, JSON of Keras, Keras code or PyTorch code, into a file or the clipboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.errors import CnntutorError
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.export import export_network
from cnntutor.i18n import Message, msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.network_paths import LONGEST_PATH, slug_of, typed_path, write_file
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.argument_field import ArgumentField
from cnntutor.tui.widgets.menu import Menu

_ENDINGS = {"toml": ".toml", "json": ".json", "keras": ".py", "pytorch": "_torch.py"}
_FORMS = ("keras", "pytorch", "json", "toml")
_NAMES = {
    "keras": msg("Keras code (.py)"),
    "pytorch": msg("PyTorch code (.py)"),
    "json": msg("JSON of Keras, for model_from_json (.json)"),
    "toml": msg("TOML of this program, for cnntutor calc and the course (.toml)"),
}
_PREVIEW = 10
"""Lines that are shown."""


class FormList(Menu, inherit_bindings=True):
    """The forms; c copies, Enter goes on to the file."""

    BINDINGS: ClassVar[list[BindingType]] = [key("c", "screen.copy", msg("Copy"))]


class ExportScreen(TutorDialogue[Path]):
    """Returns the path of the file written, or None.

    Args:
        entry: The network.
    """

    CSS_PATH = "export_network.tcss"

    def __init__(self, entry: NetworkEntry) -> None:
        super().__init__()
        self._entry = entry
        self._confirmed: Path | None = None
        """A file that stands there already; Enter again writes over it."""
        self._suggested = ""

    def body(self) -> ComposeResult:
        """Lay out the forms, the file and the beginning of the text."""
        with Vertical(id="export"):
            yield FormList(id="export-forms")
            yield ArgumentField(id="export-file", most=LONGEST_PATH)
            yield Static(id="export-text", markup=False)

    def on_mount(self) -> None:
        """Begin with Keras code."""
        self.retext()
        self.query_one(FormList).focus()

    def about(self) -> Message | None:
        """Explain copying."""
        return msg(
            "c copies the text to the clipboard of your own computer, over ssh too, where the terminal allows"
            " it (OSC 52). A file is written whole or not at all."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#export").border_title = t("Write the network")
        forms = self.query_one(FormList)
        at = forms.highlighted or 0
        forms.set_options([Option(str(_NAMES[form])) for form in _FORMS])
        forms.highlighted = at
        self._show_form()

    @property
    def _form(self) -> str:
        return _FORMS[self.query_one(FormList).highlighted or 0]

    @property
    def _file(self) -> ArgumentField:
        return self.query_one("#export-file", ArgumentField)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._show_form()

    def _show_form(self) -> None:
        """Offer a name, unless one was typed, and show how the text begins."""
        suggested = f"{self._entry.slug.replace('-', '_')}{_ENDINGS[self._form]}"
        typed = self._file.input.value
        self._file.show(
            "file", suggested if typed in ("", self._suggested) else typed, suggested, t("into file")
        )
        self._suggested = suggested
        preview = self.query_one("#export-text", Static)
        try:
            lines = export_network(self._entry, self._form).splitlines()
        except CnntutorError as problem:
            preview.update(f"✗ {problem}")
            return
        shown = lines[:_PREVIEW]
        more = [t("… {count} more lines", count=len(lines) - _PREVIEW)] if len(lines) > _PREVIEW else []
        preview.update("\n".join([*shown, *more]))

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._file.input.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._confirmed = None
        self._file.problem("")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            path = typed_path(self._file.input.value)
            if path.is_dir():
                path = path / self._suggested
            if path.exists() and path != self._confirmed:
                self._confirmed = path
                self._file.problem(t("{file} exists already; Enter again writes over it.", file=path.name))
                return
            write_file(path, self._text(path))
        except CnntutorError as problem:
            self._file.problem(str(problem))
        except OSError as problem:
            self._file.problem(t("The system refused: {problem}.", problem=problem.strerror or ""))
        else:
            self.dismiss(path)

    def _text(self, path: Path | None = None) -> str:
        """Return the text in the form chosen; a TOML file's slug is its name."""
        entry = self._entry
        if path is not None and self._form == "toml":
            entry = replace(entry, slug=slug_of(path), aliases=())
        return export_network(entry, self._form)

    def action_copy(self) -> None:
        """Copy the text to the clipboard."""
        try:
            text = self._text()
        except CnntutorError as problem:
            self._file.problem(str(problem))
            return
        self.app.copy_to_clipboard(text)
        self.notify(
            t("{lines} lines copied; a terminal without OSC 52 ignores it.", lines=len(text.splitlines())),
            timeout=4,
        )
