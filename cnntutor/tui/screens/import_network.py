"""A network from a file: the path is typed, and what is wrong with the file stands under the field."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message as TextualMessage
from textual.suggester import Suggester
from textual.widgets import Input, Static

from cnntutor.calc.shapes import Shape, parse_shape
from cnntutor.errors import CnntutorError
from cnntutor.formats.entry import NetworkEntry
from cnntutor.i18n import Message, msg, t
from cnntutor.tui.mistakes import sentence_of
from cnntutor.tui.network_paths import LONGEST_PATH, typed_path
from cnntutor.tui.path_listing import PathListing
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.argument_field import ArgumentField

FILE, SHAPE = "file", "input shape"


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that has been read."""

    path: Path
    input_shape: Shape | None
    entry: NetworkEntry


class PathSuggester(Suggester):
    """Goes on with what is typed while there is only one way, a folder or a network's file.

    Args:
        listing: Knows what lies in a folder.
    """

    def __init__(self, listing: PathListing) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._listing = listing

    async def get_suggestion(self, value: str) -> str | None:
        """Return the path as far as all that begin so agree; None where nothing is to be added."""
        if not value:
            return None
        found = await asyncio.to_thread(self._listing.completions, value, 200)
        common = os.path.commonprefix(found)  # noqa: RUF071  (letter by letter is what typing is)
        return common if len(common) > len(value) else None


class ImportScreen(TutorDialogue[Imported]):
    """Returns the file once it has been read, or None."""

    CSS_PATH = "import_network.tcss"

    @dataclass
    class Read(TextualMessage):
        """The file has been read, or a sentence says why not."""

        imported: Imported | None
        problem: str = ""

    @dataclass
    class Found(TextualMessage):
        """How a path may go on."""

        text: str
        paths: list[str]

    def __init__(self) -> None:
        super().__init__()
        self._listing = PathListing()
        self._offered: tuple[str, list[str]] = ("", [])
        """What was typed, and how it may go on."""
        self._reading = False

    def body(self) -> ComposeResult:
        """Lay out the two fields."""
        with Vertical(id="import"):
            yield ArgumentField(id="import-file", most=LONGEST_PATH)
            yield Static(id="import-found", markup=False)
            yield ArgumentField(id="import-shape")
            yield Static(id="import-about", markup=False)

    def on_mount(self) -> None:
        """Begin in the first field."""
        self.retext()
        self._file.input.suggester = PathSuggester(self._listing)
        self._file.input.focus()
        self._offer("")

    @property
    def _file(self) -> ArgumentField:
        return self.query_one("#import-file", ArgumentField)

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
        self._file.show(FILE, self._file.input.value, "~/model.keras", t("file"))
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
        self._file.problem("")
        self._shape.problem("")
        if event.input is self._file.input:
            self._offer(event.value)

    @work(thread=True, exclusive=True, group="listing")
    def _offer(self, text: str) -> None:
        """Look how the path may go on."""
        self.post_message(self.Found(text, self._listing.completions(text)))

    @on(Found)
    def _found(self, event: Found) -> None:
        """Show it, unless more has been typed in the meantime, or Enter pressed."""
        event.stop()
        if event.text != self._file.input.value or self._reading:
            return
        self._offered = (event.text, event.paths)
        names = [path.rstrip("/").rpartition("/")[2] + "/" * path.endswith("/") for path in event.paths]
        self.query_one("#import-found", Static).update("   ".join(names))

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
        self._complete()
        try:
            path = typed_path(self._file.input.value)
        except CnntutorError as problem:
            self._file.problem(str(problem))
            return
        self._file.problem("")
        self.query_one("#import-found", Static).update(t("Reading …"))
        self._reading = True
        self._read(path, shape)

    def _complete(self) -> None:
        """Go on to the one file that the beginning of a path can mean; it is on screen already."""
        text, paths = self._offered
        if text == self._file.input.value and len(paths) == 1 and not paths[0].endswith("/"):
            with self._file.input.prevent(Input.Changed):
                self._file.input.value = paths[0]

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
        self._reading = False
        if event.imported is not None:
            self.dismiss(event.imported)
            return
        self.query_one("#import-found", Static).update("")
        self._file.problem(event.problem)
        self._file.input.focus()
