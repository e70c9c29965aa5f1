"""What calls in Keras source code mean: positional arguments, Keras's names for layers, plain functions."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

_CONV = (
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "data_format",
    "dilation_rate",
    "groups",
    "activation",
)
_TRANSPOSE = ("filters", "kernel_size", "strides", "padding", "output_padding", "data_format")
_POOL = ("pool_size", "strides", "padding", "data_format")
_UNITS = ("units", "activation")
POSITIONAL: Mapping[str, tuple[str, ...]] = {
    "Dense": ("units", "activation", "use_bias"),
    "Activation": ("activation",),
    "Dropout": ("rate",),
    "Flatten": ("data_format",),
    "Reshape": ("target_shape",),
    "Permute": ("dims",),
    "RepeatVector": ("n",),
    "Embedding": ("input_dim", "output_dim"),
    "BatchNormalization": ("axis", "momentum", "epsilon"),
    "LayerNormalization": ("axis", "epsilon"),
    "GroupNormalization": ("groups", "axis", "epsilon"),
    "MultiHeadAttention": ("num_heads", "key_dim", "value_dim", "dropout"),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "LeakyReLU": ("negative_slope",),
    "ELU": ("alpha",),
    "Softmax": ("axis",),
    "Concatenate": ("axis",),
    "Dot": ("axes",),
    "DepthwiseConv1D": ("kernel_size", "strides", "padding", "depth_multiplier"),
    "DepthwiseConv2D": ("kernel_size", "strides", "padding", "depth_multiplier"),
    "Bidirectional": ("layer", "merge_mode"),
    "TimeDistributed": ("layer",),
    "SpectralNormalization": ("layer",),
    "RNN": ("cell", "return_sequences"),
    "StackedRNNCells": ("cells",),
    "Lambda": ("function", "output_shape"),
    "GaussianNoise": ("stddev",),
    "GaussianDropout": ("rate",),
    "AlphaDropout": ("rate",),
    "ActivityRegularization": ("l1", "l2"),
    "Rescaling": ("scale", "offset"),
    "Resizing": ("height", "width", "interpolation"),
    "CenterCrop": ("height", "width"),
    "RandomCrop": ("height", "width"),
    "RandomFlip": ("mode",),
    "RandomRotation": ("factor",),
    "RandomZoom": ("height_factor", "width_factor"),
    "RandomContrast": ("factor",),
    "RandomBrightness": ("factor",),
    "RandomTranslation": ("height_factor", "width_factor"),
    "Masking": ("mask_value",),
    **{f"{kind}{axes}D": _CONV for kind in ("Conv", "LocallyConnected") for axes in (1, 2, 3)},
    **{f"SeparableConv{axes}D": _CONV[:6] for axes in (1, 2)},
    **{f"Conv{axes}DTranspose": _TRANSPOSE for axes in (1, 2, 3)},
    **{f"ConvLSTM{axes}D": _CONV[:6] for axes in (1, 2, 3)},
    **{f"{kind}Pooling{axes}D": _POOL for kind in ("Max", "Average") for axes in (1, 2, 3)},
    **{f"Global{kind}Pooling{axes}D": ("data_format",) for kind in ("Max", "Average") for axes in (1, 2, 3)},
    **{f"ZeroPadding{axes}D": ("padding",) for axes in (1, 2, 3)},
    **{f"Cropping{axes}D": ("cropping",) for axes in (1, 2, 3)},
    **{f"UpSampling{axes}D": ("size",) for axes in (1, 2, 3)},
    **{f"SpatialDropout{axes}D": ("rate",) for axes in (1, 2, 3)},
    **{kind: _UNITS for kind in ("LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell")},
}
"""The first positional arguments of Keras's layers, in order."""

LAYER_FUNCTIONS: Mapping[str, str] = {
    **{"add": "Add", "subtract": "Subtract", "multiply": "Multiply", "average": "Average", "dot": "Dot"},
    **{"maximum": "Maximum", "minimum": "Minimum", "concatenate": "Concatenate"},
}
"""Functions of keras.layers that make a layer and call it at once."""

KERAS_PATHS = ("keras", "tensorflow.keras", "tensorflow.python.keras", "tf_keras")


def keras_path(path: str) -> str | None:
    """Return what follows keras in the path of a name, such as layers.Conv2D; None elsewhere."""
    for root in KERAS_PATHS:
        if path == root or path.startswith(f"{root}."):
            return path[len(root) + 1 :].removeprefix("src.").removeprefix("api.")
    return None


def snake_case(name: str) -> str:
    """Return a class's name as Keras writes it in the names of layers: max_pooling2d."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def camel_case(name: str) -> str:
    """Return a function's name as Keras names the class of its operation: LeakyRelu."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _product(values: Any) -> object:
    """Return the product of numbers."""
    return math.prod(values)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    **{"len": len, "int": int, "float": float, "str": str, "bool": bool, "abs": abs, "min": min, "max": max},
    **{"sum": sum, "round": round, "list": list, "tuple": tuple, "dict": dict, "range": range},
    "zip": lambda *values: list(zip(*values, strict=False)),
    "enumerate": lambda values, start=0: list(enumerate(values, start)),
    "reversed": lambda values: list(reversed(values)),
    "sorted": sorted,
    "print": lambda *_, **__: None,
    **{"math.ceil": math.ceil, "math.floor": math.floor, "math.sqrt": math.sqrt, "math.log2": math.log2},
    **{"math.prod": _product, "numpy.prod": _product, "math.log": math.log},
}
"""Functions that are worked out on plain numbers, texts and lists."""

METHODS: Mapping[type, frozenset[str]] = {
    list: frozenset({"append", "extend", "insert", "pop", "copy", "index", "reverse", "count"}),
    dict: frozenset({"get", "items", "keys", "values", "update", "copy", "pop", "setdefault"}),
    str: frozenset({"lower", "upper", "replace", "split", "strip", "startswith", "endswith", "title"}),
}
"""Methods that are worked out on plain values."""
LONGEST_RANGE = 20_000
"""Numbers a range may hold where a function goes through all of them."""
