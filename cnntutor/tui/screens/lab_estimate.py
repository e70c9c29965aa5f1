"""What a run will take, beside the form that starts it; reckoned outside the screen's thread."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message as TextualMessage

from cnntutor.errors import CnntutorError
from cnntutor.i18n import t
from cnntutor.lab.calibration import load_calibration
from cnntutor.lab.estimate import memory_warning
from cnntutor.lab.estimate_words import estimate_sentence
from cnntutor.lab.headroom import free_memory
from cnntutor.tui.messages import Problem
from cnntutor.tui.screens.lab_start import LabStart


@dataclass(frozen=True, slots=True)
class Hint:
    """What there is to say before a run."""

    time: str
    warning: str = ""
    """Where it will not fit into memory."""


class LabEstimate(LabStart):
    """Asks what a run will take each time the form changes, and measures the machine when told to."""

    @dataclass
    class Estimated(TextualMessage):
        """It is known what the run in the form will take."""

        question: int
        hint: Hint

    @dataclass
    class Measured(TextualMessage):
        """The machine was measured, or could not be."""

        problem: str

    def __init__(self) -> None:
        super().__init__()
        self._question = 0
        self._measuring = False
        self.measured = load_calibration() is not None
        """Whether it is known how fast this machine trains."""

    def hinted(self, hint: Hint) -> None:
        """Show what the run in the form will take."""
        raise NotImplementedError

    def ask_again(self) -> None:
        """Reckon anew for the form as it stands."""
        raise NotImplementedError

    def estimate(self, recipe: str, preset: str, runs: tuple[dict[str, str], ...]) -> None:
        """Ask what a run will take, or several together; only the newest question is answered."""
        self._question += 1
        self._estimate(self._question, recipe, preset, runs)

    @work(thread=True, group="lab-estimate", exit_on_error=False)
    def _estimate(self, question: int, recipe: str, preset: str, runs: tuple[dict[str, str], ...]) -> None:
        """Reckon outside the screen's thread."""
        if question != self._question:
            return
        try:
            found = self.context.lab.expected(recipe, preset, runs)
        except (CnntutorError, OSError):
            hint = Hint("")  # the form and what stands in the way say why
        else:
            hint = Hint(
                t("How long it takes here is not known yet; m measures this machine in about a minute.")
            )
            if self._measuring:
                hint = Hint(t("Measuring this machine …"))
            elif found is not None:
                warning = memory_warning(found, free_memory())
                taken = estimate_sentence(found)
                time = t("Expected: {estimate}.", estimate=taken)
                if len(runs) > 1:
                    time = t("Expected of all {count} together: {estimate}.", count=len(runs), estimate=taken)
                hint = Hint(time, "" if warning is None else str(warning))
        self.post_message(self.Estimated(question, hint))

    @on(Estimated)
    def _estimated(self, event: Estimated) -> None:
        event.stop()
        if event.question == self._question:
            self.hinted(event.hint)

    def action_measure(self) -> None:
        """Measure how fast this machine trains."""
        lacking = self.context.lab.missing()
        if lacking is not None:
            self.post_message(Problem(str(lacking)))
        elif not self._measuring:
            self._measuring = True
            self.ask_again()
            self._measure()

    @work(thread=True, group="lab-measure", exit_on_error=False)
    def _measure(self) -> None:
        problem = t("This machine could not be measured; try again.")
        try:
            self.context.lab.calibrate()
            problem = ""
        except (CnntutorError, OSError) as trouble:
            problem = str(trouble)
        finally:
            self.post_message(self.Measured(problem))

    @on(Measured)
    def _was_measured(self, event: Measured) -> None:
        event.stop()
        self._measuring = False
        self.measured = not event.problem
        if event.problem:
            self.post_message(Problem(event.problem))
        self.refresh_bindings()
        self.ask_again()
