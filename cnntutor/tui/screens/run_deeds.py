"""What can be done with a run from its screen: stop and resume it, write about it, go elsewhere with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message as TextualMessage

from cnntutor.errors import CnntutorError
from cnntutor.i18n import msg, t
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.notes import read_notes, write_notes
from cnntutor.lab.state import RunState
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.messages import GoTo, Problem
from cnntutor.tui.run_track import RunView
from cnntutor.tui.screens.confirm import ConfirmScreen
from cnntutor.tui.screens.curves import CURVE_KEYS, CurveScreen
from cnntutor.tui.screens.note import NoteScreen
from cnntutor.tui.screens.pick import PickScreen
from cnntutor.tui.turn_question import ask_for_turn
from cnntutor.tui.widgets.epoch_log import EpochLog
from cnntutor.tui.widgets.finding_lines import finding_choices
from cnntutor.tui.widgets.outcome_view import OutcomeView


class RunDeeds(CurveScreen):
    """The keys of the run screen and what they do.

    Args:
        run: Its folder.

    Raises:
        NotUnderstood: its run.json cannot be read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("s", "stop", msg("Stop")),
        key("u", "resume", msg("Resume")),
        key("f", "findings", msg("Findings")),
        key("e", "log", msg("Log")),
        key("v", "closer", msg("Look closer")),
        key("r", "again", msg("Run again")),
        key("n", "note", msg("Note")),
        key("d", "device", msg("Device")),
        key("a", "compare", msg("Compare")),
        *CURVE_KEYS,
    ]

    @dataclass
    class Resumed(TextualMessage):
        """The run goes on, or why it does not."""

        problem: str

    def __init__(self, run: RunFolder) -> None:
        super().__init__()
        self.run = run
        self.spec = run.spec
        self.view: RunView | None = None
        self._resuming = False

    def look_soon(self) -> None:
        """Look at the run now."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stop is for a run that goes on, most others for one that is over."""
        view = self.view
        over = view is not None and view.state.over
        match action:
            case "stop":
                return not over
            case "log":
                return over and not self.has_class("-cut")  # without a result the log stands there already
            case "again":
                return over
            case "resume":
                return over and view is not None and view.state is not RunState.FINISHED
            case "closer":
                return over and view is not None and view.result is not None
            case "findings":
                return view is not None and bool(view.findings)
            case "device":
                return self.has_class("-narrow")
        return True

    def action_stop(self) -> None:
        """Ask whether the run shall stop, and stop it."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.context.lab.request_stop(self.run)
                self.look_soon()

        waits = self.view is not None and self.view.state is RunState.QUEUED
        self.app.push_screen(
            ConfirmScreen(
                msg("Stop this run?"),
                msg("It has not begun and leaves the line.")
                if waits
                else msg("It ends after the present batch and tests the best weights it has so far."),
                msg("Stop the run"),
                msg("Let it run"),
            ),
            answered,
        )

    def action_resume(self) -> None:
        """Let the run go on from its last checkpoint; ask first where another is at work."""
        others = [each for each in self.context.runs_watch.at_work if each.run != self.run.name]
        if self._resuming:
            return
        if others:
            first = others[0]
            ask_for_turn(self.app, first.recipe, first.observation, len(others) - 1, self._go_on)
        else:
            self._go_on(beside=False)

    def _go_on(self, beside: bool) -> None:
        self._resuming = True
        self._resume(beside)

    @work(thread=True, group="run-resume", exit_on_error=False)
    def _resume(self, beside: bool) -> None:
        """Start the worker outside the screen's thread; in line, which is no line where nothing is ahead."""
        problem = ""
        try:
            self.context.lab.resume(self.run, force=beside, wait=not beside)
        except (CnntutorError, OSError) as trouble:
            problem = str(trouble)
        self.post_message(self.Resumed(problem))

    @on(Resumed)
    def _resumed(self, event: Resumed) -> None:
        event.stop()
        self._resuming = False
        if event.problem:
            self.post_message(Problem(event.problem))
        self.look_soon()

    def action_log(self) -> None:
        """Show the log in place of the result, or the other way round."""
        self.toggle_class("-log")
        self.query_one(EpochLog if self.has_class("-log") else OutcomeView).focus()

    def action_device(self) -> None:
        """Show settings and device in place of the accuracy, where there is room for one only."""
        self.toggle_class("-side")

    def action_note(self) -> None:
        """Write about the run."""
        before = read_notes(self.run)

        def written(text: str | None) -> None:
            if text is not None and text.strip() != before:
                write_notes(self.run, text, before)
                self.look_soon()

        self.app.push_screen(NoteScreen(self.run.name, before), written)

    def action_findings(self) -> None:
        """Show what the diagnosis found, with its evidence and the page that explains it."""
        findings = self.view.findings if self.view is not None else ()

        def chosen(page: str | None) -> None:
            kind, _, slug = (page or "").partition(" ")
            if slug:
                self.post_message(GoTo(Place(kind, slug)))

        self.app.push_screen(PickScreen(lambda: t("Findings"), lambda: finding_choices(findings)), chosen)

    def action_compare(self) -> None:
        """Lay this run's curves over those of others."""
        self.post_message(GoTo(Place("compare", self.run.name)))

    def action_again(self) -> None:
        """Go to the lab, its form filled in with the settings of this run."""
        self.post_message(GoTo(Place("lab", f"again:{self.run.name}")))

    def action_closer(self) -> None:
        """Look closely at what the test of a run that is over brought out."""
        if self.spec.method == "top-k":
            from cnntutor.tui.screens.photos import PhotosScreen

            self.app.push_screen(PhotosScreen(self.run))
            return
        from cnntutor.tui.screens.after import AfterScreen

        self.app.push_screen(AfterScreen(self.run))
