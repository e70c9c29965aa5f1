"""A network as steps that can be compared: what may be written in two ways is written in one.

An activation that is an argument becomes a step of its own, as are Activation, ReLU and Softmax layers;
layers that change nothing go.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node

COMMUTATIVE = frozenset({"Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"})
"""Kinds whose inputs may stand in any order."""

Arguments = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A layer, or the activation behind it, at its place."""

    name: str
    """The node's name; for an activation that was an argument, the name of that node."""
    key: str
    """One of its own."""
    kind: str
    arguments: Arguments
    inputs: tuple[str, ...]
    """Keys of the steps it reads."""
    shares: str = ""
    """Key of the step whose weights it uses."""
    trainable: bool = True

    @property
    def same(self) -> tuple[str, Arguments]:
        """What makes two layers the same."""
        return (self.kind, self.arguments)


@dataclass(frozen=True, slots=True)
class Steps:
    """A network as steps, in topological order."""

    steps: tuple[Step, ...]
    outputs: tuple[str, ...]

    def by_key(self) -> dict[str, Step]:
        """Return the steps by key."""
        return {step.key: step for step in self.steps}

    def consumers(self) -> dict[str, list[Step]]:
        """Return for each step those that read it."""
        found: dict[str, list[Step]] = {step.key: [] for step in self.steps}
        for step in self.steps:
            for source in step.inputs:
                found[source].append(step)
        return found


def steps_of(network: Network) -> Steps:
    """Return the steps of a network."""
    steps: list[Step] = []
    ends: dict[str, str] = {}
    for node in network.nodes:
        inputs = tuple(ends[each] for each in node.inputs)
        kind, arguments = layer_words(node.layer)
        if _changes_nothing(kind, arguments):
            ends[node.name] = inputs[0]
            continue
        behind = None
        if kind != "Activation" and (behind := dict(arguments).get("activation")) is not None:
            arguments = _with(arguments, {"activation": None})
        steps.append(_step(node, kind, arguments, inputs))
        ends[node.name] = node.name
        if behind is not None:
            key = f"{node.name}\0activation"
            words: Arguments = (("activation", behind),)
            steps.append(Step(node.name, key, "Activation", words, (node.name,)))
            ends[node.name] = key
    return Steps(tuple(steps), tuple(ends[each] for each in network.outputs))


def layer_words(layer: Layer) -> tuple[str, Arguments]:
    """Return a layer's kind and arguments, those of one meaning in one way."""
    found = {name: getattr(layer, name) for name in layer_arguments(type(layer))}
    kind = layer.kind
    if kind == "ReLU" and set(found.values()) <= {None, 0}:
        return "Activation", (("activation", "relu"),)
    if kind == "Softmax" and found.get("axis") == -1:
        return "Activation", (("activation", "softmax"),)
    if found.get("activation") == "linear":
        found["activation"] = None
    if "data_format" in found:
        found["data_format"] = found["data_format"] or "channels_last"
    return kind, tuple(found.items())


def _step(node: Node, kind: str, arguments: Arguments, inputs: tuple[str, ...]) -> Step:
    """Return the step of a node."""
    named = node.name if isinstance(node.layer, Input) else ""
    trainable = True if named or type(node.layer).weights is Layer.weights else node.trainable
    return Step(node.name, node.name, kind, arguments, inputs, node.shares, trainable)


def _changes_nothing(kind: str, arguments: Arguments) -> bool:
    """Whether a layer hands on what it gets."""
    return kind == "Identity" or (kind == "Activation" and dict(arguments)["activation"] is None)


def _with(arguments: Arguments, changed: Mapping[str, object]) -> Arguments:
    """Return arguments with some of them changed."""
    return tuple((name, changed.get(name, value)) for name, value in arguments)
