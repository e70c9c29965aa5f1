"""A network from a file: the path is typed, and what is wrong with the file stands under the field."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message as TextualMessage
from textual.widgets import Input, Static

from cnntutor.calc.shapes import Shape, parse_shape
from cnntutor.errors import CnntutorError
from cnntutor.formats.entry import NetworkEntry
from cnntutor.i18n import Message, msg, t
from cnntutor.tui.mistakes import sentence_of
from cnntutor.tui.network_paths import typed_path
from cnntutor.tui.path_listing import PathListing
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.argument_field import ArgumentField
from cnntutor.tui.widgets.path_field import PathField

FILE, SHAPE = "file", "input shape"


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that has been read."""

    path: Path
    input_shape: Shape | None
    entry: NetworkEntry


class ImportScreen(TutorDialogue[Imported]):
    """Returns the file once it has been read, or None."""

    CSS_PATH = "import_network.tcss"

    @dataclass
    class Read(TextualMessage):
        """The file has been read, or a sentence says why not."""

        imported: Imported | None
        problem: str = ""

    def body(self) -> ComposeResult:
        """Lay out the two fields."""
        with Vertical(id="import"):
            yield PathField(PathListing(), field="import-file")
            yield ArgumentField(id="import-shape")
            yield Static(id="import-about", markup=False)

    def on_mount(self) -> None:
        """Begin in the first field."""
        self.retext()
        self._file.focus_field()

    @property
    def _file(self) -> PathField:
        return self.query_one(PathField)

    @property
    def _shape(self) -> ArgumentField:
        return self.query_one("#import-shape", ArgumentField)

    def about(self) -> Message | None:
        """Say what can be read."""
        return msg(
            "Reads .toml of this program, Keras's .json, .keras and .h5, .onnx, and Keras code in .py."
            " Nothing in the file is run."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#import").border_title = t("Open a network from a file")
        self._file.field.show(FILE, self._file.value, "~/model.keras", t("file"))
        self._shape.show(
            SHAPE, self._shape.input.value, t("only where the file leaves it open: 32×32×3"), t("input shape")
        )
        self.query_one("#import-about", Static).update(
            t(
                "toml · json · keras · h5 · onnx · py: read, never run. → completes the path, Tab changes the"
                " field."
            )
        )

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._file.field.problem("")
        self._shape.problem("")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        shape_text = self._shape.input.value.strip()
        try:
            shape = parse_shape(shape_text) if shape_text else None
        except ValueError:
            self._shape.problem(t("must be {allowed}", allowed=msg("such as 32×32×3")))
            self._shape.input.focus()
            return
        self._file.complete()
        try:
            path = typed_path(self._file.value)
        except CnntutorError as problem:
            self._file.field.problem(str(problem))
            return
        self._file.field.problem("")
        self._file.tell(t("Reading …"))
        self._read(path, shape)

    @work(thread=True, exclusive=True, group="import")
    def _read(self, path: Path, shape: Shape | None) -> None:
        """Read the file away from the keys: a large one takes a while."""
        from cnntutor.formats.network_file import read_network_file

        try:
            entry = read_network_file(path, shape)
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(self.Read(None, sentence_of(problem)))
        else:
            self.post_message(self.Read(Imported(path, shape, entry)))

    @on(Read)
    def _was_read(self, event: Read) -> None:
        event.stop()
        if event.imported is not None:
            self.dismiss(event.imported)
        else:
            self._file.refuse(event.problem)
