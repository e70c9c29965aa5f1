"""Following a run on the command line: its events as lines for people or as they are, and its exit code."""

import sys
import time

import click

from cnntutor.cli.finding_text import finding_lines
from cnntutor.errors import ExitCode
from cnntutor.i18n import Text, decimal, t
from cnntutor.lab.data_words import describe_data
from cnntutor.lab.events import (
    AnyEvent,
    BatchEvent,
    DataEvent,
    EpochEvent,
    FailedEvent,
    ModelEvent,
    NanEvent,
    PhaseEvent,
    Problem,
    decode_event,
)
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.history import last_result
from cnntutor.lab.lab import Lab
from cnntutor.lab.outcome import outcome
from cnntutor.lab.record import read_record_of
from cnntutor.lab.result_words import percent
from cnntutor.lab.state import Observation, RunState, phase_label

POLL_SECONDS = 0.1
MISSING: frozenset[Problem] = frozenset({"missing-data", "missing-library", "missing-device"})
"""Problems that something to be installed or fetched would mend."""
_CLEAR_LINE = "\r\x1b[K"


def follow(lab: Lab, run: RunFolder, *, as_json: bool) -> int:
    """Print a run's events from the first on until it is over.

    Ctrl+C asks, on a terminal, whether the run shall stop too; it goes on where nobody can be asked.

    Args:
        lab: The lab.
        run: The run.
        as_json: Print the lines of events.jsonl as they are.

    Returns:
        0 finished, 1 failed or lost, 3 failed because something is missing, 130 cancelled or left by Ctrl+C.
    """
    follower = _Follower(lab, run, as_json)
    if not as_json:
        click.echo(t("Run {run}: {title}, preset {preset}", **_headline(run)))
    asked_to_stop = False
    while True:
        try:
            seen = follower.until_over()
            break
        except KeyboardInterrupt:
            follower.clear()
            if asked_to_stop or not _wants_stop():
                click.echo(
                    t(
                        "The run goes on by itself; see it again with `cnntutor runs attach {run}`, stop it"
                        " with `cnntutor runs stop {run}`.",
                        run=run.name,
                    ),
                    err=True,
                )
                return ExitCode.STOPPED
            lab.request_stop(run)
            asked_to_stop = True
    follower.clear()
    _conclude(run, seen, as_json)
    return exit_code(seen)


def exit_code(seen: Observation) -> int:
    """Return the exit code of a run that is over."""
    if seen.state is RunState.FINISHED:
        return ExitCode.OK
    if seen.state is RunState.CANCELLED:
        return ExitCode.STOPPED
    return ExitCode.MISSING if seen.problem in MISSING else ExitCode.FAILED


class _Follower:
    """Reads and prints events; keeps its place when it is interrupted.

    Args:
        lab: The lab.
        run: The run.
        as_json: Print the lines as they are.
    """

    def __init__(self, lab: Lab, run: RunFolder, as_json: bool) -> None:
        self._lab = lab
        self._run = run
        self._as_json = as_json
        self._tail = run.events()
        self._live = not as_json and sys.stdout.isatty()
        self._live_shown = False
        self._silence_told = False
        self._ahead_told = 0

    def until_over(self) -> Observation:
        """Print events until the run is over, and return the last observation."""
        while True:
            seen = self._lab.observe(self._run)
            # Read after looking: what a worker wrote before its last state is printed before we leave.
            for line in self._tail.poll_lines():
                self._print(line)
            if seen.state.over:
                return seen
            self._tell_place(seen)
            if seen.state is RunState.NO_SIGN and not self._silence_told:
                self._silence_told = True
                self.clear()
                click.echo(t("No sign of life from the run's machine for 30 s; still waiting."), err=True)
            time.sleep(POLL_SECONDS)

    def clear(self) -> None:
        """Take the live line away."""
        if self._live_shown:
            sys.stdout.write(_CLEAR_LINE)
            sys.stdout.flush()
            self._live_shown = False

    def _tell_place(self, seen: Observation) -> None:
        """Say how many runs are ahead, each time there are others."""
        if seen.ahead != self._ahead_told:
            self._ahead_told = seen.ahead
            if seen.ahead and not self._as_json:
                click.echo(t("… in line, {ahead} ahead", ahead=seen.ahead))

    def _print(self, line: bytes) -> None:
        """Print one line of the events file."""
        if self._as_json:
            click.echo(line)
            return
        event = decode_event(line)
        if isinstance(event, BatchEvent):
            if self._live:
                sys.stdout.write(_CLEAR_LINE + _batch_line(event))
                sys.stdout.flush()
                self._live_shown = True
            return
        text = None if event is None else event_line(event)
        if text is not None:
            self.clear()
            click.echo(text)


def event_line(event: AnyEvent) -> str | None:
    """Return an event as a line for people; None for one that has no line of its own."""
    if isinstance(event, EpochEvent):
        return _epoch_line(event)
    if isinstance(event, PhaseEvent):
        return t("… {phase}", phase=phase_label(event.phase))
    if isinstance(event, DataEvent):
        return str(describe_data(event.data))
    if isinstance(event, ModelEvent):
        return t(
            "Network: {params} parameters; Keras {keras} on {device}.",
            params=event.params,
            keras=event.keras,
            device=event.device,
        )
    if isinstance(event, NanEvent):
        return t(
            "{metric} is not a number any more in epoch {epoch}: the training has diverged.",
            metric=event.metric,
            epoch=str(event.epoch),
        )
    if isinstance(event, FailedEvent):
        return str(event.sentence)
    return None


def _headline(run: RunFolder) -> dict[str, str]:
    """Return what the first line says."""
    return {"run": run.name, "title": str(run.spec.title), "preset": run.spec.preset}


def _figure(value: float | None) -> str:
    """Return a loss or an accuracy with four digits; a dash-like word for one that is no number."""
    return "NaN" if value is None else decimal(value, 4)


def _epoch_line(event: EpochEvent) -> str:
    """Return an epoch as Keras's own log has it."""
    line = (
        f"Epoch {event.epoch}/{event.epochs}  {decimal(event.seconds, 1)} s"
        f"  loss: {_figure(event.loss)}  accuracy: {_figure(event.accuracy)}"
    )
    if event.validated:
        line += f"  val_loss: {_figure(event.val_loss)}  val_accuracy: {_figure(event.val_accuracy)}"
    return f"{line}  *" if event.best else line


def _batch_line(event: BatchEvent) -> str:
    """Return the live line inside an epoch."""
    return (
        f"Epoch {event.epoch}/{event.epochs}  {event.batch}/{event.batches}"
        f"  loss: {_figure(event.loss)}  accuracy: {_figure(event.accuracy)}"
    )


def _wants_stop() -> bool:
    """Ask whether the run shall stop too; where nobody can be asked it shall not."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    click.echo(err=True)
    try:
        return click.confirm(t("Stop the run too?"), default=False, err=True)
    except click.Abort:
        click.echo(err=True)
        return False


def _conclude(run: RunFolder, seen: Observation, as_json: bool) -> None:
    """Print how the run ended."""
    if as_json:
        # The lines on stdout are the events and nothing else; a lost run has no result line.
        if seen.state is RunState.LOST and seen.reason is not None:
            click.echo(str(seen.reason), err=True)
        return
    if seen.state is not RunState.FAILED and seen.reason is not None:
        click.echo(str(seen.reason), err=seen.state is RunState.LOST)
    result = last_result(run)
    if result is None or seen.state is RunState.FAILED:
        return
    for line in finding_lines(run.spec, read_record_of(run)):
        click.echo(line)
    click.echo()
    for sentence in outcome(run.spec, result).lines:
        click.echo(str(sentence))


def accuracy_text(fraction: float | None) -> str:
    """Return an accuracy for a table, empty when there is none."""
    text: Text | None = None if fraction is None else percent(fraction)
    return "" if text is None else str(text)
