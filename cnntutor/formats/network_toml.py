"""Networks as TOML files: read with every key checked, and written.

format_version = 1
name = "lenet5-32-valid"                 # the slug
aliases = ["lenet5"]                     # optional
title = { en = "…", vi = "…" }
source = "…"                             # optional: where the network comes from
note = { en = "…", vi = "…" }            # optional
convention = { en = "…", vi = "…" }      # optional: what a count follows where sources differ
input_shape = [32, 32, 1]                # or Input layers in [[layers]]
outputs = ["dense3"]                     # optional: else the layers nothing is built upon

[[layers]]
kind = "Conv2D"                          # Keras's class name
name = "conv1"                           # optional
filters = 6                              # Keras's argument names
kernel_size = [5, 5]                     # one whole number may stand for a pair
layer = { kind = "LSTM", units = 8 }     # a layer that is an argument (Bidirectional); "none" is None
inputs = ["input"]                       # optional: else the layer before
shares = "…"                             # optional: an earlier layer whose weights this one uses
trainable = false                        # optional: a frozen layer
within = [["encoder", "Sequential"]]     # optional: name and class of the nested models it lies in
"""

from pathlib import Path

from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import INPUT, Node
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.files import read_text
from cnntutor.formats.network_reader import FORMAT_VERSION, NONE, parse_network
from cnntutor.i18n import Text

__all__ = ["NetworkEntry", "parse_network", "read_network", "write_network"]


def read_network(path: Path) -> NetworkEntry:
    """Read a network file.

    Raises:
        NotUnderstood: it cannot be read; one sentence with file, key and mend.
    """
    return parse_network(read_text(path), str(path))


def write_network(entry: NetworkEntry) -> str:
    """Return the text of a network file; arguments at their defaults and inputs from just before stay out."""
    network = entry.network
    nodes = list(network.nodes)
    lines = [f"format_version = {FORMAT_VERSION}", f"name = {_value(entry.slug)}"]
    if entry.aliases:
        lines.append(f"aliases = {_value(entry.aliases)}")
    lines.append(f"title = {_text(entry.title)}")
    if entry.source:
        lines.append(f"source = {_value(entry.source)}")
    lines += [
        f"{key} = {_text(text)}"
        for key, text in (("note", entry.note), ("convention", entry.convention))
        if text.en or text.vi
    ]
    first = nodes[0]
    if first.name == INPUT and isinstance(first.layer, Input):
        lines.append(f"input_shape = {_value(first.layer.shape)}")
        nodes = nodes[1:]
    used = {source for node in network.nodes for source in node.inputs}
    leaves = tuple(node.name for node in network.nodes if node.name not in used)
    if network.outputs != leaves:
        lines.append(f"outputs = {_value(network.outputs)}")
    before = first.name if nodes != list(network.nodes) else ""
    for node in nodes:
        lines += ["", "[[layers]]", *_node_lines(node, before)]
        before = node.name
    return "\n".join(lines) + "\n"


def _node_lines(node: Node, before: str) -> list[str]:
    """Return the lines of one layer's table."""
    lines = [f"name = {_value(node.name)}", f"kind = {_value(node.layer.kind)}"]
    lines += [f"{key} = {_value(value)}" for key, value in changed_arguments(node.layer).items()]
    if node.inputs and node.inputs != (before,):
        lines.append(f"inputs = {_value(node.inputs)}")
    if node.shares:
        lines.append(f"shares = {_value(node.shares)}")
    if not node.trainable:
        lines.append("trainable = false")
    if node.within:
        lines.append(f"within = {_value(tuple((each.name, each.kind) for each in node.within))}")
    return lines


def changed_arguments(layer: Layer) -> dict[str, object]:
    """Return the arguments of a layer that differ from their defaults, by Keras's names."""
    given = {key: (getattr(layer, key), default) for key, default in layer_arguments(type(layer)).items()}
    if given.get("strides", (0, 1))[0] == given.get("pool_size", (1, 0))[0]:
        del given["strides"]
    return {key: value for key, (value, default) in given.items() if value != default}


def _text(text: Text) -> str:
    """Return a text in both languages as a TOML table."""
    return f"{{ en = {_value(text.en)}, vi = {_value(text.vi)} }}"


def _value(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_character(each) for each in value) + '"'
    if value is None:
        return f'"{NONE}"'
    if isinstance(value, Layer):
        inner = {"kind": value.kind, **changed_arguments(value)}
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in inner.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return repr(value)


def _character(character: str) -> str:
    """Return a character as a basic TOML string holds it."""
    if character in '"\\':
        return "\\" + character
    return f"\\u{ord(character):04x}" if ord(character) < 32 or ord(character) == 127 else character
