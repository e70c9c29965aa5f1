"""The open file of the record: reads under a lock, writes whole transactions, keeps what has to wait."""

import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.progress.database import in_memory, not_read, not_saved, open_database

Change = Callable[[sqlite3.Connection], object]
Key = tuple[object, ...]
Row = tuple[Any, ...]
"""A row as the query orders it; the schema holds what its values are."""
ValueT = TypeVar("ValueT")


class NotSaved(Failed):
    """Something could not be written now; it is kept in memory and written with the next that can be."""


def utc_now() -> datetime:
    """Return the time of the wall clock in UTC."""
    return datetime.now(UTC)


class Ledger:
    """A file that is read and written in transactions; what it holds is told by those who derive from it.

    A context manager: `with Store.open(path) as store`.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        clock: Callable[[], datetime],
        path: Path | None,
        notice: Message | None,
    ) -> None:
        self.notice = notice
        """What happened at opening that the learner should know; None where nothing did."""
        self._connection = connection
        self._clock = clock
        self._path = path
        self._waiting: dict[Key, Change] = {}
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the record, made or brought up to date where needed.

        A damaged file is kept under another name beside it, and `notice` says so.

        Raises:
            Failed: the file cannot be opened or made; the sentence says how to mend it.
        """
        opened = open_database(path, clock())
        return cls(opened.connection, clock, path, opened.notice)

    @classmethod
    def in_memory(cls, clock: Callable[[], datetime] = utc_now, notice: Message | None = None) -> Self:
        """Return an empty record that is forgotten at the end."""
        return cls(in_memory(), clock, None, notice)

    @classmethod
    def open_or_in_memory(cls, path: Path, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the record, or go on without one; `notice` then says that nothing is kept, and the mend."""
        try:
            return cls.open(path, clock)
        except Failed as problem:
            notice = msg("Nothing you do now is kept. {problem}", problem=problem.message)
            return cls.in_memory(clock, notice)

    def close(self) -> None:
        """Write what could not be written before, if that is possible now, and close the file.

        Raises:
            NotSaved: it is still not possible; the file is closed all the same.
        """
        try:
            if self._waiting:
                self._write_waiting()
        finally:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[Row]:
        """Return the rows of a query."""
        return self._reading(lambda connection: connection.execute(query, values).fetchall())

    def _reading(self, read: Callable[[sqlite3.Connection], ValueT]) -> ValueT:
        """Return what is read from the file."""
        with self._lock:
            try:
                return read(self._connection)
            except sqlite3.Error as fault:
                raise Failed(not_read(self._path, fault)) from None

    def _write(self, key: Key, change: Change) -> None:
        """Make a change, and all that waits before it, in one transaction.

        Args:
            key: Of two changes of the same key that wait, only the later is made.
            change: The change.
        """
        with self._lock:
            self._waiting.pop(key, None)
            self._waiting[key] = change
            try:
                self._write_waiting()
            except Failed:
                raise
            except BaseException:
                # The change itself is at fault: it would stand in the way of all that follow.
                self._waiting.pop(key, None)
                raise

    def _write_waiting(self) -> None:
        """Make every change that waits, all of them or none."""
        try:
            self._reopen_if_gone()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for change in self._waiting.values():
                    change(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.Error as fault:
            raise NotSaved(not_saved(self._path, fault)) from None
        self._waiting.clear()

    def _reopen_if_gone(self) -> None:
        """Make the file again where someone deleted it under us; what was in it is gone with it."""
        if self._path is None or os.path.exists(self._path):  # noqa: PTH110  (on every write: no object made)
            return
        opened = open_database(self._path, self._clock())
        self._connection.close()
        self._connection = opened.connection
