"""A damaged record is set aside and made again from the last good copy and from what can still be read.

The copy lies beside the record, as progress.good.sqlite3: whole when it was made, replaced in one step.
"""

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cnntutor.i18n import Message, msg
from cnntutor.progress import attempts as attempt_rows
from cnntutor.progress.migrations import MIGRATIONS, migrate, same_length, version

CHECKED_BYTES = 2_000_000
"""Files up to this size are checked whole at the start and copied at each end: some 10,000 answers."""
COPIED_AFTER = timedelta(hours=1)
"""How old the copy of a larger file may be."""

_FOUND_AGAIN = ("lesson", "draft", "place", "card", "exam", "mark")
"""Tables of which a damaged file has the later rows; attempts are never changed, only added."""
_JSON = ("answers", "mistakes", "questions", "fsrs")
"""Columns that hold JSON."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came of a damaged file."""

    aside: Path
    """Where it is kept."""
    answers: int
    """How many answers the new record has."""
    copied: datetime | None
    """When the good copy was made that it stands on; None where there was none."""

    def told(self, path: Path) -> Message:
        """Return the sentence for the learner."""
        if self.copied is None:
            return msg(
                "The record {file} was damaged: it is kept as {aside}, {count} answers could be read from it,"
                " and a new record is begun.",
                file=path,
                aside=self.aside.name,
                count=self.answers,
            )
        return msg(
            "The record {file} was damaged: it is kept as {aside}. The last good copy, of {when}, and what"
            " could still be read make a new one with {count} answers.",
            file=path,
            aside=self.aside.name,
            when=f"{self.copied:%Y-%m-%d %H:%M}",
            count=self.answers,
        )


def good_copy(path: Path) -> Path:
    """Return where the last good copy of a record lies."""
    return path.with_name(f"{path.stem}.good{path.suffix}")


def keep_copy(path: Path) -> bool:
    """Copy a record that is whole, if it changed since the last copy; of a large one, every hour.

    Nothing is said where it cannot be done: the copy of before stays.

    Returns:
        Whether the copy is now as good as it should be.
    """
    target = good_copy(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        changed = path.stat()
        if target.exists():
            age = changed.st_mtime - target.stat().st_mtime
            limit = COPIED_AFTER.total_seconds() if changed.st_size > CHECKED_BYTES else 0
            if age <= limit:
                return True
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
            if version(copy) == 0 or not is_whole(copy):
                return False
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        os.utime(temporary, ns=(changed.st_atime_ns, changed.st_mtime_ns))
        temporary.replace(target)
    except (OSError, sqlite3.Error):
        return False
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return True


def set_copy_aside(path: Path, now: datetime) -> Path | None:
    """Give the copy of a record that is gone a name of its own, and return it; None where there is none."""
    copy = good_copy(path)
    if not copy.exists():
        return None
    kept = _free_name(path, f"before-{now:%Y%m%d-%H%M%S}")
    copy.rename(kept)
    return kept


def is_whole(connection: sqlite3.Connection) -> bool:
    """Return whether SQLite finds every page as it should be."""
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return bool(found == "ok")


def recover(path: Path, now: datetime) -> Recovered:
    """Put a new record in the place of a damaged one, which is kept under another name.

    The new one is made whole before the damaged one is moved, so that a full disk changes nothing.

    Args:
        path: The damaged file.
        now: For its new name.

    Raises:
        OSError: the new file cannot be made.
        sqlite3.Error: the same.
    """
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}.mending-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        copied = _begin_with_copy(good_copy(path), made)
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            migrate(connection)
            answers = _salvage(path, Path(folder) / "damaged", connection)
        aside = _set_aside(path, now)
        made.replace(path)
    return Recovered(aside, answers, copied)


def _begin_with_copy(copy: Path, made: Path) -> datetime | None:
    """Let the new record begin as the last good copy; return when that was made, None where there is none."""
    with suppress(OSError, sqlite3.Error):
        if not copy.exists():
            return None
        shutil.copyfile(copy, made)
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            if 0 < version(connection) <= len(MIGRATIONS) and is_whole(connection):
                return datetime.fromtimestamp(copy.stat().st_mtime, UTC).astimezone()
    made.unlink(missing_ok=True)
    return None


def _salvage(path: Path, readable: Path, connection: sqlite3.Connection) -> int:
    """Copy every row that can still be read out of a damaged file.

    Args:
        path: The damaged file, left as it is.
        readable: Where it is copied to be read, its journal with it, so that SQLite can roll that back.
        connection: The new record.

    Returns:
        How many attempts the new record has.
    """
    shutil.copyfile(path, readable)
    if _journal(path).exists():
        shutil.copyfile(_journal(path), _journal(readable))
    connection.execute("BEGIN IMMEDIATE")
    with suppress(sqlite3.Error), closing(sqlite3.connect(readable, isolation_level=None)) as broken:
        for table in _FOUND_AGAIN:
            _copy(broken, connection, table, "REPLACE", "")
        for direction in ("ASC", "DESC"):  # from both ends up to the broken page
            _copy(broken, connection, "attempt", "IGNORE", f"ORDER BY rowid {direction}")
    same_length(connection)
    attempt_rows.count_again(connection)
    attempt_rows.drop_given(connection)
    (answers,) = connection.execute("SELECT count(*) FROM attempt").fetchone()
    connection.execute("COMMIT")
    return int(answers)


def _copy(
    broken: sqlite3.Connection, connection: sqlite3.Connection, table: str, conflict: str, order: str
) -> None:
    """Copy the rows of a table until one cannot be read."""
    known = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
    with suppress(sqlite3.Error, UnicodeDecodeError):
        rows = broken.execute(f"SELECT * FROM {table} NOT INDEXED {order}")
        columns = [column[0] for column in rows.description]
        if not set(columns) <= set(known):
            return
        places = ", ".join("?" * len(columns))
        for row in rows:
            if not all(
                _sound(column, known[column], value) for column, value in zip(columns, row, strict=True)
            ):
                continue
            with suppress(sqlite3.IntegrityError, sqlite3.InterfaceError):
                connection.execute(
                    f"INSERT OR {conflict} INTO {table} ({', '.join(columns)}) VALUES ({places})", row
                )


def _sound(column: str, kind: str, value: object) -> bool:
    """Return whether a value that was read from a damaged file is one that we wrote."""
    if value is None:
        return column in ("id", "ended_at")
    if not isinstance(value, str if kind == "TEXT" else int):
        return False
    try:
        if column in _JSON:
            json.loads(str(value))
        elif column.endswith("_at"):
            return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False
    return True


def _set_aside(path: Path, now: datetime) -> Path:
    """Give a damaged file, and its journal, a name of their own that nothing has yet."""
    aside = _free_name(path, f"damaged-{now:%Y%m%d-%H%M%S}")
    path.rename(aside)
    if _journal(path).exists():
        _journal(path).rename(_journal(aside))
    return aside


def _free_name(path: Path, tail: str) -> Path:
    """Return a name beside a file that nothing has yet."""
    number = 1
    free = path.with_name(f"{path.stem}.{tail}{path.suffix}")
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}.{tail}-{number}{path.suffix}")
    return free


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")
