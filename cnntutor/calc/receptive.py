"""The receptive field: which pixels of the network's input one output value depends on.

Convention, as in Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks"
(Distill, 2019): `size` is the side of the field in pixels, padding and the gaps of dilation counted as if
they were pixels; `jump` is how many pixels further the field of the next output lies; `start` is the index of
the first pixel that the first output sees, 0 for the first pixel of the image and negative inside the
padding. Output i sees the pixels from start + i · jump to start + i · jump + size − 1.

* Upsampling and transposed convolutions set spread − 1 places between two inputs; the window looks at those
  places, and sees the inputs among them. The jump becomes a fraction (1/2 after UpSampling2D(2)), an average:
  neighbouring outputs may see the same pixels, or different numbers of them. `phases` then has the pixels of
  every output of one period, and size is that of the output that sees most.
* Where branches meet, the field is the hull of theirs: that of the branch that sees most, the longest path,
  wherever the others lie within it, as in every network of the course; else the smallest that holds all.
* Once every output depends on every position (global pooling, a Dense layer on a row of values, attention,
  recurrence), the field is global: the pixels that all positions saw together, clipped at the image, which is
  all of it unless windows without padding left some out; jump is 0. What is multiplied or merged with such
  values, as in squeeze and excitation, sees as much.
* Flatten, Reshape and the like move values to where no even grid describes what they see: no field, until a
  layer looks at all of them. Statistics that normalisation takes over an image are left out.

The clipped field is what of a field lies on the image, at the output where that is most: what a gradient
measures, save that windows without padding may leave out the last pixels of a side.
"""

from dataclasses import dataclass
from fractions import Fraction

from cnntutor.calc.layers.axes import spatial
from cnntutor.calc.layers.base import Blend, Layer, Window
from cnntutor.calc.shapes import Shape
from cnntutor.calc.steps import Span, Steps, together

Jump = int | Fraction
"""Pixels from one output's field to the next one's; a fraction, an average, after upsampling."""


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Size, jump and start per spatial axis, in pixels of the network's input."""

    size: tuple[int, ...]
    jump: tuple[Jump, ...]
    start: tuple[int, ...]
    phases: tuple[tuple[Span, ...], ...] = ()
    """Per axis, the first and last pixel of each output of a period; empty where that is one output."""

    @property
    def is_global(self) -> bool:
        """Whether all outputs see the same pixels."""
        return self.jump[0] == 0 and not any(self.jump)

    def steps(self, axis: int) -> Steps:
        """Return what the outputs along one axis see."""
        if self.phases:
            spans = self.phases[axis]
            return Steps(spans, int(self.jump[axis] * len(spans)))
        start = self.start[axis]
        return Steps(((start, start + self.size[axis] - 1),), int(self.jump[axis]))

    def span(self, axis: int, output: int) -> Span:
        """Return the first and the last pixel that an output sees along an axis, padding counted."""
        return self.steps(axis).span(output)


@dataclass(frozen=True, slots=True)
class Scattered:
    """What values see that stand in no grid: each a part of this field, which they see together."""

    whole: ReceptiveField


Sight = ReceptiveField | Scattered | None
"""What the outputs of a layer see; None where it is not known."""


def input_field(axes: int) -> ReceptiveField | None:
    """Return the field of the input itself: every pixel sees itself."""
    return ReceptiveField((1,) * axes, (1,) * axes, (0,) * axes) if axes else None


def all_of(image: Shape) -> ReceptiveField:
    """Return the field of an output that sees the whole image."""
    return ReceptiveField(image, (0,) * len(image), (0,) * len(image))


def field_of(steps: tuple[Steps, ...]) -> ReceptiveField:
    """Return the field of what the outputs see along each axis."""
    sizes: list[int] = []
    starts: list[int] = []
    jumps: list[Jump] = []
    for each in steps:
        first, last = each.spans[each.largest]
        sizes.append(last - first + 1)
        starts.append(next(first for first, last in each.spans if first <= last))
        jump = Fraction(each.shift, len(each.spans))
        jumps.append(jump.numerator if jump.denominator == 1 else jump)
    uneven = any(len(each.spans) > 1 for each in steps)
    return ReceptiveField(
        tuple(sizes), tuple(jumps), tuple(starts), tuple(each.spans for each in steps) if uneven else ()
    )


def clipped(field: ReceptiveField, outputs: Shape, image: Shape) -> tuple[int, ...]:
    """Return how many pixels of the image the output that sees most of it sees, along each axis.

    Args:
        field: The field, which may reach into the padding.
        outputs: How many outputs there are along each axis; of no matter where the field is global.
        image: The sides of the image.
    """
    if field.is_global:
        return field.size
    return tuple(
        field.steps(axis).most_on(places, side)
        for axis, (places, side) in enumerate(zip(outputs, image, strict=True))
    )


def seen_by_all(field: ReceptiveField, outputs: Shape, image: Shape) -> ReceptiveField | None:
    """Return the global field of a layer that looks at all of these outputs, clipped at the image.

    Args:
        field: What the outputs see.
        outputs: How many there are along each axis.
        image: The sides of the image.

    Returns:
        None where that is nothing, or the axes are not those of the image.
    """
    if field.is_global:
        return field
    if not len(field.size) == len(outputs) == len(image):
        return None
    starts: list[int] = []
    sizes: list[int] = []
    for axis, (places, side) in enumerate(zip(outputs, image, strict=True)):
        first, last = field.steps(axis).over(0, places - 1)
        starts.append(max(first, 0))
        sizes.append(min(last, side - 1) - starts[-1] + 1)
    return ReceptiveField(tuple(sizes), (0,) * len(sizes), tuple(starts)) if min(sizes) > 0 else None


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
    jumps = known[0].jump
    if not any(field.phases or field.jump != jumps for field in known):
        return _even_hull(known)
    even = tuple(together(tuple(field.steps(axis) for field in known)) for axis in axes)
    found = tuple(each for each in even if each is not None)
    if len(found) == len(even):
        return field_of(found)
    if any(field.phases for field in known):
        return None
    return _even_hull(known)


def _even_hull(known: list[ReceptiveField]) -> ReceptiveField:
    """Return the hull of the first outputs' fields, and the largest jump."""
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
    if field.phases or window.spread:
        spread = window.spread or (1,) * len(window.extent)
        steps: list[Steps | None] = []
        latest: tuple[object, object] | None = None
        for axis in axes:
            asked = (window.extent[axis], window.strides[axis], window.padding[axis], spread[axis])
            before = field.steps(axis)
            if steps and (before, asked) == latest:
                steps.append(steps[-1])  # height and width mostly go alike
            else:
                steps.append(before.behind(*asked))
            latest = (before, asked)
        known = tuple(each for each in steps if each is not None)
        return field_of(known) if len(known) == len(steps) else None
    return ReceptiveField(
        tuple(field.size[axis] + (window.extent[axis] - 1) * int(field.jump[axis]) for axis in axes),
        tuple(field.jump[axis] * window.strides[axis] for axis in axes),
        tuple(field.start[axis] - window.padding[axis] * int(field.jump[axis]) for axis in axes),
    )


def sight_of(
    layer: Layer,
    inputs: tuple[Shape, ...],
    sights: tuple[Sight, ...],
    image: Shape | None,
    data_format: str | None = None,
) -> Sight:
    """Return what the outputs of a layer see.

    Args:
        layer: The layer.
        inputs: The shapes it stands on.
        sights: What its inputs see.
        image: The sides of the network's image; None where it has several, or none.
        data_format: The order of the axes in the network.
    """
    fields = tuple(each for each in sights if isinstance(each, ReceptiveField))
    blend: Blend | None = None
    if len(fields) == len(sights) and not any(each.is_global for each in fields):
        window = layer.window(inputs)
        seen = seen_through(hull(fields), window) if window is not None else None
        if seen is not None:
            return seen
        blend = layer.blend(inputs)
        if blend is None:
            return None
    if image is None:
        return None
    if any(each.is_global for each in fields) and all_of(image) in fields:
        return all_of(image)
    if None in sights:
        return None
    wholes: list[ReceptiveField] = []
    for each, shape in zip(sights, inputs, strict=True):
        known = each.whole if isinstance(each, Scattered) else each
        whole = known and seen_by_all(known, spatial(shape, data_format), image)
        if whole is None:
            return None
        wholes.append(whole)
    together_seen = hull(tuple(wholes))
    if together_seen is None or together_seen in fields or (blend or layer.blend(inputs)) == "all":
        return together_seen
    return together_seen if any(each.is_global for each in fields) else Scattered(together_seen)
