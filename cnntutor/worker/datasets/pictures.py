"""Photos as arrays: cropped to the middle as ImageNet's networks are tested, in colour, of one size."""

from pathlib import Path
from typing import Any

import numpy as np

from cnntutor.i18n import msg
from cnntutor.lab.photos import Photo
from cnntutor.worker.datasets.arrays import Bytes
from cnntutor.worker.problems import RunProblem

SHORT_SIDE = 0.875
"""Of the short side so much is kept: the usual crop, the short side brought to size / 0.875 and the middle
cut out, in one step."""
LARGEST = 100_000_000
"""Pixels of a photo; more is no photo."""


def read_photo(path: Path, size: int) -> Bytes:
    """Return a photo (size, size, 3), 0 to 255.

    Raises:
        RunProblem: it cannot be read.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = LARGEST
    try:
        with Image.open(path) as opened:
            return cropped(opened, size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise RunProblem(
            "bad-data",
            msg("{file} is no photo that can be read ({problem}); take it away.", file=path, problem=problem),
        ) from problem


def cropped(opened: Any, size: int) -> Bytes:
    """Return an opened photo (size, size, 3), 0 to 255.

    Raises:
        OSError, ValueError, SyntaxError: Pillow cannot read it.
    """
    from PIL import Image

    opened.draft("RGB", (2 * size, 2 * size))
    picture: Any = eight_bits(opened).convert("RGB")
    width, height = picture.size
    side = min(width, height) * SHORT_SIDE
    middle = ((width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2)
    small = picture.resize((size, size), Image.Resampling.BILINEAR, box=middle)
    return np.asarray(small, dtype=np.uint8)


def eight_bits(opened: Any) -> Any:
    """Return an image of 16 bits a pixel with the upper eight; others as they are."""
    from PIL import Image

    if not opened.mode.startswith("I"):
        return opened
    levels = np.asarray(opened)
    return Image.fromarray((levels >> (8 if levels.max() > 255 else 0)).clip(0, 255).astype(np.uint8))


def read_photos(photos: tuple[Photo, ...], size: int) -> Bytes:
    """Return photos (count, size, size, 3).

    Raises:
        RunProblem: one cannot be read.
    """
    return np.stack([read_photo(photo.path, size) for photo in photos])
