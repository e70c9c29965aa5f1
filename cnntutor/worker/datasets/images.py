"""The images of a run, split and ready for the network, with the record of what they are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnntutor.i18n import msg
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.events import DataRecord
from cnntutor.lab.photos import read_photo_folder
from cnntutor.lab.preparation import Splitting, drawn_side
from cnntutor.lab.run_spec import RunSpec, TrainingSettings
from cnntutor.lab.words import alphabet_of
from cnntutor.worker.datasets import drawn, pictures
from cnntutor.worker.datasets.arrays import EMBEDDED, Bytes, sha256
from cnntutor.worker.datasets.published import load_embedded, load_published
from cnntutor.worker.datasets.spelling import spelled
from cnntutor.worker.datasets.split import Indices, Labels, Pool, named_pool, one_pool, parts_of, two_pools
from cnntutor.worker.problems import RunProblem

Floats = npt.NDArray[np.float32]


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
class _Source:
    """Images before they are split."""

    train: Bytes
    test: Bytes
    pool: Pool
    provenance: str
    source: str
    sha256: dict[str, str]
    classes: tuple[str, ...]


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
        images, labels, file = load_embedded()
        source = _undivided(
            settings, images, labels, provenance="embedded", source=str(file), found=dict(EMBEDDED)
        )
    elif settings.data == "shapes-32":
        images, labels = drawn.draw(drawn.TRAIN + drawn.TEST, drawn.SEED, drawn_side(spec.recipe, int(side)))
        found = {"x": sha256(images), "y": sha256(labels)}
        source = _undivided(settings, images, labels, provenance="generated", source="cnntutor", found=found)
    elif settings.data == "photos":
        source = _photos(settings, int(side))
    else:
        published = load_published(spec, before_download)
        data = published.data
        source = _Source(
            data.x_train,
            data.x_test,
            two_pools(data.y_train, data.y_test, Splitting.of(settings)),
            published.provenance,
            str(published.source),
            published.sha256,
            DATA_SETS[settings.data].classes,
        )
    return _split(settings, source)


def _undivided(
    settings: TrainingSettings,
    images: Bytes,
    labels: Bytes,
    *,
    provenance: str,
    source: str,
    found: dict[str, str],
) -> _Source:
    """Return images that have no part of their own for the test."""
    pool = one_pool(labels, settings.split_seed)
    return _Source(images, images, pool, provenance, source, found, DATA_SETS[settings.data].classes)


def _photos(settings: TrainingSettings, side: int) -> _Source:
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
    pool = named_pool(labels, [photo.part for photo in photos], settings.split_seed)
    return _Source(images, images, pool, "yours", str(found.folder), hashes, classes)


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


def _split(settings: TrainingSettings, source: _Source) -> RunImages:
    """Limit and split the images as the settings say, and scale the pixels."""
    pool, parts = source.pool, parts_of(source.pool, Splitting.of(settings))
    scale = (settings.pixel_divisor, settings.pixel_offset)
    test_scale = (settings.test_pixel_divisor or settings.pixel_divisor, settings.pixel_offset)
    test_part = _part(source.test, pool.test_labels, parts.test, *test_scale)
    held = test_part if settings.validation == "test" else None
    if settings.validation == "held-out":
        held = _part(source.train, pool.train_labels, parts.validation, *scale)
    record = DataRecord(
        name=settings.data,
        provenance=source.provenance,
        source=source.source,
        train=len(parts.train),
        validation=0 if held is None else len(held.labels),
        test=len(parts.test),
        classes=len(source.classes),
        limited=parts.limited,
        sha256=source.sha256,
        class_names=source.classes,
        validated_on_test=settings.validation == "test",
    )
    return RunImages(_part(source.train, pool.train_labels, parts.train, *scale), held, test_part, record)


def prepared(images: Bytes, divisor: float, offset: float) -> Floats:
    """Return images as a network sees them: their pixels divided and moved."""
    scaled = images.astype(np.float32)
    scaled /= divisor
    if offset:
        scaled += offset
    return scaled


def _part(images: Bytes, labels: Labels, positions: Indices, divisor: float, offset: float) -> Part:
    """Return some images, prepared."""
    return Part(prepared(images[positions], divisor, offset), labels[positions].astype(np.uint8, copy=False))
