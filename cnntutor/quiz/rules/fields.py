"""Mistakes in the receptive field: what the windows on the way to a layer add up to if they are got wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network
from cnntutor.calc.receptive import ReceptiveField, hull, input_field, seen_through
from cnntutor.calc.shapes import Shape
from cnntutor.quiz.rules.asked import Asked, Counted
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.models import POOLING
from cnntutor.quiz.rules.registry import (
    AREA_FOR_SIDE,
    DILATION_IGNORED,
    KERNELS_MULTIPLIED,
    LAYER_LEFT_OUT,
    NETWORK_MISTAKES,
    OWN_STRIDE_COUNTED,
    SUM_OF_KERNELS,
)
from cnntutor.quiz.rules.slip import Slip

Seen = Callable[[Layer, Window], Window]
"""A layer's window as a learner with a mistake takes it to be."""


def wrong_fields(asked: Asked) -> Iterator[Candidate]:
    """Yield the receptive fields that mistakes lead to, apart from the last window alone."""
    right = Counted(asked.network)
    ways: tuple[tuple[str, Seen], ...] = (
        (SUM_OF_KERNELS, _unstrided),
        (OWN_STRIDE_COUNTED, _own_stride),
        (DILATION_IGNORED, _undilated),
        (LAYER_LEFT_OUT, _without_pooling),
    )
    own = asked.node.layer.window(right.inputs(asked.node))
    for slug, seen in ways:
        size = _field(asked.network, asked.layer or "", right, seen)
        if slug == LAYER_LEFT_OUT and own is not None and size == own.extent:
            continue  # who leaves out all but the last window gives the last window alone
        if size is not None:
            working = _added(asked, right) if slug == SUM_OF_KERNELS else ""
            yield _candidate(asked, slug, size, working)
    windows = _chain(asked, right)
    sliding = [extent for kind, extent in windows if kind not in POOLING]
    for extents in ([extent for _, extent in windows], sliding if len(sliding) < len(windows) else []):
        if len(extents) > 1:
            size = tuple(_product(sides) for sides in zip(*extents, strict=True))
            written = " · ".join(str(sides[0]) for sides in extents)
            yield _candidate(asked, KERNELS_MULTIPLIED, size, written)
    field = asked.right()
    if isinstance(field, tuple) and len(field) > 1:
        yield _candidate(asked, AREA_FOR_SIDE, (_product(field),) * len(field), " · ".join(map(str, field)))


def _candidate(asked: Asked, slug: str, size: Shape, working: str) -> Candidate:
    """Return a wrong field with the mistake that leads to it."""
    slip = Slip(size, working)
    return Candidate(slug, size, NETWORK_MISTAKES[slug], "here", asked.layer or "", "receptive_field", slip)


def _field(network: Network, layer: str, right: Counted, seen: Seen) -> Shape | None:
    """Return the field of a layer where every window on the way is taken to be another."""
    fields: dict[str, ReceptiveField | None] = {}
    for node in network.nodes:
        if isinstance(node.layer, Input):
            fields[node.name] = input_field(len(node.layer.shape) - 1)
            continue
        window = node.layer.window(right.inputs(node))
        before = hull(tuple(fields[name] for name in node.inputs))
        fields[node.name] = seen_through(before, None if window is None else seen(node.layer, window))
        if node.name == layer:
            break
    found = fields.get(layer)
    return None if found is None else found.size


def _unstrided(layer: Layer, window: Window) -> Window:
    """Every window steps by one."""
    return replace(window, strides=(1,) * len(window.strides))


def _own_stride(layer: Layer, window: Window) -> Window:
    """The stride of a layer is counted in that layer already."""
    pairs = zip(window.extent, window.strides, strict=True)
    return replace(window, extent=tuple((side - 1) * stride + 1 for side, stride in pairs))


def _undilated(layer: Layer, window: Window) -> Window:
    """The kernel for what it spans."""
    return replace(window, extent=getattr(layer, "kernel_size", window.extent))


def _without_pooling(layer: Layer, window: Window) -> Window:
    """Pooling layers left out wholly."""
    if layer.kind not in POOLING:
        return window
    ones = (1,) * len(window.extent)
    return Window(ones, ones, (0,) * len(ones))


def _chain(asked: Asked, right: Counted) -> list[tuple[str, Shape]]:
    """Return the kind and the extent of every window in a chain, the first first; [] where paths part."""
    extents: list[tuple[str, Shape]] = []
    node = asked.node
    while len(node.inputs) == 1:
        window = node.layer.window(right.inputs(node))
        if window is None:
            return []
        if max(window.extent) > 1:
            extents.insert(0, (node.layer.kind, window.extent))
        node = asked.network.node(node.inputs[0])
    return extents if not node.inputs else []


def _added(asked: Asked, right: Counted) -> str:
    """Return 1 + (k − 1) + … along a chain of layers."""
    return " + ".join(("1", *(f"({sides[0]} − 1)" for _, sides in _chain(asked, right))))


def _product(sides: Shape) -> int:
    """Return the product of the sides along one axis."""
    product = 1
    for side in sides:
        product *= side
    return product
