"""Changes to a network: arguments, names and inputs as text; layers added, copied, moved and removed.

Every function returns a new network with its report, or raises a LayerError and leaves all as it was.
"""

from __future__ import annotations

import dataclasses
import re

from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, add_layer, remove_layer, replace_layer
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.tui.argument_text import FLAG_WORDS, LONGEST_TEXT, expects, parse_argument
from cnntutor.tui.bench import Bench
from cnntutor.tui.network_sharing import SHARES, with_owner
from cnntutor.tui.network_wiring import INPUTS, fresh_name, outputs_of, with_inputs

NAME, TRAINABLE = "name", "trainable"
"""What can be changed of a layer's place in the network, beside the layer's own arguments."""


def with_argument(bench: Bench, name: str, argument: str, text: str) -> Bench:
    """Return the network with one argument of one layer changed, or its inputs, or whether it is trained.

    Raises:
        LayerError: the value is not understood, or this or a later layer could not stand any more.
    """
    if argument == INPUTS:
        return with_inputs(bench, name, tuple(re.split(r"\s*[,;]\s*|\s+", text.strip(" ,;[]()"))))
    if argument == SHARES:
        return with_owner(bench, name, text)
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
    return bench.changed(Network(network.name, network.nodes, outputs_of(network, network.nodes)))
