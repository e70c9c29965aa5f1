"""Paths of network files as they are typed, and how a network is written there."""

from __future__ import annotations

import re
from pathlib import Path

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg

LONGEST_PATH = 1000


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


def slug_of(path: Path) -> str:
    """Return the slug that a file's name makes: My Net.toml is my-net; network where it makes none."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "network"


def write_file(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        NotUnderstood: it cannot be written there; says what the system said.
    """
    from cnntutor.lab.text_file import write_text_file

    try:
        write_text_file(path, text)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        raise NotUnderstood(
            msg("{path} cannot be written ({reason}); choose another place.", path=str(path), reason=reason)
        ) from None
