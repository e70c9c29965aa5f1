"""What a network file says of itself above its layers: enough for a list, without reading the layers."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cnntutor.calc.shapes import Shape
from cnntutor.formats.files import read_text
from cnntutor.formats.network_reader import SLUG
from cnntutor.formats.network_toml import read_network
from cnntutor.i18n import Text


@dataclass(frozen=True, slots=True)
class NetworkHeading:
    """A network of the course without its layers."""

    slug: str
    aliases: tuple[str, ...]
    title: Text
    source: str
    note: Text
    input_shape: Shape


def read_heading(path: Path) -> NetworkHeading:
    """Return the heading of a network file, read again only when the file has changed.

    What is not as it should be is left to the reader of the whole file.

    Raises:
        NotUnderstood: the file cannot be read; one sentence with file, key and mend.
    """
    return _read_version(path, path.stat().st_mtime_ns)


def text_above_layers(path: Path) -> str:
    """Return the text of a network file down to its first layer.

    Raises:
        NotUnderstood: the file cannot be read.
    """
    return read_text(path).partition("\n[[layers]]")[0]


@cache
def _read_version(path: Path, changed: int) -> NetworkHeading:
    """Return the heading of a file as it was at a time in nanoseconds."""
    try:
        heading = _heading(tomllib.loads(text_above_layers(path)))
    except (tomllib.TOMLDecodeError, RecursionError):
        heading = None
    if heading is not None:
        return heading
    entry = read_network(path)
    shape = entry.network.input_shape
    return NetworkHeading(entry.slug, entry.aliases, entry.title, entry.source, entry.note, shape)


def _heading(document: dict[str, object]) -> NetworkHeading | None:
    """Return what the keys say, None where any is missing or of another form than it should be."""
    slug, source, shape = document.get("name"), document.get("source", ""), document.get("input_shape")
    aliases, title = document.get("aliases", []), _text(document.get("title"))
    note = _text(document["note"]) if "note" in document else Text("", "")
    if not isinstance(slug, str) or not SLUG.fullmatch(slug) or title is None or note is None:
        return None
    if not isinstance(aliases, list) or not all(isinstance(each, str) for each in aliases):
        return None
    if not isinstance(shape, list) or not all(type(side) is int and side > 0 for side in shape) or not shape:
        return None
    if document.get("format_version") != 1 or not isinstance(source, str):
        return None
    return NetworkHeading(slug, tuple(aliases), title, source, note, tuple(shape))


def _text(value: object) -> Text | None:
    """Return a text in both languages, None where it is something else."""
    if not isinstance(value, dict) or set(value) != {"en", "vi"}:
        return None
    if not isinstance(value["en"], str) or not isinstance(value["vi"], str):
        return None
    return Text(value["en"], value["vi"])
