"""The operations of ONNX that only change shapes, as layers of Keras."""

import math

from cnntutor.calc.shapes import Shape
from cnntutor.formats.onnx_constants import whole
from cnntutor.formats.onnx_graph import OnnxGraph, Value
from cnntutor.formats.onnx_layers import Rule, made, number, numbers, result
from cnntutor.formats.onnx_wire import Operation


def _flatten(graph: OnnxGraph, operation: Operation) -> None:
    """Flatten behind the batch."""
    if number(operation, "axis", 1) != 1:
        raise graph.refused_operation(operation)
    _flat(graph, operation, graph.value(operation.inputs[0]))


def _flat(graph: OnnxGraph, operation: Operation, value: Value) -> None:
    """Add a Flatten; where there is but one axis nothing is added."""
    node = value.node
    if len(graph.shapes[node]) > 1:
        node = graph.put(made(graph, operation, "Flatten", {}), (node,), graph.name_of(operation))
    result(graph, operation, node, False)


def _reshape(graph: OnnxGraph, operation: Operation) -> None:
    """Reshape by a known shape, the batch in front."""
    target = whole(graph.array(operation, 1)) or numbers(operation, "shape", ())
    value = graph.value(operation.inputs[0])
    sides = graph.sides(value)
    if not target or target[0] not in (-1, 0, graph.batch):
        raise graph.refused_operation(operation)
    wanted = [sides[at] if side == 0 and at < len(sides) else side for at, side in enumerate(target[1:])]
    if len(wanted) == 1 and wanted[0] in (-1, math.prod(sides)):
        _flat(graph, operation, value)
        return
    _into(graph, operation, tuple(wanted))


def _into(graph: OnnxGraph, operation: Operation, sides: Shape) -> None:
    """Add a Reshape to sides in the file's order; one to an image of one pixel stays an image."""
    value = graph.value(operation.inputs[0])
    name = graph.name_of(operation)
    if len(sides) == 3 and sides[1:] == (1, 1) and -1 not in sides:
        layer = made(graph, operation, "Reshape", {"target_shape": (1, 1, sides[0])})
        result(graph, operation, graph.put(layer, (value.node,), name), True)
        return
    plain = value if set(graph.shapes[value.node][:-1]) == {1} else graph.plain(operation.inputs[0])
    layer = made(graph, operation, "Reshape", {"target_shape": sides})
    result(graph, operation, graph.put(layer, (plain.node,), name), False)


def _squeeze(graph: OnnxGraph, operation: Operation) -> None:
    """Squeeze."""
    value = graph.value(operation.inputs[0])
    sides = graph.sides(value)
    axes = whole(graph.array(operation, 1)) or numbers(operation, "axes", ())
    gone = {axis if axis > 0 else len(sides) + 1 + axis for axis in axes}
    left = tuple(side for at, side in enumerate(sides, start=1) if (at not in gone if axes else side != 1))
    if not left or 0 in axes:
        raise graph.refused_operation(operation)
    if len(left) == 1:
        _flat(graph, operation, value)
    else:
        _into(graph, operation, left)


def _unsqueeze(graph: OnnxGraph, operation: Operation) -> None:
    """Unsqueeze."""
    sides = list(graph.sides(graph.value(operation.inputs[0])))
    axes = whole(graph.array(operation, 1)) or numbers(operation, "axes", ())
    rank = len(sides) + len(axes) + 1
    for axis in sorted(axis if axis > 0 else rank + axis for axis in axes):
        if axis < 1 or axis > len(sides) + 1:
            raise graph.refused_operation(operation)
        sides.insert(axis - 1, 1)
    _into(graph, operation, tuple(sides))


def _transpose(graph: OnnxGraph, operation: Operation) -> None:
    """Transpose; one that only says where the channels lie adds nothing."""
    value = graph.value(operation.inputs[0])
    rank = len(graph.shapes[value.node])
    perm = numbers(operation, "perm", tuple(range(rank, -1, -1)))
    if perm[:1] != (0,) or sorted(perm) != list(range(rank + 1)):
        raise graph.refused_operation(operation)
    dims = tuple(graph.axis(value, axis) for axis in perm[1:])
    if dims == tuple(range(1, rank + 1)):
        graph.values[operation.outputs[0]] = Value(value.node, False)
    elif dims == (rank, *range(1, rank)) and not value.turned:
        graph.values[operation.outputs[0]] = Value(value.node, True)
    else:
        layer = made(graph, operation, "Permute", {"dims": dims})
        result(graph, operation, graph.put(layer, (value.node,), graph.name_of(operation)), False)


def _concat(graph: OnnxGraph, operation: Operation) -> None:
    """Concat along one axis."""
    values = [graph.value(name) for name in operation.inputs]
    if any(value.turned for value in values):
        values = [graph.images(name) for name in operation.inputs]
    axis = graph.axis(values[0], number(operation, "axis", 1))
    layer = made(graph, operation, "Concatenate", {"axis": axis})
    node = graph.put(layer, tuple(value.node for value in values), graph.name_of(operation))
    result(graph, operation, node, values[0].turned)


def _reduce(kind: str) -> Rule:
    """Return the rule of a mean, sum or maximum along axes."""

    def rule(graph: OnnxGraph, operation: Operation) -> None:
        value = graph.value(operation.inputs[0])
        axes = whole(graph.array(operation, 1)) or numbers(operation, "axes", ())
        keep = bool(number(operation, "keepdims", 1))
        found = tuple(sorted(graph.axis(value, axis) for axis in axes))
        rank = len(graph.shapes[value.node])
        if not found:
            raise graph.refused_operation(operation)
        pooled = {"Mean": "Average", "Max": "Max"}.get(kind)
        name = graph.name_of(operation)
        if value.turned and rank == 3 and found == (1, 2) and pooled:
            layer = made(graph, operation, f"Global{pooled}Pooling2D", {"keepdims": keep})
        else:
            layer = made(graph, operation, kind, {"axis": found, "keepdims": keep})
            if not keep and rank - len(found) > 1:
                value = graph.plain(operation.inputs[0])
                found = tuple(sorted(graph.axis(value, axis) for axis in axes))
                layer = made(graph, operation, kind, {"axis": found, "keepdims": keep})
        result(graph, operation, graph.put(layer, (value.node,), name), value.turned and keep)

    return rule


def _pad(graph: OnnxGraph, operation: Operation) -> None:
    """Pad of images along height and width, or its opposite where the numbers are negative."""
    value = graph.images(operation.inputs[0])
    given = whole(graph.array(operation, 1)) or numbers(operation, "pads", ())
    rank = len(graph.shapes[value.node]) + 1
    if rank != 4 or len(given) != 2 * rank or any(given[at] for at in (0, 1, rank, rank + 1)):
        raise graph.refused_operation(operation)
    border = tuple((given[at], given[at + rank]) for at in (2, 3))
    borders = [each for pair in border for each in pair]
    if not any(borders):
        graph.values[operation.outputs[0]] = value
        return
    if min(borders) < 0 < max(borders):
        raise graph.refused_operation(operation)
    turned = tuple((abs(before), abs(after)) for before, after in border)
    kind = ("ZeroPadding2D", "padding") if max(borders) > 0 else ("Cropping2D", "cropping")
    layer = made(graph, operation, kind[0], {kind[1]: turned})
    result(graph, operation, graph.put(layer, (value.node,), graph.name_of(operation)), True)


def _resize(graph: OnnxGraph, operation: Operation) -> None:
    """Resize and Upsample of images by whole factors."""
    value = graph.images(operation.inputs[0])
    shape = graph.shapes[value.node]
    scales = next(
        (
            each.values
            for at in (1, 2)
            if (each := graph.array(operation, at)) and len(each.values or ()) == 4
        ),
        None,
    )
    sizes = graph.array(operation, 3)
    if sizes is not None and len(sizes.values or ()) == 4:
        scales = tuple(
            side / old for side, old in zip(whole(sizes), (1, shape[-1], *shape[:-1]), strict=True)
        )
    if scales is None or len(shape) != 3 or any(each != int(each) or each < 1 for each in scales[2:]):
        raise graph.refused_operation(operation)
    mode = "nearest" if operation.attributes.get("mode", "nearest") == "nearest" else "bilinear"
    arguments: dict[str, object] = {"size": tuple(int(each) for each in scales[2:]), "interpolation": mode}
    layer = made(graph, operation, "UpSampling2D", arguments)
    result(graph, operation, graph.put(layer, (value.node,), graph.name_of(operation)), True)


def _slice(graph: OnnxGraph, operation: Operation) -> None:
    """Slice of a tensor by known places."""
    value = graph.value(operation.inputs[0])
    rank = len(graph.shapes[value.node])
    starts, ends, axes, steps = (
        whole(graph.array(operation, at)) or numbers(operation, name, ())
        for at, name in ((1, "starts"), (2, "ends"), (3, "axes"), (4, "steps"))
    )
    entries = [":"] * (rank + 1)
    for at, (start, end) in enumerate(zip(starts, ends, strict=False)):
        axis = graph.axis(value, axes[at] if axes else at)
        if not 1 <= axis <= rank:
            raise graph.refused_operation(operation)
        last = "" if end > 10**8 else str(max(end, -(10**8)))
        step = f":{steps[at]}" if steps and steps[at] != 1 else ""
        entries[axis] = f"{start}:{last}{step}"
    _picked(graph, operation, value, entries, 0)


def _picked(graph: OnnxGraph, operation: Operation, value: Value, entries: list[str], output: int) -> None:
    """Add a GetItem."""
    layer = made(graph, operation, "GetItem", {"key": ", ".join(entries)})
    node = graph.put(layer, (value.node,), graph.name_of(operation))
    graph.values[operation.outputs[output]] = Value(node, value.turned)


def _split(graph: OnnxGraph, operation: Operation) -> None:
    """Split into parts along one axis."""
    value = graph.value(operation.inputs[0])
    rank = len(graph.shapes[value.node])
    axis = graph.axis(value, number(operation, "axis", 0))
    if not 1 <= axis <= rank:
        raise graph.refused_operation(operation)
    side, parts = graph.shapes[value.node][axis - 1], len(operation.outputs)
    each = -(-side // parts)
    sizes = whole(graph.array(operation, 1)) or numbers(operation, "split", (each,) * parts)
    start = 0
    for output, size in enumerate(sizes[:parts]):
        entries = [":"] * (rank + 1)
        entries[axis] = f"{start}:{min(start + size, side)}"
        _picked(graph, operation, value, entries, output)
        start += size


RULES: dict[str, Rule] = {
    **{"Flatten": _flatten, "Reshape": _reshape, "Squeeze": _squeeze, "Unsqueeze": _unsqueeze},
    **{"Transpose": _transpose, "Concat": _concat, "Pad": _pad, "Resize": _resize, "Upsample": _resize},
    **{"ReduceMean": _reduce("Mean"), "ReduceMax": _reduce("Max"), "ReduceSum": _reduce("Sum")},
    **{"Slice": _slice, "Split": _split},
}
"""Kind of operation → what it adds to the network."""
