"""Networks as Keras code: a Sequential where the layers lie one on the other, else functional calls.

Read back by keras_source, or run, the code gives the same network; only a node that uses another's weights
takes Keras's name for it, the layer's name with a number.
"""

import itertools
import json
import keyword
import re

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.operations import GetItem
from cnntutor.calc.layers.registry import OPERATIONS
from cnntutor.calc.layers.states import State, returns_states, takes_states
from cnntutor.calc.network import Network, Node
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_layers import keras_arguments, keras_names
from cnntutor.formats.network_toml import changed_arguments
from cnntutor.i18n import msg

NOT_IN_KERAS = frozenset(
    {"LocallyConnected1D", "LocallyConnected2D", "LayerScale", "CustomScaleLayer", "StochasticDepth"}
)
"""Kinds that keras.layers of Keras 3 does not have."""
CALLED_ON_SEVERAL = frozenset({"MultiHeadAttention", "GroupQueryAttention"})
"""Layers that take their inputs one by one, where others take a list."""
WIDEST = 100
"""Columns of a line."""
_ENDS = ("_layer", "_outputs")
"""What is put behind a node's name for its layer, and for all that its layer returns."""
_RESERVED = frozenset({"keras", "layers", "ops", "model"})


def write_keras_code(network: Network) -> str:
    """Return Keras code that builds the network as `model`.

    Raises:
        NotUnderstood: a layer is not in Keras 3.
    """
    for node in network.nodes:
        check_in_keras(node)
    body = _sequential(network) if is_chain(network) else _functional(network)
    used = any(node.layer.kind in OPERATIONS and node.layer.kind != "GetItem" for node in network.nodes)
    names = "layers, ops" if used else "layers"
    return "\n".join(["import keras", f"from keras import {names}", "", *body]) + "\n"


def check_in_keras(node: Node) -> None:
    """Check that Keras 3 has the layer.

    Raises:
        NotUnderstood: it has not.
    """
    if node.layer.kind in NOT_IN_KERAS:
        raise NotUnderstood(
            msg(
                "Layer {layer}: Keras 3 has no {kind}, so that no Keras code or JSON can say it; write TOML.",
                layer=node.name,
                kind=node.layer.kind,
            )
        )


def is_written_frozen(node: Node) -> bool:
    """Whether a node is written with trainable=False; SpatialDropout, without weights, takes none."""
    return not node.trainable and not node.layer.kind.startswith("SpatialDropout")


def is_chain(network: Network) -> bool:
    """Whether the layers lie one on the other, each with its own weights, the last one being the output."""
    nodes = network.nodes
    return (
        len(nodes) > 1
        and isinstance(nodes[0].layer, Input)
        and all(node.inputs == (below.name,) for below, node in itertools.pairwise(nodes))
        and not any(
            node.shares or node.layer.kind in OPERATIONS or returns_states(node.layer) for node in nodes
        )
        and network.outputs == (nodes[-1].name,)
    )


def takes_a_list(layer: Layer) -> bool:
    """Whether a layer is called on a list of its inputs."""
    return layer.most_inputs != 1 and not takes_states(layer) and layer.kind not in CALLED_ON_SEVERAL


def keras_name(name: str) -> str:
    """Return a node's name as Keras takes it: without a slash."""
    return name.replace("/", "_")


def _sequential(network: Network) -> list[str]:
    """Return the lines of a Sequential."""
    lines = ["model = keras.Sequential(", "    ["]
    for node in network.nodes:
        lines += _indented(f"{_made(node)},", 8)
    return [*lines, "    ],", f"    name={_value(network.name)},", ")"]


def _functional(network: Network) -> list[str]:
    """Return the lines of functional calls."""
    names = variables(network, _RESERVED)
    shared = {node.shares for node in network.nodes if node.shares}
    lines: list[str] = []
    for node in network.nodes:
        made = _made(node)
        if isinstance(node.layer, Input):
            lines += _indented(f"{names[node.name]} = {made}", 0)
            continue
        if node.layer.kind in OPERATIONS:
            inputs = [names[each] for each in node.inputs]
            lines += _indented(f"{names[node.name]} = {_operation(node.layer, inputs)}", 0)
            continue
        if node.name in shared:
            lines += _indented(f"{names[node.name]}_layer = {made}", 0)
        if isinstance(node.layer, State):
            lines.append(f"{names[node.name]} = {names[node.inputs[0]]}_outputs[{node.layer.number}]")
            continue
        inputs = [names[each] for each in node.inputs]
        if node.shares or node.name in shared:
            made = f"{names[node.shares or node.name]}_layer"
        called = f"[{', '.join(inputs)}]" if takes_a_list(node.layer) else ", ".join(inputs)
        if takes_states(node.layer) and len(inputs) > 1:
            called = f"{inputs[0]}, initial_state=[{', '.join(inputs[1:])}]"
        if returns_states(node.layer):
            lines += _indented(f"{names[node.name]}_outputs = {made}({called})", 0)
            lines.append(f"{names[node.name]} = {names[node.name]}_outputs[0]")
            continue
        lines += _indented(f"{names[node.name]} = {made}({called})", 0)
    inputs = [names[node.name] for node in network.nodes if isinstance(node.layer, Input)]
    outputs = [names[each] for each in network.outputs]
    lines += _indented(
        f"model = keras.Model({_one(inputs)}, {_one(outputs)}, name={_value(network.name)})", 0
    )
    return lines


def _operation(layer: Layer, inputs: list[str]) -> str:
    """Return the code of an operation of keras.ops."""
    if isinstance(layer, GetItem):
        return f"{inputs[0]}[{layer.key}]"
    arguments = [f"{key}={_value(value)}" for key, value in changed_arguments(layer).items()]
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", layer.kind).lower()
    return f"ops.{name}({', '.join([*inputs, *arguments])})"


def _one(names: list[str]) -> str:
    """Return one name, or the list of several."""
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _made(node: Node) -> str:
    """Return the call that makes a node's layer."""
    if isinstance(node.layer, Input):
        return f"keras.Input({_value(node.layer.shape)}, name={_value(keras_name(node.name))})"
    more = [f"name={_value(keras_name(node.name))}"]
    if is_written_frozen(node):
        more.append("trainable=False")
    return _constructed(node.layer, more)


def _constructed(layer: Layer, more: list[str]) -> str:
    """Return the call that makes a layer."""
    names, values = dict(keras_names(type(layer))), keras_arguments(layer)
    changed = [names.get(key, key) for key in changed_arguments(layer)]
    arguments = [f"{key}={_value(values[key])}" for key in changed]
    return f"layers.{layer.kind}({', '.join([*arguments, *more])})"


def _value(value: object) -> str:
    """Return a value as Python code."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Layer):
        return _constructed(value, [])
    if isinstance(value, tuple):
        inside = ", ".join(_value(each) for each in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return repr(value)


def variables(network: Network, reserved: frozenset[str]) -> dict[str, str]:
    """Return a Python name for each node, no two alike and none of the reserved ones."""
    names: dict[str, str] = {}
    taken = set(reserved)
    for node in network.nodes:
        base = re.sub(r"[^0-9a-zA-Z_]+", "_", node.name).strip("_").lower() or "x"
        if base[0].isdigit() or keyword.iskeyword(base):
            base = f"x_{base}"
        name, number = base, 1
        while any(each in taken for each in (name, *(f"{name}{end}" for end in _ENDS), *_stems(name))):
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        names[node.name] = name
    return names


def _stems(name: str) -> list[str]:
    """Return the names that a name belongs to as that of their layer or of their outputs."""
    return [name.removesuffix(end) for end in _ENDS if name.endswith(end)]


def _indented(code: str, columns: int) -> list[str]:
    """Return a statement in lines, its arguments one a line where it is too wide for one."""
    lead = " " * columns
    if len(code) + columns <= WIDEST:
        return [lead + code]
    opening = code.index("(")
    closing = _partner(code, opening)
    pieces = _split(code[opening + 1 : closing])
    return [
        f"{lead}{code[: opening + 1]}",
        *(f"{lead}    {piece}," for piece in pieces),
        f"{lead}{code[closing:]}",
    ]


def _partner(code: str, opening: int) -> int:
    """Return where the bracket that opens at a place is closed."""
    depth, quoted = 0, False
    for place in range(opening, len(code)):
        character = code[place]
        if character == '"' and code[place - 1] != "\\":
            quoted = not quoted
        if not quoted:
            depth += (character in "([") - (character in ")]")
            if depth == 0:
                return place
    return len(code) - 1


def _split(arguments: str) -> list[str]:
    """Return the arguments of a call, parted at the commas outside of brackets and quotes."""
    pieces, depth, quoted, start = [], 0, False, 0
    for place, character in enumerate(arguments):
        if character == '"' and arguments[place - 1 : place] != "\\":
            quoted = not quoted
        if not quoted:
            depth += (character in "([") - (character in ")]")
            if character == "," and depth == 0:
                pieces.append(arguments[start:place].strip())
                start = place + 1
    last = arguments[start:].strip()
    return [*pieces, last] if last else pieces
