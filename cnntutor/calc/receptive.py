"""The receptive field: which pixels of the network's input one output value depends on.

Convention: `size` is the side of the field in pixels, padding and the gaps of dilation counted as if they
were pixels; `jump` is how many pixels further the field of the next output lies; `start` is the index of the
first pixel that the first output sees, 0 for the first pixel of the image and negative inside the padding.
Output i sees the pixels from start + i · jump to start + i · jump + size − 1. Where branches meet, the field
is the hull of theirs: that of the branch that sees most, the longest path, wherever the others lie within it,
as in every network of the course; else the smallest field that holds all. After Flatten, or any layer that
does away with height and width, there is none. The clipped field is what of it lies on the image, at the
output where that is most: what a gradient measures, save that windows without padding may leave out the last
pixels of a side.
"""

from dataclasses import dataclass

from cnntutor.calc.layers.base import Window
from cnntutor.calc.shapes import Shape


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Size, jump and start per spatial axis, in pixels of the network's input."""

    size: tuple[int, ...]
    jump: tuple[int, ...]
    start: tuple[int, ...]


def input_field(axes: int) -> ReceptiveField | None:
    """Return the field of the input itself: every pixel sees itself."""
    return ReceptiveField((1,) * axes, (1,) * axes, (0,) * axes) if axes else None


def clipped(field: ReceptiveField, outputs: Shape, image: Shape) -> tuple[int, ...]:
    """Return how many pixels of the image the output that sees most of it sees, along each axis.

    Args:
        field: The field, which may reach into the padding.
        outputs: How many outputs there are along each axis.
        image: The sides of the image.
    """
    return tuple(
        _most_seen(size, jump, start, places, side)
        for size, jump, start, places, side in zip(
            field.size, field.jump, field.start, outputs, image, strict=True
        )
    )


def _most_seen(size: int, jump: int, start: int, places: int, side: int) -> int:
    """Return the most pixels of the image that any one of the windows along an axis holds.

    The overlap rises, stays, and falls with i: the best i lies at an end of where it stays.
    """
    ends = (min(0, side - size), max(0, side - size))
    best = 0
    for end in ends:
        for index in ((end - start) // jump, (end - start) // jump + 1):
            first = start + max(0, min(index, places - 1)) * jump
            best = max(best, min(first + size, side) - max(first, 0))
    return best


def hull(fields: tuple[ReceptiveField | None, ...]) -> ReceptiveField | None:
    """Return the smallest field that holds the fields of all branches.

    Where branches differ in jump the size is that of the first output, and the jump the largest.
    """
    if len(fields) == 1 or all(field == fields[0] for field in fields[1:]):
        return fields[0] if fields else None
    known = [field for field in fields if field is not None]
    if not known or len(known) != len(fields) or len({len(field.size) for field in known}) != 1:
        return None
    axes = range(len(known[0].size))
    starts = tuple(min(field.start[axis] for field in known) for axis in axes)
    ends = tuple(max(field.start[axis] + field.size[axis] for field in known) for axis in axes)
    return ReceptiveField(
        tuple(end - start for start, end in zip(starts, ends, strict=True)),
        tuple(max(field.jump[axis] for field in known) for axis in axes),
        starts,
    )


def seen_through(field: ReceptiveField | None, window: Window | None) -> ReceptiveField | None:
    """Return the field of a layer's output, from its input's field and its window."""
    if field is None or window is None or len(field.size) != len(window.extent):
        return None
    if window.is_one_position:
        return field
    axes = range(len(field.size))
    return ReceptiveField(
        tuple(field.size[axis] + (window.extent[axis] - 1) * field.jump[axis] for axis in axes),
        tuple(field.jump[axis] * window.strides[axis] for axis in axes),
        tuple(field.start[axis] - window.padding[axis] * field.jump[axis] for axis in axes),
    )
