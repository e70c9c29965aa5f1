"""run.json: everything a worker needs to know to do one run, written once when the run is submitted."""

from typing import Annotated, Any, Literal

import msgspec

from cnntutor.i18n import Text

RUN_FORMAT_VERSION = 1

DataName = Literal["mnist", "mnist-5000"]
"""mnist: the 60,000 and 10,000 images; mnist-5000: the 5,000 of them that come with the program."""


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a network is trained; every field may be changed with --set and is shown with the run."""

    data: DataName
    epochs: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    batch_size: Annotated[int, msgspec.Meta(ge=1, le=65_536)]
    optimizer: Literal["Adam", "SGD", "RMSprop"]
    learning_rate: Annotated[float, msgspec.Meta(gt=0, le=10)]
    loss: Literal["sparse_categorical_crossentropy"] = "sparse_categorical_crossentropy"
    pixel_divisor: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 255.0
    """Pixels, 0 to 255, are divided by this before the network sees them."""
    validation_fraction: Annotated[float, msgspec.Meta(gt=0, le=0.5)] = 0.1
    """Part of the training images that is held back for validation."""
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    """Draws the first weights and the order of the batches."""
    split_seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    """Draws which images are for training, validation and test where the data set does not say."""
    train_images: Annotated[int, msgspec.Meta(ge=10)] | None = None
    """Train on so many images only; None means all."""
    test_images: Annotated[int, msgspec.Meta(ge=10)] | None = None
    """Test on so many images only; None means all."""
    device: Literal["auto", "cpu", "gpu"] = "auto"
    """auto takes the emptiest GPU where there is one."""


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A figure someone else reported for this network, to set the run's own result beside."""

    test_accuracy: float
    """Fraction, 0 to 1."""
    source: Text
    """Who reported it."""
    data: DataName
    """The data set it was reported on."""
    epochs: int | None = None
    """None: the report does not say."""


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
    embedded_preset: str | None
    """The recipe's preset that does with the images the program brings; offered where data are missing."""
    reported: Reported | None
    versions: dict[str, str]
    submitter: Process
    """The program that made this folder and was about to start the worker."""
