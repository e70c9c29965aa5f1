"""The images of a run, split and ready for the network, with the record of what they are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from cnntutor.lab.events import DataRecord
from cnntutor.lab.run_spec import RunSpec, TrainingSettings
from cnntutor.worker.datasets.arrays import CLASSES, EMBEDDED, Bytes
from cnntutor.worker.datasets.mnist import load_embedded, load_mnist
from cnntutor.worker.datasets.split import balanced_order, held_back

Floats = npt.NDArray[np.float32]

EMBEDDED_TEST_FRACTION = 0.2
"""Of the embedded images so many are for the test: 1,000 of 5,000."""


@dataclass(frozen=True, slots=True)
class Part:
    """Images (count, 28, 28, 1) as the network sees them, and their labels (count,)."""

    images: Floats
    labels: Bytes


@dataclass(frozen=True, slots=True)
class RunImages:
    """The three parts of a run's data."""

    train: Part
    validation: Part
    test: Part
    record: DataRecord


def load_images(spec: RunSpec, before_download: Callable[[], None]) -> RunImages:
    """Return the images of a run.

    Args:
        spec: The run.
        before_download: Called once when Keras is about to be asked to download.

    Raises:
        Missing: the embedded images are not installed.
        RunProblem: the images are not to be had, or are not what they should be.
    """
    settings = spec.settings
    if settings.data == "mnist-5000":
        images, labels, source = load_embedded()
        rest, test = held_back(balanced_order(labels, settings.split_seed), labels, EMBEDDED_TEST_FRACTION)
        train_pool = (images, labels, rest)
        test_pool = (images, labels, test)
        return _split(settings, train_pool, test_pool, "embedded", source=source, sha256=dict(EMBEDDED))
    data, provenance, source, found = load_mnist(spec, before_download)
    return _split(
        settings,
        (data.x_train, data.y_train, balanced_order(data.y_train, settings.split_seed)),
        (data.x_test, data.y_test, _test_order(data.y_test, settings)),
        provenance,
        source=source,
        sha256=found,
    )


def _test_order(labels: Bytes, settings: TrainingSettings) -> npt.NDArray[np.intp]:
    """Return the test images in the order of the file, or evenly drawn when only some are wanted."""
    if settings.test_images is None:
        return np.arange(len(labels))
    return balanced_order(labels, settings.split_seed)


def _split(
    settings: TrainingSettings,
    train_pool: tuple[Bytes, Bytes, npt.NDArray[np.intp]],
    test_pool: tuple[Bytes, Bytes, npt.NDArray[np.intp]],
    provenance: Literal["mnist", "yours", "embedded"],
    *,
    source: Path,
    sha256: dict[str, str],
) -> RunImages:
    """Limit both pools as the settings say, hold back the validation part, and scale the pixels.

    Args:
        settings: Those of the run.
        train_pool: (images, labels, positions in use) for training and validation.
        test_pool: The same for the test.
        provenance: What the images are known to be.
        source: Where they were read.
        sha256: Hashes of the whole arrays.
    """
    images, labels, pool = train_pool
    train, validation = held_back(pool[: settings.train_images], labels, settings.validation_fraction)
    test = test_pool[2][: settings.test_images]
    record = DataRecord(
        name=settings.data,
        provenance=provenance,
        source=str(source),
        train=len(train),
        validation=len(validation),
        test=len(test),
        classes=CLASSES,
        limited=len(train) + len(validation) < len(pool) or len(test) < len(test_pool[2]),
        sha256=sha256,
    )
    return RunImages(
        train=_part(images, labels, train, settings.pixel_divisor),
        validation=_part(images, labels, validation, settings.pixel_divisor),
        test=_part(test_pool[0], test_pool[1], test, settings.pixel_divisor),
        record=record,
    )


def _part(images: Bytes, labels: Bytes, positions: npt.NDArray[np.intp], divisor: float) -> Part:
    """Return some images with a channel axis, their pixels divided."""
    scaled = images[positions].astype(np.float32)
    scaled /= divisor
    return Part(scaled[..., np.newaxis], labels[positions])
