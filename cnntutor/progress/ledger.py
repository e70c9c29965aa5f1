"""The open file of the record: reads under a lock, writes whole transactions, keeps what has to wait."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.progress.database import (
    damaged,
    identity,
    in_memory,
    not_read,
    not_saved,
    open_database,
    patiently,
)
from cnntutor.progress.recovery import keep_copy

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
        """What happened to the file that the learner should know; None where nothing did."""
        self._connection = connection
        self._clock = clock
        self._path = path
        self._waiting: dict[Key, Change] = {}
        self._lock = threading.RLock()
        self._identity = identity(path) if path is not None else None
        self._changed = False

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
            if self._changed:
                self.keep_copy()

    def keep_copy(self) -> None:
        """Copy the record to where it is found again should the file be damaged; from any thread."""
        if self._path is not None:
            keep_copy(self._path)

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
        """Return what is read from the file; where it is damaged, from what it is mended to."""
        with self._lock:
            try:
                try:
                    return patiently(lambda: read(self._connection))
                except sqlite3.Error as fault:
                    if not self._mended(fault):
                        raise
                    return patiently(lambda: read(self._connection))
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
        """Make every change that waits, all of them or none; a damaged file is mended first."""
        try:
            try:
                self._make_changes()
            except sqlite3.Error as fault:
                if not self._mended(fault):
                    raise
                self._make_changes()
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.Error as fault:
            raise NotSaved(not_saved(self._path, fault)) from None
        self._waiting.clear()
        self._changed = True

    def _make_changes(self) -> None:
        """Make every change that waits in one transaction.

        Raises:
            sqlite3.Error: none of them is made.
        """
        self._reopen_if_replaced()
        patiently(lambda: self._connection.execute("BEGIN IMMEDIATE"))
        try:
            for change in self._waiting.values():
                change(self._connection)
            patiently(lambda: self._connection.execute("COMMIT"))
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _mended(self, fault: sqlite3.Error) -> bool:
        """Set a damaged file aside and go on with a new one; return whether that was what it needed."""
        if self._path is None or not damaged(fault):
            return False
        self._open_again(self._path, distrusted=True)
        return True

    def _reopen_if_replaced(self) -> None:
        """Go on with the file of this name where someone deleted ours, or another window mended it."""
        if self._path is not None and identity(self._path) != self._identity:
            self._open_again(self._path)

    def _open_again(self, path: Path, *, distrusted: bool = False) -> None:
        """Open the file of this name in place of the one that is open.

        Raises:
            NotSaved: it cannot be opened; the present one stays open.
        """
        try:
            opened = open_database(path, self._clock(), distrusted=distrusted)
        except Failed as problem:
            raise NotSaved(problem.message) from None
        self._connection.close()
        self._connection = opened.connection
        self._identity = identity(path)
        self.notice = opened.notice or self.notice
