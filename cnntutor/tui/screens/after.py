"""A run that is over, looked at closely: who was taken for whom, the worst mistakes, inside the network."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.message import Message as TextualMessage
from textual.widgets import Static

from cnntutor.i18n import Message, msg, t
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.inside import OwnPicture, Sight, input_shape, look_inside
from cnntutor.lab.tested_record import Picture, read_tested_record
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.mistakes import sentence_of
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.own_picture import OwnPictureScreen
from cnntutor.tui.widgets.board import Board
from cnntutor.tui.widgets.calibration_board import CalibrationBoard
from cnntutor.tui.widgets.classes_board import ClassesBoard
from cnntutor.tui.widgets.confusion_board import ConfusionBoard
from cnntutor.tui.widgets.inside_board import InsideBoard
from cnntutor.tui.widgets.mistakes_board import MistakesBoard

if TYPE_CHECKING:
    from cnntutor.lab.tasks import Tasks

TABS = {
    "confusion": msg("Confusion"),
    "classes": msg("Classes"),
    "mistakes": msg("Mistakes"),
    "calibration": msg("Calibration"),
    "inside": msg("Inside"),
}
"""The boards in their order, with the names on the line above them."""

ALL_NAMES = 72
"""From so many columns on all boards are named, else the shown one alone."""


class AfterScreen(TutorScreen[None]):
    """Five boards over what the test of a run left.

    Args:
        run: The run's folder.
    """

    CSS_PATH = "after.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("w", "report", msg("Write report")),
        key("tab", "turn(1)", msg("Next view"), shown=False, priority=True),
        key("shift+tab", "turn(-1)", msg("View before"), shown=False, priority=True),
        key("1", "tab('confusion')", msg("Confusion"), shown=False),
        key("2", "tab('classes')", msg("Classes"), shown=False),
        key("3", "tab('mistakes')", msg("Mistakes"), shown=False),
        key("4", "tab('calibration')", msg("Calibration"), shown=False),
        key("5", "tab('inside')", msg("Inside"), shown=False),
    ]

    @dataclass
    class Seen(TextualMessage):
        """Keras has answered what the layers make of an image, or could not."""

        image: Picture | OwnPicture
        sight: Sight | None
        problem: str = ""

    @dataclass
    class Reported(TextualMessage):
        """The report is written, or could not be."""

        sentence: str
        failed: bool = False

    def __init__(self, run: RunFolder) -> None:
        super().__init__()
        self._writing = False
        self.run = run
        self._after = read_tested_record(run.artifacts)
        self._tab = "confusion"
        self._given_up = threading.Event()
        self._asked: Picture | OwnPicture | None = None
        self._takes = input_shape(run)

    def body(self) -> ComposeResult:
        """Lay out the names of the boards and the boards."""
        yield Static(id="after-tabs", markup=False)
        with Vertical(id="after-boards"):
            yield ConfusionBoard(self._after, id="confusion")
            yield ClassesBoard(self._after, id="classes")
            yield MistakesBoard(self._after, id="mistakes")
            yield CalibrationBoard(self._after, id="calibration")
            yield InsideBoard(self._after, self._takes, id="inside")

    def on_mount(self) -> None:
        """Begin with the confusion matrix."""
        self.action_tab(self._tab)

    def on_resize(self, event: Resize) -> None:
        """Name as many boards as there is room for."""
        self._show_tabs()

    def on_unmount(self) -> None:
        """Give up what is still at work."""
        self._given_up.set()

    def where(self) -> str:
        """Name the run."""
        return t("After the run · {run}", run=self.run.spec.recipe)

    def place(self) -> Place | None:
        """Come back to this run; a recording's is no run of the lab."""
        return Place("after", self.run.name) if self.run.path.parent == self.context.lab.runs_dir else None

    def about(self) -> Message | None:
        """Explain the board that is shown."""
        return self.query_one(f"#{self._tab}", Board).about()

    def retext(self) -> None:
        """Follow a change of language."""
        self._show_tabs()
        for board in self.query(Board):
            board.refresh()

    def _show_tabs(self) -> None:
        pieces: list[Content | str] = []
        narrow = self.app.size.width < ALL_NAMES
        for number, (name, label) in enumerate(TABS.items(), 1):
            chosen = name == self._tab
            text = f" {number} " if narrow and not chosen else f" {number} {label} "
            pieces += [
                Content.styled(text, "bold reverse" if chosen else "$quiet"),
                " ",
            ]
        self.query_one("#after-tabs", Static).update(Content.assemble(*pieces))

    def action_tab(self, name: str) -> None:
        """Show a board."""
        self._tab = name
        for board in self.query(Board):
            board.display = board.id == name
        board = self.query_one(f"#{name}", Board)
        board.focus()
        self._show_tabs()
        if isinstance(board, InsideBoard):
            board.ask()

    def action_turn(self, step: int) -> None:
        """Show the next board, or the one before."""
        names = list(TABS)
        self.action_tab(names[(names.index(self._tab) + step) % len(names)])

    # The report

    def action_report(self) -> None:
        """Write the lab report of the run into a folder of its own."""
        if not self._writing:
            self._writing = True
            self.notify(t("The report is being written; that takes some seconds."), timeout=6)
            self._write_report()

    @work(thread=True, group="report", exit_on_error=False)
    def _write_report(self) -> None:
        """Build and draw it, away from the keys."""
        from cnntutor.lab.report import build_report
        from cnntutor.lab.report_files import free_folder, write_report

        try:
            files = write_report(build_report((self.run,)), free_folder(self.run))
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(self.Reported(sentence_of(problem), failed=True))
        else:
            self.post_message(self.Reported(t("The report is in {folder}.", folder=files[0].parent)))

    @on(Reported)
    def _reported(self, event: Reported) -> None:
        event.stop()
        self._writing = False
        severity: Literal["error", "information"] = "error" if event.failed else "information"
        self.notify(event.sentence, severity=severity, timeout=15, markup=False)

    # Inside the network

    @on(MistakesBoard.Chosen)
    def _look_at(self, event: MistakesBoard.Chosen) -> None:
        event.stop()
        self.query_one(InsideBoard).choose(event.picture)
        self.action_tab("inside")

    @on(InsideBoard.Wanted)
    def _wanted(self, event: InsideBoard.Wanted) -> None:
        """Ask Keras, one picture at a time; the one wanted last comes next."""
        event.stop()
        self.query_one(InsideBoard).wait(
            t("Keras looks at the image. Starting TensorFlow takes a few seconds.")
        )
        if self._asked is None:
            self._asked = event.image
            self._ask(self.context.tasks, event.image)

    @work(thread=True, group="inside", exit_on_error=False)
    def _ask(self, tasks: Tasks, image: Picture | OwnPicture) -> None:
        """Let Keras look, away from the keys."""
        from cnntutor.lab.tasks import Cancelled

        try:
            sight = look_inside(self.run, image, lambda request: tasks.run(request, self._given_up.is_set))
        except Cancelled:
            return
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(self.Seen(image, None, sentence_of(problem)))
        else:
            self.post_message(self.Seen(image, sight))

    @on(Seen)
    def _seen(self, event: Seen) -> None:
        event.stop()
        board = self.query_one(InsideBoard)
        self._asked = None
        if event.sight is not None:
            board.take(event.image, event.sight)
        elif isinstance(event.image, OwnPicture):
            self.notify(event.problem, severity="error", timeout=15, markup=False)
            board.drop(event.image)
        else:
            board.wait(event.problem)
            return
        wanted = board.image
        if wanted is not None and not board.has(wanted):
            board.ask()

    @on(InsideBoard.OwnWanted)
    def _own_wanted(self, event: InsideBoard.OwnWanted) -> None:
        """Ask for the file of a picture."""
        event.stop()
        if self._takes is None:
            return

        def chosen(path: Path | None) -> None:
            if path is not None:
                self.query_one(InsideBoard).choose(OwnPicture(path))

        self.app.push_screen(OwnPictureScreen(self._takes, self.run.spec.settings.data == "photos"), chosen)
