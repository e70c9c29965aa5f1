"""Opening the SQLite file: damaged files set aside, newer ones refused, a sentence for every failure.

The home folder may be on NFS: a rollback journal, no WAL, and a wait for another program's lock.
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.progress.migrations import MIGRATIONS, migrate, version

WAIT = 5.0
"""Seconds to wait for another program that is writing."""


def connect(target: str) -> sqlite3.Connection:
    """Return a connection with transactions begun by hand, brought up to date.

    Raises:
        sqlite3.Error: the file cannot be opened, is damaged, or cannot be written.
    """
    connection = sqlite3.connect(target, timeout=WAIT, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection)
        # A damaged page shows here and not at the first question.
        connection.execute("SELECT count(*) FROM lesson, place, card").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def open_file(path: Path, clock: Callable[[], datetime]) -> tuple[sqlite3.Connection, Message | None]:
    """Open the record; a damaged file is moved aside and a new one begun.

    Returns:
        The connection, and what the learner should be told about the opening.

    Raises:
        Failed: the file cannot be opened or made, or a newer cnntutor wrote it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(str(path))
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):
            raise _cannot_open(path, problem) from None
        return _begin_anew(path, clock)
    except OSError as problem:
        raise _cannot_open(path, problem) from None
    if version(connection) > len(MIGRATIONS):
        connection.close()
        raise Failed(
            msg("{path} was written by a newer cnntutor; install that version again to use it.", path=path)
        )
    return connection, None


def _begin_anew(path: Path, clock: Callable[[], datetime]) -> tuple[sqlite3.Connection, Message]:
    """Keep the damaged file under another name and open an empty one."""
    kept = path.with_name(f"{path.stem}.damaged-{clock():%Y%m%d-%H%M%S}{path.suffix}")
    try:
        path.rename(kept)
        connection = connect(str(path))
    except (OSError, sqlite3.Error) as problem:
        raise _cannot_open(path, problem) from None
    return connection, msg(
        "{path} was damaged and is kept as {kept}; a new record has been begun.", path=path, kept=kept.name
    )


def _cannot_open(path: Path, problem: Exception) -> Failed:
    """Return the error for a file that cannot be used now."""
    return Failed(
        msg(
            "Progress cannot be kept in {path} ({problem}); make the folder writable, free some space, "
            "or set CNNTUTOR_HOME to another folder.",
            path=path,
            problem=problem.strerror if isinstance(problem, OSError) else str(problem),
        )
    )
