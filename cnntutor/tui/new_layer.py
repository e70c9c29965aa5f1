"""What a new layer of any kind starts with: Keras's defaults, and where it has none, what fits its input."""

from __future__ import annotations

import math
from typing import Any

from cnntutor.calc.layers.base import REQUIRED, Layer, layer_arguments
from cnntutor.calc.layers.registry import LAYER_KINDS, OPERATIONS
from cnntutor.calc.shapes import Shape

_FIRST_VALUES: dict[str, object] = {
    "filters": 16,
    "kernel_size": 3,
    "pool_size": 2,
    "output_size": 1,
    "units": 10,
    "rate": 0.5,
    "stddev": 0.1,
    "drop_path_rate": 0.1,
    "activation": "relu",
    "input_dim": 1000,
    "output_dim": 64,
    "n": 2,
    "axes": -1,
    "init_values": 1e-6,
    "scale": 1.0,
    "key": ":, 0",
    "num_heads": 2,
    "key_dim": 16,
    "head_dim": 16,
    "num_query_heads": 4,
    "num_key_value_heads": 2,
    "num_tokens": 10,
    "num_bins": 10,
    "factor": 0.2,
    "height_factor": 0.2,
    "width_factor": 0.2,
}
"""What an argument starts with where Keras has no default."""
_FIRST_INNER: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("RNN", "cell"): ("LSTMCell", {"units": 10}),
    ("StackedRNNCells", "cells"): ("LSTMCell", {"units": 10}),
    ("Bidirectional", "layer"): ("LSTM", {"units": 10}),
    ("TimeDistributed", "layer"): ("Dense", {"units": 10}),
    ("SpectralNormalization", "layer"): ("Conv2D", {"filters": 16, "kernel_size": 3, "padding": "same"}),
}
_OF_KIND: dict[str, dict[str, object]] = {
    "Rescaling": {"scale": 1 / 255},
    "Conv2D": {"padding": "same"},
    "Squeeze": {"axis": 1},
    "ExpandDims": {"axis": 1},
}
_CELLS = ("SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells", "State")


def addable_kinds() -> tuple[str, ...]:
    """Return the kinds a network may be built of by hand, those of the course first.

    Cells stand inside an RNN, states behind a recurrent layer; the operations of keras.ops come with code.
    """
    rest = sorted(kind for kind in LAYER_KINDS if kind not in COMMON and kind not in OPERATIONS)
    return (*COMMON, *(kind for kind in rest if kind not in _CELLS))


COMMON = (
    *("Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "Flatten", "ZeroPadding2D"),
    *("Dense", "Activation", "ReLU", "Dropout", "BatchNormalization", "Add", "Concatenate"),
    *("DepthwiseConv2D", "SeparableConv2D", "LSTM", "Embedding", "Input"),
)
"""The kinds that are offered first."""


def new_layer(kind: str, inputs: tuple[Shape, ...]) -> Layer:
    """Return a layer of a kind as it is first put in.

    Args:
        kind: Keras's class name.
        inputs: The shapes it is to stand on; for an Input, the shape it is to have.

    Raises:
        LayerError: the kind cannot be with such values.
    """
    layer_kind = LAYER_KINDS[kind]
    known = layer_arguments(layer_kind)
    given: dict[str, object] = {}
    for name, default in known.items():
        if default is REQUIRED:
            given[name] = _first_value(kind, name, inputs[0] if inputs else ())
    given |= _OF_KIND.get(kind, {})
    if kind == "GroupNormalization" and inputs:
        given["groups"] = math.gcd(32, inputs[0][-1])
    return layer_kind(**given)


def _first_value(kind: str, name: str, shape: Shape) -> object:
    """Return what a required argument starts with, from the shape below where it depends on it."""
    if (kind, name) in _FIRST_INNER:
        inner, arguments = _FIRST_INNER[kind, name]
        layer = LAYER_KINDS[inner](**arguments)
        return (layer,) if kind == "StackedRNNCells" else layer
    if kind == "EinsumDense":
        letters = "bcdefgh"[: max(0, len(shape) - 1)]
        return f"a{letters}x,xy->a{letters}y" if name == "equation" else (*shape[:-1], 16)
    of_shape: dict[str, object] = {
        "shape": shape,
        "target_shape": shape,
        "dims": tuple(range(1, len(shape) + 1)),
        "projection_dim": shape[-1] if shape else 1,
        "height": shape[0] if shape else 1,
        "width": shape[1] if len(shape) > 1 else 1,
        "axis": 1,
    }
    return of_shape.get(name, _FIRST_VALUES.get(name))
