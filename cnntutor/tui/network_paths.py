"""Paths of network files as they are typed: which files they may mean, and where a network is written."""

from __future__ import annotations

import contextlib
import os
import re
from itertools import islice
from pathlib import Path

from cnntutor.errors import NotUnderstood
from cnntutor.formats.network_file import SUFFIXES
from cnntutor.i18n import msg

LONGEST_PATH = 1000
_MOST_ENTRIES = 2000
"""Of a larger folder the rest is not offered."""


def typed_path(text: str) -> Path:
    """Return the path a text means.

    Raises:
        NotUnderstood: it is empty, or no path at all.
    """
    text = text.strip().strip("\"'")
    if not text:
        raise NotUnderstood(msg("Type the path of a file."))
    if not text.isprintable():
        raise NotUnderstood(msg("A path holds no such characters; type it anew."))
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise NotUnderstood(msg("There is no such home folder; type the path in full.")) from None


def completions(text: str, most: int = 8) -> list[str]:
    """Return what a beginning of a path may go on to: folders, and files that hold networks.

    Args:
        text: What is typed so far.
        most: How many to return.
    """
    folder, slash, start = text.rpartition("/")
    try:
        where = Path(folder + slash if slash else ".").expanduser()
        with os.scandir(where) as entries:
            found = [
                entry.name + ("/" if entry.is_dir() else "")
                for entry in islice(entries, _MOST_ENTRIES)
                if entry.name.startswith(start)
                and (start.startswith(".") or not entry.name.startswith("."))
                and (entry.is_dir() or entry.name.lower().endswith(SUFFIXES))
                and entry.name.isprintable()
            ]
    except (OSError, RuntimeError, ValueError):
        return []
    return [folder + slash + name for name in sorted(found)[:most]]


def slug_of(path: Path) -> str:
    """Return the slug that a file's name makes: My Net.toml is my-net; network where it makes none."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "network"


def write_file(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        NotUnderstood: it cannot be written there; says what the system said.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except (OSError, ValueError) as problem:
        with contextlib.suppress(OSError, ValueError):
            part.unlink()
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        raise NotUnderstood(
            msg("{path} cannot be written ({reason}); choose another place.", path=str(path), reason=reason)
        ) from None
