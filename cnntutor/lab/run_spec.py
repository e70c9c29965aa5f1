"""run.json: everything a worker needs to know to do one run, written once when the run is submitted."""

from typing import Annotated, Any, Literal

import msgspec

from cnntutor.i18n import Text

RUN_FORMAT_VERSION = 1

DataName = Literal["mnist", "mnist-5000", "fashion-mnist", "cifar10", "shapes-32", "photos", "words"]
"""The names of lab/data_sets.py."""

Method = Literal["train", "top-k"]
"""train: fit, then test; top-k: test pretrained networks as they are."""

Seed = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Above0 = Annotated[float, msgspec.Meta(gt=0, le=1000)]


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a network is trained; every field may be changed with --set and is shown with the run."""

    data: DataName
    epochs: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    batch_size: Annotated[int, msgspec.Meta(ge=1, le=65_536)]
    optimizer: Literal["Adam", "SGD", "RMSprop", "AdamW", "Nadam", "Adamax", "Adagrad", "Adadelta"]
    learning_rate: Annotated[float, msgspec.Meta(gt=0, le=10)]
    momentum: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    """For SGD and RMSprop."""
    weight_decay: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    clipnorm: Above0 | None = None
    """The gradient of each weight array is shortened to this length."""
    clipvalue: Above0 | None = None
    """Each element of a gradient is cut off at this."""
    loss: Literal[
        "sparse_categorical_crossentropy",
        "categorical_crossentropy",
        "binary_crossentropy",
        "mean_squared_error",
    ] = "sparse_categorical_crossentropy"
    from_logits: bool = False
    """Whether the loss takes the outputs for logits; where false, it takes them for probabilities."""
    network: str | None = None
    """Another network than the recipe's: slug, alias or file."""
    width: Annotated[float, msgspec.Meta(gt=0, le=4)] = 1.0
    """Filters and units of all layers but the last are multiplied by this."""
    batch_normalization: bool = False
    """Put a BatchNormalization after every convolution."""
    kernel_initializer: Literal["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"] | None = None
    """How first weights are drawn; None leaves it to the network."""
    image_size: Annotated[int, msgspec.Meta(ge=8, le=1024)] | None = None
    """Side photos are cropped to; None takes the network's."""
    photos: str | None = None
    """The folder of labelled photos."""
    weights: str | None = None
    """Files of trained weights, comma between; or random."""
    freeze: Literal["none", "normalization", "backbone"] = "none"
    """normalization: BatchNormalization keeps its weights and statistics; backbone: only the last layer with
    weights is trained."""
    unfreeze_epoch: Annotated[int, msgspec.Meta(ge=2, le=10_000)] | None = None
    """From this epoch on everything but BatchNormalization is trained."""
    unfreeze_learning_rate: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1e-5
    """The learning rate from then on."""
    words: str = "hello green start"
    """What is to be spelled, where the data are words; a space between, all of one length."""
    pixel_divisor: Above0 = 255.0
    """Pixels, 0 to 255, are divided by this before the network sees them."""
    test_pixel_divisor: Above0 | None = None
    """Another divisor for the test images; None takes the same."""
    pixel_offset: Annotated[float, msgspec.Meta(ge=-10, le=10)] = 0.0
    """Added after the division."""
    validation: Literal["held-out", "test", "none"] = "held-out"
    """held-out: part of the training images; test: the test images, a mistake some recipes show."""
    validation_fraction: Annotated[float, msgspec.Meta(gt=0, le=0.5)] = 0.1
    """Part of the training images that is held back for validation."""
    early_stopping: Literal["none", "val_loss", "val_accuracy"] = "none"
    """What ends the training when it gets no better."""
    patience: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 3
    """So many epochs in a row may pass without it getting better."""
    min_delta: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.0
    """A change smaller than this is none."""
    tested: Literal["best", "last"] = "best"
    """Whose weights are tested: those of the epoch with the lowest val_loss, or the last ones."""
    seed: Seed = 0
    """Draws the first weights and the order of the batches."""
    split_seed: Seed = 0
    """Draws which images are for training, validation and test where the data set does not say."""
    train_images: Annotated[int, msgspec.Meta(ge=10)] | None = None
    """Train on so many images only; None means all."""
    test_images: Annotated[int, msgspec.Meta(ge=10)] | None = None
    """Test on so many images only; None means all."""
    device: Literal["auto", "cpu", "gpu"] = "auto"
    """auto takes the emptiest GPU where there is one."""


class ReportedScore(msgspec.Struct, frozen=True, kw_only=True):
    """What was reported for one pretrained network."""

    network: str
    top1: float
    top5: float
    """Accuracies, 0 to 1."""


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A figure someone else reported for this network, to set the run's own result beside."""

    test_accuracy: float | None = None
    """Fraction, 0 to 1; None where none was reported."""
    loss: float | None = None
    """The last loss that was reported, where that is the point."""
    source: Text
    """Who reported it."""
    data: str
    """The data set it was reported on."""
    epochs: int | None = None
    """None: the report does not say."""
    figure: Text | None = None
    """What was reported, in words, where it is not one test accuracy."""
    unknown: Text | None = None
    """What the report does not say."""
    scores: tuple[ReportedScore, ...] = ()
    """For pretrained networks."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a prediction, and the figures it holds for."""

    text: Text
    low: float
    high: float
    """It holds for low ≤ figure < high."""


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """A question to answer before the run, and what to see afterwards."""

    question: Text
    quantity: Literal["test_accuracy", "test_loss", "best_epoch", "epochs_done", "top1", "words_right"]
    """What of the result decides."""
    choices: tuple[Choice, ...]
    after: Text
    """Why it comes out as it does."""

    def holding(self, figure: float) -> Choice | None:
        """Return the choice a figure bears out; None where it lies outside all."""
        return next((choice for choice in self.choices if choice.low <= figure < choice.high), None)


class LayerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One node of the network, in words a Keras layer understands."""

    name: str
    kind: str
    """The Keras class name."""
    arguments: dict[str, Any]
    """The Keras arguments."""
    inputs: tuple[str, ...]
    """Names of the nodes it reads; empty for an Input."""
    shares: str = ""
    """The earlier node whose weights this one uses."""
    trainable: bool = True
    """Keras's trainable; false for a frozen layer."""


class NetworkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A network value as it is written into run.json."""

    slug: str
    title: Text
    nodes: tuple[LayerRecord, ...]
    outputs: tuple[str, ...]
    params: int
    """Total parameters, as the calculator counts them."""


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One process, told apart from every other that had or will have its number."""

    host: str
    pid: int
    started: int | None
    """Start time in clock ticks since boot, from /proc/PID/stat; None where there is no /proc."""
    boot_id: str | None
    pid_namespace: str | None = None


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was thought to take when it was submitted."""

    seconds: float
    low: float
    high: float
    """It takes from low to high seconds, if it goes as runs went before."""
    memory: int | None
    """Bytes the worker will hold; None where that is not known."""
    basis: Literal["runs", "machine"]
    """runs: what runs like it took; machine: the costs of its network, and how fast this machine was."""
    runs: int
    """How many runs it rests on."""
    modelled: float | None
    """Seconds by the costs of its network alone; what later estimates are corrected by."""
    crowded: float = 1.0
    """How many times as long work took then, because others computed too."""


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of run.json."""

    format_version: int
    run: str
    """The name of the run folder."""
    created: float
    """Seconds since 1970."""
    recipe: str
    title: Text
    preset: str
    overrides: dict[str, str]
    """What was changed with --set, as it was typed."""
    settings: TrainingSettings
    network: NetworkRecord
    data_dir: str | None
    """The learner's data folder, absolute, as it was when the run was submitted."""
    store_dir: str | None = None
    """Where the program keeps the data it downloaded or took in."""
    method: Method = "train"
    prediction: Prediction | None = None
    predicted: int | None = None
    """The choice the learner made before the run, from 0."""
    embedded_preset: str | None
    """The recipe's preset that does with the images the program brings; offered where data are missing."""
    reported: Reported | None
    estimate: Estimate | None = None
    """None where nothing was known of the machine."""
    versions: dict[str, str]
    submitter: Process
    """The program that made this folder and was about to start the worker."""
