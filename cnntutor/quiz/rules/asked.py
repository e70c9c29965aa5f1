"""What is asked of a network, and what it comes to when some layers' output shapes are taken to be others."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.course.questions import Ask
from cnntutor.i18n import msg
from cnntutor.quiz.rules.slip import Inputs, Quantity

QUANTITY_OF: dict[Ask, Quantity] = {
    "params": "params",
    "total_params": "params",
    "macs": "macs",
    "total_macs": "macs",
    "output_shape": "output_shape",
    "output_side": "output_shape",
    "output_values": "output_shape",
    "receptive_field": "receptive_field",
}
"""The number of a layer that each question is made of."""


@dataclass(frozen=True)
class Counted:
    """A network with the output shapes of some layers replaced by what a learner took them to be."""

    network: Network
    changed: Mapping[str, Shape] = field(default_factory=dict)
    """Output shapes by layer; whatever stands on these layers follows from them."""
    right: "Counted | None" = None
    """The same network as it is, where that is at hand: what stays the same is taken from it."""

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The output shape of every node.

        Raises:
            LayerError: a layer cannot stand on what comes before it.
        """
        shapes: dict[str, Shape] = {}
        known = {} if self.right is None else self.right.shapes
        for node in self.network.nodes:
            changed = self.changed.get(node.name)
            if changed is not None:
                shapes[node.name] = changed
            elif known and all(shapes[name] == known[name] for name in node.inputs):
                shapes[node.name] = known[node.name]
            else:
                shapes[node.name] = node.layer.output_shape(tuple(shapes[name] for name in node.inputs))
        return shapes

    @cached_property
    def counts(self) -> dict[Quantity, dict[str, int]]:
        """Counts of nodes, by quantity; filled as they are asked for."""
        return {"params": {}, "macs": {}}

    def inputs(self, node: Node) -> Inputs:
        """Return the input shapes of a node."""
        return tuple(self.shapes[name] for name in node.inputs)

    def count(self, node: Node, quantity: Quantity) -> int:
        """Return the parameters or multiply-adds of a node."""
        if isinstance(node.layer, Input):
            return 0
        counts = self.counts[quantity]
        if node.name not in counts:
            counts[node.name] = self._count(node, quantity)
        return counts[node.name]

    def _count(self, node: Node, quantity: Quantity) -> int:
        """Return the count of a node, taken from the right network where its inputs are right."""
        inputs = self.inputs(node)
        if self.right is not None and inputs == self.right.inputs(node):
            return self.right.count(node, quantity)
        node.layer.output_shape(inputs)
        if quantity == "macs":
            return node.layer.macs(inputs)
        return 0 if node.shares else node.layer.parameters(inputs)

    def total(self, quantity: Quantity) -> int:
        """Return the sum over all nodes."""
        return sum(self.count(node, quantity) for node in self.network.nodes)


@dataclass(frozen=True, slots=True)
class Asked:
    """One number or shape asked of a network."""

    network: Network
    ask: Ask
    layer: str | None = None
    """The layer asked about; None for a total."""

    @property
    def quantity(self) -> Quantity:
        """The number of a layer that the answer is made of."""
        return QUANTITY_OF[self.ask]

    @property
    def node(self) -> Node:
        """The node asked about.

        Raises:
            KeyError: there is no such layer.
        """
        return self.network.node(self.layer or "")

    def right(self) -> int | Shape:
        """Return the right answer.

        Raises:
            LayerError: a layer cannot stand on its inputs, or the layer has no such number.
            KeyError: there is no such layer.
        """
        if self.ask == "receptive_field":
            report = analyse(self.network).layer(self.layer or "")
            if report.receptive_field is None:
                raise LayerError(
                    "layer", msg("one that still has height and width"), self.layer, self.layer or ""
                )
            return report.receptive_field.size
        return self.of(Counted(self.network))

    def of(self, counted: Counted) -> int | Shape:
        """Return the answer that follows from shapes, some of them perhaps mistaken.

        Raises:
            LayerError: a layer cannot stand on what comes before it.
        """
        if self.layer is None:
            return counted.total(self.quantity)
        if self.quantity == "output_shape":
            return self.from_shape(counted.shapes[self.layer])
        return counted.count(self.node, self.quantity)

    def from_shape(self, shape: Shape) -> int | Shape:
        """Return the answer made of an output shape."""
        if self.ask == "output_side":
            return shape[0]
        return math.prod(shape) if self.ask == "output_values" else shape

    def before(self) -> tuple[Node, ...]:
        """Return the nodes the asked layer stands on, the nearest first; every node for a total."""
        nodes = [node for node in self.network.nodes if not isinstance(node.layer, Input)]
        if self.layer is None:
            return tuple(nodes)
        needed = set(self.node.inputs)
        found: list[Node] = []
        for node in reversed(nodes[: nodes.index(self.node)]):
            if node.name in needed:
                needed.update(node.inputs)
                found.append(node)
        return tuple(found)
