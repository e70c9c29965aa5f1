"""The generated images: ten shapes in colour on noise, of any size, the same for the same seed."""

import numpy as np
import numpy.typing as npt

from cnntutor.worker.datasets.arrays import Bytes

TRAIN, TEST = 4_000, 1_000
SEED = 20_241
"""Draws the images; the seeds of a run do not change what the data are."""

Grid = npt.NDArray[np.float32]


def labels_of(count: int) -> Bytes:
    """Return the labels of the first images: the ten classes of data_sets.SHAPES in turns."""
    return (np.arange(count) % 10).astype(np.uint8)


def draw(count: int, seed: int, side: int = 32) -> tuple[Bytes, Bytes]:
    """Return (images (count, side, side, 3), labels): the ten classes of data_sets.SHAPES in turns.

    Args:
        count: How many.
        seed: Draws places, sizes, turns and colours.
        side: Height and width.
    """
    generator = np.random.default_rng(seed)
    labels = labels_of(count)
    steps = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
    rows, columns = np.meshgrid(steps, steps, indexing="ij")
    images = np.empty((count, side, side, 3), np.uint8)
    for place, label in enumerate(labels):
        middle = generator.uniform(-0.25, 0.25, 2)
        size = generator.uniform(0.5, 0.75)
        turn = generator.uniform(-0.35, 0.35)
        x = ((columns - middle[0]) * np.cos(turn) + (rows - middle[1]) * np.sin(turn)) / size
        y = ((rows - middle[1]) * np.cos(turn) - (columns - middle[0]) * np.sin(turn)) / size
        inside = _shape(int(label), x, y)[..., np.newaxis]
        front, back = _two_colours(generator)
        picture = back * (1 - inside) + front * inside
        picture += generator.normal(0, 18, picture.shape)
        images[place] = np.clip(picture, 0, 255).astype(np.uint8)
    return images, labels


def _two_colours(generator: np.random.Generator) -> tuple[Grid, Grid]:
    """Return two colours that can be told apart."""
    while True:
        front, back = generator.uniform(0, 255, (2, 3)).astype(np.float32)
        if np.abs(front - back).sum() > 180:
            return front, back


def _shape(label: int, x: Grid, y: Grid) -> Grid:
    """Return 1 inside a shape and 0 outside, over coordinates from -1 to 1."""
    far = np.hypot(x, y)
    box = np.maximum(np.abs(x), np.abs(y))
    within = box < 1
    forms = (
        far < 0.9,
        box < 0.8,
        (y > -0.8) & (y < 0.8) & (np.abs(x) < (y + 0.8) / 1.8),
        (far < 0.95) & (far > 0.55),
        (box < 0.9) & (box > 0.55),
        within & (np.minimum(np.abs(x), np.abs(y)) < 0.28),
        within & (np.abs(y) < 0.3),
        within & (np.sin(y * 10) > 0),
        within & (np.sin(x * 7) * np.sin(y * 7) > 0),
        within & (np.hypot((x * 2) % 1 - 0.5, (y * 2) % 1 - 0.5) < 0.3),
    )
    return forms[label].astype(np.float32)
