"""Changes to a network from what a person types: arguments as text, layers added, removed and moved.

Every function returns a new network with its report, or raises a LayerError and leaves all as it was.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from dataclasses import dataclass
from functools import cache
from typing import get_type_hints

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.layers.base import REQUIRED, Layer, layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network, Node, add_layer, remove_layer, replace_layer
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import parse_shape
from cnntutor.i18n import Message, msg, shape

LONGEST_TEXT = 60
"""No argument needs more characters."""
_NONE_WORDS = frozenset({"", "none", "null", "-", "không"})
_FLAG_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "có"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0", "không"), False),
}
_FIRST_VALUES: dict[str, object] = {
    "filters": 16,
    "kernel_size": (3, 3),
    "pool_size": (2, 2),
    "units": 10,
    "rate": 0.5,
    "activation": "relu",
}
"""What a new layer starts with where Keras has no default."""
_OFFERED = (
    *("Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "Flatten", "ZeroPadding2D"),
    *("Dense", "Activation", "ReLU", "Dropout", "BatchNormalization"),
)


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


def arguments_of(layer: Layer) -> dict[str, str]:
    """Return the arguments of a layer by Keras's names, written as a person would type them."""
    return {name: argument_text(getattr(layer, name)) for name in layer_arguments(type(layer))}


def argument_text(value: object) -> str:
    """Return a value as it is typed: 6, 5×5, 2×1, true, relu; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Layer):
        return value.kind
    if isinstance(value, tuple):
        if all(isinstance(part, int) for part in value):
            return shape(value)
        if not all(isinstance(part, tuple) for part in value):
            return ", ".join(argument_text(part) or "none" for part in value)
        sides = [side for part in value for side in part]
        if len(set(sides)) == 1:
            return str(sides[0])
        return ", ".join(f"({', '.join(map(str, part))})" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def expects(kind: type[Layer], argument: str) -> Message:
    """Return in a few words what an argument takes, for an empty field."""
    hint = _hints(kind.kind)[argument]
    if kind is Input:
        return msg("such as 32×32×3")
    if hint.startswith("tuple"):
        return msg("such as 3 or 3×5")
    if hint == "bool":
        return msg("true or false")
    if argument == "padding":
        return msg("valid or same")
    if "None" in hint:
        return msg("none")
    return msg("a number") if hint in ("int", "float") else msg("a name")


def parse_argument(kind: type[Layer], argument: str, text: str) -> object:
    """Return the value a person meant; text that is none is returned as it is, for the layer to refuse."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        return text
    hint = _hints(kind.kind)[argument]
    folded = text.casefold()
    if "None" in hint and folded in _NONE_WORDS:
        return None
    if hint == "bool":
        return _FLAG_WORDS.get(folded, text)
    if hint.startswith("tuple"):
        return _sides(kind, text)
    if hint == "int":
        return _whole(text)
    if "float" in hint:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return text
    return folded


def _sides(kind: type[Layer], text: str) -> object:
    """Return the sides a text gives: 5, 5x5, (5, 5), ((0, 1), (0, 1)); else the text."""
    if kind is Input:
        try:
            return parse_shape(text)
        except ValueError:
            return text
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return _whole(text)
    if "((" in text.replace(" ", "") or text.count("(") > 1:
        try:
            value: object = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return text
        return value
    parts = re.split(r"\s*[x×X*,;]\s*|\s+", text.strip("()[]").strip())
    values = [_whole(part) for part in parts]
    return tuple(values) if all(isinstance(value, int) for value in values) else text


def _whole(text: str) -> int | str:
    """Return a whole number, thousands marks allowed; else the text."""
    plain = re.sub(r"(?<=[0-9])[.,_](?=[0-9]{3}\b)", "", text)
    return int(plain) if re.fullmatch(r"[-+]?[0-9]{1,12}", plain) else text


@cache
def _hints(kind: str) -> dict[str, str]:
    """Return the types of a kind's arguments, as they are written: int, str | None, tuple[int, int]."""
    layer_kind = LAYER_KINDS[kind]
    hints = get_type_hints(layer_kind)
    return {
        name: getattr(hints[name], "__name__", "") if isinstance(hints[name], type) else str(hints[name])
        for name in layer_arguments(layer_kind)
    }


def with_argument(bench: Bench, name: str, argument: str, text: str) -> Bench:
    """Return the network with one argument of one layer changed.

    Raises:
        LayerError: the value is not understood, or this or a later layer could not stand any more.
    """
    layer = bench.network.node(name).layer
    value = parse_argument(type(layer), argument, text)
    changes = {argument: value}
    if argument == "pool_size" and getattr(layer, "strides", None) == getattr(layer, "pool_size", ()):
        changes["strides"] = value
    try:
        changed = dataclasses.replace(layer, **changes)  # type: ignore[type-var]
    except LayerError as problem:
        raise LayerError(argument, problem.allowed, problem.received, name) from None
    except TypeError:
        raise LayerError(argument, expects(type(layer), argument), text[:LONGEST_TEXT], name) from None
    return Bench.of(replace_layer(bench.network, name, changed))


def with_new_layer(bench: Bench, after: str, kind: str) -> tuple[Bench, str]:
    """Return the network with a layer of this kind behind a node, and the new layer's name.

    Raises:
        LayerError: the layer cannot stand there.
    """
    layer_kind = LAYER_KINDS[kind]
    required = [name for name, value in layer_arguments(layer_kind).items() if value is REQUIRED]
    arguments = {name: _FIRST_VALUES[name] for name in required}
    if kind == "Conv2D":
        arguments["padding"] = "same"
    name = _fresh_name(bench.network, kind)
    network = add_layer(bench.network, after, name, layer_kind(**arguments))
    return Bench.of(network), name


def addable_kinds() -> tuple[str, ...]:
    """Return the kinds of layers that are offered: the ones of the course that stand on one input."""
    return _OFFERED


def without_layer(bench: Bench, name: str) -> Bench:
    """Return the network without a layer.

    Raises:
        LayerError: it cannot be left out.
    """
    return Bench.of(remove_layer(bench.network, name))


def moved(bench: Bench, name: str, down: bool) -> Bench:
    """Return the network with a layer and its neighbour in the chain exchanged.

    Raises:
        LayerError: there is no such neighbour, or the network could not stand that way.
    """
    network = bench.network
    if down:
        followers = [node.name for node in network.nodes if name in node.inputs]
        if len(followers) != 1:
            raise LayerError("inputs", msg("a chain: one layer after the other"), len(followers), name)
        return moved(bench, followers[0], down=False)
    node = network.node(name)
    above = network.node(node.inputs[0]) if len(node.inputs) == 1 else None
    if (
        above is None
        or len(above.inputs) != 1
        or sum(above.name in each.inputs for each in network.nodes) != 1
    ):
        raise LayerError("inputs", msg("a chain: one layer after the other"), node.inputs, name)
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
    return Bench.of(Network(network.name, tuple(swapped), outputs))


def _fresh_name(network: Network, kind: str) -> str:
    """Return a name no layer has yet, as Keras makes them: conv2d, conv2d_1, max_pooling2d."""
    base = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    taken = {node.name for node in network.nodes}
    if base not in taken:
        return base
    return next(f"{base}_{number}" for number in range(1, len(taken) + 2) if f"{base}_{number}" not in taken)
