"""What lies in a folder, for the path that is being typed: read away from the keys, and once for a while.

A home folder may be on a slow disk of the network, where a listing takes longer than a key may.
"""

from __future__ import annotations

import os
import threading
import time
from itertools import islice
from pathlib import Path

from cnntutor.formats.network_file import SUFFIXES

_MOST_ENTRIES = 2000
"""Of a larger folder the rest is not offered."""
_KEPT = 3.0
"""Seconds that a listing is used again."""


class PathListing:
    """Goes on with what is typed; remembers the folders it has read for a moment.

    Args:
        endings: The files that are offered end so; those of networks if left out.
    """

    def __init__(self, endings: tuple[str, ...] = SUFFIXES) -> None:
        self._endings = endings
        self._lock = threading.Lock()
        self._folders: dict[str, tuple[float, tuple[str, ...]]] = {}

    def completions(self, text: str, most: int = 8) -> list[str]:
        """Return what a beginning of a path may go on to: folders, and files of the wanted kinds.

        Args:
            text: What is typed so far.
            most: How many to return.
        """
        folder, slash, start = text.rpartition("/")
        found = [
            name
            for name in self._names(folder + slash)
            if name.startswith(start) and (start.startswith(".") or not name.startswith("."))
        ]
        return [folder + slash + name for name in found[:most]]

    def _names(self, folder: str) -> tuple[str, ...]:
        """Return the folders and the wanted files in a folder, sorted; the folders' names end in /."""
        with self._lock:
            when, names = self._folders.get(folder, (-_KEPT, ()))
            if time.monotonic() - when >= _KEPT:
                names = _read(folder, self._endings)
                self._folders = {folder: (time.monotonic(), names)}
            return names


def _read(folder: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    try:
        with os.scandir(Path(folder or ".").expanduser()) as entries:
            return tuple(
                sorted(
                    entry.name + ("/" if entry.is_dir() else "")
                    for entry in islice(entries, _MOST_ENTRIES)
                    if entry.name.isprintable() and (entry.is_dir() or entry.name.lower().endswith(endings))
                )
            )
    except (OSError, RuntimeError, ValueError):
        return ()
