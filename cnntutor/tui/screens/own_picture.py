"""An image file of the learner's: its path is typed, what is wrong with the file stands below."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from cnntutor.errors import CnntutorError
from cnntutor.i18n import Message, msg, shape, t
from cnntutor.lab.inside import ENDINGS, demand_file
from cnntutor.tui.network_paths import typed_path
from cnntutor.tui.path_listing import PathListing
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.path_field import PathField

FILE = "file"


class OwnPictureScreen(TutorDialogue[Path]):
    """Returns the path of a file that may be a picture, or None.

    Args:
        wanted: Height, width and channels the network takes.
        photo: Whether the run crops photos.
    """

    CSS_PATH = "own_picture.tcss"

    def __init__(self, wanted: tuple[int, int, int], photo: bool) -> None:
        super().__init__()
        self._wanted, self._photo = wanted, photo

    def body(self) -> ComposeResult:
        """Lay out the field and what is done with the picture."""
        with Vertical(id="own-picture"):
            yield PathField(PathListing(ENDINGS), field="own-picture-file")
            yield Static(id="own-picture-about", markup=False)

    def on_mount(self) -> None:
        """Begin to type."""
        self.retext()
        self.query_one(PathField).focus_field()

    def about(self) -> Message | None:
        """Say what can be read."""
        return msg(
            "Any picture that Pillow reads: PNG, JPEG, BMP, GIF, WebP, TIFF. It is read in a process of its"
            " own, and your file stays as it is."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#own-picture").border_title = t("Look at a picture of your own")
        field = self.query_one(PathField)
        field.field.show(FILE, field.value, "~/digit.png", t("file"))
        size = shape(self._wanted)
        if self._photo:
            words = t(
                "It is cropped as the photos of this run are, to {size}. → completes the path.", size=size
            )
        else:
            words = t(
                "It is brought to {size}: one of that size stays as it is, of another the middle is taken."
                " → completes the path.",
                size=size,
            )
        self.query_one("#own-picture-about", Static).update(words)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Take the file, unless it can be no picture."""
        event.stop()
        field = self.query_one(PathField)
        field.complete()
        try:
            path = typed_path(field.value)
            demand_file(path)
        except CnntutorError as problem:
            field.refuse(str(problem))
        else:
            self.dismiss(path)
