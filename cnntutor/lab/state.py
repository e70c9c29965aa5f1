"""The state of a run as a reader sees it: what the worker wrote, and what follows when it writes no more."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import msgspec

from cnntutor.i18n import Message, Text, msg, t
from cnntutor.lab.events import Phase, Problem
from cnntutor.lab.run_spec import Process


class RunState(StrEnum):
    """Every state a reader can tell."""

    SUBMITTED = "submitted"
    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    REQUEUED = "requeued"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    """Derived: the worker is gone and left no terminal state."""
    NO_SIGN = "no sign of life"
    """Derived: the worker is on another machine and its beat has not changed for 30 s."""

    @property
    def over(self) -> bool:
        """True when nothing more will come."""
        return self in _OVER

    @property
    def label(self) -> str:
        """The state in the learner's language."""
        return str(_LABELS[self])


_OVER = frozenset({RunState.FINISHED, RunState.FAILED, RunState.CANCELLED, RunState.LOST})

_LABELS = {
    RunState.SUBMITTED: msg("submitted"),
    RunState.QUEUED: msg("queued"),
    RunState.STARTING: msg("starting"),
    RunState.RUNNING: msg("running"),
    RunState.REQUEUED: msg("requeued"),
    RunState.FINISHED: msg("finished"),
    RunState.FAILED: msg("failed"),
    RunState.CANCELLED: msg("cancelled"),
    RunState.LOST: msg("lost"),
    RunState.NO_SIGN: msg("no sign of life"),
}

_PHASES: dict[Phase, Message] = {
    "importing": msg("starting TensorFlow"),
    "reading-data": msg("reading the data"),
    "downloading": msg("downloading the data"),
    "building": msg("building the network"),
    "compiling": msg("preparing the first step"),
    "training": msg("training"),
    "evaluating": msg("testing"),
    "saving": msg("saving"),
}


def state_words(state: RunState, ahead: int) -> str:
    """Return a state in the learner's language, with the runs ahead where it stands in line."""
    return t("{state} · {ahead} ahead", state=state.label, ahead=ahead) if ahead else state.label


def phase_label(phase: Phase) -> str:
    """Return what the worker is busy with, in the learner's language."""
    return str(_PHASES[phase])


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """status.json, written by the worker only."""

    state: Literal["queued", "starting", "running", "finished", "failed", "cancelled", "requeued"]
    attempt: int
    beat: int
    """Counts up about once a second while the worker lives."""
    time: float
    phase: Phase | None
    epoch: int
    epochs: int
    batch: int
    batches: int
    worker: Process
    problem: Problem | None = None
    sentence: Text | None = None
    """Why the run failed or was cancelled."""
    ahead: int = 0
    """How many runs it waits for, while it is queued."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """job.json, written by the submitter once the worker is started."""

    backend: Literal["local"]
    worker: Process
    time: float
    attempt: int = 1
    """Which start of the run this is; what the files say of an earlier one does not count any more."""


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """A run that another waits for."""

    run: str
    attempt: int
    """Only this start of it; a run that was resumed since stands behind, not ahead."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """control/line-ATTEMPT.json, written by the submitter before the worker is started."""

    ahead: tuple[Ahead, ...]
    """Oldest first."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """verdict.json, written by the first reader that finds the run lost."""

    state: Literal["lost"]
    evidence: Text
    time: float
    found_by: Process


@dataclass(frozen=True, slots=True)
class Observation:
    """What a reader can say about a run now."""

    state: RunState
    reason: Text | None = None
    """Why it failed, was cancelled or is lost; one sentence."""
    problem: Problem | None = None
    phase: Phase | None = None
    epoch: int = 0
    """The epoch now at work or last worked at, from 1; 0 before the first."""
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    attempt: int = 1
    stop_asked: bool = False
    ahead: int = 0
    """How many runs are before this one, while it stands in line."""

    @property
    def fraction(self) -> float:
        """How much of all batches of all epochs is done, 0 to 1."""
        if not self.epochs or not self.epoch:
            return 0.0
        inside = self.batch / self.batches if self.batches else 0.0
        return min(1.0, (self.epoch - 1 + inside) / self.epochs)

    @property
    def line(self) -> str:
        """One short line: state, and where it is."""
        if self.state is RunState.RUNNING and self.epoch:
            return t(
                "{state} · epoch {epoch}/{epochs}",
                state=self.state.label,
                epoch=str(self.epoch),
                epochs=str(self.epochs),
            )
        if self.phase is not None and not self.state.over:
            return t("{state} · {phase}", state=self.state.label, phase=phase_label(self.phase))
        return state_words(self.state, self.ahead)
