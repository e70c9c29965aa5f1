"""A run as its events tell it, folded line by line into what the run screen shows.

The fold runs outside the screen's thread; the screen gets a frozen RunView of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from cnntutor.lab.devices import GpuLoad, HostLoad
from cnntutor.lab.events import (
    AnyEvent,
    BatchEvent,
    DataEvent,
    DataRecord,
    EpochEvent,
    FailedEvent,
    ModelEvent,
    NanEvent,
    Phase,
    PhaseEvent,
    PulseEvent,
    ResultEvent,
)
from cnntutor.lab.finding import Finding
from cnntutor.lab.record import RunRecord
from cnntutor.lab.state import Observation, RunState
from cnntutor.tui.run_points import RunPoints, number
from cnntutor.tui.widgets.plot_chart import Series


@dataclass(frozen=True, slots=True)
class Usage:
    """What the worker's process takes."""

    cores: float
    """Processors kept busy, such as 1.9; negative until it has been measured."""
    memory: int
    """Bytes in memory."""
    pid: int = 0
    host: HostLoad | None = None
    """What everybody takes of the machine."""
    gpus: tuple[GpuLoad, ...] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """A run at one moment."""

    observation: Observation
    phase: Phase | None
    """What the worker is busy with; None before it says so."""
    begun: float | None
    """When the first event of the present attempt was written, in seconds since 1970."""
    phases: tuple[Phase, ...]
    data: DataRecord | None
    model: ModelEvent | None
    epochs: tuple[EpochEvent, ...]
    planned: int
    """Epochs asked for."""
    batch: BatchEvent | None
    """The newest, if its epoch is not done."""
    batches: int
    """Batches of an epoch; 0 while it is not known."""
    running: dict[str, float | None]
    """Means over the batches of the present epoch, as Keras prints them."""
    epoch_seconds: float
    """What the present epoch has taken so far."""
    speed: float
    """Images a second, the newest figure."""
    left: float | None
    """Seconds to the end, guessed from what went before; None while there is nothing to guess from."""
    loss: tuple[Series, ...]
    accuracy: tuple[Series, ...]
    """In per cent."""
    best: int | None
    nan: NanEvent | None
    failed: FailedEvent | None
    result: ResultEvent | None
    usage: Usage | None = None
    findings: tuple[Finding, ...] = ()
    """What the diagnosis notices; empty on a healthy run."""
    notes: str = ""
    """What the learner wrote about it."""

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self.observation.state


@dataclass(slots=True)
class RunTrack:
    """Folds the events of one run; feed it everything from the first event on."""

    planned: int
    attempt: int = 0
    begun: float | None = None
    phase: Phase | None = None
    phases: list[Phase] = field(default_factory=list)
    data: DataRecord | None = None
    model: ModelEvent | None = None
    batch: BatchEvent | None = None
    batches: int = 0
    nans: list[NanEvent] = field(default_factory=list)
    pulses: list[PulseEvent] = field(default_factory=list)
    failed: FailedEvent | None = None
    result: ResultEvent | None = None
    extremes: list[BatchEvent] = field(default_factory=list)
    """The first line of progress with a loss, and the one with the lowest."""
    points: RunPoints = field(default_factory=RunPoints)
    _epoch_began: float = 0.0
    _sums: dict[str, float] = field(default_factory=dict)
    _counted: int = 0
    _speed: float = 0.0

    def add(self, events: Iterable[AnyEvent]) -> None:
        """Take in the events that came since the last call."""
        for event in events:
            if event.attempt > self.attempt:
                self._begin_attempt(event)
            self._take(event)

    def _begin_attempt(self, event: AnyEvent) -> None:
        """A new attempt goes on where the last saved epoch ended; what lay behind it does not count."""
        self.attempt = event.attempt
        self.begun = event.time
        self.batch, self.result, self.failed = None, None, None
        self.phases.clear()

    def _take(self, event: AnyEvent) -> None:
        if isinstance(event, BatchEvent):
            self._take_batch(event)
        elif isinstance(event, EpochEvent):
            self.points.add_epoch(event)
            self.batch = None
            self._epoch_began = event.time
            self.planned = max(self.planned, event.epochs)
        elif isinstance(event, PhaseEvent):
            self.phase = event.phase
            self.phases.append(event.phase)
            self._epoch_began = event.time
        elif isinstance(event, DataEvent):
            self.data = event.data
        elif isinstance(event, ModelEvent):
            self.model = event
        elif isinstance(event, NanEvent):
            self.nans.append(event)
        elif isinstance(event, PulseEvent):
            self.pulses.append(event)
        elif isinstance(event, FailedEvent):
            self.failed = event
        elif isinstance(event, ResultEvent):
            self.result = event
            self.batch = None

    def _take_batch(self, event: BatchEvent) -> None:
        before = self.batch
        if before is None or before.epoch != event.epoch or event.batch < before.batch:
            self._sums, self._counted = {"accuracy": 0.0, "loss": 0.0}, 0
            self.points.forget_after(event.epoch - 1)
            self.nans = [nan for nan in self.nans if nan.epoch < event.epoch]
            self.pulses = [pulse for pulse in self.pulses if pulse.epoch < event.epoch]
        fresh = event.batch - self._counted
        self._counted = event.batch
        self._sums["accuracy"] += fresh * number(event.accuracy)
        self._sums["loss"] += fresh * number(event.loss)
        self.batch, self.batches, self._speed = event, event.batches, event.images_per_second
        self.points.add_batch(event)
        if event.loss is not None:
            lowest = self.extremes[-1].loss if self.extremes else None
            if lowest is None or event.loss < lowest:
                self.extremes[1:] = [event]  # the first stays, the lowest is the one behind it

    def record(self) -> RunRecord:
        """Return what the diagnosis looks at."""
        return RunRecord(
            attempt=self.attempt,
            data=self.data,
            model=self.model,
            epochs=self.points.epochs,
            batches=self.extremes,
            nans=self.nans,
            pulses=self.pulses,
            result=self.result,
        )

    def view(self, observation: Observation, now: float, usage: Usage | None = None) -> RunView:
        """Return the run as it stands.

        Args:
            observation: What the lab says about it.
            now: Seconds since 1970.
            usage: What its process takes, if that can be seen.
        """
        epochs, loss, accuracy = self.points.shown()
        batch = self.batch if not observation.state.over else None
        counted = max(1, self._counted)
        running = {name: total / counted for name, total in self._sums.items()} if batch else {}
        last = batch.time if batch is not None else now
        return RunView(
            observation=observation,
            phase=self.phase,
            begun=self.begun,
            phases=tuple(dict.fromkeys(self.phases)),
            data=self.data,
            model=self.model,
            epochs=epochs,
            planned=self.planned,
            batch=batch,
            batches=self.batches,
            running={name: None if math.isnan(value) else value for name, value in running.items()},
            epoch_seconds=max(0.0, last - self._epoch_began),
            speed=self._speed,
            left=None if observation.state.over else self._left(epochs, batch),
            loss=loss,
            accuracy=accuracy,
            best=self.points.best,
            nan=self.nans[-1] if self.nans else None,
            failed=self.failed,
            result=self.result,
            usage=usage,
        )

    def _left(self, epochs: tuple[EpochEvent, ...], batch: BatchEvent | None) -> float | None:
        """Guess the seconds to the end: from whole epochs but the first, else from the batches so far."""
        inside = batch.batch / batch.batches if batch is not None and batch.batches else 0.0
        if epochs:
            measured = epochs[1:] or epochs
            each = sum(event.seconds for event in measured[-5:]) / len(measured[-5:])
            return max(0.0, each * (self.planned - len(epochs) - inside))
        if batch is None or inside < 0.02:
            return None
        each = (batch.time - self._epoch_began) / inside
        return each * (self.planned - inside)
