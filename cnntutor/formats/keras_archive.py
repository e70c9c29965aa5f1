"""Networks from .keras archives: the config in the zip; weights are not looked at and nothing is run.

An archive may claim anything, so that what is read of it is bounded: its index, and the bytes that come
out of config.json, whatever the index says of them.
"""

import io
import zipfile
import zlib
from pathlib import Path
from typing import IO

from cnntutor.calc.shapes import Shape
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.files import check_file, unreadable
from cnntutor.formats.keras_json import LARGEST_JSON, parse_keras_json
from cnntutor.formats.places import Place
from cnntutor.i18n import msg

CONFIG = "config.json"
LARGEST_INDEX = 1_000_000
"""Bytes of the list of members; Keras writes three of them and an asset or two."""
PIECE = 65_536
"""Bytes read at a time."""
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_keras_archive(path: Path, input_shape: Shape | None = None) -> NetworkEntry:
    """Read the network of a .keras archive.

    Args:
        path: The archive.
        input_shape: Stands for the shape of the first input, where the file leaves it open or not.

    Raises:
        NotUnderstood: one sentence with file, layer and mend.
    """
    check_file(path)
    data = _config(path, Place(str(path)))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Place(str(path)).refused(
            msg("config.json in it is not text in UTF-8; save the model again")
        ) from None
    return parse_keras_json(text, str(path), input_shape)


def _config(path: Path, place: Place) -> bytes:
    """Return the bytes of config.json."""
    try:
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            member = archive.getinfo(CONFIG)
            if member.flag_bits & 1 or member.compress_type not in _COMPRESSIONS:
                raise place.refused(
                    msg("config.json in it is encrypted or packed in a way Keras never does; save again")
                )
            with archive.open(member) as stream:
                data = _read(stream)
    except KeyError:
        raise place.refused(
            msg("there is no config.json in it; it is no .keras file, save the model again")
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, _TooLarge):
        raise place.refused(
            msg("it is broken or no .keras archive; save the model again with model.save")
        ) from None
    except OSError as problem:
        raise unreadable(path, problem) from None
    if len(data) > LARGEST_JSON:
        raise place.refused(
            msg("config.json in it is larger than {count} bytes; no model needs that", count=LARGEST_JSON)
        )
    return data


def _read(stream: IO[bytes]) -> bytes:
    """Return what a member holds, or LARGEST_JSON bytes and a few more."""
    pieces: list[bytes] = []
    left = LARGEST_JSON
    while left >= 0 and (piece := stream.read(PIECE)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


class _TooLarge(Exception):
    """One read asks for more than an honest archive needs."""


class _Bounded(io.FileIO):
    """A file that refuses a read of more than LARGEST_INDEX bytes: zipfile reads an index in one piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to size bytes; all that are left for a size below 0."""
        if size is None or size < 0:
            size = LARGEST_INDEX
        if size > LARGEST_INDEX:
            raise _TooLarge
        return super().read(size) or b""
