"""Small arrays that an ONNX graph computes from others: the shape of a Reshape, the ends of a Pad."""

import math
from collections.abc import Callable, Mapping, Sequence

from cnntutor.formats.onnx_wire import MOST_VALUES, Array, Operation

Given = list[Array]
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "Add": lambda left, right: left + right,
    "Sub": lambda left, right: left - right,
    "Mul": lambda left, right: left * right,
    "Div": lambda left, right: left // right if left == int(left) and right == int(right) else left / right,
}


def computed(operation: Operation, arrays: Mapping[str, Array]) -> Array | None:
    """Return what an operation on small arrays gives; None where it is none of these, or gives too much."""
    if operation.kind == "Constant":
        return _constant(operation)
    given = [arrays[name] for name in operation.inputs if name in arrays]
    rule = _RULES.get(operation.kind)
    if rule is None or not given or len(given) < sum(map(bool, operation.inputs)):
        return None
    if any(each.values is None for each in given):
        return None
    try:
        found = rule(operation, given)
    except (IndexError, ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None
    return found if len(found.values or ()) <= MOST_VALUES else None


def array(sides: Sequence[int], values: Sequence[float]) -> Array:
    """Return a small array."""
    return Array("", tuple(sides), tuple(values))


def whole(numbers: object) -> tuple[int, ...]:
    """Return the whole numbers of an array, an attribute or nothing."""
    values = numbers.values if isinstance(numbers, Array) else numbers
    if isinstance(values, (int, float)):
        return (int(values),)
    return tuple(int(each) for each in values) if isinstance(values, tuple) else ()


def _constant(operation: Operation) -> Array | None:
    """Return the array of a Constant."""
    for name in ("value", "value_int", "value_float", "value_ints", "value_floats"):
        found = operation.attributes.get(name)
        if isinstance(found, Array):
            return found
        if isinstance(found, (int, float)):
            return array((), (found,))
        if isinstance(found, tuple):
            return array((len(found),), found)
    return None


def _same(operation: Operation, given: Given) -> Array:
    """Identity, and Cast among whole numbers."""
    return given[0]


def _gather(operation: Operation, given: Given) -> Array:
    """Gather along the first axis of a row."""
    values = given[0].values or ()
    if len(given[0].sides) != 1:
        raise ValueError
    return array(given[1].sides, [values[index] for index in whole(given[1])])


def _concat(operation: Operation, given: Given) -> Array:
    """Concat of rows."""
    if any(len(each.sides) != 1 for each in given):
        raise ValueError
    values = [value for each in given for value in each.values or ()]
    return array((len(values),), values)


def _reshape(operation: Operation, given: Given) -> Array:
    """Reshape; -1 stands for what is left."""
    values = given[0].values or ()
    sides = whole(given[1])
    known = math.prod(side for side in sides if side > 0)
    return array([side if side > 0 else len(values) // known for side in sides], values)


def _flat(operation: Operation, given: Given) -> Array:
    """Squeeze of a row of one, Unsqueeze of a number."""
    values = given[0].values or ()
    if operation.kind == "Squeeze" and len(values) == 1:
        return array((), values)
    if operation.kind == "Unsqueeze" and not given[0].sides:
        return array((1,), values)
    raise ValueError


def _slice(operation: Operation, given: Given) -> Array:
    """Slice along the first axis."""
    starts, ends = whole(given[1]), whole(given[2])
    axes = whole(given[3]) if len(given) > 3 else (0,)
    step = whole(given[4])[0] if len(given) > 4 else 1
    values, sides = given[0].values or (), given[0].sides
    if axes != (0,) or not sides:
        raise ValueError
    rows = len(values) // sides[0]
    end = None if step < 0 and ends[0] < -sides[0] else ends[0]
    kept = range(sides[0])[starts[0] : end : step]
    return array((len(kept), *sides[1:]), [v for row in kept for v in values[row * rows : (row + 1) * rows]])


def _transpose(operation: Operation, given: Given) -> Array:
    """Transpose of a table."""
    rows, columns = given[0].sides
    values = given[0].values or ()
    return array(
        (columns, rows), [values[row * columns + at] for at in range(columns) for row in range(rows)]
    )


def _filled(operation: Operation, given: Given) -> Array:
    """ConstantOfShape."""
    sides = whole(given[0])
    value = operation.attributes.get("value")
    filling = (value.values or (0,))[0] if isinstance(value, Array) else 0
    if math.prod(sides) > MOST_VALUES:
        raise ValueError
    return array(sides, [filling] * math.prod(sides))


def _arithmetic(operation: Operation, given: Given) -> Array:
    """The four operations, value by value, or with one number."""
    left, right = given[0].values or (), given[1].values or ()
    sides = given[0].sides if len(left) >= len(right) else given[1].sides
    count = max(len(left), len(right))
    if len(left) not in (1, count) or len(right) not in (1, count):
        raise ValueError
    pairs = zip(left * (count // len(left)), right * (count // len(right)), strict=True)
    return array(sides, [_ARITHMETIC[operation.kind](*pair) for pair in pairs])


_RULES: dict[str, Callable[[Operation, Given], Array]] = {
    **{"Identity": _same, "Cast": _same, "Gather": _gather, "Concat": _concat, "Reshape": _reshape},
    **{"Squeeze": _flat, "Unsqueeze": _flat, "Slice": _slice, "Transpose": _transpose},
    **{"ConstantOfShape": _filled},
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
}
