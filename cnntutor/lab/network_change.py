"""The network a run trains: the recipe's, made narrower, given BatchNormalization, or fitted to its data."""

import dataclasses
from collections.abc import Callable

from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network, Node, add_layer, with_input_shape
from cnntutor.lab.run_spec import TrainingSettings

_WIDTHS = ("filters", "units")


def changed_network(network: Network, settings: TrainingSettings, classes: int | None = None) -> Network:
    """Return a network as the settings want it.

    Args:
        network: The recipe's.
        settings: Those of the run.
        classes: How many classes it shall tell apart; None leaves it.

    Raises:
        LayerError: a layer cannot be changed so.
    """
    if settings.width != 1.0:
        network = scaled_width(network, settings.width)
    if settings.batch_normalization:
        network = with_batch_normalization(network)
    if settings.image_size is not None:
        size = settings.image_size
        network = with_input_shape(network, (size, size, *network.input_shape[2:]))
    if classes is not None:
        network = with_classes(network, classes)
    return network


def head(network: Network) -> str:
    """Return the name of the last layer that has a width: the one with an output for each class."""
    return next(node.name for node in reversed(network.nodes) if _width(node.layer) is not None)


def scaled_width(network: Network, factor: float) -> Network:
    """Return a network whose filters and units are multiplied, but those of the last layer; at least one."""
    last = head(network)
    return _each(network, lambda node: node.layer if node.name == last else _with_width(node.layer, factor))


def with_batch_normalization(network: Network) -> Network:
    """Return a network with a BatchNormalization after every convolution that has none after it.

    Momentum 0.9, not Keras's 0.99: the averages have to be warm after a few hundred steps already.
    """
    for node in network.nodes:
        followers = [each for each in network.nodes if node.name in each.inputs]
        normalised = any(each.layer.kind == "BatchNormalization" for each in followers)
        if "Conv" in node.layer.kind and not normalised:
            layer = _replaced(LAYER_KINDS["BatchNormalization"](), {"momentum": 0.9})
            network = add_layer(network, node.name, f"{node.name}_bn", layer)
    return network


def with_classes(network: Network, classes: int) -> Network:
    """Return a network with another number of outputs; a Reshape behind the last layer follows."""
    last = head(network)
    before = _width(network.node(last).layer)

    def change(node: Node) -> Layer:
        if node.name == last:
            name = _width_name(node.layer)
            return _replaced(node.layer, {str(name): classes})
        if node.layer.kind == "Reshape" and getattr(node.layer, "target_shape", None) == (before,):
            return _replaced(node.layer, {"target_shape": (classes,)})
        return node.layer

    return _each(network, change)


def _each(network: Network, change: Callable[[Node], Layer]) -> Network:
    nodes = tuple(dataclasses.replace(node, layer=change(node)) for node in network.nodes)
    return Network(network.name, nodes, network.outputs)


def _width_name(layer: Layer) -> str | None:
    return next((name for name in _WIDTHS if hasattr(layer, name)), None)


def _width(layer: Layer) -> int | None:
    """Return the filters or units of a layer; None where it has none."""
    name = _width_name(layer)
    value = getattr(layer, name) if name is not None else None
    return value if isinstance(value, int) else None


def _with_width(layer: Layer, factor: float) -> Layer:
    """Return a layer with its width multiplied."""
    width = _width(layer)
    if width is None:
        return layer
    return _replaced(layer, {str(_width_name(layer)): max(1, round(width * factor))})


def _replaced(layer: Layer, changes: dict[str, object]) -> Layer:
    """Return a layer of the same kind with some arguments changed."""
    kept = {name: getattr(layer, name) for name in layer_arguments(type(layer))}
    return type(layer)(**{**kept, **changes})
