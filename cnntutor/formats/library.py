"""The networks of the course by name, and any other by the path of its file."""

from functools import cache
from pathlib import Path

from cnntutor import locations
from cnntutor.calc.shapes import Shape
from cnntutor.errors import NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.heading import NetworkHeading, read_heading, text_above_layers
from cnntutor.formats.network_file import SUFFIXES, read_network_file
from cnntutor.formats.network_reader import SLUG
from cnntutor.formats.network_toml import read_network
from cnntutor.i18n import msg

__all__ = [
    "NetworkEntry",
    "NetworkHeading",
    "card_path",
    "cards_dir",
    "find_network",
    "list_headings",
    "list_networks",
    "networks_dir",
]

LONGEST_NAME = 80
"""Characters of a slug or alias."""


def networks_dir() -> Path:
    """Return the folder of the course's networks."""
    return locations.content_dir() / "networks"


def cards_dir() -> Path:
    """Return the folder of the course's fact cards: networks that are no Keras graphs."""
    return locations.content_dir() / "cards"


def card_path(name: str) -> Path | None:
    """Return the file of the fact card of this slug, None where there is none."""
    wanted = name.strip().lower().replace("_", "-")
    path = cards_dir() / f"{wanted}.toml"
    return path if len(wanted) <= LONGEST_NAME and SLUG.fullmatch(wanted) and path.is_file() else None


def find_network(name: str, input_shape: Shape | None = None) -> NetworkEntry:
    """Return a network by slug, by alias, or by the path of a file.

    Args:
        name: The slug, the alias or the path.
        input_shape: Stands for the input shape that a Keras file leaves open; the networks of the course
            and TOML files say their own.

    Raises:
        NotUnderstood: there is none of this name, or its file cannot be read.
    """
    folder = networks_dir()
    if name.lower().endswith(SUFFIXES) or "/" in name:
        return read_network_file(Path(name).expanduser(), input_shape)
    wanted = name.strip().lower().replace("_", "-")
    if len(wanted) <= LONGEST_NAME and SLUG.fullmatch(wanted):
        own_file = folder / f"{wanted}.toml"
        if own_file.is_file():
            return _read(own_file)
        for path in sorted(folder.glob("*.toml")):
            if f'"{wanted}"' in text_above_layers(path) and wanted in read_heading(path).aliases:
                return _read(path)
    import difflib  # only here: a name that is understood need not wait for it

    names = sorted({each for heading in list_headings() for each in (heading.slug, *heading.aliases)})
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    raise NotUnderstood(
        msg(
            "There is no network {name}; try {names}, or give the path of a network file.",
            name=f'"{name[:60]}"',
            names=", ".join(close or names),
        )
    )


def list_headings() -> tuple[NetworkHeading, ...]:
    """Return what every network of the course says of itself, in the order of their slugs; layers unread.

    Raises:
        NotUnderstood: a file cannot be read.
    """
    return tuple(read_heading(path) for path in sorted(networks_dir().glob("*.toml")))


def list_networks() -> tuple[NetworkEntry, ...]:
    """Return every network of the course with its layers, in the order of their slugs.

    This reads every layer of the largest networks; list_headings is quick.

    Raises:
        NotUnderstood: a file cannot be read.
    """
    return tuple(_read(path) for path in sorted(networks_dir().glob("*.toml")))


def _read(path: Path) -> NetworkEntry:
    """Return the entry of a file of the course, read again only when it has changed."""
    return _read_version(path, path.stat().st_mtime_ns)


@cache
def _read_version(path: Path, changed: int) -> NetworkEntry:
    """Return the entry of a file as it was at a time in nanoseconds."""
    return read_network(path)
