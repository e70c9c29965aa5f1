"""Which runs are over, remembered between one start of the program and the next.

With thousands of runs it takes seconds to look at each; the file spares that. It says nothing about a run
that was resumed since: whenever one is, a marker is touched, and what was written before counts no more.
"""

import contextlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from cnntutor.lab.folder import read_record, replace_file

MARKER = ".resumed"
"""Touched, after its worker was started, whenever a run that was over goes on."""
_FILE = ".ended.json"
_WORTH = 50
"""So many runs have to be new before the file is written again."""


class _Ended(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    marker: int
    """When the marker had been touched, in nanoseconds; 0 for never."""
    runs: tuple[str, ...]


def marked_at(runs_dir: Path) -> int:
    """Return when a run was resumed last; 0 for never."""
    try:
        return (runs_dir / MARKER).stat().st_mtime_ns
    except OSError:
        return 0


def mark(runs_dir: Path) -> None:
    """Let every program look again at the runs that it saw end."""
    with contextlib.suppress(OSError):
        (runs_dir / MARKER).touch()


class EndedRuns:
    """Names of runs that are over.

    Args:
        runs_dir: The folder of the runs.
    """

    def __init__(self, runs_dir: Path) -> None:
        self._dir = runs_dir
        self._marker = -1
        self._names: set[str] = set()
        self._new = 0

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def refresh(self) -> bool:
        """Read the file anew where a run was resumed since, and return whether that is so."""
        marker = marked_at(self._dir)
        if marker == self._marker:
            return False
        self._marker, self._new = marker, 0
        kept = read_record(self._dir / _FILE, _Ended)
        self._names = set(kept.runs) if kept is not None and kept.marker == marker else set()
        return True

    def add(self, names: Iterable[str]) -> None:
        """Take note of runs that were seen to be over after the last `refresh`."""
        fresh = set(names) - self._names
        self._names |= fresh
        self._new += len(fresh)
        if self._new >= _WORTH:
            self._new = 0
            content = _Ended(marker=self._marker, runs=tuple(sorted(self._names)))
            with contextlib.suppress(OSError):
                replace_file(self._dir / _FILE, msgspec.json.encode(content))
