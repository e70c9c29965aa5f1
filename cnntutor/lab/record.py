"""What a run has told so far, gathered from its events: phases, data, network, epochs, batches, result."""

from dataclasses import dataclass, field

from cnntutor.lab.events import (
    AnyEvent,
    BatchEvent,
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
from cnntutor.lab.folder import RunFolder

BATCHES_READ = 50_000


@dataclass(slots=True)
class RunRecord:
    """The story of a run; `absorb` events in the order of the file."""

    attempt: int = 0
    phase: Phase | None = None
    data: DataRecord | None = None
    model: ModelEvent | None = None
    epochs: list[EpochEvent] = field(default_factory=list)
    batches: list[BatchEvent] = field(default_factory=list)
    nans: list[NanEvent] = field(default_factory=list)
    pulses: list[PulseEvent] = field(default_factory=list)
    failed: FailedEvent | None = None
    result: ResultEvent | None = None

    def absorb(self, event: AnyEvent) -> None:
        """Take in one event."""
        if event.attempt > self.attempt:
            self._begin_attempt(event.attempt)
        if isinstance(event, BatchEvent):
            self._forget_from(event.epoch)
            self.batches.append(event)
        elif isinstance(event, EpochEvent):
            self._forget_from(event.epoch)
            self.epochs.append(event)
        elif isinstance(event, PhaseEvent):
            self.phase = event.phase
        elif isinstance(event, ResultEvent):
            self.result = event
        elif isinstance(event, FailedEvent):
            self.failed = event
        elif isinstance(event, NanEvent):
            self.nans.append(event)
        elif isinstance(event, PulseEvent):
            self.pulses.append(event)
        elif isinstance(event, ModelEvent):
            self.model = event
        else:
            self.data = event.data

    def _begin_attempt(self, attempt: int) -> None:
        """Begin an attempt: the end of the one before does not count."""
        self.attempt = attempt
        self.failed = self.result = None
        done = self.epochs[-1].epoch if self.epochs else 0
        self.batches = [each for each in self.batches if each.epoch <= done]
        self.nans = [each for each in self.nans if each.epoch <= done]
        self.pulses = [each for each in self.pulses if each.epoch <= done]

    def _forget_from(self, epoch: int) -> None:
        """Forget epochs that are done again."""
        if self.epochs and self.epochs[-1].epoch >= epoch:
            self.epochs = [each for each in self.epochs if each.epoch < epoch]
            self.batches = [each for each in self.batches if each.epoch < epoch]
            self.nans = [each for each in self.nans if each.epoch < epoch]
            self.pulses = [each for each in self.pulses if each.epoch < epoch]

    @property
    def best(self) -> EpochEvent | None:
        """The epoch with the lowest validation loss; None before the first, or when all were no numbers."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)


def read_record_of(run: RunFolder) -> RunRecord:
    """Return the story of a run as it is on disk now; of very many batch lines only an even part."""
    record = RunRecord()
    for event in run.events().iterate(BATCHES_READ):
        record.absorb(event)
    return record
