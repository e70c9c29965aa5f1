"""What a data set looks like before and after it is prepared for a network: figures and a few pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.photos import read_photo_folder
from cnntutor.lab.preparation import DataView, Example, Figures, PartView, Preparation, Splitting
from cnntutor.worker.datasets import drawn
from cnntutor.worker.datasets.arrays import Bytes
from cnntutor.worker.datasets.images import prepared
from cnntutor.worker.datasets.pictures import read_photo
from cnntutor.worker.datasets.published import load_embedded, search
from cnntutor.worker.datasets.split import Labels, Parts, Pool, named_pool, one_pool, parts_of, two_pools

BINS = 16
LARGEST = 32
"""Pixels on a side of an example."""
MOST = 10_000
"""Images looked at for the figures."""
PHOTOS = 200
"""Photos looked at; each has to be read."""
LABELS = 10
"""Of photos so many labels are shown."""
DRAWN = 1_000
"""Generated images looked at; each has to be drawn."""
NEIGHBOURS = 8

Floats = npt.NDArray[np.float32]


def view(name: str, data_dir: Path | None, store: Path | None, how: Preparation) -> DataView | None:
    """Return what a data set holds; None where it is not there.

    Raises:
        RunProblem: files are there, and none can be used.
        NotUnderstood: the folder of photos will not do.
    """
    info = DATA_SETS[name]
    if name == "photos":
        return _photos(how)
    split = how.split
    if name == "shapes-32":
        images, labels = drawn.draw(DRAWN, drawn.SEED, how.drawn)
        pool = one_pool(drawn.labels_of(drawn.TRAIN + drawn.TEST), split.seed)
        provenance, source = "generated", "cnntutor"
        train, test = info.train, info.test
    elif name == "mnist-5000":
        images, labels, path = load_embedded()
        pool = one_pool(labels, split.seed)
        provenance, source = "embedded", str(path)
        train, test = info.train, info.test
    else:
        found = search(info, data_dir, store)
        if found is None:
            return None
        images, labels = found.data.x_train, found.data.y_train
        pool = two_pools(labels, found.data.y_test, split)
        provenance, source = found.provenance, str(found.source)
        train, test = len(images), len(found.data.x_test)
    parts = parts_of(pool, split)
    looked_at = images[:MOST]
    after = prepared(looked_at, how.divisor, how.offset)
    examples = tuple(
        _example(
            info.classes[number],
            images[place],
            prepared(images[place : place + 1], how.divisor, how.offset)[0],
        )
        for number in range(len(info.classes))
        for place in np.flatnonzero(labels == number)[: how.examples]
    )
    return DataView(
        name=name,
        provenance=provenance,
        source=source,
        train=train,
        test=test,
        shape=tuple(images.shape[1:]),
        labels=info.classes,
        per_class=_per_class(pool.train_labels, len(info.classes)),
        looked_at=len(looked_at),
        before=figures(looked_at),
        after=figures(after),
        row_before=tuple(int(each) for each in _neighbours(images[0], _liveliest(images[0]))),
        row_after=tuple(round(float(each), 4) for each in _neighbours(after[0], _liveliest(images[0]))),
        examples=examples,
        parts=_parts(pool, parts, split, len(info.classes)),
        given=pool.given,
        limited=parts.limited,
    )


def _photos(how: Preparation) -> DataView:
    """Return what a folder of photos holds; before: as they lie there, after: cropped and scaled."""
    folder = read_photo_folder(Path(how.photos or "").expanduser())
    labels = folder.labels
    some = folder.photos[:: max(1, len(folder.photos) // PHOTOS)][:PHOTOS]
    cropped = np.stack([read_photo(photo.path, how.side) for photo in some])
    after = prepared(cropped, how.divisor, how.offset)
    examples = []
    for label in labels[:LABELS]:
        for place in [number for number, photo in enumerate(some) if photo.label == label][: how.examples]:
            with Image.open(some[place].path) as opened:
                whole: Bytes = np.asarray(_small(opened.convert("RGB")), dtype=np.uint8)
            examples.append(_example(label, whole, after[place]))
    numbers = np.array([labels.index(photo.label) for photo in folder.photos], dtype=np.intp)
    pool = named_pool(numbers, [photo.part for photo in folder.photos], how.split.seed)
    parts = parts_of(pool, how.split)
    return DataView(
        name="photos",
        provenance="yours",
        source=str(folder.folder),
        train=sum(photo.part != "test" for photo in folder.photos),
        test=sum(photo.part == "test" for photo in folder.photos),
        shape=(how.side, how.side, 3),
        labels=labels,
        per_class=_per_class(numbers, len(labels)),
        looked_at=len(some),
        before=figures(cropped),
        after=figures(after),
        row_before=tuple(int(each) for each in _neighbours(cropped[0], _liveliest(cropped[0]))),
        row_after=tuple(round(float(each), 4) for each in _neighbours(after[0], _liveliest(cropped[0]))),
        examples=tuple(examples),
        parts=_parts(pool, parts, how.split, len(labels)),
        given=pool.given,
        limited=parts.limited,
    )


def _per_class(labels: Labels, classes: int) -> tuple[int, ...]:
    """Return how many images each class has."""
    return tuple(int(count) for count in np.bincount(labels, minlength=classes))


def _parts(pool: Pool, parts: Parts, split: Splitting, classes: int) -> tuple[PartView, ...]:
    """Return what is for training, validation and test; images held back for nothing are no part."""
    train = _per_class(pool.train_labels[parts.train], classes)
    test = _per_class(pool.test_labels[parts.test], classes)
    found = [PartView(name="train", per_class=train)]
    if split.validation == "held-out":
        held = _per_class(pool.train_labels[parts.validation], classes)
        found.append(PartView(name="validation", per_class=held))
    elif split.validation == "test":
        found.append(PartView(name="validation", per_class=test))
    return (*found, PartView(name="test", per_class=test))


def figures(pixels: npt.NDArray[Any]) -> Figures:
    """Return range, mean, spread and histogram of pixels; bytes are counted from 0 to 255."""
    low, high = float(pixels.min()), float(pixels.max())
    span = (0.0, 256.0) if pixels.dtype == np.uint8 else (low, high if high > low else low + 1)
    counts, edges = np.histogram(pixels, bins=BINS, range=span)
    return Figures(
        low=round(low, 4),
        high=round(high, 4),
        mean=round(float(pixels.mean(dtype=np.float64)), 4),
        spread=round(float(pixels.std(dtype=np.float64)), 4),
        edges=tuple(round(float(edge), 4) for edge in edges),
        counts=tuple(int(count) for count in counts),
    )


def _neighbours(image: npt.NDArray[Any], place: tuple[int, int]) -> npt.NDArray[Any]:
    """Return eight neighbours in an image (height, width, channels), of the first channel."""
    row, left = place
    return image[row, left : left + NEIGHBOURS, 0]


def _liveliest(image: Bytes) -> tuple[int, int]:
    """Return (row, first column) of the eight neighbours that differ most from each other."""
    windows = np.lib.stride_tricks.sliding_window_view(image[..., 0], NEIGHBOURS, axis=1)
    row, left = np.unravel_index(windows.std(axis=2).argmax(), windows.shape[:2])
    return int(row), int(left)


def _example(label: str, before: Bytes, after: Floats) -> Example:
    low, high = float(after.min()), float(after.max())
    shown = (after - low) / (high - low if high > low else 1) * 255
    return Example(
        label=label,
        black=round(low, 4),
        white=round(high, 4),
        before=_rows(before),
        after=_rows(np.rint(shown).astype(np.uint8)),
    )


def _rows(image: Bytes) -> tuple[tuple[tuple[int, int, int], ...], ...]:
    """Return an image as rows of colours, at most 32 on a side."""
    coloured = np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image
    small = np.asarray(_small(Image.fromarray(coloured)), dtype=int)
    return tuple(tuple((int(r), int(g), int(b)) for r, g, b in row) for row in small)


def _small(image: Image.Image) -> Image.Image:
    """Return an image no larger than an example, with its own proportions."""
    factor = LARGEST / max(image.size)
    if factor >= 1:
        return image
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)
