"""The app with nothing below the workbench, and what its tests have in common."""

from pathlib import Path, PurePath
from typing import Any, ClassVar

from textual.pilot import Pilot
from textual.screen import Screen

from cnntutor.course.loader import load_course
from cnntutor.formats.library import find_network
from cnntutor.lab.lab import Lab
from cnntutor.progress.store import Store
from cnntutor.tui import app as tui_app
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.bench import Bench
from cnntutor.tui.context import Context, Place
from cnntutor.tui.screens.workbench import WorkbenchScreen
from cnntutor.tui.widgets.argument_field import ArgumentField
from cnntutor.tui.widgets.workbench import Workbench

GARBAGE = [
    "",
    " ",
    "x",
    "-3",
    "0",
    "1e9",
    "((((((",
    "9" * 60,
    "5×",
    "ＡＢ",
    "\x1b[31m",
    "(1,2),(3)",
    "[[1]]",
    "ừ́",
]


def lenet() -> Bench:
    """Return LeNet-5 with its numbers."""
    return Bench.of(find_network("lenet5").network)


class BenchApp(CnntutorApp):
    """The app with nothing below the workbench."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [Path(tui_app.__file__).with_name("app.tcss")]

    def __init__(self, network: str, store: Store | None = None) -> None:
        super().__init__(Context(load_course(), store or Store.in_memory(), Lab), strict=True)
        self.network = network

    def get_default_screen(self) -> Screen[Any]:
        """Return an empty screen in place of the course map."""
        return Screen()

    def on_mount(self) -> None:
        """Open the workbench."""
        self.push_screen(WorkbenchScreen(self.network))

    def remember(self, place: Place) -> None:
        """Note where the learner is."""
        self.left_at = place


def notes(pilot: Pilot[None]) -> str:
    """Return every notification shown now."""
    return "\n".join(note.message for note in pilot.app._notifications)


def bench_of(pilot: Pilot[None]) -> Workbench:
    """Return the workbench on screen."""
    return pilot.app.screen.query_one(Workbench)


def screen_text(pilot: Pilot[None]) -> str:
    """Return the whole screen, after checking that every line has its width."""
    width, height = pilot.app.size
    lines = pilot.app.screen._compositor.render_strips()
    assert len(lines) == height and all(line.cell_length == width for line in lines)
    return "\n".join(line.text for line in lines)


def field(pilot: Pilot[None], argument: str) -> ArgumentField:
    """Return the field of an argument."""
    fields = pilot.app.screen.query(ArgumentField)
    return next(each for each in fields if each.display and each.argument == argument)
