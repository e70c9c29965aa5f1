"""The numbers of a nested model's calls, which configs do not all begin at 0.

A Functional model counts its own making as its call 0. Keras 3 says so in input_layers and output_layers
only; Keras 2 in inbound_nodes, too, and of a Sequential that has an input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cnntutor.formats.keras_calls import Call, Tensor
from cnntutor.formats.keras_layers import is_model

Spec = Mapping[str, object]
Calls = dict[str, tuple[Call, ...]]


def counted_from_zero(
    specs: Mapping[str, Spec], calls: Calls, outputs: Sequence[Tensor]
) -> tuple[Calls, tuple[Tensor, ...]]:
    """Return the calls and the outputs of a model with every call numbered from 0.

    Args:
        specs: The configs of its layers by name.
        calls: The calls of each.
        outputs: The tensors of output_layers.
    """
    inside = [tensor for each in calls.values() for call in each for tensor in call.inputs]
    from_one: set[str] = set()
    ends_from_one: set[str] = set()
    for name, spec in specs.items():
        if not is_model(spec):
            continue
        old = _is_keras2(spec)
        if _counts_its_making(spec, old) and (name, 0) not in _steps(outputs):
            if not old:
                ends_from_one.add(name)
            elif (name, 0) not in _steps(inside):
                ends_from_one.add(name)
                from_one.add(name)
    renumbered = {
        name: tuple(replace(call, inputs=_shifted(call.inputs, from_one)) for call in each)
        for name, each in calls.items()
    }
    return (renumbered if from_one else calls), _shifted(outputs, ends_from_one)


def _steps(tensors: Sequence[Tensor]) -> set[tuple[str, int]]:
    """Return the layers and calls that tensors come from."""
    return {(tensor.layer, tensor.call) for tensor in tensors}


def _shifted(tensors: Sequence[Tensor], names: set[str]) -> tuple[Tensor, ...]:
    """Return the tensors with the calls of these models counted from 0."""
    return tuple(
        replace(tensor, call=tensor.call - 1) if tensor.layer in names and tensor.call else tensor
        for tensor in tensors
    )


def _is_keras2(spec: Spec) -> bool:
    """Whether the calls of a layer are written as Keras 2 does."""
    inbound = spec.get("inbound_nodes")
    return isinstance(inbound, list) and any(isinstance(call, list) for call in inbound)


def _counts_its_making(spec: Spec, old: bool) -> bool:
    """Whether a nested model counts its own making as a call."""
    if spec.get("class_name") != "Sequential":
        return True
    config = spec.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config
    first = layers[0] if isinstance(layers, list) and layers else None
    return old and isinstance(first, dict) and first.get("class_name") == "InputLayer"
