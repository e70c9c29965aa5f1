"""Texts kept as attributes of an HDF5 file's root, read without h5py.

Only what Keras's .h5 files need, of the HDF5 file format specification 1.1: superblocks 0 and 1, version 1
object headers, attribute messages, strings of fixed length and of variable length in a global heap. All
sizes come from the file and are bounded before they are read.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_BLOCKS = 64
"""Pieces of one object header."""
LARGEST_BLOCK = 1_000_000
"""Bytes of one piece of an object header."""

_ATTRIBUTE, _CONTINUATION = 0x0C, 0x10
_STRING, _VARIABLE = 3, 9


class NotHdf5(Exception):
    """A file that is no HDF5 file, or one written in another way than Keras's."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How many bytes an address and a length take in this file."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _File:
    """An open file."""

    stream: IO[bytes]
    sizes: _Sizes
    largest: int

    def read(self, address: int, count: int) -> bytes:
        """Return bytes of the file.

        Raises:
            NotHdf5: the file does not have them, or they are too many.
        """
        if not 0 <= count <= self.largest or not 0 <= address < 1 << 62:
            raise NotHdf5
        self.stream.seek(address)
        data = self.stream.read(count)
        if len(data) != count:
            raise NotHdf5
        return data


def root_texts(path: Path, wanted: frozenset[str], largest: int) -> dict[str, bytes]:
    """Return the texts of attributes of the root.

    Args:
        path: The file.
        wanted: Names of attributes; those that are missing or are no texts are left out.
        largest: Bytes a text may have.

    Raises:
        NotHdf5: it is no HDF5 file, is broken, or is written in a way Keras never uses.
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(24)
        if len(head) != 24 or head[:8] != SIGNATURE:
            raise NotHdf5
        version, sizes = head[8], _Sizes(head[13], head[14])
        if version not in (0, 1) or sizes.offset not in (4, 8) or sizes.length not in (4, 8):
            raise NotHdf5
        file = _File(stream, sizes, largest + LARGEST_BLOCK)
        start = 24 + 4 * version + 4 * sizes.offset
        root = file.read(start, 2 * sizes.offset)
        header = int.from_bytes(root[sizes.offset :], "little")
        found: dict[str, bytes] = {}
        for kind, data in _messages(file, header):
            if kind == _ATTRIBUTE:
                try:
                    name, text = _attribute(file, data, wanted)
                except (struct.error, IndexError):
                    raise NotHdf5 from None
                if name in wanted and text is not None:
                    found[name] = text
        return found


def _messages(file: _File, address: int) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, data) of the messages of an object header."""
    version, _, _, _, size = struct.unpack("<BBHII", file.read(address, 12))
    if version != 1:
        raise NotHdf5
    blocks = [(address + 16, size)]
    for number in range(MOST_BLOCKS):
        if number >= len(blocks):
            return
        start, size = blocks[number]
        if size > LARGEST_BLOCK:
            raise NotHdf5
        data = file.read(start, size)
        place = 0
        while place + 8 <= len(data):
            kind, length = struct.unpack_from("<HH", data, place)
            body = data[place + 8 : place + 8 + length]
            place += 8 + length
            if kind == _CONTINUATION and len(body) >= file.sizes.offset + file.sizes.length:
                at, count = body[: file.sizes.offset], body[file.sizes.offset :][: file.sizes.length]
                blocks.append((int.from_bytes(at, "little"), int.from_bytes(count, "little")))
            else:
                yield kind, body
    raise NotHdf5


def _attribute(file: _File, data: bytes, wanted: frozenset[str]) -> tuple[str, bytes | None]:
    """Return the name of an attribute and its text; None where it is no single text."""
    version, flags, name_size, type_size, space_size = struct.unpack_from("<BBHHH", data)
    if version not in (1, 2, 3) or (version > 1 and flags):
        return "", None
    place = 9 if version == 3 else 8
    round_up = 8 if version == 1 else 1
    parts: list[bytes] = []
    for size in (name_size, type_size, space_size):
        parts.append(data[place : place + size])
        place += -(-size // round_up) * round_up
    name = parts[0].split(b"\0")[0].decode("utf-8", "replace")
    if name not in wanted:
        return name, None
    return name, _text(file, parts[1], data[place:])


def _text(file: _File, datatype: bytes, data: bytes) -> bytes | None:
    """Return the text of an attribute's data."""
    kind, bits, _, _, size = struct.unpack_from("<BBBBI", datatype)
    if kind & 15 == _STRING:
        return data[:size].split(b"\0")[0]
    if kind & 15 != _VARIABLE or bits & 15 != 1:
        return None
    length = int.from_bytes(data[:4], "little")
    address = int.from_bytes(data[4 : 4 + file.sizes.offset], "little")
    index = int.from_bytes(data[4 + file.sizes.offset : 8 + file.sizes.offset], "little")
    return _heap_object(file, address, index)[:length]


def _heap_object(file: _File, address: int, index: int) -> bytes:
    """Return an object of a global heap collection."""
    lengths = file.sizes.length
    head = file.read(address, 8 + lengths)
    if head[:4] != b"GCOL" or head[4] != 1:
        raise NotHdf5
    collection = file.read(address, int.from_bytes(head[8:], "little"))
    place = 8 + lengths
    while place + 8 + lengths <= len(collection):
        found, size = (
            int.from_bytes(collection[place : place + 2], "little"),
            int.from_bytes(collection[place + 8 : place + 8 + lengths], "little"),
        )
        place += 8 + lengths
        if found == index:
            return collection[place : place + size]
        if found == 0:
            break
        place += -(-size // 8) * 8
    raise NotHdf5
