"""One training run: as it goes on, or as it ended; attached to its folder, so it may be anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message as TextualMessage

from cnntutor.i18n import Message, msg, t
from cnntutor.lab.folder import RunFolder
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.messages import GoTo, Problem
from cnntutor.tui.run_track import RunView
from cnntutor.tui.run_watch import RunWatch
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.confirm import ConfirmScreen
from cnntutor.tui.widgets.epoch_log import EpochLog
from cnntutor.tui.widgets.outcome_view import OutcomeView, ending_sentence
from cnntutor.tui.widgets.plot import Plot
from cnntutor.tui.widgets.plot_chart import Chart
from cnntutor.tui.widgets.run_head import RunHead
from cnntutor.tui.widgets.run_side import RunSide
from cnntutor.tui.widgets.top_line import processors

POLL_SECONDS = 0.4
"""How often the run's files are read, and so how often the curves are drawn at most."""
SIDE_EVERY = 4
"""What the process takes is shown anew at every fourth look."""
WIDE = 118
"""From so many columns on the device has a panel."""
TALL = 34
"""From so many lines on the result and the log stand one above the other."""


class RunScreen(TutorScreen[None]):
    """Follows a run.

    Args:
        run: Its folder.

    Raises:
        NotUnderstood: its run.json cannot be read.
    """

    CSS_PATH = "run.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("s", "stop", msg("Stop")),
        key("e", "log", msg("Epochs or result")),
        key("r", "again", msg("Run again")),
        key("a", "compare", msg("Compare")),
        key("v", "closer", msg("Look closer")),
        key("y", "scale", msg("Log scale")),
    ]

    @dataclass
    class Polled(TextualMessage):
        """The run's files were read."""

        view: RunView

    def __init__(self, run: RunFolder) -> None:
        super().__init__()
        self.run = run
        self.spec = run.spec
        self.view: RunView | None = None
        self._watch: RunWatch | None = None
        self._polling = False
        self._log_scale = True
        self._shown = 0

    def body(self) -> ComposeResult:
        """Lay out head, curves, result and log."""
        self._fit(self.app.size)  # now, so that the first layout is the last one
        yield RunHead()
        with Horizontal(id="run-curves"):
            yield Plot(id="run-loss")
            yield Plot(id="run-accuracy")
            yield RunSide()
        with Vertical(id="run-below"):
            yield OutcomeView()
            yield EpochLog()

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
            " tested at the end; the faint line behind is the mean over a few batches."
        )

    def on_mount(self) -> None:
        """Begin to look."""
        self._watch = RunWatch(self.context.lab, self.run)
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
        if self.view is not None:
            self._show(self.view)
        for widget in self.query("RunHead, RunSide"):
            widget.refresh()

    def _title(self) -> str:
        """Return what is trained, in the language now in force."""
        return f"{self.spec.title} · {self.spec.preset}"

    # Looking at the run

    def _look(self) -> None:
        """Read the run's files, unless the last reading goes on or nobody sees this screen."""
        over = self.view is not None and self.view.state.over
        if not self._polling and not over and self in self.app.screen_stack[-2:]:
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
        ended = event.view.state.over and not (self.view is not None and self.view.state.over)
        self.view = event.view
        self._show(event.view)
        if ended:
            self._timer.stop()
            self.context.runs_watch.acknowledge(self.run.name)
            self.add_class("-over")
            self.set_class(event.view.result is None, "-cut")
            if self.query_one(EpochLog).has_focus and not self.has_class("-tall"):
                self.query_one(OutcomeView).focus()
            self.refresh_bindings()

    def _show(self, view: RunView) -> None:
        """Show a run everywhere."""
        head = self.query_one(RunHead)
        head.now = self.context.clock().timestamp()
        head.view = view
        if view.state.over or self._shown % SIDE_EVERY == 0:
            self.query_one(RunSide).view = view
        self._shown += 1
        loss = t("loss (log)") if self._log_scale else t("loss")
        self.query_one("#run-loss", Plot).chart = Chart(
            loss, view.loss, view.planned, log=self._log_scale, best=view.best
        )
        self.query_one("#run-accuracy", Plot).chart = Chart(
            t("accuracy %"), view.accuracy, view.planned, ceiling=100, best=view.best, close=True
        )
        self.query_one(EpochLog).show(view, ending_sentence(view))
        if view.state.over:
            self.query_one(OutcomeView).show(self.spec, view, self.run.path)

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stop is for a run that goes on, the others for one that is over."""
        over = self.view is not None and self.view.state.over
        if action == "stop":
            return not over
        if action == "log":
            return over and not self.has_class("-cut")  # without a result the log stands there already
        if action == "again":
            return over
        if action == "closer":
            return over and self.view is not None and self.view.result is not None
        return True

    def action_stop(self) -> None:
        """Ask whether the run shall stop, and stop it."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.context.lab.request_stop(self.run)
                self._look()

        self.app.push_screen(
            ConfirmScreen(
                msg("Stop this run?"),
                msg("It ends after the present batch and tests the best weights it has so far."),
                msg("Stop the run"),
                msg("Let it run"),
            ),
            answered,
        )

    def action_log(self) -> None:
        """Show the log in place of the result, or the other way round."""
        self.toggle_class("-log")
        self.query_one(EpochLog if self.has_class("-log") else OutcomeView).focus()

    def action_scale(self) -> None:
        """Switch the loss between a logarithmic and a linear axis."""
        self._log_scale = not self._log_scale
        if self.view is not None:
            self._show(self.view)

    def action_compare(self) -> None:
        """Lay this run's curves over those of others."""
        self.post_message(GoTo(Place("compare", self.run.name)))

    def action_again(self) -> None:
        """Go to the recipe in the lab."""
        self.post_message(GoTo(Place("lab", self.spec.recipe)))

    def action_closer(self) -> None:
        """Look closely at what the test of a run that is over brought out."""
        from cnntutor.tui.screens.after import AfterScreen

        self.app.push_screen(AfterScreen(self.run))
