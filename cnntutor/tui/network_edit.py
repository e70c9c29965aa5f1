"""Changes to a network: arguments, names and inputs as text; layers added, copied, moved and removed.

Every function returns a new network with its report, or raises a LayerError and leaves all as it was.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node, add_layer, remove_layer, replace_layer
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.tui.argument_text import FLAG_WORDS, LONGEST_TEXT, expects, parse_argument
from cnntutor.tui.new_layer import new_layer

NAME, INPUTS, TRAINABLE = "name", "inputs", "trainable"
"""What can be changed of a layer's place in the network, beside the layer's own arguments."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A valid network with all its numbers."""

    network: Network
    report: NetworkReport

    @classmethod
    def of(cls, network: Network) -> Bench:
        """Return the network with its numbers.

        Raises:
            LayerError: a layer cannot stand on its inputs.
        """
        return cls(network, analyse(network))

    def changed(self, network: Network) -> Bench:
        """Return a network made from this one, with its numbers.

        Raises:
            LayerError: a layer cannot stand on its inputs.
        """
        return Bench(network, analyse(network, self.report))


def with_argument(bench: Bench, name: str, argument: str, text: str) -> Bench:
    """Return the network with one argument of one layer changed, or its inputs, or whether it is trained.

    Raises:
        LayerError: the value is not understood, or this or a later layer could not stand any more.
    """
    if argument == INPUTS:
        return with_inputs(bench, name, tuple(re.split(r"\s*[,;]\s*|\s+", text.strip(" ,;[]()"))))
    if argument == TRAINABLE:
        return _with_training(bench, name, text)
    if argument == NAME:
        return renamed(bench, name, text)
    node = bench.network.node(name)
    layer = node.layer
    value = parse_or_refuse(bench, name, argument, text)
    changes = {argument: value}
    if argument == "pool_size" and getattr(layer, "strides", None) == getattr(layer, "pool_size", ()):
        changes["strides"] = value
    try:
        changed = dataclasses.replace(layer, **changes)  # type: ignore[type-var]
    except LayerError as problem:
        raise LayerError(argument, problem.allowed, problem.received, name) from None
    except (TypeError, ValueError, OverflowError):
        raise LayerError(argument, expects(type(layer), argument), text[:LONGEST_TEXT], name) from None
    return bench.changed(replace_layer(bench.network, node.shares or name, changed))


def parse_or_refuse(bench: Bench, name: str, argument: str, text: str) -> object:
    """Return the value a text means for an argument.

    Raises:
        LayerError: a layer inside it refuses an argument; the others are refused by the layer itself.
    """
    layer = bench.network.node(name).layer
    try:
        return parse_argument(type(layer), argument, text)
    except LayerError as problem:
        raise LayerError(
            argument,
            msg("given rightly: {problem}", problem=problem.message),
            text[:LONGEST_TEXT],
            name,
        ) from None


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
    nodes = _in_order(tuple(changed if each.name == name else each for each in network.nodes))
    return bench.changed(Network(network.name, nodes, _outputs(network, nodes)))


def possible_inputs(network: Network, name: str) -> tuple[str, ...]:
    """Return the nodes a node may stand on: all but itself and what is built upon it."""
    above = {name}
    for node in network.nodes:
        if above.intersection(node.inputs):
            above.add(node.name)
    return tuple(node.name for node in network.nodes if node.name not in above)


def _in_order(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
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


def _outputs(
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


def renamed(bench: Bench, name: str, text: str) -> Bench:
    """Return the network with another name for one layer.

    Raises:
        LayerError: the name is empty, too long, taken, or holds what no name may.
    """
    wanted = text.strip()
    network = bench.network
    if not wanted or len(wanted) > LONGEST_TEXT or not re.fullmatch(r"[^\s,;/\[\]()]+", wanted):
        raise LayerError(NAME, msg("a word without spaces, commas or /"), wanted[:LONGEST_TEXT], name)
    if not wanted.isprintable():
        raise LayerError(NAME, msg("a word without spaces, commas or /"), wanted, name)
    if wanted != name and any(node.name == wanted for node in network.nodes):
        raise LayerError(NAME, msg("its own, no other layer's"), wanted, name)

    def new(each: str) -> str:
        return wanted if each == name else each

    nodes = tuple(
        dataclasses.replace(
            node, name=new(node.name), inputs=tuple(map(new, node.inputs)), shares=new(node.shares)
        )
        for node in network.nodes
    )
    return bench.changed(Network(network.name, nodes, tuple(map(new, network.outputs))))


def _with_training(bench: Bench, name: str, text: str) -> Bench:
    """Return the network with a layer frozen or not."""
    trained = FLAG_WORDS.get(text.strip().casefold())
    if trained is None:
        raise LayerError(TRAINABLE, msg("true or false"), text[:LONGEST_TEXT], name)
    nodes = tuple(
        dataclasses.replace(node, trainable=trained) if node.name == name else node
        for node in bench.network.nodes
    )
    return bench.changed(Network(bench.network.name, nodes, bench.network.outputs))


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
    ordered = _in_order(tuple(nodes)) if more else tuple(nodes)
    return bench.changed(Network(network.name, ordered, _outputs(network, ordered, outputs))), name


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


def duplicated(bench: Bench, name: str) -> tuple[Bench, str]:
    """Return the network with a copy of a layer behind it, with weights of its own; and the copy's name.

    Raises:
        LayerError: a second such layer cannot stand there.
    """
    node = bench.network.node(name)
    if isinstance(node.layer, Input):
        raise LayerError("nodes", msg("another layer: an Input is added with a"), name, name)
    copy = fresh_name(bench.network, node.layer.kind, like=name)
    network = add_layer(bench.network, name, copy, node.layer)
    full = dataclasses.replace(node, name=copy, inputs=(name, *node.inputs[1:]), shares="")
    nodes = tuple(full if each.name == copy else each for each in network.nodes)
    return bench.changed(Network(network.name, nodes, network.outputs)), copy


def without_layer(bench: Bench, name: str) -> Bench:
    """Return the network without a layer.

    Raises:
        LayerError: it cannot be left out.
    """
    node = bench.network.node(name)
    inputs = [each for each in bench.network.nodes if isinstance(each.layer, Input)]
    if isinstance(node.layer, Input) and len(inputs) > 1:
        if any(name in each.inputs for each in bench.network.nodes):
            raise LayerError("nodes", msg("kept while a layer stands on it"), name, name)
        nodes = tuple(each for each in bench.network.nodes if each.name != name)
        outputs = tuple(each for each in bench.network.outputs if each != name)
        return bench.changed(Network(bench.network.name, nodes, outputs))
    network = remove_layer(bench.network, name)
    return bench.changed(Network(network.name, network.nodes, _outputs(network, network.nodes)))


def moved(bench: Bench, name: str, down: bool) -> Bench:
    """Return the network with a layer and its neighbour in the chain exchanged.

    Raises:
        LayerError: there is no such neighbour, or the network could not stand that way.
    """
    network = bench.network
    chain = msg("in a chain to be moved; where branches meet, change the inputs instead")
    if down:
        followers = [node.name for node in network.nodes if name in node.inputs]
        if len(followers) != 1:
            raise LayerError("inputs", chain, len(followers), name)
        return moved(bench, followers[0], down=False)
    node = network.node(name)
    above = network.node(node.inputs[0]) if len(node.inputs) == 1 else None
    if (
        above is None
        or len(above.inputs) != 1
        or sum(above.name in each.inputs for each in network.nodes) != 1
    ):
        raise LayerError("inputs", chain, node.inputs, name)
    swapped: list[Node] = []
    for each in network.nodes:
        if each.name == above.name:
            swapped.append(dataclasses.replace(node, inputs=above.inputs))
        elif each.name == node.name:
            swapped.append(dataclasses.replace(above, inputs=(node.name,)))
        else:
            inputs = tuple(above.name if source == name else source for source in each.inputs)
            swapped.append(dataclasses.replace(each, inputs=inputs))
    outputs = tuple(above.name if output == name else output for output in network.outputs)
    return bench.changed(Network(network.name, tuple(swapped), outputs))


def fresh_name(network: Network, kind: str, like: str = "") -> str:
    """Return a name no layer has yet, as Keras makes them: conv2d, conv2d_1, max_pooling2d.

    Args:
        network: Where it is to be new.
        kind: Keras's class name.
        like: The name of a layer that is copied: conv1 becomes conv1_copy.
    """
    base = (
        f"{like}_copy"
        if like
        else re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    )
    taken = {node.name for node in network.nodes}
    if base not in taken:
        return base
    return next(f"{base}_{number}" for number in range(1, len(taken) + 2) if f"{base}_{number}" not in taken)
