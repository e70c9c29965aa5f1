"""One layer used at several places: its weights are counted once, and a change is made at all of them.

Every function returns a new network with its report, or raises a LayerError and leaves all as it was.
"""

from __future__ import annotations

import dataclasses

from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.tui.argument_text import LONGEST_TEXT, NONE_WORDS
from cnntutor.tui.bench import Bench
from cnntutor.tui.network_wiring import INPUTS, fresh_name, in_order, outputs_of

SHARES = "shares"
"""The layer whose weights another uses, as its field is called."""


def owner_of(network: Network, name: str) -> str:
    """Return the layer that a layer's weights belong to: another one, or itself."""
    return network.node(name).shares or name


def possible_owners(network: Network, name: str) -> tuple[str, ...]:
    """Return the layers whose weights a layer could use: those of its kind that are not built upon it."""
    node = network.node(name)
    return tuple(
        each.name
        for each in network.nodes
        if each.name != name and not each.shares and type(each.layer) is type(node.layer)
    )


def with_owner(bench: Bench, name: str, text: str) -> Bench:
    """Return the network with a layer that uses another's weights, and with them its arguments; or its own.

    Args:
        bench: The network.
        name: The layer.
        text: The other layer; nothing, its own name or `none` gives it weights of its own.

    Raises:
        LayerError: there is no such layer, it is of another kind, or the weights do not fit these inputs.
    """
    network = bench.network
    node, wanted = network.node(name), text.strip()
    if wanted.casefold() in NONE_WORDS or wanted == name:
        return _with(bench, dataclasses.replace(node, shares=""))
    owners = possible_owners(network, name)
    if wanted not in owners:
        shown = ", ".join(owners[-6:]) or "–"
        raise LayerError(
            SHARES,
            msg("empty, or a layer of the same kind: {names}", names=shown),
            wanted[:LONGEST_TEXT],
            name,
        )
    if any(each.shares == name for each in network.nodes):
        raise LayerError(SHARES, msg("empty while other layers use its weights"), wanted, name)
    return _with(bench, dataclasses.replace(node, shares=wanted, layer=network.node(wanted).layer))


def _with(bench: Bench, changed: Node) -> Bench:
    """Return the network with one node changed."""
    network = bench.network
    nodes = tuple(changed if each.name == changed.name else each for each in network.nodes)
    return bench.changed(Network(network.name, in_order(nodes), network.outputs))


def used_again(bench: Bench, name: str, inputs: tuple[str, ...]) -> tuple[Bench, str]:
    """Return the network with a layer used once more, on other inputs; and the new use's name.

    It becomes an output until another layer stands on it.

    Raises:
        LayerError: it is an Input, or its weights do not fit these inputs.
    """
    network = bench.network
    node = network.node(name)
    if isinstance(node.layer, Input):
        raise LayerError("nodes", msg("another layer: an Input is added with a"), name, name)
    owner = owner_of(network, name)
    again = Node(fresh_name(network, node.layer.kind, again=name), node.layer, inputs, owner, node.trainable)
    last = max([owner, *inputs], key=[each.name for each in network.nodes].index)
    if not inputs:
        raise LayerError(INPUTS, msg("at least one layer"), inputs, name)
    nodes: list[Node] = []
    for each in network.nodes:
        nodes.append(each)
        if each.name == last:
            nodes.append(again)
    outputs = outputs_of(network, tuple(nodes))
    return bench.changed(Network(network.name, tuple(nodes), outputs)), again.name
