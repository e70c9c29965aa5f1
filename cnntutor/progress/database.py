"""Opens the SQLite file of the record: makes it, brings it up to date, sets a damaged one aside.

The home folder may lie on NFS, so there is no write-ahead log; a rollback journal and a full sync keep what
was committed through a crash. Two programs may have the file open at once: writers wait for each other.
"""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.progress.migrations import APPLICATION_ID, MIGRATIONS, migrate, version

WAIT = 5.0
"""Seconds to wait for another program that is writing."""
CHECKED_BYTES = 2_000_000
"""Files up to this size are checked whole at the start, some 15,000 answers; more would be felt."""

_TABLES = ("attempt", "lesson", "draft", "place", "card")
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file, and what happened at opening it."""

    connection: sqlite3.Connection
    notice: Message | None = None


def open_database(path: Path, now: datetime) -> Opened:
    """Open the record at a path; a damaged file is kept beside it under another name.

    Args:
        path: The file; it and its folder are made where they are missing.
        now: For the name of a damaged file.

    Raises:
        Failed: the file cannot be opened or made; the sentence says how to mend it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return Opened(_connected(path))
        except sqlite3.DatabaseError as fault:
            if not damaged(fault):
                raise
        aside = _set_aside(path, now)
        connection = _connected(path)
        saved = _salvage(aside, connection)
    except (OSError, sqlite3.Error) as fault:
        raise Failed(_refusal(path, fault)) from None
    return Opened(
        connection,
        msg(
            "The record {file} was damaged: it is kept as {aside}, {count} answers could be read from it,"
            " and a new record is begun.",
            file=path,
            aside=aside.name,
            count=saved,
        ),
    )


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
            "{file} is damaged; start cnntutor again, which sets it aside and keeps what can be read.",
            file=path,
        )
    return msg("{file} could not be written ({reason}): {kept}.", file=path, reason=str(fault), kept=kept)


def not_read(path: Path | None, fault: sqlite3.Error) -> Message:
    """Return the sentence for something that could not be read."""
    if damaged(fault):
        return not_saved(path, fault)
    return msg("{file} could not be read ({reason}); try again.", file=path, reason=str(fault))


def _connected(path: Path) -> sqlite3.Connection:
    """Open a file that is whole, or make it, and bring it up to date."""
    fresh = not path.exists() or path.stat().st_size == 0
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
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
            _check(path, connection, had)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(path: Path, connection: sqlite3.Connection, had: int) -> None:
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
    if path.stat().st_size <= CHECKED_BYTES:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise _damage(str(found))
    elif had:
        connection.execute("SELECT count(*) FROM lesson").fetchone()


def _damage(found: str) -> sqlite3.DatabaseError:
    """Return the error SQLite itself raises for a broken file."""
    fault = sqlite3.DatabaseError(found)
    fault.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return fault


def _set_aside(path: Path, now: datetime) -> Path:
    """Give a damaged file, and its journal, a name of their own that nothing has yet."""
    stamp = now.strftime("%Y%m%d-%H%M%S")
    number = 1
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.damaged-{stamp}-{number}{path.suffix}")
    path.rename(aside)
    journal = path.with_name(path.name + "-journal")
    if journal.exists():
        journal.rename(aside.with_name(aside.name + "-journal"))
    return aside


def _salvage(aside: Path, connection: sqlite3.Connection) -> int:
    """Copy every row that can still be read out of a damaged file.

    Returns:
        How many attempts were saved.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        with closing(sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)) as broken:
            for table in _TABLES:
                with suppress(sqlite3.Error):
                    _copy(broken, connection, table)
    except sqlite3.Error:
        pass  # nothing of it can be read
    (saved,) = connection.execute("SELECT count(*) FROM attempt").fetchone()
    connection.execute("COMMIT")
    return int(saved)


def _copy(broken: sqlite3.Connection, connection: sqlite3.Connection, table: str) -> None:
    """Copy the rows of a table until one cannot be read."""
    rows = broken.execute(f"SELECT * FROM {table} NOT INDEXED")
    columns = [column[0] for column in rows.description]
    places = ", ".join("?" * len(columns))
    for row in rows:
        with suppress(sqlite3.IntegrityError, sqlite3.InterfaceError):
            connection.execute(
                f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({places})",
                row,
            )


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
