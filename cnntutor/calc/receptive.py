"""The receptive field: which pixels of the network's input one output value depends on.

Convention: `size` is the side of the field in pixels, padding and the gaps of dilation counted as if they
were pixels; `jump` is how many pixels further the field of the next output lies; `start` is the index of the
first pixel that the first output sees, 0 for the first pixel of the image and negative inside the padding.
Output i sees the pixels from start + i · jump to start + i · jump + size − 1. Where branches meet, the field
is the hull of theirs. After Flatten, or any layer that does away with height and width, there is none.
"""

from dataclasses import dataclass

from cnntutor.calc.layers.base import Window


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Size, jump and start per spatial axis, in pixels of the network's input."""

    size: tuple[int, ...]
    jump: tuple[int, ...]
    start: tuple[int, ...]


def input_field(axes: int) -> ReceptiveField | None:
    """Return the field of the input itself: every pixel sees itself."""
    return ReceptiveField((1,) * axes, (1,) * axes, (0,) * axes) if axes else None


def hull(fields: tuple[ReceptiveField | None, ...]) -> ReceptiveField | None:
    """Return the smallest field that holds the fields of all branches.

    Where branches differ in jump the size is that of the first output, and the jump the largest.
    """
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
    axes = range(len(field.size))
    return ReceptiveField(
        tuple(field.size[axis] + (window.extent[axis] - 1) * field.jump[axis] for axis in axes),
        tuple(field.jump[axis] * window.strides[axis] for axis in axes),
        tuple(field.start[axis] - window.padding[axis] * field.jump[axis] for axis in axes),
    )
