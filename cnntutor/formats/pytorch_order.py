"""Networks whose layers have channels first, turned to channels last, the order the PyTorch writer reads.

What the code written computes is in PyTorch's order anyway, so that nothing is lost by the turn.
"""

from dataclasses import replace

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Concatenate, ValueByValue
from cnntutor.calc.layers.normalization import BatchNormalization, GroupNormalization
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import Network
from cnntutor.calc.shapes import Shape
from cnntutor.formats.pytorch_terms import Refused

FIRST = "channels_first"
_BY_VALUE = frozenset(
    {
        *("Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", "Identity", "AlphaDropout", "GaussianNoise"),
        *("GaussianDropout", "ActivityRegularization", "Rescaling"),
    }
)
"""Kinds that do the same to every value, whatever its axes."""
_AXES = {-3: -1, 1: -1, -2: 1, 2: 1, -1: 2, 3: 2}
"""An axis of (channels, height, width), the batch 0, as one of (height, width, channels)."""


def is_channels_first(network: Network) -> bool:
    """Whether any layer but a Flatten has its channels first."""
    return any(
        getattr(node.layer, "data_format", None) == FIRST and not isinstance(node.layer, Flatten)
        for node in network.nodes
    )


def channels_last(network: Network) -> tuple[Network, dict[str, str]]:
    """Return a network of channels-first images with channels last, and the layers that could not be turned.

    A Flatten keeps the order of the values: data_format then says in which order PyTorch's flatten finds
    them, channels_first for its own.

    Args:
        network: The network, all its images (channels, height, width).

    Returns:
        The network, and layer → what stands in the way.
    """
    report = analyse(network)
    shapes: dict[str, Shape] = {row.name: row.output_shape for row in report.layers}
    shapes |= {node.name: node.layer.shape for node in network.nodes if isinstance(node.layer, Input)}
    faults: dict[str, str] = {}
    nodes = []
    for node in network.nodes:
        images = [shapes[each] for each in node.inputs if len(shapes[each]) == 3]
        try:
            layer = _turned(node.layer) if images or isinstance(node.layer, Input) else node.layer
        except Refused as problem:
            faults[node.name] = problem.what
            layer = node.layer
        nodes.append(replace(node, layer=layer))
    return Network(network.name, tuple(nodes), network.outputs), faults


def _turned(layer: Layer) -> Layer:
    """Return a layer on images with its channels last.

    Raises:
        Refused: it works along axes in a way that is not turned here.
    """
    if isinstance(layer, Input):
        return Input((*layer.shape[1:], layer.shape[0])) if len(layer.shape) == 3 else layer
    if isinstance(layer, Flatten):
        # Keras turns a Flatten of channels_first to channels last; without it the values stay as they lie.
        return replace(layer, data_format=None if layer.data_format == FIRST else FIRST)
    if isinstance(layer, (BatchNormalization, Concatenate, GroupNormalization)):
        if not isinstance(layer.axis, int) or layer.axis not in _AXES:
            raise Refused(f"axis = {layer.axis}")
        return replace(layer, axis=_AXES[layer.axis])
    if isinstance(layer, ValueByValue) or layer.kind in _BY_VALUE:
        return layer
    if getattr(layer, "data_format", None) != FIRST:
        raise Refused("images of channels first")
    return replace(layer, data_format=None)  # type: ignore[type-var]
