"""Opens the SQLite file of the record: makes it, brings it up to date, sets a damaged one aside.

The home folder may lie on NFS, so there is no write-ahead log; a rollback journal and a full sync keep what
was committed through a crash. Two programs may have the file open at once: writers wait for each other.
"""

import os
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.progress.migrations import APPLICATION_ID, MIGRATIONS, migrate, version
from cnntutor.progress.recovery import CHECKED_BYTES, good_copy, is_whole, recover, set_copy_aside

WAIT = 5.0
"""Seconds to wait for another program that is writing."""
_SQLITE_WAITS = 0.05
"""Seconds of these that SQLite itself waits: it looks ever more seldom, so a busy neighbour would win."""

_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))


ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file, and what happened at opening it."""

    connection: sqlite3.Connection
    notice: Message | None = None


def open_database(path: Path, now: datetime, *, distrusted: bool = False) -> Opened:
    """Open the record at a path; a damaged file is kept beside it under another name.

    Args:
        path: The file; it and its folder are made where they are missing.
        now: For the name of a damaged file.
        distrusted: Whether something in it could not be read; it is then checked whole, however large it is.

    Raises:
        Failed: the file cannot be opened or made; the sentence says how to mend it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = identity(path)
        if found is None:
            kept = set_copy_aside(path, now)
            return Opened(patiently(lambda: _connected(path)), _begun_anew(path, kept) if kept else None)
        try:
            if path.stat().st_size == 0 and good_copy(path).exists():
                raise _damage("empty")
            return Opened(patiently(lambda: _connected(path, distrusted=distrusted)))
        except sqlite3.DatabaseError as fault:
            if not damaged(fault):
                raise
        if identity(path) != found:  # another window has mended it in the meantime
            return Opened(patiently(lambda: _connected(path)))
        recovered = recover(path, now)
        return Opened(patiently(lambda: _connected(path)), recovered.told(path))
    except (OSError, sqlite3.Error) as fault:
        raise Failed(_refusal(path, fault)) from None


def _begun_anew(path: Path, kept: Path) -> Message:
    """Return the sentence for a record that is gone while its copy is not."""
    return msg(
        "There was no record {file}, so a new one is begun; the last good copy of the one before is kept as"
        " {kept}.",
        file=path,
        kept=kept.name,
    )


def patiently(act: Callable[[], ValueT]) -> ValueT:
    """Return what something returns once no other program stands in its way, within WAIT seconds.

    Raises:
        sqlite3.Error: it fails for another reason, or for this one still.
    """
    until = time.monotonic() + WAIT
    while True:
        try:
            return act()
        except sqlite3.OperationalError as fault:
            if _code(fault) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(random.uniform(0.001, 0.01))


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that took its name; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  (before every write: no object made)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def in_memory() -> sqlite3.Connection:
    """Return an empty record that is forgotten when it is closed."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrate(connection)
    return connection


def damaged(fault: sqlite3.Error) -> bool:
    """Return whether an error means that the file itself is broken."""
    return _code(fault) & 0xFF in _DAMAGED


def not_saved(path: Path | None, fault: sqlite3.Error) -> Message:
    """Return the sentence for something that could not be written."""
    code = _code(fault) & 0xFF
    kept = msg("what you did is kept in memory and written as soon as that is possible")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return msg("Another program is writing {file}; {kept}.", file=path, kept=kept)
    if code == sqlite3.SQLITE_FULL:
        return msg("The disk is full, so {file} cannot grow; free some space: {kept}.", file=path, kept=kept)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return msg("{file} cannot be written; make it and its folder writable: {kept}.", file=path, kept=kept)
    if code in _DAMAGED:
        return msg(
            "{file} is damaged and could not be mended; copy its folder to another disk and start cnntutor"
            " with CNNTUTOR_HOME set to that: {kept}.",
            file=path,
            kept=kept,
        )
    return msg("{file} could not be written ({reason}): {kept}.", file=path, reason=str(fault), kept=kept)


def not_read(path: Path | None, fault: sqlite3.Error) -> Message:
    """Return the sentence for something that could not be read."""
    if damaged(fault):
        return not_saved(path, fault)
    return msg("{file} could not be read ({reason}); try again.", file=path, reason=str(fault))


def _connected(path: Path, *, distrusted: bool = False) -> sqlite3.Connection:
    """Open a file that is whole, or make it, and bring it up to date."""
    fresh = not path.exists() or path.stat().st_size == 0
    connection = sqlite3.connect(path, timeout=_SQLITE_WAITS, isolation_level=None, check_same_thread=False)
    try:
        had = version(connection)
        if had > len(MIGRATIONS):
            raise Failed(
                msg(
                    "{file} was written by a newer cnntutor; bring cnntutor up to date, or set CNNTUTOR_HOME"
                    " to another folder.",
                    file=path,
                )
            )
        if not fresh:
            _check(path, connection, had, distrusted=distrusted)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(path: Path, connection: sqlite3.Connection, had: int, *, distrusted: bool) -> None:
    """Refuse a file that is not whole, or not ours.

    Raises:
        sqlite3.DatabaseError: the file is damaged.
        Failed: the file is an SQLite file of another program.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if tables and owner != APPLICATION_ID and not (owner == 0 and "attempt" in tables):
        raise Failed(
            msg(
                "{file} belongs to another program; move it away, or set CNNTUTOR_HOME to another folder.",
                file=path,
            )
        )
    if distrusted or path.stat().st_size <= CHECKED_BYTES:
        if not is_whole(connection):
            raise _damage("quick_check")
    elif had:
        connection.execute("SELECT count(*) FROM lesson").fetchone()


def _damage(found: str) -> sqlite3.DatabaseError:
    """Return the error SQLite itself raises for a broken file."""
    fault = sqlite3.DatabaseError(found)
    fault.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return fault


def _refusal(path: Path, fault: OSError | sqlite3.Error) -> Message:
    """Return the sentence for a file that cannot be opened or made."""
    if isinstance(fault, sqlite3.Error) and _code(fault) & 0xFF in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    ):
        return msg("Another program holds {file}; close it and try again.", file=path)
    if isinstance(fault, sqlite3.Error) and _code(fault) & 0xFF == sqlite3.SQLITE_FULL:
        return msg("The disk is full, so {file} cannot be made; free some space.", file=path)
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return msg(
        "{file} cannot be opened ({reason}); make it and its folder readable and writable, or set"
        " CNNTUTOR_HOME to another folder.",
        file=path,
        reason=reason,
    )


def _code(fault: sqlite3.Error) -> int:
    """Return SQLite's own code of an error; 0 where it has none."""
    return getattr(fault, "sqlite_errorcode", None) or 0
