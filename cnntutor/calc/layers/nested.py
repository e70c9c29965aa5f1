"""Layers that are arguments of other layers: read from a table of their kind and arguments, and written."""

from collections.abc import Mapping

from cnntutor.calc.layers.arguments import plain
from cnntutor.calc.layers.base import REQUIRED, Layer, layer_arguments
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg


def inner_layer(argument: str, value: object) -> Layer:
    """Return a layer, given as one or as a mapping {kind, and Keras's arguments}.

    Raises:
        LayerError: it is neither, or that layer cannot be.
    """
    if isinstance(value, Layer):
        return value
    if not isinstance(value, Mapping) or "kind" not in value:
        raise LayerError(argument, msg("a layer, with its kind and arguments"), value)
    from cnntutor.calc.layers.registry import LAYER_KINDS  # here: the registry imports every kind's module

    kind = value["kind"]
    if not isinstance(kind, str) or kind not in LAYER_KINDS:
        raise LayerError(f"{argument}.kind", msg("a kind of layer"), kind)
    known = layer_arguments(LAYER_KINDS[kind])
    given = {name: each for name, each in value.items() if name != "kind"}
    for name, each in given.items():
        if name not in known:
            raise LayerError(f"{argument}.{name}", msg("left out: {kind} has none", kind=kind), each)
    for name, default in known.items():
        if default is REQUIRED and name not in given:
            raise LayerError(f"{argument}.{name}", msg("given for {kind}", kind=kind), None)
    try:
        return LAYER_KINDS[kind](**given)
    except LayerError as problem:
        raise LayerError(f"{argument}.{problem.argument}", problem.allowed, problem.received) from None


def layer_table(layer: Layer) -> dict[str, object]:
    """Return a layer as a mapping that `inner_layer` reads: kind, and the arguments not at their defaults."""
    table: dict[str, object] = {"kind": layer.kind}
    for name, default in layer_arguments(type(layer)).items():
        value = getattr(layer, name)
        if value != default:
            table[name] = argument_record(value)
    return table


def argument_record(value: object) -> object:
    """Return an argument as plain data: the layers in it as mappings."""
    if isinstance(value, Layer):
        return layer_table(value)
    if isinstance(value, tuple):
        return tuple(argument_record(each) for each in value)
    return plain("argument", value)
