"""Networks as the JSON of Keras 3, such as model.to_json() writes; keras.models.model_from_json reads it.

Read back it is the same network: a layer called several times carries the names of its nodes under a key
that Keras passes over.
"""

import json

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.operations import GetItem
from cnntutor.calc.layers.registry import OPERATIONS
from cnntutor.calc.layers.states import State, takes_states
from cnntutor.calc.network import Network, Node
from cnntutor.calc.shapes import Shape
from cnntutor.formats.keras_calls import CALL_NAMES, WITHIN
from cnntutor.formats.keras_code import (
    check_in_keras,
    is_chain,
    is_written_frozen,
    keras_name,
    takes_a_list,
)
from cnntutor.formats.keras_layers import keras_arguments
from cnntutor.formats.keras_operations import key_entries

_Document = dict[str, object]


def write_keras_json(network: Network) -> str:
    """Return the JSON of a Sequential or Functional model.

    Raises:
        NotUnderstood: a layer is not in Keras 3.
    """
    for node in network.nodes:
        check_in_keras(node)
    chain = is_chain(network)
    config = _sequential(network) if chain else _functional(network)
    kind = "Sequential" if chain else "Functional"
    module = "keras" if chain else "keras.src.models.functional"
    document = {
        "module": module,
        "class_name": kind,
        "config": {"name": network.name, "trainable": True, **config},
        "registered_name": None if chain else "Functional",
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def _sequential(network: Network) -> _Document:
    """Return the config of layers one on the other."""
    return {
        "layers": [
            {**_layer(node), WITHIN: [_within(node)]} if node.within else _layer(node)
            for node in network.nodes
        ]
    }


def _within(node: Node) -> list[object]:
    """Return the nested models a node lies in."""
    return [[each.name, each.kind] for each in node.within]


def _functional(network: Network) -> _Document:
    """Return the config of a graph; nodes that share weights are further calls of one layer."""
    shapes: dict[str, Shape] = {
        node.name: node.layer.shape for node in network.nodes if isinstance(node.layer, Input)
    }
    shapes |= {each.name: each.output_shape for each in analyse(network).layers}
    names: dict[str, list[str]] = {}
    history: dict[str, list[object]] = {}
    specs: dict[str, _Document] = {}
    within: dict[str, list[object]] = {}
    nodes: dict[str, list[object]] = {}
    for node in network.nodes:
        if isinstance(node.layer, State):
            history[node.name] = [*history[node.inputs[0]][:2], node.layer.number]
            continue
        owner = node.shares or node.name
        called = names.setdefault(owner, [])
        history[node.name] = [keras_name(owner), len(called), 0]
        called.append(node.name)
        within.setdefault(owner, []).append(_within(node))
        if owner == node.name:
            nodes[owner] = []
            specs[owner] = {**_layer(node), "name": keras_name(owner), "inbound_nodes": nodes[owner]}
        if node.inputs:
            tensors = [_tensor(shapes[each], history[each]) for each in node.inputs]
            listed = takes_a_list(node.layer) and node.layer.kind not in OPERATIONS
            args: list[object] = [tensors] if listed else [*tensors]
            kwargs: _Document = {}
            if takes_states(node.layer) and len(tensors) > 1:
                args, kwargs = [tensors[0]], {"initial_state": tensors[1:]}
            if isinstance(node.layer, GetItem):
                args.append(key_entries(node.layer.key))
            nodes[owner].append({"args": args, "kwargs": kwargs})
    inputs = [history[node.name] for node in network.nodes if isinstance(node.layer, Input)]
    specs = {
        owner: spec if len(names[owner]) < 2 else {**spec, CALL_NAMES: names[owner]}
        for owner, spec in specs.items()
    }
    specs = {
        owner: {**spec, WITHIN: within[owner]} if any(within[owner]) else spec
        for owner, spec in specs.items()
    }
    return {
        "layers": list(specs.values()),
        "input_layers": inputs,
        "output_layers": [history[each] for each in network.outputs],
    }


def _tensor(shape: Shape, history: list[object]) -> _Document:
    """Return an input of a call."""
    config = {"shape": [None, *shape], "dtype": "float32", "keras_history": history}
    return {"class_name": "__keras_tensor__", "config": config}


def _layer(node: Node) -> _Document:
    """Return a layer's config."""
    name = keras_name(node.name)
    if isinstance(node.layer, Input):
        config: _Document = {"batch_shape": [None, *node.layer.shape], "dtype": "float32", "name": name}
        return _spec("InputLayer", config)
    if node.layer.kind in OPERATIONS:
        given = {key: value for key, value in _arguments(node.layer).items() if key != "key"}
        spec = _spec(node.layer.kind, {"name": name, **given})
        return {**spec, "module": "keras.src.ops.numpy", "registered_name": node.layer.kind}
    frozen = {"trainable": False} if is_written_frozen(node) else {}
    return _spec(node.layer.kind, {"name": name, **frozen, **_arguments(node.layer)})


def _spec(kind: str, config: _Document) -> _Document:
    """Return what Keras says of every object of its own."""
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


def _arguments(layer: Layer) -> _Document:
    """Return a layer's arguments."""
    return {key: _value(value) for key, value in keras_arguments(layer).items()}


def _value(value: object) -> object:
    """Return an argument as JSON has it."""
    if isinstance(value, Layer):
        return _spec(value.kind, _arguments(value))
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return value
