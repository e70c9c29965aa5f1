"""Layers of Keras configs as layer values: the dialects of Keras 3, Keras 2 and tf.keras.

What changes neither shapes nor counts (initializers, regularizers, seeds, …) is passed over; any other
argument the calculator does not know is refused, so that no number is silently wrong. Classes and
functions of a model's own are refused by name; nothing is ever loaded or run.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from cnntutor.calc.layers.base import REQUIRED, Layer, layer_arguments
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.layers.unruled import ALIASES, UNRULED
from cnntutor.calc.problems import LayerError
from cnntutor.formats.places import Place, shown
from cnntutor.i18n import msg

KIND_ALIASES = {
    **ALIASES,
    **{name: "BatchNormalization" for name in ("BatchNormalizationV1", "BatchNormalizationV2")},
    "SyncBatchNormalization": "BatchNormalization",
}
"""Keras's other names for a class."""
OF_APPLICATIONS = frozenset({"CustomScaleLayer", "LayerScale", "StochasticDepth"})
"""Layers that keras.applications brings; Keras 2 registers them as a model's own."""
CODE_KINDS = frozenset({"Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"})
"""Layers that are code in a file."""
MODEL_KINDS = frozenset({"Sequential", "Functional", "Model"})

_KERAS_MODULES = re.compile(r"(keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras)(\..*)?")
_ARGUMENT_ALIASES = {
    "LeakyReLU": {"alpha": "negative_slope"},
    "MultiHeadAttention": {"head_size": "key_dim"},
    "ReLU": {"theta": "threshold"},
}
"""Keras 2's names of arguments."""
_NO_EFFECT = frozenset(
    {
        *("window", "periodic", "scaling", "sequence_length", "sampling_rate", "min_freq", "max_freq"),
        *("mag_exp", "min_power", "power_to_db", "top_db", "ref_power"),
        *("name", "trainable", "dtype", "dtype_policy", "seed", "stateful", "unroll", "use_cudnn", "sparse"),
        *("implementation", "ragged", "noise_shape", "batch_shape", "batch_input_shape", "input_shape"),
        *("input_length", "input_dim", "batch_size", "synchronized", "fused", "build_config", "build_input"),
        *("flash_attention", "seed_generator", "optional", "zero_output_for_mask", "unit_forget_bias"),
        *("momentum", "epsilon", "rate", "stddev", "interpolation", "fill_mode", "fill_value", "antialias"),
        *("query_shape", "key_shape", "value_shape", "autocast", "max_value", "threshold", "negative_slope"),
        *("alpha", "mask_value", "mask_zero", "dropout", "recurrent_dropout", "score_mode", "l1", "l2"),
        *("go_backwards", "power_iterations", "recurrent_activation", "activation", "scale", "offset"),
        *(
            "mean",
            "variance",
            "invert",
            "renorm_momentum",
            "renorm_clipping",
            "sliding_window",
            "logit_soft_cap",
            "softmax_robust_masking",
            "value_range",
        ),
    }
)
"""Arguments that change neither shapes nor counts; where a kind has the field, it is read nevertheless."""
_UNWRAPPED = frozenset({("ZeroPadding1D", "padding"), ("Cropping1D", "cropping"), ("UpSampling1D", "size")})
"""Arguments that Keras takes without the row of one."""
_WRAPPED = ("layer", "backward_layer")
"""Arguments of wrappers that are layers."""
_NO_EFFECT_ENDS = ("_initializer", "_regularizer", "_constraint")
_HARMLESS: dict[str, tuple[object, ...]] = {
    "data_format": ("channels_last", "default"),
    "return_state": (False,),
    "time_major": (False,),
    "renorm": (False,),
    "groups": (1,),
    "keepdims": (False,),
    "use_gate": (False,),
    "axis": (-1,),
    "center": (True,),
    "rms_scaling": (False,),
}
"""Arguments passed over at these values only; None is always passed over."""


def is_model(spec: Mapping[str, object]) -> bool:
    """Whether a config is that of a whole model."""
    kind = spec.get("class_name")
    return isinstance(kind, str) and kind in MODEL_KINDS and isinstance(spec.get("config"), (dict, list))


def is_frozen(spec: Mapping[str, object]) -> bool:
    """Whether nothing of a layer is trained: its trainable is false, or that of every layer it wraps."""
    config = spec.get("config")
    if not isinstance(config, dict) or config.get("trainable") is False:
        return isinstance(config, dict)
    wrapped = [config[name] for name in _WRAPPED if isinstance(config.get(name), dict)]
    return bool(wrapped) and all(is_frozen(each) for each in wrapped)


def read_layer(spec: Mapping[str, object], place: Place) -> Layer:
    """Return the layer of a config: class_name, config and, in Keras 3, module and registered_name.

    Raises:
        NotUnderstood: its class or an argument is not known, or holds code.
    """
    kind = layer_kind(spec, place)
    arguments = spec.get("config")
    if not isinstance(arguments, dict):
        raise place.refused(msg("its config is missing; save the model again"))
    try:
        return _made(kind, arguments, place)
    except LayerError as problem:
        raise place.refused_layer(problem) from None


def layer_kind(spec: Mapping[str, object], place: Place) -> str:
    """Return the calculator's kind for a config's class.

    Raises:
        NotUnderstood: there is none, or the class is the model's own.
    """
    name, module, registered = spec.get("class_name"), spec.get("module"), spec.get("registered_name")
    if not isinstance(name, str):
        raise place.refused(msg("its class_name is missing; save the model again"))
    if name.removeprefix("Custom>") in OF_APPLICATIONS and registered in (None, f"Custom>{name}"):
        name, registered = name.removeprefix("Custom>"), None
    foreign = isinstance(module, str) and not _KERAS_MODULES.fullmatch(module)
    if foreign or ">" in name or (isinstance(registered, str) and ">" in registered):
        raise place.refused(
            msg("{kind} is a class of the model's own; put layers of Keras in its place", kind=shown(name))
        )
    if name in CODE_KINDS:
        raise place.refused(
            msg("{kind} holds code, which is never run; put layers of Keras in its place", kind=name)
        )
    kind = "ReLU" if name == "ThresholdedReLU" else KIND_ALIASES.get(name, name)
    if kind in UNRULED:
        raise place.refused(
            msg("{kind} has no rule: {reason}; take it out or replace it", kind=kind, reason=UNRULED[kind])
        )
    if kind not in LAYER_KINDS:
        raise place.refused(
            msg(
                "the calculator has no rule for the layer {kind}; take it out or replace it", kind=shown(name)
            )
        )
    return kind


def has_no_effect(kind: str, name: str) -> bool:
    """Whether an argument of a kind changes neither shapes nor counts and is no field of the kind."""
    if kind in LAYER_KINDS and name in layer_arguments(LAYER_KINDS[kind]):
        return False
    return name in _NO_EFFECT or name.endswith(_NO_EFFECT_ENDS)


def _made(kind: str, given: dict[str, object], place: Place) -> Layer:
    """Return the layer of a kind with Keras's arguments."""
    layer_class = LAYER_KINDS[kind]
    fields = layer_arguments(layer_class)
    aliases = {
        **_ARGUMENT_ALIASES.get(kind, {}),
        **{theirs: ours for ours, theirs in keras_names(layer_class)},
    }
    arguments: dict[str, object] = {}
    for key, value in given.items():
        name = aliases.get(key, key)
        if name in fields:
            if value is None and fields[name] is not REQUIRED:
                if fields[name] is None or (kind, name) == ("Normalization", "axis"):
                    arguments[name] = None
                continue
            arguments[name] = _value(name, value, fields[name], place)
        elif not _passed_over(name, value):
            raise place.refused(
                msg(
                    "{kind} with {key} = {value} is not known to the calculator; take {key} out",
                    kind=kind,
                    key=shown(name),
                    value=shown(value),
                )
            )
    for key, default in fields.items():
        if default is REQUIRED and key not in arguments:
            raise place.refused(msg("{kind} needs {key}; save the model again", kind=kind, key=key))
    if kind == "Bidirectional" and _turned(arguments.get("layer")) == arguments.get("backward_layer"):
        arguments.pop("backward_layer", None)
    return layer_class(**arguments)


def _turned(layer: object) -> object:
    """Return the layer that reads the other way, which Keras writes beside that of a Bidirectional."""
    back = getattr(layer, "go_backwards", None)
    return replace(layer, go_backwards=not back) if isinstance(back, bool) else None  # type: ignore[type-var]


def keras_names(kind: type[Layer]) -> tuple[tuple[str, str], ...]:
    """Return (name here, name in Keras) of the arguments that have two."""
    return tuple(kind.keras_names.items())


def keras_arguments(layer: Layer) -> dict[str, object]:
    """Return a layer's arguments by Keras's names and in Keras's form."""
    names = dict(keras_names(type(layer)))
    found: dict[str, object] = {}
    for name in layer_arguments(type(layer)):
        value = getattr(layer, name)
        if (layer.kind, name) in _UNWRAPPED and isinstance(value, tuple):
            value = value[0]
        found[names.get(name, name)] = value
    return found


def _passed_over(name: str, value: object) -> bool:
    """Whether an argument that the kind does not have may be left out."""
    if value is None or name in _NO_EFFECT or name.endswith(_NO_EFFECT_ENDS):
        return True
    return any(type(value) is type(each) and value == each for each in _HARMLESS.get(name, ()))


def _value(name: str, value: object, default: object, place: Place) -> object:
    """Return an argument in the calculator's form."""
    if name.endswith("activation"):
        found = activation_name(value, place)
        return None if found == "linear" and default is None else found
    if isinstance(value, dict) and "class_name" in value and "config" in value:
        if is_model(value):
            raise place.refused(
                msg("a whole model in a wrapper is not known to the calculator; wrap its layers one by one")
            )
        return read_layer(value, place)
    if name == "axis" and isinstance(value, list) and len(value) == 1 and isinstance(default, int):
        return value[0]
    return _frozen(value, place)


def _frozen(value: object, place: Place) -> object:
    """Return lists as tuples and the layers in them as layers."""
    if isinstance(value, list):
        return tuple(_frozen(each, place) for each in value)
    if isinstance(value, dict):
        if value.get("class_name") == "__tuple__" and isinstance(value.get("items"), list):
            return _frozen(value["items"], place)
        return read_layer(value, place)
    return value


def activation_name(value: object, place: Place) -> str:
    """Return the name of an activation: a word, a function's config, or that of an activation layer.

    Raises:
        NotUnderstood: it is code, or learns weights.
    """
    if isinstance(value, str):
        return value
    spec = value if isinstance(value, dict) else {}
    name, inner, registered = spec.get("class_name"), spec.get("config"), spec.get("registered_name")
    own = isinstance(registered, str) and registered not in ("function", name)
    if name == "function" and isinstance(inner, str) and not own:
        return inner
    if name == "ReLU" and isinstance(inner, dict):
        return "relu6" if inner.get("max_value") == 6 else "relu"
    if name in ("LeakyReLU", "ELU", "Softmax") and isinstance(inner, dict):
        return {"LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax"}[str(name)]
    raise place.refused(
        msg("its activation is code or a layer of its own; name an activation of Keras, such as relu")
    )
