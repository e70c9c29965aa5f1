"""The calls of a layer in a functional config (inbound_nodes): what it is called on, in both dialects.

Keras 3: [{"args": [tensor, …], "kwargs": {…}}], a tensor being {"class_name": "__keras_tensor__", …};
Keras 2: [[["name", call, output, {…}], …]].
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cnntutor.calc.network import Nested
from cnntutor.formats.places import Place
from cnntutor.i18n import msg

MAIN_INPUTS = ("inputs", "query", "value", "key", "sequence", "x", "x1", "x2", "y", "a", "b", "values", "xs")
"""Keyword arguments that hold a layer's inputs, in the order the layer takes them."""
CALL_NAMES = "call_names"
"""A key of the calculator's own beside inbound_nodes, which Keras passes over: a name for each call."""
WITHIN = "within"
"""Another one: [name, class] of the nested models that a call's node lies in, a list for each call."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One output of one call of a layer."""

    layer: str
    call: int
    output: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer.

    Args:
        inputs: The tensors it stands on, in order.
        args: Its positional arguments as in the file, tensors among them as Tensor values.
        kwargs: Its keyword arguments, likewise; those of no bearing on shapes (mask, training) are left out.
        states: The tensors that a recurrent layer begins with, initial_state.
        name: What the calculator called this call's node when it wrote the file; else empty.
        within: The nested models that this call's node lies in, where the calculator wrote them down.
    """

    inputs: tuple[Tensor, ...]
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    states: tuple[Tensor, ...] = ()
    name: str = ""
    within: tuple[Nested, ...] = ()


_SIDE_INPUTS = frozenset(
    {
        *("mask", "training", "attention_mask", "query_mask", "value_mask", "key_mask", "initial_state"),
        *("use_causal_mask", "return_attention_scores", "constants"),
    }
)


def read_calls(layer: Mapping[str, object], names: frozenset[str], place: Place) -> tuple[Call, ...]:
    """Return the calls of a layer's config.

    Args:
        layer: The config.
        names: The layers there are.
        place: The layer.

    Raises:
        NotUnderstood: inbound_nodes has neither form.
    """
    inbound = layer.get("inbound_nodes", [])
    if not isinstance(inbound, list):
        raise _broken(place)
    calls = [_call(each, names, place) for each in inbound if each != []]
    named = layer.get(CALL_NAMES)
    if isinstance(named, list) and len(named) == len(calls):
        calls = [replace(call, name=str(name)) for call, name in zip(calls, named, strict=True)]
    if WITHIN in layer:
        calls = [replace(call, within=read_within(layer, number)) for number, call in enumerate(calls)]
    return tuple(calls)


def read_within(layer: Mapping[str, object], number: int = 0) -> tuple[Nested, ...]:
    """Return the nested models that a call's node lies in, as the calculator wrote them beside the layer."""
    listed = layer.get(WITHIN)
    models = listed[number] if isinstance(listed, list) and number < len(listed) else []
    pairs = [each for each in models if isinstance(each, list)] if isinstance(models, list) else []
    return tuple(Nested(pair[0], pair[1]) for pair in pairs if _is_nested(pair))


def _is_nested(pair: list[object]) -> bool:
    """Whether a pair is the name and the class of a nested model."""
    return len(pair) == 2 and all(isinstance(each, str) and 0 < len(each) <= 200 for each in pair)


def read_tensors(value: object, place: Place) -> tuple[Tensor, ...]:
    """Return the tensors of input_layers or output_layers: one, a list, or a mapping of names.

    Raises:
        NotUnderstood: it is something else.
    """
    found = _reference(value)
    if found is not None:
        return (found,)
    if isinstance(value, list):
        return tuple(tensor for each in value for tensor in read_tensors(each, place))
    if isinstance(value, dict):
        if value.get("class_name") == "__tuple__":
            return read_tensors(value.get("items"), place)
        return tuple(tensor for key in sorted(value) for tensor in read_tensors(value[key], place))
    raise place.refused(msg("input_layers or output_layers is broken; save the model again"))


def _call(value: object, names: frozenset[str], place: Place) -> Call:
    """Return one call."""
    if isinstance(value, dict):
        args, kwargs = value.get("args", []), value.get("kwargs", {})
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise _broken(place)
        args = [_keras3(each, place) for each in args]
        kwargs = {key: _keras3(each, place) for key, each in kwargs.items()}
    elif isinstance(value, list):
        args, kwargs = _keras2(value, names, place)
    else:
        raise _broken(place)
    kept = {key: each for key, each in kwargs.items() if key not in _SIDE_INPUTS}
    ordered = sorted(kept, key=lambda key: MAIN_INPUTS.index(key) if key in MAIN_INPUTS else len(MAIN_INPUTS))
    inputs = [*_tensors_in(args), *(tensor for key in ordered for tensor in _tensors_in(kept[key]))]
    return Call(tuple(inputs), tuple(args), kept, tuple(_tensors_in(kwargs.get("initial_state"))))


def _keras3(value: object, place: Place) -> object:
    """Return an argument with its tensors as Tensor values."""
    if isinstance(value, list):
        return [_keras3(each, place) for each in value]
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            config = value.get("config")
            history = config.get("keras_history") if isinstance(config, dict) else None
            found = _reference(history)
            if found is None:
                raise _broken(place)
            return found
        if value.get("class_name") == "__tuple__":
            return _keras3(value.get("items", []), place)
        return {key: _keras3(value[key], place) for key in sorted(value)}
    return value


def _keras2(
    value: list[object], names: frozenset[str], place: Place
) -> tuple[list[object], dict[str, object]]:
    """Return (positional, keyword) arguments of a call in Keras 2's form."""
    entries = [value] if value and isinstance(value[0], str) else value
    args: list[object] = []
    kwargs: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, list) or not 3 <= len(entry) <= 4:
            raise _broken(place)
        if entry[0] == "_CONSTANT_VALUE":
            args.append(entry[2])
        else:
            found = _reference(entry[:3])
            if found is None:
                raise _broken(place)
            args.append(found)
        more = entry[3] if len(entry) == 4 else {}
        if not isinstance(more, dict):
            raise _broken(place)
        kwargs.update({key: _keras2_argument(each, names) for key, each in more.items()})
    return args, kwargs


def _keras2_argument(value: object, names: frozenset[str]) -> object:
    """Return a keyword argument in which ["name", call, output] stands for a tensor."""
    found = _reference(value[:3]) if isinstance(value, list) and len(value) in (3, 4) else None
    if found is not None and found.layer in names:
        return found
    if isinstance(value, list):
        return [_keras2_argument(each, names) for each in value]
    return value


def _reference(value: object) -> Tensor | None:
    """Return the tensor that [name, call, output] stands for; None for anything else."""
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[0], str):
        return None
    if any(isinstance(each, bool) or not isinstance(each, int) or each < 0 for each in value[1:]):
        return None
    return Tensor(value[0].replace("/", "_"), value[1], value[2])  # as GraphReader names the layers


def _tensors_in(value: object) -> Iterator[Tensor]:
    """Yield the tensors of an argument in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _tensors_in(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _tensors_in(each)


def _broken(place: Place) -> Exception:
    """Return the refusal of inbound_nodes."""
    return place.refused(msg("its inbound_nodes are broken; save the model again"))
