"""How layers stand on each other: inputs changed, layers put in and exchanged, outputs that follow.

Every function returns a new network with its report, or raises a LayerError and leaves all as it was.
"""

from __future__ import annotations

import dataclasses
import re

from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.tui.bench import Bench
from cnntutor.tui.new_layer import new_layer

INPUTS = "inputs"
"""What a layer stands on, as the field beside its arguments is called."""


def with_inputs(bench: Bench, name: str, inputs: tuple[str, ...]) -> Bench:
    """Return the network with other inputs for one layer; a later layer of no matter to it may be one.

    What nothing is built upon any more becomes an output; what was one only for that is none any more.

    Raises:
        LayerError: an input is no layer, the layer itself or built upon it, or the shapes do not fit.
    """
    network = bench.network
    node = network.node(name)
    allowed = possible_inputs(network, name)
    for each in inputs:
        if each not in allowed:
            shown = ", ".join(allowed[-6:]) or "–"
            raise LayerError(
                INPUTS, msg("layers that do not stand on it, such as {names}", names=shown), each, name
            )
    changed = dataclasses.replace(node, inputs=inputs)
    nodes = in_order(tuple(changed if each.name == name else each for each in network.nodes))
    return bench.changed(Network(network.name, nodes, outputs_of(network, nodes)))


def possible_inputs(network: Network, name: str) -> tuple[str, ...]:
    """Return the nodes a node may stand on: all but itself and what is built upon it."""
    above = {name}
    for node in network.nodes:
        if above.intersection(node.inputs):
            above.add(node.name)
    return tuple(node.name for node in network.nodes if node.name not in above)


def in_order(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return nodes so that each stands behind its inputs and the owner of its weights, moved no further."""
    placed: dict[str, Node] = {}
    waiting = list(nodes)
    while waiting:
        for node in waiting:
            if all(source in placed for source in (*node.inputs, *((node.shares,) if node.shares else ()))):
                placed[node.name] = node
                waiting.remove(node)
                break
        else:
            raise LayerError(
                INPUTS, msg("layers that do not stand on it"), waiting[0].inputs, waiting[0].name
            )
    return tuple(placed.values())


def outputs_of(
    before: Network, nodes: tuple[Node, ...], outputs: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Return the outputs after a change of inputs: what nothing stands on, and outputs that always were.

    Args:
        before: The network before.
        nodes: The nodes now.
        outputs: What the outputs of before are called now; the same if left out.
    """
    used_before = {source for node in before.nodes for source in node.inputs}
    used = {source for node in nodes for source in node.inputs}
    meant = [output for output in outputs or before.outputs if output not in used or output in used_before]
    return tuple(dict.fromkeys([*meant, *(node.name for node in nodes if node.name not in used)]))


def with_new_layer(bench: Bench, after: str, kind: str, more: tuple[str, ...] = ()) -> tuple[Bench, str]:
    """Return the network with a layer of this kind behind a node, and the new layer's name.

    Args:
        bench: The network.
        after: What the layer stands on; what stood on that stands on the layer then.
        kind: Keras's class name.
        more: Further inputs, for a kind that joins branches.

    Raises:
        LayerError: the layer cannot stand there.
    """
    name = fresh_name(bench.network, kind)
    network = bench.network
    if kind == Input.kind:
        first = Node(name, new_layer(kind, (network.input_shape,)))
        return bench.changed(Network(network.name, (first, *network.nodes), network.outputs)), name
    layer = new_layer(kind, tuple(_shape_of(bench, each) for each in (after, *more)))
    below = _standing_under(network, more)
    nodes: list[Node] = []
    for node in network.nodes:
        takes = node.name not in below
        inputs = tuple(name if each == after and takes else each for each in node.inputs)
        nodes.append(dataclasses.replace(node, inputs=inputs))
        if node.name == after:
            nodes.append(Node(name, layer, (after, *more), within=node.within))
    outputs = tuple(name if each == after else each for each in network.outputs)
    ordered = in_order(tuple(nodes)) if more else tuple(nodes)
    return bench.changed(Network(network.name, ordered, outputs_of(network, ordered, outputs))), name


def _standing_under(network: Network, names: tuple[str, ...]) -> set[str]:
    """Return these nodes and all they are built upon."""
    under = set(names)
    for node in reversed(network.nodes):
        if node.name in under:
            under.update(node.inputs)
    return under


def _shape_of(bench: Bench, name: str) -> tuple[int, ...]:
    layer = bench.network.node(name).layer
    return layer.shape if isinstance(layer, Input) else bench.report.layer(name).output_shape


def fresh_name(network: Network, kind: str, like: str = "", again: str = "") -> str:
    """Return a name no layer has yet, as Keras makes them: conv2d, conv2d_1, max_pooling2d.

    Args:
        network: Where it is to be new.
        kind: Keras's class name.
        like: The name of a layer that is copied: conv1 becomes conv1_copy.
        again: The name of a layer that is used once more: conv1 becomes conv1_again.
    """
    base = (
        f"{like}_copy"
        if like
        else f"{again}_again"
        if again
        else re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    )
    taken = {node.name for node in network.nodes}
    if base not in taken:
        return base
    return next(f"{base}_{number}" for number in range(1, len(taken) + 2) if f"{base}_{number}" not in taken)
