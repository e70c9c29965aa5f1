"""The network value: nodes in topological order, each a layer that names its input nodes.

Branches, sums and shared layers need nothing special: a node may name any earlier nodes as inputs, and may
say that it uses the weights of an earlier node.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.i18n import msg

INPUT = "input"
"""The name of the one input node of a network that does not name it otherwise."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A model that stands in a network as one of its layers."""

    name: str
    """Its own in the network; a nested model called twice has two, as its layers have."""
    kind: str
    """Keras's class name: Sequential or Functional."""


@dataclass(frozen=True, slots=True)
class Node:
    """A layer at its place in a network."""

    name: str
    layer: Layer
    inputs: tuple[str, ...] = ()
    shares: str = ""
    """The earlier node whose weights this one uses; its parameters are counted there only."""
    trainable: bool = True
    """Keras's trainable: a frozen layer's parameters are all counted as not trainable."""
    within: tuple[Nested, ...] = field(default=(), compare=False)
    """The nested models it lies in, the outermost first; of no bearing on any number."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network as a graph.

    Args:
        name: Its slug.
        nodes: In topological order: inputs first.
        outputs: Names of the output nodes; left empty, the nodes nothing is built upon.

    Raises:
        LayerError: a name stands twice, or an input is no earlier node.
    """

    name: str
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...] = ()
    _by_name: dict[str, Node] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, Node] = {}
        for node in self.nodes:
            if node.name in by_name:
                raise LayerError("name", msg("its own, no other layer's"), node.name, node.name)
            for source in (*node.inputs, *((node.shares,) if node.shares else ())):
                if source not in by_name:
                    known = ", ".join(by_name) or "–"
                    argument = "inputs" if source in node.inputs else "shares"
                    raise LayerError(
                        argument, msg("earlier layers ({names})", names=known), source, node.name
                    )
            if node.shares and by_name[node.shares].layer != node.layer:
                raise LayerError(
                    "shares", msg("a layer of the same kind and arguments"), node.shares, node.name
                )
            by_name[node.name] = node
        if not any(isinstance(node.layer, Input) for node in self.nodes):
            raise LayerError("nodes", msg("at least one Input"), len(self.nodes))
        used = {source for node in self.nodes for source in node.inputs}
        outputs = self.outputs or tuple(node.name for node in self.nodes if node.name not in used)
        for output in outputs:
            if output not in by_name:
                raise LayerError("outputs", msg("names of layers"), output)
        object.__setattr__(self, "outputs", outputs)
        object.__setattr__(self, "_by_name", by_name)

    def __hash__(self) -> int:
        return hash((self.name, self.nodes, self.outputs))

    def node(self, name: str) -> Node:
        """Return the node of this name.

        Raises:
            KeyError: there is none.
        """
        return self._by_name[name]

    @property
    def input_shape(self) -> Shape:
        """The shape of the first input."""
        return next(node.layer.shape for node in self.nodes if isinstance(node.layer, Input))


def sequential(name: str, input_shape: Shape, layers: Iterable[tuple[str, Layer]]) -> Network:
    """Return the network of layers one on the other."""
    nodes = [Node(INPUT, Input(input_shape))]
    for layer_name, layer in layers:
        nodes.append(Node(layer_name, layer, (nodes[-1].name,)))
    return Network(name, tuple(nodes))


def with_input_shape(network: Network, shape: Shape) -> Network:
    """Return the same network on another input; only the first input changes.

    Raises:
        LayerError: the shape is no shape.
    """
    first = next(node for node in network.nodes if isinstance(node.layer, Input))
    return replace_layer(network, first.name, Input(shape))


def replace_layer(network: Network, name: str, layer: Layer) -> Network:
    """Return the network with another layer at a node; nodes that share its weights follow.

    Raises:
        KeyError: there is no such node.
    """
    network.node(name)
    nodes = tuple(
        replace(node, layer=layer) if name in (node.name, node.shares) else node for node in network.nodes
    )
    return Network(network.name, nodes, network.outputs)


def add_layer(network: Network, after: str, name: str, layer: Layer) -> Network:
    """Return the network with a layer put in behind a node: what stood on that node stands on the new one.

    Raises:
        KeyError: there is no such node.
        LayerError: the new name is taken.
    """
    network.node(after)
    nodes: list[Node] = []
    for node in network.nodes:
        nodes.append(replace(node, inputs=tuple(name if each == after else each for each in node.inputs)))
        if node.name == after:
            nodes.append(Node(name, layer, (after,)))
    outputs = tuple(name if each == after else each for each in network.outputs)
    return Network(network.name, tuple(nodes), outputs)


def remove_layer(network: Network, name: str) -> Network:
    """Return the network without a node: what stood on it stands on its first input.

    Raises:
        KeyError: there is no such node.
        LayerError: the node is an input, others share its weights, or nothing would be left.
    """
    gone = network.node(name)
    if not gone.inputs:
        raise LayerError("nodes", msg("kept: a network begins with its Input"), name, name)
    if any(node.shares == name for node in network.nodes):
        raise LayerError("nodes", msg("kept while other layers share its weights"), name, name)
    below = gone.inputs[0]
    nodes = tuple(
        replace(node, inputs=tuple(below if each == name else each for each in node.inputs))
        for node in network.nodes
        if node.name != name
    )
    outputs = tuple(dict.fromkeys(below if each == name else each for each in network.outputs))
    return Network(network.name, nodes, outputs)
