"""Layers taken from one place and put into another: along a chain, into a branch, out of it, or anywhere.

Every function returns a new network with its report, or raises a LayerError and leaves all as it was.
"""

from __future__ import annotations

import dataclasses

from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.tui.bench import Bench
from cnntutor.tui.network_wiring import INPUTS, in_order, outputs_of


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """A place between layers."""

    after: str
    before: str = ""
    """The one layer that is to stand on the moved one; empty for all that stand on `after` now, so that
    `after` is left to nobody else."""


def moved(bench: Bench, name: str, down: bool) -> Bench:
    """Return the network with a layer one place further up or down.

    In a chain it changes places with its neighbour. Where branches begin it goes into the first of them, or
    out of its own; where they end, out of its own, or into the last of them.

    Raises:
        LayerError: it is the first or the last, joins branches itself, or the network could not stand so.
    """
    return placed(bench, name, _below(bench.network, name) if down else _above(bench.network, name))


def placed(bench: Bench, name: str, gap: Gap) -> Bench:
    """Return the network with a layer moved into a gap.

    Raises:
        LayerError: it cannot be moved, or the network could not stand that way.
    """
    network = bench.network
    node, below = _movable(network, name)
    nodes = _without(network, name, below)
    outputs = _renamed(network.outputs, name, below)
    for each in list(nodes.values()):
        if each.name == gap.before or (not gap.before and gap.after in each.inputs):
            nodes[each.name] = dataclasses.replace(each, inputs=_renamed(each.inputs, gap.after, name))
    if not gap.before:
        outputs = _renamed(outputs, gap.after, name)
    moved_node = dataclasses.replace(node, inputs=(gap.after,), within=nodes[gap.after].within)
    listed: list[Node] = []
    for each in nodes.values():
        if each.name == gap.before:
            listed.append(moved_node)
        listed.append(each)
        if not gap.before and each.name == gap.after:
            listed.append(moved_node)
    ordered = in_order(tuple(listed))
    return bench.changed(Network(network.name, ordered, outputs_of(network, ordered, outputs)))


def gaps_for(network: Network, name: str) -> tuple[Gap, ...]:
    """Return the places a layer may be moved to, those of the same layer's neighbours among them.

    Raises:
        LayerError: it cannot be moved.
    """
    _node, below = _movable(network, name)
    others = _without(network, name, below)
    gaps: list[Gap] = []
    for other in others:
        followers = [each.name for each in others.values() if other in each.inputs]
        if len(followers) > 1:
            gaps += [Gap(other, follower) for follower in followers]
        gaps.append(Gap(other))
    return tuple(gaps)


def _without(network: Network, name: str, below: str) -> dict[str, Node]:
    """Return the nodes but one; what stood on it stands on what it stood on."""
    return {
        each.name: dataclasses.replace(each, inputs=_renamed(each.inputs, name, below))
        for each in network.nodes
        if each.name != name
    }


def _movable(network: Network, name: str) -> tuple[Node, str]:
    """Return a node that can be moved, with what it stands on.

    Raises:
        LayerError: it is an Input, or joins branches.
    """
    node = network.node(name)
    if len(set(node.inputs)) != 1:
        raise LayerError(
            INPUTS,
            msg("one layer to be moved; what begins or joins branches is changed by its inputs (b)"),
            node.inputs,
            name,
        )
    return node, node.inputs[0]


def _above(network: Network, name: str) -> Gap:
    """Return the next place further up."""
    _node, below = _movable(network, name)
    source = network.node(below)
    if any(below in each.inputs for each in network.nodes if each.name != name):
        return Gap(below)  # out of its branch, above all of them
    if not source.inputs:
        raise LayerError(INPUTS, msg("another layer above it: it is the first"), below, name)
    return Gap(source.inputs[-1], below)


def _below(network: Network, name: str) -> Gap:
    """Return the next place further down."""
    _node, below = _movable(network, name)
    followers = [each for each in network.nodes if name in each.inputs]
    if not followers:
        raise LayerError(INPUTS, msg("another layer below it: it is the last"), below, name)
    if len(followers) > 1:
        return Gap(below, followers[0].name)  # into the first branch
    return Gap(followers[0].name)


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if each == old else each for each in names)
