"""Shapes: what one sample looks like between two layers, the batch left out and channels last."""

import math
import re

Shape = tuple[int, ...]
"""Sizes along each axis, for instance (28, 28, 6): height, width, channels."""

LARGEST_SIDE = 1_000_000
"""No axis may be longer; a larger one is a slip of the keyboard."""


def size(shape: Shape) -> int:
    """Return how many values a shape holds."""
    return math.prod(shape)


def parse_shape(text: str) -> Shape:
    """Read a shape as a person types it: 32x32x3, 28×28×1, 32,32,3, (28, 28, 1) or 784.

    Raises:
        ValueError: the text is no shape, or an axis is 0, negative or longer than LARGEST_SIDE.
    """
    parts = re.split(r"\s*[x×X*,;]\s*|\s+", text.strip().strip("()[]").strip())
    if not all(re.fullmatch(r"[0-9]{1,9}", part) for part in parts):
        raise ValueError(
            f"shape must be whole numbers joined by x, such as 32x32x3 or 784, received {text[:60]!r}"
        )
    shape = tuple(int(part) for part in parts)
    if not all(1 <= side <= LARGEST_SIDE for side in shape):
        raise ValueError(f"shape must have sides from 1 to {LARGEST_SIDE}, received {text[:60]!r}")
    return shape
