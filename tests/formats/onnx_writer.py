"""Small ONNX files for the tests, written field by field: no package is needed, and lies are easy."""

import struct
from collections.abc import Sequence


def number(field: int, value: int) -> bytes:
    """A whole number."""
    return varint(field << 3) + varint(value & ((1 << 64) - 1))


def varint(value: int) -> bytes:
    found = bytearray()
    while True:
        byte, value = value & 127, value >> 7
        found.append(byte | (128 if value else 0))
        if not value:
            return bytes(found)


def message(field: int, data: bytes | str) -> bytes:
    """A text or a message inside."""
    inside = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(inside)) + inside


def real(field: int, value: float) -> bytes:
    return varint(field << 3 | 5) + struct.pack("<f", value)


def array(name: str, sides: Sequence[int], values: Sequence[float] = (), raw: bool = True) -> bytes:
    """Whole numbers of 64 bits, or weights of which nothing is in the file."""
    data = b"".join(number(1, side) for side in sides) + number(2, 7 if values else 1) + message(8, name)
    if raw:
        return data + message(9, struct.pack(f"<{len(values)}q", *map(int, values)))
    return data + message(7, b"".join(varint(int(each) & ((1 << 64) - 1)) for each in values))


def attribute(name: str, value: object) -> bytes:
    data = message(1, name)
    if isinstance(value, bytes):
        return data + message(5, value) + number(20, 4)
    if isinstance(value, str):
        return data + message(4, value) + number(20, 3)
    if isinstance(value, float):
        return data + real(2, value) + number(20, 1)
    if isinstance(value, int):
        return data + number(3, value) + number(20, 2)
    assert isinstance(value, tuple)
    return data + b"".join(number(8, each) for each in value) + number(20, 7)


def operation(kind: str, inputs: str, outputs: str, **attributes: object) -> bytes:
    """A node; inputs and outputs are names with spaces between them."""
    data = b"".join(message(1, name) for name in inputs.split())
    data += b"".join(message(2, name) for name in outputs.split())
    data += message(4, kind)
    return data + b"".join(message(5, attribute(*pair)) for pair in attributes.items())


def tensor(name: str, sides: Sequence[int | str]) -> bytes:
    """An input or output of 32-bit numbers; a side that is a word is open."""
    dims = b"".join(
        message(1, message(2, each) if isinstance(each, str) else number(1, each)) for each in sides
    )
    return message(1, name) + message(2, message(1, number(1, 1) + message(2, dims)))


def model(
    inputs: dict[str, Sequence[int | str]],
    arrays: Sequence[bytes],
    operations: Sequence[bytes],
    outputs: dict[str, Sequence[int | str]],
) -> bytes:
    graph = b"".join(message(1, each) for each in operations) + message(2, "small")
    graph += b"".join(message(5, each) for each in arrays)
    graph += b"".join(message(11, tensor(*pair)) for pair in inputs.items())
    graph += b"".join(message(12, tensor(*pair)) for pair in outputs.items())
    return number(1, 8) + message(7, graph) + message(8, number(2, 17))
