"""The images of a run, split and ready for the network, with the record of what they are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnntutor.i18n import msg
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.events import DataRecord
from cnntutor.lab.photos import Photo, read_photo_folder
from cnntutor.lab.run_spec import RunSpec, TrainingSettings
from cnntutor.lab.words import alphabet_of
from cnntutor.worker.datasets import drawn, pictures
from cnntutor.worker.datasets.arrays import EMBEDDED, Bytes, sha256
from cnntutor.worker.datasets.published import load_embedded, load_published
from cnntutor.worker.datasets.spelling import spelled
from cnntutor.worker.datasets.split import balanced_order, held_back
from cnntutor.worker.problems import RunProblem

Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.intp]

TEST_FRACTION = 0.2
"""Of images without a part of their own for the test so many are held back: 1,000 of 5,000."""


@dataclass(frozen=True, slots=True)
class Part:
    """Images (count, …) as the network sees them, and their labels (count,), or (count, steps) for words."""

    images: Floats
    labels: Bytes


@dataclass(frozen=True, slots=True)
class RunImages:
    """The three parts of a run's data."""

    train: Part
    validation: Part | None
    """None where nothing is validated."""
    test: Part
    record: DataRecord


@dataclass(frozen=True, slots=True)
class _Pools:
    """Images before they are split: (images, labels, positions in use) for each part."""

    train: tuple[Bytes, Bytes, Positions]
    test: tuple[Bytes, Bytes, Positions]
    provenance: str
    source: str
    sha256: dict[str, str]
    classes: tuple[str, ...]
    validation: Positions | None = None
    """Positions in the training images that the data set itself sets apart."""


def load_images(spec: RunSpec, before_download: Callable[[], None]) -> RunImages:
    """Return the images of a run.

    Args:
        spec: The run.
        before_download: Called once before a download is tried.

    Raises:
        Missing: the embedded images are not installed.
        NotUnderstood: the folder of photos or the words will not do.
        RunProblem: the images are not to be had, or are not what they should be.
    """
    settings = spec.settings
    if settings.data == "words":
        return _words(settings)
    side = next(node.arguments["shape"] for node in spec.network.nodes if node.kind == "Input")[0]
    if settings.data == "mnist-5000":
        images, labels, source = load_embedded()
        pools = _one_pool(
            settings, images, labels, provenance="embedded", source=str(source), found=dict(EMBEDDED)
        )
    elif settings.data == "shapes-32":
        pools = _drawn(settings, int(side) if spec.recipe.startswith("transfer") else 32)
    elif settings.data == "photos":
        pools = _photos(settings, int(side))
    else:
        found = load_published(spec, before_download)
        data = found.data
        pools = _Pools(
            (data.x_train, data.y_train, balanced_order(data.y_train, settings.split_seed)),
            (data.x_test, data.y_test, _test_order(data.y_test, settings)),
            found.provenance,
            str(found.source),
            found.sha256,
            DATA_SETS[settings.data].classes,
        )
    return _split(settings, pools)


def _one_pool(
    settings: TrainingSettings,
    images: Bytes,
    labels: Bytes,
    *,
    provenance: str,
    source: str,
    found: dict[str, str],
) -> _Pools:
    """Hold back a part for the test of images that have none."""
    rest, test = held_back(balanced_order(labels, settings.split_seed), labels, TEST_FRACTION)
    classes = DATA_SETS[settings.data].classes
    return _Pools((images, labels, rest), (images, labels, test), provenance, source, found, classes)


def _drawn(settings: TrainingSettings, side: int) -> _Pools:
    """Draw the generated images."""
    images, labels = drawn.draw(drawn.TRAIN + drawn.TEST, drawn.SEED, side)
    found = {"x": sha256(images), "y": sha256(labels)}
    return _one_pool(settings, images, labels, provenance="generated", source="cnntutor", found=found)


def _photos(settings: TrainingSettings, side: int) -> _Pools:
    """Read a folder of photos; the parts it has are kept."""
    found = read_photo_folder(Path(settings.photos or "").expanduser())
    classes = found.labels
    if len(classes) < 2:
        raise RunProblem(
            "bad-data",
            msg(
                "{folder} has only one label, {label}; training needs two or more.",
                folder=found.folder,
                label=classes[0] if classes else "–",
            ),
        )
    photos = found.photos
    images = pictures.read_photos(photos, side)
    labels = np.array([classes.index(photo.label) for photo in photos], dtype=np.uint8)
    hashes = {"x": sha256(images), "y": sha256(labels)}
    order = balanced_order(labels, settings.split_seed)
    parts = {part: _in_part(order, photos, part) for part in ("train", "validation", "test")}
    if not len(parts["train"]) or not len(parts["test"]):
        rest, test = held_back(order, labels, TEST_FRACTION)
        parts = {"train": rest, "validation": rest[:0], "test": test}
    return _Pools(
        (images, labels, parts["train"]),
        (images, labels, parts["test"]),
        "yours",
        str(found.folder),
        hashes,
        classes,
        parts["validation"] if len(parts["validation"]) else None,
    )


def _in_part(order: Positions, photos: tuple[Photo, ...], part: str) -> Positions:
    """Return the positions whose photos lie in a part."""
    return np.array([place for place in order if photos[place].part == part], dtype=np.intp)


def _words(settings: TrainingSettings) -> RunImages:
    """Return the words: all are trained on, and the same are tested; nothing is held back."""
    inputs, following = spelled(settings.words)
    part = Part(inputs, following)
    record = DataRecord(
        name="words",
        provenance="yours",
        source=settings.words,
        train=len(inputs),
        validation=0,
        test=len(inputs),
        classes=len(alphabet_of(settings.words)),
        limited=False,
        sha256={},
        class_names=alphabet_of(settings.words),
    )
    return RunImages(part, None, part, record)


def _test_order(labels: Bytes, settings: TrainingSettings) -> Positions:
    """Return the test images in the order of the file, or evenly drawn when only some are wanted."""
    if settings.test_images is None:
        return np.arange(len(labels))
    return balanced_order(labels, settings.split_seed)


def _split(settings: TrainingSettings, pools: _Pools) -> RunImages:
    """Limit both pools as the settings say, hold back the validation part, and scale the pixels."""
    images, labels, pool = pools.train
    used = pool[: settings.train_images]
    test = pools.test[2][: settings.test_images]
    train, validation = used, used[:0]
    if settings.validation == "held-out":
        if pools.validation is not None:
            validation = pools.validation
        else:
            train, validation = held_back(used, labels, settings.validation_fraction)
    scale = (settings.pixel_divisor, settings.pixel_offset)
    test_scale = (settings.test_pixel_divisor or settings.pixel_divisor, settings.pixel_offset)
    test_part = _part(pools.test[0], pools.test[1], test, *test_scale)
    held = test_part if settings.validation == "test" else None
    if settings.validation == "held-out":
        held = _part(images, labels, validation, *scale)
    record = DataRecord(
        name=settings.data,
        provenance=pools.provenance,
        source=pools.source,
        train=len(train),
        validation=0 if held is None else len(held.labels),
        test=len(test),
        classes=len(pools.classes),
        limited=len(used) < len(pool) or len(test) < len(pools.test[2]),
        sha256=pools.sha256,
        class_names=pools.classes,
        validated_on_test=settings.validation == "test",
    )
    return RunImages(_part(images, labels, train, *scale), held, test_part, record)


def prepared(images: Bytes, divisor: float, offset: float) -> Floats:
    """Return images as a network sees them: their pixels divided and moved."""
    scaled = images.astype(np.float32)
    scaled /= divisor
    if offset:
        scaled += offset
    return scaled


def _part(images: Bytes, labels: Bytes, positions: Positions, divisor: float, offset: float) -> Part:
    """Return some images, prepared."""
    return Part(prepared(images[positions], divisor, offset), labels[positions])
