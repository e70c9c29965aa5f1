"""Finds the line of a TOML file on which a key stands; for sentences only, so near enough is good enough."""

import re

Place = tuple[str | int, ...]
"""Keys and list indices from the top of a document: ("units", 0, "title", "en")."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-\"'.\s]+?)\s*=(?!=)\s*(.*)")


def key_of(place: Place) -> str:
    """Return a place as a person reads it: list items are counted from 1."""
    written_key = ""
    for part in place:
        if isinstance(part, int):
            written_key += f"[{part + 1}]"
        else:
            written_key += f".{part}" if written_key else part
    return written_key


def line_of(text: str, place: Place) -> int | None:
    """Return the line, from 1, of a place or of the nearest thing above it; None where nothing is found."""
    lines = _lines(text)
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None


def _lines(text: str) -> dict[Place, int]:
    """Return the line of every header and key, and of every place above it."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            if closing in line:
                closing = ""
            continue
        header = _HEADER.match(line)
        if header:
            name = _indexed(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                lines.setdefault(name, number)
                name = (*name, counts[name])
            table = name
            _note(lines, table, number)
            continue
        key = _KEY.match(line)
        if key:
            _note(lines, (*table, *_parts(key[1])), number)
            for quotes in ('"""', "'''"):
                if key[2].startswith(quotes) and quotes not in key[2][3:]:
                    closing = quotes
    return lines


def _parts(name: str) -> Place:
    """Return the keys of a dotted name, without quotes."""
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def _indexed(name: Place, counts: dict[Place, int]) -> Place:
    """Return the place of a header: below a list of tables it means the table begun last."""
    place: Place = ()
    for part in name[:-1]:
        place = (*place, part)
        if place in counts:
            place = (*place, counts[place])
    return (*place, name[-1])


def _note(lines: dict[Place, int], place: Place, number: int) -> None:
    """Remember a line for a place, and for what is above it where that has none."""
    for length in range(1, len(place) + 1):
        lines.setdefault(place[:length], number)
