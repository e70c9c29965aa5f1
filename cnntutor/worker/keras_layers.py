"""Layer values as layers of the installed Keras, and calls of them."""

import importlib
from typing import Any

import keras

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.operations import GetItem
from cnntutor.calc.layers.registry import OPERATIONS
from cnntutor.calc.layers.states import takes_states
from cnntutor.formats.keras_layers import keras_arguments
from cnntutor.formats.keras_operations import SLICE, key_entries

_OF_APPLICATIONS = {
    "LayerScale": "keras.src.applications.convnext",
    "StochasticDepth": "keras.src.applications.convnext",
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2",
}
"""Layers that keras.applications brings, with their module."""
_OPERATIONS_MODULE = "keras.src.ops.numpy"
_ONE_BY_ONE = frozenset({"MultiHeadAttention", "GroupQueryAttention"})
"""Layers that take their inputs one by one, where others take a list."""
_OF_WHOLE_NUMBERS = frozenset({"Embedding", "ReversibleEmbedding", "CategoryEncoding", "Hashing"})


def make(layer: Layer, **more: object) -> Any:
    """Return the Keras layer, or the Keras operation, of a layer value.

    Args:
        layer: The value.
        more: Arguments beside its own: name.

    Raises:
        AttributeError: this Keras has no such layer.
        TypeError, ValueError: it refuses an argument.
    """
    if isinstance(layer, GetItem):
        return _class(layer.kind)(**more)
    arguments = {name: _value(value) for name, value in keras_arguments(layer).items()}
    return _class(layer.kind)(**arguments, **more)


def call(made: Any, layer: Layer, inputs: list[Any]) -> Any:
    """Return what a Keras layer gives for symbolic inputs: a tensor, or the list of output and states.

    Args:
        made: The Keras layer.
        layer: The value it was made of.
        inputs: In the order of the node's inputs.

    Raises:
        TypeError, ValueError: it refuses the inputs.
    """
    if isinstance(layer, GetItem):
        return made(inputs[0], _places(layer.key))
    if layer.kind in _ONE_BY_ONE or layer.kind in OPERATIONS:
        return made(*inputs)
    if takes_states(layer):
        return made(inputs[0], initial_state=inputs[1:] or None)
    return made(inputs[0] if layer.most_inputs == 1 else inputs)


def takes_whole_numbers(layer: Layer) -> bool:
    """Whether the layer's input are codes and no measurements."""
    return layer.kind in _OF_WHOLE_NUMBERS


def layers_of_applications() -> dict[str, Any]:
    """Return the layers that keras.applications brings, by name."""
    return {kind: _class(kind) for kind in _OF_APPLICATIONS}


def _class(kind: str) -> Any:
    """Return Keras's class of a kind."""
    if kind in OPERATIONS:
        return getattr(importlib.import_module(_OPERATIONS_MODULE), kind)
    if kind in _OF_APPLICATIONS:
        return getattr(importlib.import_module(_OF_APPLICATIONS[kind]), kind)
    return getattr(keras.layers, kind)


def _value(value: object) -> object:
    """Return an argument as Keras takes it: the layers in it as Keras layers."""
    if isinstance(value, Layer):
        return make(value)
    if isinstance(value, tuple):
        return tuple(_value(each) for each in value)
    return value


def _places(key: str) -> tuple[object, ...]:
    """Return the places of x[…] as Python takes them."""
    places: list[object] = []
    for entry in key_entries(key):
        if isinstance(entry, dict):
            parts = [entry["config"].get(part) for part in SLICE]
            places.append(slice(*parts) if entry["class_name"] == "__slice__" else ...)
        else:
            places.append(entry)
    return tuple(places)
