"""One training run: as it goes on, or as it ended; attached to its folder, so it may be anybody's."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message as TextualMessage

from cnntutor.i18n import Message, msg, t
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.headroom import processors
from cnntutor.tui.context import Place
from cnntutor.tui.messages import Problem
from cnntutor.tui.run_track import RunView
from cnntutor.tui.run_watch import RunWatch, Watch
from cnntutor.tui.screens.run_deeds import RunDeeds
from cnntutor.tui.widgets.curve_pair import CurvePair
from cnntutor.tui.widgets.epoch_log import EpochLog
from cnntutor.tui.widgets.finding_lines import FindingLines
from cnntutor.tui.widgets.outcome_view import OutcomeView, ending_sentence
from cnntutor.tui.widgets.run_head import RunHead
from cnntutor.tui.widgets.run_side import RunSide

POLL_SECONDS = 0.4
"""How often the run's files are read, and so how often the curves are drawn at most."""
SIDE_EVERY = 4
"""What the process takes is shown anew at every fourth look."""
WIDE = 118
"""From so many columns on the device has a panel."""
OVER_EVERY = 5
"""A run that is over may be resumed by another program; it is looked at every fifth time."""
TALL = 34
"""From so many lines on the result and the log stand one above the other."""


class RunScreen(RunDeeds):
    """Follows a run.

    Args:
        run: Its folder.

    Raises:
        NotUnderstood: its run.json cannot be read.
    """

    CSS_PATH = "run.tcss"

    @dataclass
    class Polled(TextualMessage):
        """The run's files were read."""

        view: RunView

    def __init__(self, run: RunFolder) -> None:
        super().__init__(run)
        self._watch: Watch | None = None
        self._polling = False
        self._shown = 0
        self._looks = 0

    def body(self) -> ComposeResult:
        """Lay out head, curves, result and log."""
        self._fit(self.app.size)  # now, so that the first layout is the last one
        self.set_class(self.spec.method == "top-k", "-untrained")
        yield RunHead()
        with Horizontal(id="run-curves"):
            yield CurvePair()
            yield RunSide()
        yield FindingLines()
        with Vertical(id="run-below"):
            yield OutcomeView()
            yield EpochLog()

    def source(self) -> Watch:
        """Return what tells how the run stands."""
        return RunWatch(self.context.lab, self.run)

    def origin(self) -> str:
        """Say where the run comes from, below its result; nothing for one of this lab."""
        return ""

    def where(self) -> str:
        """Name the run."""
        return t("Run · {run}", run=self.run.name)

    def place(self) -> Place | None:
        """Come back to this run."""
        return Place("run", self.run.name)

    def about(self) -> Message | None:
        """Explain the screen."""
        return msg(
            "The run goes on by itself: leaving this screen, the program or the connection does not stop it."
            " ● is training, ○ is validation, ★ the best epoch (lowest validation loss), whose weights are"
            " tested at the end; the faint line behind is the mean over a few batches. + and - zoom, arrows"
            " move, 1 shows the first epoch, 0 all of them."
        )

    def on_mount(self) -> None:
        """Begin to look."""
        self._watch = self.source()
        side = self.query_one(RunSide)
        side.processors = processors()
        side.settings = self.spec.settings
        self.query_one(RunHead).title = self._title()
        self.query_one(EpochLog).focus()
        self._timer = self.set_interval(POLL_SECONDS, self._look)
        self._look()

    def on_resize(self, event: Resize) -> None:
        """Fold what does not fit."""
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        self.set_class(size.width < WIDE, "-narrow")
        self.set_class(size.height >= TALL, "-tall")

    def on_screen_resume(self) -> None:
        """Look at once when the screen comes up again."""
        super().on_screen_resume()
        if self._watch is not None:
            self._look()

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(RunHead).title = self._title()
        self.query_one(EpochLog).forget()
        self.query_one(FindingLines).retext()
        if self.view is not None:
            self.show_view(self.view)
        for widget in self.query("RunHead, RunSide"):
            widget.refresh()

    def _title(self) -> str:
        """Return what is trained, in the language now in force."""
        return f"{self.spec.title} · {self.spec.preset}"

    # Looking at the run

    def look_soon(self) -> None:
        """Look at the run now, though it may be over."""
        self._looks = -1
        self._look()

    def _look(self) -> None:
        """Read the run's files, unless the last reading goes on or nobody sees this screen."""
        over = self.view is not None and self.view.state.over
        self._looks += 1
        if over and self._looks % OVER_EVERY:
            return
        if not self._polling and self in self.app.screen_stack[-2:]:
            self._polling = True
            self._poll()

    @work(thread=True, group="run-poll", exit_on_error=False)
    def _poll(self) -> None:
        """Read the run's files outside the screen's thread."""
        assert self._watch is not None
        try:
            self.post_message(self.Polled(self._watch.poll()))
        except OSError as problem:
            self.post_message(Problem(t("The run cannot be read now: {problem}.", problem=str(problem))))
            self._polling = False
        except BaseException:
            self._polling = False
            raise

    @on(Polled)
    def _polled(self, event: Polled) -> None:
        event.stop()
        self._polling = False
        before = self.view
        self.view = event.view
        if before is not None and before.state.over and _same_end(before, event.view):
            return  # nothing new since it ended
        self.show_view(event.view)
        if (
            before is None
            or before.state.over != event.view.state.over
            or before.findings != event.view.findings
        ):
            self._turn(event.view)

    def _turn(self, view: RunView) -> None:
        """Turn into the result at the end of a run, and back into the run when it is resumed."""
        over = view.state.over
        if over:
            self.context.runs_watch.acknowledge(self.run.name)
        began = over and not self.has_class("-over")
        self.set_class(over, "-over")
        self.set_class(over and view.result is None, "-cut")
        if began and self.query_one(EpochLog).has_focus and not self.has_class("-tall"):
            self.query_one(OutcomeView).focus()
        if not over:
            self.remove_class("-log")
            if self.focused is None or self.query_one(OutcomeView).has_focus:
                self.query_one(EpochLog).focus()
        self.refresh_bindings()

    def show_view(self, view: RunView) -> None:
        """Show a run everywhere."""
        head = self.query_one(RunHead)
        head.now = self.context.clock().timestamp()
        head.view = view
        side = self.query_one(RunSide)
        noted = side.view is not None and side.view.notes != view.notes
        if view.state.over or noted or self._shown % SIDE_EVERY == 0:
            side.view = view
        self._shown += 1
        self.curves.show(view)
        self.query_one(FindingLines).show(view.findings)
        self.query_one(EpochLog).show(view, ending_sentence(view))
        if view.state.over:
            self.query_one(OutcomeView).show(self.spec, view, self.run.path, self.origin())


def _same_end(before: RunView, now: RunView) -> bool:
    """Whether a run that is over is as it was when it was last looked at."""
    return before.observation == now.observation and before.notes == now.notes and before.epochs is now.epochs
