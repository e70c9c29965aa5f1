"""The lines of events.jsonl: what a worker tells, one JSON object a line, with type, time, attempt."""

from typing import Annotated, Literal

import msgspec

from cnntutor.i18n import Text

TerminalState = Literal["finished", "failed", "cancelled", "requeued"]

Phase = Literal[
    "importing", "reading-data", "downloading", "building", "compiling", "training", "evaluating", "saving"
]

Problem = Literal[
    "missing-data",
    "missing-library",
    "bad-data",
    "missing-device",
    "bad-network",
    "out-of-memory",
    "disk-full",
    "unwritable",
    "crash",
]


# A line with a number out of these ranges is garbage, as one that is torn is.
Time = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
Number = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
"""An epoch, a batch, and how many of them."""
Figure = Annotated[float, msgspec.Meta(ge=-1e39, le=1e39)]
"""Of 32 bits, as Keras counts."""
Duration = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
Rate = Annotated[float, msgspec.Meta(ge=0, le=1e12)]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every line carries."""

    time: Time
    """Seconds since 1970."""
    attempt: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    """1 for the first start of the run, one more after each requeue."""


class PhaseEvent(Event, frozen=True, kw_only=True, tag="phase"):
    """The worker begins something that takes a while."""

    phase: Phase


class DataRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Which images a run used, and where they came from."""

    name: str
    """The data set asked for, by its name in lab/data_sets.py."""
    provenance: str
    """mnist, fashion-mnist, cifar10: the real data set, proved by its array hashes; yours: files of the
    learner's, other content; embedded: the 5,000 real MNIST images that come with the program; generated:
    drawn by the program."""
    source: str
    """File or folder the images were read from."""
    train: int
    validation: int
    test: int
    """Numbers of images."""
    classes: int
    limited: bool
    """True when train_images or test_images left some out."""
    sha256: dict[str, str]
    """Hashes of the whole uint8 arrays, before any split."""
    class_names: tuple[str, ...] = ()
    validated_on_test: bool = False
    """True when the test images were also used for validation, so that no unseen images were left."""


class DataEvent(Event, frozen=True, kw_only=True, tag="data"):
    """The data are read and checked."""

    data: DataRecord


class ModelEvent(Event, frozen=True, kw_only=True, tag="model"):
    """The network is built; params are counted by Keras."""

    params: int
    trainable: int
    device: str
    """CPU, or the name of the GPU."""
    keras: str
    tensorflow: str
    """Versions."""
    jit_compile: bool | None = None
    """Whether the model is compiled with XLA; None leaves it to Keras."""
    steps_per_execution: int | None = None
    """How many batches one call takes; None in runs that do not train, and in those of old."""
    threads: Number | None = None
    """Among how many threads TensorFlow shares an operation; the last digits of a figure depend on it."""


class BatchEvent(Event, frozen=True, kw_only=True, tag="batch"):
    """Progress inside an epoch, about ten a second.

    loss and accuracy are the means over the batches since the line before (Keras's own running mean over the
    epoch is undone), so the curve has no cliff where an epoch begins. None stands for NaN, for infinity,
    and for what is lost in the rounding of a far larger mean before.
    """

    epoch: Number
    epochs: Number
    batch: Number
    batches: Number
    loss: Figure | None
    accuracy: Figure | None
    images_per_second: Rate


class EpochEvent(Event, frozen=True, kw_only=True, tag="epoch"):
    """One epoch is done, validation included. None stands for NaN or infinity."""

    epoch: Number
    epochs: Number
    loss: Figure | None
    accuracy: Figure | None
    val_loss: Figure | None
    val_accuracy: Figure | None
    seconds: Duration
    best: bool
    """True when val_loss is the lowest so far."""

    @property
    def validated(self) -> bool:
        """Whether there were validation images: the accuracy on them is a number where the loss is not."""
        return self.val_loss is not None or self.val_accuracy is not None


class NanEvent(Event, frozen=True, kw_only=True, tag="nan"):
    """A figure became NaN or infinite; told once an epoch."""

    epoch: Number
    batch: Number
    metric: str


class PulseEvent(Event, frozen=True, kw_only=True, tag="pulse"):
    """What a few training images gave after an epoch whose loss stands still; healthy runs tell none.

    Outputs and gradient are those of the loss over these images, in inference mode (no Dropout, moving
    statistics). None stands for NaN or infinity.
    """

    epoch: Number
    images: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    """How many were looked at, evenly from all classes."""
    outputs: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    """How many figures the network gives for an image, or for a step of it."""
    clipped: Annotated[float, msgspec.Meta(ge=0, le=1)] | None
    """Share of the outputs that the loss clips, which have no gradient; None where it clips none because it
    takes logits, or is a squared error."""
    spread: Annotated[float, msgspec.Meta(ge=0, le=1e39)] | None
    """How far one output differs between two images at most; of logits, their probability. 0: the network
    says the same whatever it sees."""
    gradient: Annotated[float, msgspec.Meta(ge=0, le=1e300)] | None
    """Length of the gradient over all weights that are trained."""


class FailedEvent(Event, frozen=True, kw_only=True, tag="failed"):
    """Why the run failed, in one sentence; the traceback, if any, is in log.txt."""

    problem: Problem
    sentence: Text


class NetworkScore(msgspec.Struct, frozen=True, kw_only=True):
    """How one pretrained network did on a folder of photos."""

    network: str
    weights: str
    """The file."""
    params: int
    top1: float
    top5: float
    """Accuracies, 0 to 1."""
    top1_correct: int
    top5_correct: int
    count: int
    top1_interval: tuple[float, float]
    top5_interval: tuple[float, float]
    """95 % Wilson intervals."""


class ResultEvent(Event, frozen=True, kw_only=True, tag="result"):
    """The last line of every run that ended by itself."""

    state: TerminalState
    test_loss: Figure | None
    test_accuracy: float | None
    """Fraction, 0 to 1; None when no epoch was completed."""
    test_count: int | None
    test_correct: int | None
    test_interval: tuple[float, float] | None
    """95 % Wilson interval of the test accuracy."""
    best_epoch: Number | None
    """The epoch with the lowest val_loss; its weights were tested."""
    epochs_done: Number
    seconds: Duration
    data: DataRecord | None
    problem: Problem | None = None
    """Set when state is failed."""
    stopped_early: bool = False
    """True when early stopping ended the training; epochs_done is the epoch it stopped after."""
    tested_epoch: int | None = None
    """The epoch whose weights were tested; None stands for best_epoch in runs of older versions."""
    networks: tuple[NetworkScore, ...] = ()
    """Where pretrained networks were tested."""
    training_seconds: float | None = None
    """What the epochs took together; the rest is starting, preparing and testing."""
    peak_memory: int | None = None
    """Most bytes the worker held."""
    spelled: dict[str, str] | None = None
    """What the network spells from each first character, where it was trained on words."""


AnyEvent = (
    PhaseEvent
    | DataEvent
    | ModelEvent
    | BatchEvent
    | EpochEvent
    | NanEvent
    | PulseEvent
    | FailedEvent
    | ResultEvent
)

_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def decode_event(line: bytes) -> AnyEvent | None:
    """Return the event of one line, or None for a line of a kind this version does not know."""
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError:
        return None
