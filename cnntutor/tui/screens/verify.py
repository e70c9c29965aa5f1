"""The network on the bench held against the installed Keras, in a process of its own."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.widgets import Static

from cnntutor.calc.network import Network
from cnntutor.i18n import Message, msg, number, t
from cnntutor.tui.app import app_of
from cnntutor.tui.mistakes import sentence_of
from cnntutor.tui.screens.base import TutorDialogue

if TYPE_CHECKING:
    from cnntutor.lab.tasks import Tasks
    from cnntutor.lab.verify import Verification

MOST_ROWS = 200
"""Differences that are shown."""
_BEATS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class VerifyScreen(TutorDialogue[None]):
    """Builds the network with Keras and shows what came of it; Esc gives up.

    Args:
        network: As it is on the bench.
        file: The file it was read from, unchanged, that Keras should load itself; None for none.
    """

    CSS_PATH = "verify.tcss"

    @dataclass
    class Finished(TextualMessage):
        """Keras has answered, or could not."""

        found: Verification | None
        problem: str = ""

    def __init__(self, network: Network, file: Path | None) -> None:
        super().__init__()
        self._network = network
        self._file = file
        self._given_up = threading.Event()
        self._began = time.monotonic()
        self._finished: VerifyScreen.Finished | None = None

    def body(self) -> ComposeResult:
        """Lay out the words and the differences."""
        with Vertical(id="verify"):
            yield Static(id="verify-words", markup=False)
            with VerticalScroll(id="verify-scroll"):
                yield Static(id="verify-rows")

    def on_mount(self) -> None:
        """Begin at once."""
        self.query_one("#verify-scroll").display = False
        self.retext()
        self._beat = self.set_interval(0.1, self._show)
        self._ask(self.context.tasks)

    def on_unmount(self) -> None:
        """Give up what is still at work."""
        self._given_up.set()

    def about(self) -> Message | None:
        """Say what is compared."""
        return msg(
            "Keras builds the network in a process of its own, and every layer's output shape and parameters"
            " are compared. Nothing of the learner's is changed; Esc gives up."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#verify").border_title = t("Verify with Keras")
        self._show()

    @work(thread=True, exclusive=True, group="verify", exit_on_error=False)
    def _ask(self, tasks: Tasks) -> None:
        """Let Keras build the network, away from the keys."""
        from cnntutor.lab.tasks import Cancelled
        from cnntutor.lab.verify import verify

        try:
            found = verify(
                self._network,
                self._file,
                lambda request: tasks.run(request, self._given_up.is_set),
            )
        except Cancelled:
            return
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(self.Finished(None, sentence_of(problem)))
        else:
            self.post_message(self.Finished(found))

    @on(Finished)
    def _answered(self, event: Finished) -> None:
        event.stop()
        app_of(self).let_keras_wait()  # who verifies once changes something and verifies again
        self._beat.stop()
        self._finished = event
        self._show()

    def _show(self) -> None:
        """Show how long it takes, then what came of it."""
        words = self.query_one("#verify-words", Static)
        if self._finished is None:
            seconds = time.monotonic() - self._began
            beat = _BEATS[int(seconds * 10) % len(_BEATS)]
            words.update(
                t(
                    "{beat} Keras builds the network … {seconds} s. Starting TensorFlow takes most of it.",
                    beat=beat,
                    seconds=str(int(seconds)),
                )
            )
            return
        found = self._finished.found
        if found is None:
            words.update(f"✗ {self._finished.problem}")
            return
        words.update(_verdict(found))
        scroll = self.query_one("#verify-scroll")
        scroll.display = not found.equal
        if not found.equal:
            self.query_one("#verify-rows", Static).update(Content("\n").join(_rows(found)))
            scroll.focus()


def _verdict(found: Verification) -> str:
    """Return the result in a sentence or two."""
    lines = []
    if found.refused:
        lines.append(
            t(
                "Keras itself does not load this file ({problem}); it built the network as the calculator"
                " read it.",
                problem=found.refused,
            )
        )
    if found.equal:
        equal = t(
            "Equal: Keras {version} has the same output shape and the same parameters for each of"
            " {layers} layers, {total} in all.",
            version=found.keras_version,
            layers=number(len(found.report.layers)),
            total=number(found.keras_total),
        )
        lines.append(f"✓ {equal}")
    else:
        count = t("{count} differences", count=len(found.differences))
        lines.append(
            "✗ " + t("Not equal to Keras {version}: {count}.", version=found.keras_version, count=count)
        )
    return "\n".join(lines)


def _rows(found: Verification) -> list[Content]:
    """Return the table of differences."""
    from cnntutor.lab.verify import in_words

    rows = [(t("Layer"), "", t("Calculator"), "Keras")]
    rows += [in_words(each) for each in found.differences[:MOST_ROWS]]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        Content.styled(
            "  ".join(cell.ljust(widths[at]) for at, cell in enumerate(row)), "$quiet" if place == 0 else ""
        )
        for place, row in enumerate(rows)
    ]
    left = len(found.differences) - MOST_ROWS
    return [*lines, Content(t("and {count} more", count=number(left)))] if left > 0 else lines
