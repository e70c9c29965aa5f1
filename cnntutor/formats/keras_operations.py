"""Operation nodes of functional configs (x + y, ops.relu(x), …) as the layers that do the same.

Keras 3 names them by module keras.src.ops and a class; Keras 2 by TFOpLambda and a function. An operation
that no layer stands for is refused by name.
"""

from collections.abc import Mapping

from cnntutor.calc.layers.base import REQUIRED, Layer, layer_arguments
from cnntutor.calc.layers.registry import LAYER_KINDS, OPERATIONS
from cnntutor.calc.problems import LayerError
from cnntutor.formats.keras_calls import Call, Tensor
from cnntutor.formats.places import Place, shown
from cnntutor.i18n import msg

_TENSORFLOW_KINDS = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
_TENSORFLOW_NAMES = {
    **{"__operators__.add": "Add", "math.add": "Add", "__operators__.getitem": "GetItem"},
    **{"math.multiply": "Multiply", "math.subtract": "Subtract", "math.truediv": "TrueDivide"},
    **{"math.divide": "Divide", "math.maximum": "Maximum", "math.minimum": "Minimum"},
    **{"nn.relu": "Relu", "nn.relu6": "Relu6", "nn.softmax": "Softmax", "math.sigmoid": "Sigmoid"},
    **{
        "nn.sigmoid": "Sigmoid",
        "math.tanh": "Tanh",
        "nn.silu": "Silu",
        "nn.swish": "Silu",
        "nn.gelu": "Gelu",
    },
    **{"concat": "Concatenate", "reshape": "Reshape", "math.reduce_mean": "Mean", "math.reduce_max": "Max"},
    **{"reduce_mean": "Mean", "reduce_max": "Max", "reduce_sum": "Sum", "math.reduce_sum": "Sum"},
    **{"identity": "Identity", "stop_gradient": "Identity", "cast": "Identity", "nn.leaky_relu": "LeakyRelu"},
    **{"nn.elu": "Elu", "nn.selu": "Selu", "nn.softplus": "Softplus", "compat.v1.transpose": "Transpose"},
    **{"transpose": "Transpose"},
}
_ACTIVATIONS = {
    **{"Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax"},
    **{"Silu": "silu", "Gelu": "gelu", "LeakyRelu": "leaky_relu", "Elu": "elu", "Selu": "selu"},
    **{"Softplus": "softplus", "Softsign": "softsign", "HardSigmoid": "hard_sigmoid", "Exp": "exponential"},
    **{"HardSilu": "hard_silu", "LogSoftmax": "log_softmax", "LogSigmoid": "log_sigmoid", "Celu": "celu"},
    **{"HardTanh": "hard_tanh", "Identity": "linear", "StopGradient": "linear", "Cast": "linear"},
    **{"Copy": "linear"},
}
SLICE = ("start", "stop", "step")
"""The parts of a range of places."""
_MERGING = ("Add", "Multiply", "Subtract", "Maximum", "Minimum")
_OTHER_NAMES = {"Abs": "Absolute", "Amax": "Max", "Amin": "Min"}
_ARGUMENTS = {
    **{name: ("axis", "keepdims") for name in ("Mean", "Sum", "Max", "Min")},
    **{"ExpandDims": ("axis",), "Squeeze": ("axis",), "Transpose": ("axes",), "Reshape": ("newshape",)},
    **{"Concatenate": ("axis",), "GetItem": ("key",)},
}
"""What stands behind the tensors among the positional arguments of an operation."""


def is_operation(spec: Mapping[str, object]) -> bool:
    """Whether a config is that of an operation and not of a layer."""
    module = spec.get("module")
    if isinstance(module, str) and module.startswith(("keras.src.ops", "keras.ops")):
        return True
    return spec.get("class_name") in _TENSORFLOW_KINDS or _is_operation_of_h5(spec)


def _is_operation_of_h5(spec: Mapping[str, object]) -> bool:
    """Whether a config is that of an operation in a .h5 file of Keras 3, which names no modules.

    The calls are those of Keras 3, and the config says no trainable, as that of every layer does.
    """
    inbound, config = spec.get("inbound_nodes"), spec.get("config")
    calls_of_keras3 = isinstance(inbound, list) and any(isinstance(call, dict) for call in inbound)
    layer = isinstance(config, dict) and "trainable" in config
    return "module" not in spec and calls_of_keras3 and not layer and spec.get("class_name") != "InputLayer"


def read_operation(spec: Mapping[str, object], call: Call | None, place: Place) -> Layer:
    """Return the layer that does what the operation does at this call.

    Raises:
        NotUnderstood: no layer does.
    """
    given = spec.get("config")
    config = dict(given) if isinstance(given, dict) else {}
    name = str(spec.get("class_name"))
    if name in _TENSORFLOW_KINDS:
        name = _TENSORFLOW_NAMES.get(str(config.get("function")), str(config.get("function")))
    name = _OTHER_NAMES.get(name, name)
    if call is not None:
        config.update(call.kwargs)
        args = [*call.args, *(each for key, each in call.kwargs.items() if key in ("y", "x2", "b"))]
        plain = [each for each in args[1:] if not isinstance(each, Tensor)]
        config.update(zip(_ARGUMENTS.get(name, ()), plain, strict=False))
        found = _layer(name, config, args, len(call.inputs))
        if found is not None and found[0] in LAYER_KINDS:
            try:
                return LAYER_KINDS[found[0]](**found[1])
            except LayerError as problem:
                raise place.refused_layer(problem) from None
    raise place.refused(
        msg(
            "the calculator has no rule for the operation {name}; put a layer of Keras in its place",
            name=shown(name),
        )
    )


def _layer(
    name: str, config: Mapping[str, object], args: list[object], tensors: int
) -> tuple[str, dict[str, object]] | None:
    """Return the kind and arguments of the layer that stands for an operation."""
    if name in _ACTIVATIONS and tensors == 1:
        return "Activation", {"activation": _ACTIVATIONS[name]}
    if name in _MERGING and tensors >= 2:
        return name, {}
    if name == "Concatenate":
        return "Concatenate", {"axis": config.get("axis", -1)}
    if tensors == 1 and len(args) == 2 and name in ("Add", "Multiply", "Subtract", "Divide", "TrueDivide"):
        return _with_constant(name, args)
    if name == "GetItem":
        return name, {"key": _key(config.get("key", config.get("slice_spec")))}
    if name == "Power" and tensors == 1 and args[1:] == [2]:
        return "Square", {}
    if name == "Maximum" and tensors == 1 and any(each == 0 and not isinstance(each, bool) for each in args):
        return "Activation", {"activation": "relu"}
    if name in OPERATIONS and tensors == (2 if name in ("Matmul", "Divide", "TrueDivide") else 1):
        known = layer_arguments(LAYER_KINDS[name])
        given = {key: value for key, value in config.items() if key in known}
        if any(default is REQUIRED and given.get(key) is None for key, default in known.items()):
            return None
        return name, {key: tuple(each) if isinstance(each, list) else each for key, each in given.items()}
    sides = config.get("newshape", config.get("shape"))
    if name == "Reshape" and isinstance(sides, (list, tuple)) and len(sides) > 1:
        return "Reshape", {"target_shape": tuple(sides[1:])}
    axes = config.get("axes", config.get("perm"))
    if name == "Transpose" and isinstance(axes, (list, tuple)) and axes[:1] in ([0], (0,)):
        return "Permute", {"dims": tuple(axes[1:])}
    return None


def _key(value: object) -> str:
    """Return the places of x[…] as Python writes them; a text no key can be where they are something else."""
    return ", ".join(_place(each) for each in (value if isinstance(value, list) else [value]))


def _place(value: object) -> str:
    """Return one of the places of x[…]."""
    if isinstance(value, dict) and value.get("class_name") == "__ellipsis__":
        return "..."
    config = value.get("config", value) if isinstance(value, dict) else None
    if isinstance(config, dict):
        start, stop, step = ("" if config.get(key) is None else str(config[key]) for key in SLICE)
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    return str(value) if value is None or isinstance(value, int) else "?"


def key_entries(key: str) -> list[object]:
    """Return the places of x[…] as Keras writes them in a config."""
    entries: list[object] = []
    for entry in key.split(", "):
        if entry == "...":
            entries.append({"class_name": "__ellipsis__", "config": {}})
        elif ":" in entry:
            parts = [int(part) if part else None for part in (*entry.split(":"), "", "")[:3]]
            entries.append({"class_name": "__slice__", "config": dict(zip(SLICE, parts, strict=True))})
        else:
            entries.append(None if entry == "None" else int(entry))
    return entries


def _with_constant(name: str, args: list[object]) -> tuple[str, dict[str, object]] | None:
    """Return the Rescaling that adds, subtracts, multiplies by or divides by one number."""
    left, right = args
    number, first = (right, False) if isinstance(left, Tensor) else (left, True)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    value = float(number)
    if name == "Add":
        return "Rescaling", {"scale": 1.0, "offset": value}
    if name == "Subtract":
        return "Rescaling", {"scale": -1.0 if first else 1.0, "offset": value if first else -value}
    if name == "Multiply":
        return "Rescaling", {"scale": value}
    return ("Rescaling", {"scale": 1.0 / value}) if value and not first else None
