"""A data set before and after it is prepared for a network: pictures, figures, histograms, the split."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.widgets import Static

from cnntutor.i18n import Message, decimal, msg, t
from cnntutor.lab.photo_sets import PHOTO_SETS
from cnntutor.lab.preparation import DataView
from cnntutor.tui.context import Place
from cnntutor.tui.data_subject import DataSubject, not_here, obstacle, renewed, store_of, ways
from cnntutor.tui.keys import key
from cnntutor.tui.mistakes import sentence_of
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.data_board import DataBoard
from cnntutor.tui.wrapping import hanging

_BEATS = "|/-\\"
_EVERY = 0.2
"""Seconds between two looks of what is told while the learner waits."""


class DataScreen(TutorScreen[None]):
    """A worker prepares the images; the board shows what it saw.

    Args:
        subject: The data set, and what is done to it.
    """

    CSS_PATH = "data.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("f", "fetch", msg("Fetch")),
        key("i", "stand_in", msg("Stand-in")),
        key("r", "again", msg("Look again")),
    ]

    @dataclass
    class Seen(TextualMessage):
        """The worker has answered: what it saw, why it sees nothing, or neither where nothing is there."""

        question: int
        found: DataView | None
        problem: str = ""

    @dataclass
    class Fetched(TextualMessage):
        """What was to be fetched is here, or a sentence says why not."""

        problem: str

    def __init__(self, subject: DataSubject) -> None:
        super().__init__()
        self._subject = subject
        self._found: DataView | None = None
        self._problem: Message | str | None = None
        """Why there is nothing to see."""
        self._waiting = False
        self._began = 0.0
        self._question = 0
        self._fetching: tuple[str, int, int] | None = None
        """File, bytes so far, bytes in all, while something is fetched."""
        self._given_up = threading.Event()

    def body(self) -> ComposeResult:
        """Lay out the words and the board."""
        yield Static(id="data-words")
        yield DataBoard(id="data-board")

    def on_mount(self) -> None:
        """Begin to look."""
        self.set_interval(_EVERY, self._beat)
        self._look()

    def on_unmount(self) -> None:
        """Give up what is still at work."""
        self._given_up.set()

    def where(self) -> str:
        """Name the data set."""
        return t("Data · {name}", name=self._subject.fetched or self._subject.name)

    def place(self) -> Place | None:
        """Come back to the data set by its name; settings of a form are not kept."""
        if self._subject.recipe is not None:
            return None
        return Place("data", self._subject.fetched or self._subject.name)

    def about(self) -> Message | None:
        """Explain the pages."""
        return msg(
            "What a network gets to see. Left and right choose a picture, up and down a class, Tab the page."
            " After preparation the least number of a picture is drawn black and the greatest white, so that"
            " what dividing changes stands in the figures, not in the picture."
        )

    def retext(self) -> None:
        """Follow a change of language."""
        self._show()
        self.query_one(DataBoard).refresh()

    # Looking

    def _look(self) -> None:
        """Ask the worker, unless it is known that there is nothing to see."""
        self._found, self._problem = None, obstacle(self._subject)
        self._question += 1
        self._waiting = self._problem is None
        self._began = time.monotonic()
        if self._waiting:
            self._ask(self._question, self._subject)
        self._show()

    @work(thread=True, group="data-look", exit_on_error=False)
    def _ask(self, question: int, subject: DataSubject) -> None:
        """Let the worker look, away from the keys."""
        from cnntutor.lab.data_look import look_into
        from cnntutor.lab.tasks import Cancelled

        def given_up() -> bool:
            return self._given_up.is_set() or question != self._question

        try:
            found = look_into(subject.name, subject.how, given_up)
        except Cancelled:
            return
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(self.Seen(question, None, sentence_of(problem)))
        else:
            seen = found if isinstance(found, DataView) else None
            self.post_message(self.Seen(question, seen, "" if seen or found is None else str(found)))

    @on(Seen)
    def _seen(self, event: Seen) -> None:
        event.stop()
        if event.question != self._question:
            return
        self._waiting = False
        self._found = event.found
        if event.found is None:
            self._problem = event.problem or not_here(self._subject)
        else:
            self.query_one(DataBoard).take(self._subject, event.found)
        self._show()

    # What is shown

    def _beat(self) -> None:
        if self._waiting or self._fetching is not None:
            self._show()

    def _show(self) -> None:
        """Show the board, or what is waited for, or what is missing."""
        words, board = self.query_one("#data-words", Static), self.query_one(DataBoard)
        there = self._found is not None
        words.display, board.display = not there, there
        if there:
            board.focus()
        else:
            self.set_focus(None)
            width = max(20, min(76, self.app.size.width - 4))
            words.update(Content("\n").join(self._lines(width)))
        self.refresh_bindings()

    def _lines(self, width: int) -> list[Content]:
        """Return what is told while there is nothing to see."""
        beat = _BEATS[int((time.monotonic() - self._began) / _EVERY) % len(_BEATS)]
        if self._fetching is not None:
            file, done, total = self._fetching
            size = decimal(done / 1e6, 1) + (f" / {decimal(total / 1e6, 1)}" if total else "")
            return hanging(
                t(
                    "{beat} Fetching {file}: {size} MB. Esc leaves; it goes on from there.",
                    beat=beat,
                    file=file,
                    size=size,
                ),
                width,
            )
        if self._waiting:
            seconds = str(int(time.monotonic() - self._began))
            return hanging(
                t(
                    "{beat} A worker reads {name} and prepares it … {seconds} s",
                    beat=beat,
                    name=self._subject.title,
                    seconds=seconds,
                ),
                width,
            )
        lines = hanging(Content.styled(f"✗ {self._problem}", "$warning"), width, rest="  ")
        for way in ways(self._subject):
            lines += [Content(""), *hanging(str(way), width, "· ")]
        return lines

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what helps where there is nothing to see."""
        missing = self._found is None and not self._waiting and self._fetching is None
        if action == "fetch":
            return missing and bool(self._subject.fetched)
        if action == "stand_in":
            return missing and self._subject.stand_in is not None
        if action == "again":
            return missing and self._subject.name != "words"
        return True

    def action_again(self) -> None:
        """Look again: the learner may have brought the files."""
        self._subject = renewed(self._subject)
        self._look()

    def action_stand_in(self) -> None:
        """Look at what comes with the program in its place, prepared the same."""
        name = self._subject.stand_in
        if name is not None:
            self._subject = replace(self._subject, name=name, fetched="")
            self.refresh_where()
            self._look()

    def action_fetch(self) -> None:
        """Fetch the data set."""
        self._fetching = (self._subject.info.downloads[0].file, 0, 0)
        self._began = time.monotonic()
        self._fetch(self._subject)
        self._show()

    @work(thread=True, group="data-fetch", exit_on_error=False)
    def _fetch(self, subject: DataSubject) -> None:
        """Fetch it away from the keys; what has come stays when the learner leaves."""
        from cnntutor.lab.download import fetch
        from cnntutor.lab.photo_sets import fetch_photos
        from cnntutor.lab.tasks import Cancelled

        def progress(file: str, done: int, total: int) -> None:
            """Keep how far it is; the screen looks at it several times a second."""
            if self._given_up.is_set():
                raise Cancelled
            self._fetching = (file, done, total)

        try:
            if subject.fetched in PHOTO_SETS:
                fetch_photos(subject.fetched, progress)
            else:
                fetch(subject.info, store_of(subject), progress)
        except Cancelled:
            return
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(self.Fetched(sentence_of(problem)))
        else:
            self.post_message(self.Fetched(""))

    @on(Fetched)
    def _was_fetched(self, event: Fetched) -> None:
        event.stop()
        self._fetching = None
        if event.problem:
            self._problem = event.problem
            self._show()
            return
        self.action_again()
