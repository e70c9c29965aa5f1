"""ONNX files as data: the few messages that say a network, read from protobuf's wire format.

Weights are passed over, not read: of an array of numbers only its sides are kept, and the values of short
ones, such as the shape of a Reshape. Nothing is imported for it and nothing run.
"""

import math
import mmap
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_VALUES = 64
"""Values of an array that are read; longer ones are weights."""
MOST_FIELDS = 2_000_000
"""Fields of one message; no network has so many."""
LARGEST_VARINT = 10
"""Bytes."""
_FLOAT, _INT32, _INT64, _BOOL, _DOUBLE = 1, 6, 7, 9, 11
_CODES = {_FLOAT: "f", _INT32: "i", _INT64: "q", _BOOL: "?", _DOUBLE: "d"}


class NotOnnx(Exception):
    """A file that is no ONNX file, or a broken one."""


@dataclass(frozen=True, slots=True)
class Array:
    """An array of numbers in the file."""

    name: str
    sides: tuple[int, ...]
    values: tuple[float, ...] | None
    """None where they are many, or of a kind that no shape is of."""


Attribute = int | float | str | tuple[float, ...] | Array
"""What an attribute of an operation says."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One node of the graph."""

    name: str
    kind: str
    """Its op_type, with the domain in front where it is none of ONNX's own."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]


@dataclass(frozen=True, slots=True)
class Graph:
    """What the file says of a network."""

    name: str
    operations: tuple[Operation, ...]
    arrays: dict[str, Array]
    inputs: dict[str, tuple[int | None, ...]]
    """The sides of each input, the batch among them; None where the file leaves one open."""
    outputs: tuple[str, ...]


def read_onnx_graph(path: Path) -> Graph:
    """Return the graph of a file.

    Raises:
        NotOnnx: it is no ONNX file, or broken.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raise NotOnnx from None
        graph: Graph | None = None
        for number, value in _fields(memoryview(mapped)):
            if number == 7 and isinstance(value, memoryview):
                graph = _graph(value)
    if graph is None or not graph.outputs:
        raise NotOnnx
    return graph


def _fields(view: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield (number, value) of a message's fields: whole numbers, or bytes."""
    place, count = 0, 0
    while place < len(view):
        count += 1
        key, place = _varint(view, place)
        number, wire = key >> 3, key & 7
        if number == 0 or count > MOST_FIELDS:
            raise NotOnnx
        if wire == 0:
            found, place = _varint(view, place)
            yield number, found
            continue
        if wire == 2:
            size, place = _varint(view, place)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise NotOnnx
        if place + size > len(view):
            raise NotOnnx
        yield number, view[place : place + size]
        place += size


def _varint(view: memoryview, place: int) -> tuple[int, int]:
    """Return a whole number and the place behind it."""
    found = 0
    for shift in range(LARGEST_VARINT):
        if place >= len(view):
            raise NotOnnx
        byte = view[place]
        place += 1
        found |= (byte & 127) << (7 * shift)
        if byte < 128:
            return found, place
    raise NotOnnx


def _signed(number: int) -> int:
    """Return a whole number that may be negative."""
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number


def _text(value: int | memoryview) -> str:
    """Return a text."""
    if isinstance(value, int) or len(value) > 10_000:
        raise NotOnnx
    return bytes(value).decode("utf-8", "replace")


def _whole_numbers(value: int | memoryview) -> tuple[int, ...]:
    """Return whole numbers, one or packed."""
    if isinstance(value, int):
        return (_signed(value),)
    found: list[int] = []
    place = 0
    while place < len(value) and len(found) <= MOST_VALUES:
        number, place = _varint(value, place)
        found.append(_signed(number))
    return tuple(found)


def _floats(value: int | memoryview, code: str = "f") -> tuple[float, ...]:
    """Return real numbers, one or packed."""
    size = struct.calcsize(code)
    if isinstance(value, int) or len(value) % size or len(value) > 16 * size * MOST_VALUES:
        raise NotOnnx
    return struct.unpack(f"<{len(value) // size}{code}", value)


def _float(value: int | memoryview) -> float:
    """Return a real number."""
    found = _floats(value)
    if not found:
        raise NotOnnx
    return found[0]


def _graph(view: memoryview) -> Graph:
    """Return a graph."""
    name, operations, outputs = "", list[Operation](), list[str]()
    arrays: dict[str, Array] = {}
    inputs: dict[str, tuple[int | None, ...]] = {}
    for number, value in _fields(view):
        if isinstance(value, int):
            continue
        if number == 1:
            operations.append(_operation(value))
        elif number == 2:
            name = _text(value)
        elif number == 5:
            array = _array(value)
            arrays[array.name] = array
        elif number == 11:
            inputs.update([_input(value)])
        elif number == 12:
            outputs.append(_input(value)[0])
    given = {key: sides for key, sides in inputs.items() if key not in arrays}
    return Graph(name, tuple(operations), arrays, given, tuple(outputs))


def _operation(view: memoryview) -> Operation:
    """Return a node."""
    texts: dict[int, list[str]] = {1: [], 2: [], 3: [""], 4: [""], 7: [""]}
    attributes: dict[str, Attribute] = {}
    for number, value in _fields(view):
        if number in texts:
            texts[number].append(_text(value))
        elif number == 5 and isinstance(value, memoryview):
            found = _attribute(value)
            if found is not None:
                attributes.update([found])
    domain, kind = texts[7][-1], texts[4][-1]
    full = kind if domain in ("", "ai.onnx") else f"{domain}.{kind}"
    return Operation(texts[3][-1], full, tuple(texts[1]), tuple(texts[2]), attributes)


_ATTRIBUTES: dict[int, Callable[[int | memoryview], Attribute]] = {
    2: _float,
    3: lambda value: _signed(value) if isinstance(value, int) else 0,
    4: _text,
    5: lambda value: _array(value) if isinstance(value, memoryview) else 0,
    7: _floats,
    8: _whole_numbers,
}


def _attribute(view: memoryview) -> tuple[str, Attribute] | None:
    """Return the name and value of an attribute; None where it is a graph or the like."""
    name, found = "", None
    many: dict[int, list[float]] = {7: [], 8: []}
    for number, value in _fields(view):
        if number == 1:
            name = _text(value)
        elif number in many:
            listed = _ATTRIBUTES[number](value)
            many[number] += listed if isinstance(listed, tuple) else ()
            found = tuple(many[number])
        elif number in _ATTRIBUTES and found is None:
            found = _ATTRIBUTES[number](value)  # type: ignore[assignment]
    return None if found is None else (name, found)


def _array(view: memoryview) -> Array:
    """Return an array's name and sides, and its values where they are few."""
    name, kind = "", 0
    sides: list[int] = []
    values: list[float] = []
    raw: memoryview | None = None
    for number, value in _fields(view):
        if number == 1:
            sides += _whole_numbers(value)
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8:
            name = _text(value)
        elif number == 9 and isinstance(value, memoryview):
            raw = value
        elif number in (5, 7) and len(values) <= MOST_VALUES:
            values += _whole_numbers(value)
        elif number == 4 and (isinstance(value, int) or len(value) <= 4 * MOST_VALUES):
            values += _floats(value)
    if any(side < 0 for side in sides) or len(sides) > MOST_VALUES:
        raise NotOnnx
    count = math.prod(sides)
    if raw is not None and kind in _CODES and count <= MOST_VALUES:
        values = list(_floats(raw, _CODES[kind]))
    return Array(name, tuple(sides), tuple(values) if count == len(values) <= MOST_VALUES else None)


def _input(view: memoryview) -> tuple[str, tuple[int | None, ...]]:
    """Return the name and sides of an input or output."""
    name = ""
    sides: list[int | None] = []
    for number, value in _fields(view):
        if number == 1:
            name = _text(value)
        elif number == 2 and isinstance(value, memoryview):
            for shape in _inside(value, 1, 2):
                sides += [_side(each) for each in _inside(shape, 1)]
    return name, tuple(sides[:MOST_VALUES])


def _inside(view: memoryview, *numbers: int) -> Iterator[memoryview]:
    """Yield the messages that lie at these fields in one another."""
    for number, value in _fields(view):
        if number == numbers[0] and isinstance(value, memoryview):
            if len(numbers) == 1:
                yield value
            else:
                yield from _inside(value, *numbers[1:])


def _side(view: memoryview) -> int | None:
    """Return a side; None where it has a name or nothing."""
    found = [_signed(value) for number, value in _fields(view) if number == 1 and isinstance(value, int)]
    return found[-1] if found and found[-1] > 0 else None
