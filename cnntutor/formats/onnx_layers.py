"""What each operation of ONNX is in layers of Keras."""

import math
from collections.abc import Callable
from dataclasses import replace

from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.problems import LayerError
from cnntutor.formats.onnx_constants import whole
from cnntutor.formats.onnx_graph import OnnxGraph, Value
from cnntutor.formats.onnx_wire import Array, Operation
from cnntutor.i18n import msg

Rule = Callable[[OnnxGraph, Operation], None]
Pads = tuple[tuple[int, int], ...]

ACTIVATIONS = {
    **{
        "Relu": "relu",
        "Sigmoid": "sigmoid",
        "Tanh": "tanh",
        "Elu": "elu",
        "Selu": "selu",
        "Exp": "exponential",
    },
    **{"Softplus": "softplus", "Softsign": "softsign", "HardSigmoid": "hard_sigmoid", "Gelu": "gelu"},
    **{"HardSwish": "hard_silu", "Mish": "mish", "LeakyRelu": "leaky_relu", "Celu": "celu", "Swish": "silu"},
}
_PASSED_ON = ("Identity", "Cast", "LRN")
"""Operations that keep the shape and learn nothing."""


def made(graph: OnnxGraph, operation: Operation, kind: str, arguments: dict[str, object]) -> Layer:
    """Return a layer.

    Raises:
        NotUnderstood: its arguments are none.
    """
    try:
        return LAYER_KINDS[kind](**arguments)
    except LayerError as problem:
        raise graph.place.at(graph.name_of(operation)).refused_layer(problem) from None


def result(graph: OnnxGraph, operation: Operation, node: str, turned: bool) -> None:
    """Keep what an operation gives."""
    graph.values[operation.outputs[0]] = Value(node, turned)


def _one(graph: OnnxGraph, operation: Operation, kind: str, **arguments: object) -> None:
    """Add a layer that works value by value on the first input."""
    value = graph.value(operation.inputs[0])
    layer = made(graph, operation, kind, arguments)
    result(graph, operation, graph.put(layer, (value.node,), graph.name_of(operation)), value.turned)


def numbers(operation: Operation, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    """Return whole numbers of an attribute."""
    return whole(operation.attributes.get(name)) or default


def _pads(graph: OnnxGraph, operation: Operation, window: Pads, sides: tuple[int, ...]) -> Pads:
    """Return what is added before and after each axis; window is (span, stride) of each."""
    given = numbers(operation, "pads", (0,) * 2 * len(sides))
    half = len(given) // 2
    if half != len(sides):
        raise graph.refused_operation(operation)
    auto = operation.attributes.get("auto_pad", "NOTSET")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        same = _same(window, sides)
        return same if auto == "SAME_UPPER" else tuple((after, before) for before, after in same)
    return tuple(zip(given[:half], given[half:], strict=True))


def _same(window: Pads, sides: tuple[int, ...]) -> Pads:
    """Return what Keras's padding "same" adds."""
    totals = [
        max((-(-side // stride) - 1) * stride + span - side, 0)
        for (span, stride), side in zip(window, sides, strict=True)
    ]
    return tuple((total // 2, total - total // 2) for total in totals)


def _check_fits(graph: OnnxGraph, operation: Operation, inputs: int, value: Value) -> None:
    """Check that weights are made for as many inputs, or channels, as there are.

    Raises:
        NotUnderstood: they are not.
    """
    if graph.shapes[value.node][-1] != inputs:
        raise graph.place.at(graph.name_of(operation)).refused(
            msg("its weights fit {count} inputs only; export the model again", count=str(inputs))
        )


def _padded(graph: OnnxGraph, name: str, node: str, window: Pads, pads: Pads) -> tuple[str, str]:
    """Return (node, padding): "valid" or "same", behind a ZeroPadding where neither says it."""
    if not any(before or after for before, after in pads):
        return node, "valid"
    if pads == _same(window, graph.shapes[node][:-1]):
        return node, "same"
    arguments: dict[str, object] = {"padding": pads}
    layer = LAYER_KINDS[f"ZeroPadding{len(pads)}D"](**arguments)
    return graph.put(layer, (node,), f"{name}_pad"), "valid"


def _conv(graph: OnnxGraph, operation: Operation) -> None:
    """Conv, in groups or not, with a bias or without."""
    weight = graph.array(operation, 1)
    if weight is None or not 3 <= len(weight.sides) <= 5:
        raise graph.refused_operation(operation)
    value, name = graph.images(operation.inputs[0]), graph.name_of(operation, operation.inputs[1])
    axes = len(weight.sides) - 2
    if len(graph.shapes[value.node]) != axes + 1:
        raise graph.refused_operation(operation)
    kernel = weight.sides[2:]
    strides = numbers(operation, "strides", (1,) * axes)
    rates = numbers(operation, "dilations", (1,) * axes)
    if len(strides) != axes or len(rates) != axes or min(*strides, *rates) < 1:
        raise graph.refused_operation(operation)
    window = tuple(
        (rate * (side - 1) + 1, step) for side, rate, step in zip(kernel, rates, strides, strict=True)
    )
    pads = _pads(graph, operation, window, graph.shapes[value.node][:-1])
    node, padding = _padded(graph, name, value.node, window, pads)
    groups = number(operation, "group", 1)
    _check_fits(graph, operation, weight.sides[1] * groups, value)
    arguments: dict[str, object] = {"filters": weight.sides[0], "kernel_size": kernel, "strides": strides}
    arguments |= {"padding": padding, "dilation_rate": rates, "groups": groups}
    arguments["use_bias"] = graph.array(operation, 2) is not None
    layer = made(graph, operation, f"Conv{axes}D", arguments)
    result(graph, operation, graph.put(layer, (node,), name, operation.inputs[1:]), True)


def number(operation: Operation, name: str, default: int) -> int:
    """Return a whole number of an attribute."""
    return (whole(operation.attributes.get(name)) or (default,))[0]


def _transposed(graph: OnnxGraph, operation: Operation) -> None:
    """ConvTranspose on images, its borders cut off."""
    weight = graph.array(operation, 1)
    if weight is None or len(weight.sides) != 4 or number(operation, "group", 1) != 1:
        raise graph.refused_operation(operation)
    value, name = graph.images(operation.inputs[0]), graph.name_of(operation, operation.inputs[1])
    strides, rates = (numbers(operation, key, (1, 1)) for key in ("strides", "dilations"))
    _check_fits(graph, operation, weight.sides[0], value)
    more, pads = numbers(operation, "output_padding", (0, 0)), numbers(operation, "pads", (0, 0, 0, 0))
    kernel = weight.sides[2:]
    arguments: dict[str, object] = {"filters": weight.sides[1], "kernel_size": kernel, "strides": strides}
    arguments |= {"dilation_rate": rates, "use_bias": graph.array(operation, 2) is not None}
    layer = made(graph, operation, "Conv2DTranspose", arguments)
    node = graph.put(layer, (value.node,), name, operation.inputs[1:])
    shape = graph.shapes[value.node]
    wanted = [
        (shape[axis] - 1) * strides[axis] + rates[axis] * (kernel[axis] - 1) + 1 + more[axis]
        for axis in (0, 1)
    ]
    extra = [graph.shapes[node][axis] - wanted[axis] for axis in (0, 1)]
    cut = tuple((pads[axis], pads[axis + 2] + extra[axis]) for axis in (0, 1))
    if any(min(pair) < 0 for pair in cut):
        raise graph.refused_operation(operation)
    if any(any(pair) for pair in cut):
        node = graph.put(made(graph, operation, "Cropping2D", {"cropping": cut}), (node,), f"{name}_crop")
    result(graph, operation, node, True)


def _pool(kind: str) -> Rule:
    """Return the rule of a pooling."""

    def rule(graph: OnnxGraph, operation: Operation) -> None:
        value, name = graph.images(operation.inputs[0]), graph.name_of(operation)
        size = numbers(operation, "kernel_shape", ())
        axes = len(size)
        strides = numbers(operation, "strides", (1,) * axes)
        sides = graph.shapes[value.node][:-1]
        rates = numbers(operation, "dilations", (1,) * axes)
        if (
            not 1 <= axes <= 3
            or len(sides) != axes
            or len(strides) != axes
            or set(rates) != {1}
            or 0 in strides
        ):
            raise graph.refused_operation(operation)
        window = tuple(zip(size, strides, strict=True))
        pads = _pads(graph, operation, window, sides)
        if number(operation, "ceil_mode", 0):
            pads = tuple(
                (before, after + _rounded_up(side + before + after, side + before, *each))
                for (before, after), side, each in zip(pads, sides, window, strict=True)
            )
        node, padding = _padded(graph, name, value.node, window, pads)
        arguments: dict[str, object] = {"pool_size": size, "strides": strides, "padding": padding}
        layer = made(graph, operation, f"{kind}Pooling{axes}D", arguments)
        result(graph, operation, graph.put(layer, (node,), name), True)

    return rule


def _rounded_up(whole_side: int, before_end: int, size: int, stride: int) -> int:
    """Return what must be added behind for the place that rounding up gives."""
    places = -(-(whole_side - size) // stride) + 1
    if (places - 1) * stride >= before_end:
        places -= 1
    return max((places - 1) * stride + size - whole_side, 0)


def _global(kind: str) -> Rule:
    """Return the rule of a pooling over all of an image."""

    def rule(graph: OnnxGraph, operation: Operation) -> None:
        value = graph.images(operation.inputs[0])
        axes = len(graph.shapes[value.node]) - 1
        layer = made(graph, operation, f"Global{kind}Pooling{axes}D", {"keepdims": True})
        result(graph, operation, graph.put(layer, (value.node,), graph.name_of(operation)), True)

    return rule


def _dense(graph: OnnxGraph, operation: Operation) -> None:
    """Gemm, and MatMul by weights: Dense; MatMul of two tensors."""
    weight = graph.array(operation, 1)
    if weight is None and operation.kind == "MatMul" and operation.inputs[0] not in graph.arrays:
        pair = tuple(graph.plain(name).node for name in operation.inputs)
        node = graph.put(made(graph, operation, "Matmul", {}), pair, graph.name_of(operation))
        result(graph, operation, node, False)
        return
    if weight is None or len(weight.sides) != 2 or number(operation, "transA", 0):
        raise graph.refused_operation(operation)
    value = graph.plain(operation.inputs[0])
    units = weight.sides[0 if number(operation, "transB", 0) else 1]
    use_bias = graph.array(operation, 2) is not None
    layer = made(graph, operation, "Dense", {"units": units, "use_bias": use_bias})
    given = weight.sides[1 if number(operation, "transB", 0) else 0]
    _check_fits(graph, operation, given, value)
    name = graph.name_of(operation, operation.inputs[1])
    result(graph, operation, graph.put(layer, (value.node,), name, operation.inputs[1:]), False)


def _batch_norm(graph: OnnxGraph, operation: Operation) -> None:
    """BatchNormalization: four vectors."""
    value, name = graph.images(operation.inputs[0]), graph.name_of(operation, operation.inputs[1])
    scale = graph.array(operation, 1)
    if scale is None:
        raise graph.refused_operation(operation)
    _check_fits(graph, operation, math.prod(scale.sides), value)
    epsilon = operation.attributes.get("epsilon", 1e-5)
    layer = made(graph, operation, "BatchNormalization", {"epsilon": epsilon})
    result(graph, operation, graph.put(layer, (value.node,), name, operation.inputs[1:]), value.turned)


def _layer_norm(graph: OnnxGraph, operation: Operation) -> None:
    """LayerNormalization along the last axis of the file."""
    value, scale = graph.plain(operation.inputs[0]), graph.array(operation, 1)
    if scale is None or len(scale.sides) != 1:
        raise graph.refused_operation(operation)
    layer = made(graph, operation, "LayerNormalization", {"center": len(operation.inputs) > 2})
    name = graph.name_of(operation, operation.inputs[1])
    result(graph, operation, graph.put(layer, (value.node,), name, operation.inputs[1:]), False)


def _instance_norm(graph: OnnxGraph, operation: Operation) -> None:
    """InstanceNormalization: a GroupNormalization whose groups are the channels."""
    value = graph.images(operation.inputs[0])
    name = graph.name_of(operation, operation.inputs[1])
    layer = made(graph, operation, "GroupNormalization", {"groups": -1})
    result(graph, operation, graph.put(layer, (value.node,), name, operation.inputs[1:]), value.turned)


def _prelu(graph: OnnxGraph, operation: Operation) -> None:
    """PRelu with one slope a channel."""
    value, slope = graph.images(operation.inputs[0]), graph.array(operation, 1)
    shape = graph.shapes[value.node]
    if slope is None or math.prod(slope.sides) != shape[-1]:
        raise graph.refused_operation(operation)
    layer = made(graph, operation, "PReLU", {"shared_axes": tuple(range(1, len(shape)))})
    name = graph.name_of(operation, operation.inputs[1])
    result(graph, operation, graph.put(layer, (value.node,), name, operation.inputs[1:]), value.turned)


def _embedding(graph: OnnxGraph, operation: Operation) -> None:
    """Gather of rows of weights: Embedding."""
    table = graph.array(operation, 0)
    if table is None or len(table.sides) != 2 or number(operation, "axis", 0) != 0:
        raise graph.refused_operation(operation)
    value = graph.plain(operation.inputs[1])
    arguments: dict[str, object] = {"input_dim": table.sides[0], "output_dim": table.sides[1]}
    name = graph.name_of(operation, operation.inputs[0])
    layer = made(graph, operation, "Embedding", arguments)
    result(graph, operation, graph.put(layer, (value.node,), name, operation.inputs[:1]), False)


def _joined(kind: str) -> Rule:
    """Return the rule of an operation on several tensors, or on a tensor and an array."""

    def rule(graph: OnnxGraph, operation: Operation) -> None:
        tensors = [name for name in operation.inputs if name not in graph.arrays]
        arrays = [graph.arrays[name] for name in operation.inputs if name in graph.arrays]
        if len(tensors) == 1 and len(arrays) == 1:
            _with_array(graph, operation, tensors[0], arrays[0])
            return
        if arrays or len(tensors) < 2:
            raise graph.refused_operation(operation)
        turned = any(graph.value(name).turned for name in tensors)
        values = [graph.images(name) if turned else graph.value(name) for name in tensors]
        layer = made(graph, operation, kind, {})
        node = graph.put(layer, tuple(value.node for value in values), graph.name_of(operation))
        result(graph, operation, node, turned)

    return rule


def _with_array(graph: OnnxGraph, operation: Operation, tensor: str, array: Array) -> None:
    """Add or multiply by an array: one number, the bias of the Dense just before, or a scale a channel."""
    value = graph.value(tensor)
    count = math.prod(array.sides)
    if count == 1 and operation.kind in ("Add", "Sub", "Mul", "Div"):
        _one_number(graph, operation, value, (array.values or (1.0,))[0])
        return
    last = graph.nodes[-1]
    lacks_bias = getattr(last.layer, "use_bias", True) is False and not last.shares
    fits = count == graph.shapes[value.node][-1]
    if operation.kind == "Add" and lacks_bias and value.node == last.name and fits:
        arguments = {key: getattr(last.layer, key) for key in layer_arguments(type(last.layer))}
        layer = made(graph, operation, last.layer.kind, {**arguments, "use_bias": True})
        graph.nodes[-1] = replace(last, layer=layer)
        graph.values[operation.outputs[0]] = value
        return
    if operation.kind == "Mul" and fits:
        layer = made(graph, operation, "LayerScale", {"init_values": 1.0, "projection_dim": count})
        result(graph, operation, graph.put(layer, (value.node,), graph.name_of(operation)), value.turned)
        return
    raise graph.place.at(graph.name_of(operation)).refused(
        msg("it works with an array of numbers that no layer of Keras keeps; leave it out")
    )


def _one_number(graph: OnnxGraph, operation: Operation, value: Value, number: float) -> None:
    """Add one number, or multiply by it."""
    arguments: dict[str, object] = {"scale": 1.0, "offset": float(number)}
    if operation.kind in ("Mul", "Div"):
        arguments = {"scale": float(number)}
    layer = made(graph, operation, "Rescaling", arguments)
    result(graph, operation, graph.put(layer, (value.node,), graph.name_of(operation)), value.turned)


def _activation(graph: OnnxGraph, operation: Operation) -> None:
    """An activation by its name."""
    _one(graph, operation, "Activation", activation=ACTIVATIONS[operation.kind])


def _clip(graph: OnnxGraph, operation: Operation) -> None:
    """Clip from 0 on: ReLU."""
    bounds: list[float | None] = []
    for place, name in ((1, "min"), (2, "max")):
        given = graph.array(operation, place)
        attribute = operation.attributes.get(name)
        found = given.values[0] if given is not None and given.values else attribute
        bounds.append(float(found) if isinstance(found, (int, float)) else None)
    if bounds[0] != 0.0:
        raise graph.refused_operation(operation)
    _one(graph, operation, "ReLU", max_value=bounds[1])


def _softmax(graph: OnnxGraph, operation: Operation) -> None:
    """Softmax along one axis."""
    value = graph.value(operation.inputs[0])
    axis = graph.axis(value, number(operation, "axis", -1))
    _one(graph, operation, "Softmax", axis=axis if axis < len(graph.shapes[value.node]) else -1)


def _dropout(graph: OnnxGraph, operation: Operation) -> None:
    """Dropout."""
    given = graph.array(operation, 1)
    rate = given.values[0] if given is not None and given.values else operation.attributes.get("ratio", 0.5)
    _one(graph, operation, "Dropout", rate=round(float(rate), 6) if isinstance(rate, (int, float)) else 0.5)


def _same_value(graph: OnnxGraph, operation: Operation) -> None:
    """An operation that gives what it is given."""
    graph.values[operation.outputs[0]] = graph.value(operation.inputs[0])


RULES: dict[str, Rule] = {
    **{"Conv": _conv, "ConvTranspose": _transposed, "Gemm": _dense, "MatMul": _dense},
    **{"MaxPool": _pool("Max"), "AveragePool": _pool("Average")},
    **{"GlobalAveragePool": _global("Average"), "GlobalMaxPool": _global("Max")},
    **{"BatchNormalization": _batch_norm, "LayerNormalization": _layer_norm, "PRelu": _prelu},
    **{"InstanceNormalization": _instance_norm, "Gather": _embedding, "Clip": _clip, "Softmax": _softmax},
    **{"Add": _joined("Add"), "Sum": _joined("Add"), "Mul": _joined("Multiply"), "Sub": _joined("Subtract")},
    **{"Max": _joined("Maximum"), "Min": _joined("Minimum"), "Mean": _joined("Average")},
    **{"Div": _joined("Divide"), "Dropout": _dropout, "LogSoftmax": _softmax},
    **dict.fromkeys(ACTIVATIONS, _activation),
    **dict.fromkeys(_PASSED_ON, _same_value),
}
"""Kind of operation → what it adds to the network; those that only change shapes are in onnx_shapes.py."""
