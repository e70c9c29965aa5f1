"""The learner's record in one SQLite file; only this room opens it."""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.progress import attempts as attempt_rows
from cnntutor.progress.cards import reviewed
from cnntutor.progress.database import in_memory, not_read, not_saved, open_database
from cnntutor.progress.exchange import Exported, collect, merge
from cnntutor.progress.records import Attempt, Draft, LessonProgress, Place, Progress, SkillSummary

Change = Callable[[sqlite3.Connection], object]
Key = tuple[object, ...]
Row = tuple[Any, ...]
"""A row as the query orders it; the schema holds what its values are."""
ValueT = TypeVar("ValueT")
_STATES: tuple[Progress, ...] = ("new", "started", "done")


class NotSaved(Failed):
    """Something could not be written now; it is kept in memory and written with the next that can be."""


def utc_now() -> datetime:
    """Return the time of the wall clock in UTC."""
    return datetime.now(UTC)


class Store:
    """Everything the learner did. Every method that writes is one transaction and may raise NotSaved.

    A context manager: `with Store.open(path) as store`. Methods that read raise Failed where the file can
    no longer be read.
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

    def record(self, attempt: Attempt) -> None:
        """Keep an attempt and bring the review card of its skill up to date."""

        def change(connection: sqlite3.Connection) -> None:
            attempt_rows.insert(connection, attempt)
            found = connection.execute("SELECT fsrs FROM card WHERE skill = ?", (attempt.skill,)).fetchone()
            card, due = reviewed(found[0] if found else None, attempt)
            connection.execute(
                "INSERT OR REPLACE INTO card (skill, fsrs, due_at) VALUES (?, ?, ?)",
                (attempt.skill, card, attempt_rows.written(due)),
            )

        self._write(("attempt", object()), change)

    def attempts(self, question: str | None = None, limit: int | None = None) -> tuple[Attempt, ...]:
        """Return attempts, the latest first; of one question where one is named."""
        return self._reading(lambda connection: attempt_rows.latest(connection, question, limit))

    def solved(self) -> frozenset[str]:
        """Return the questions answered rightly at least once."""
        rows = self._read("SELECT DISTINCT question FROM attempt WHERE verdict = 'right'")
        return frozenset(question for (question,) in rows)

    def lesson(self, slug: str) -> LessonProgress:
        """Return how far a lesson has been read."""
        rows = self._read("SELECT state, block FROM lesson WHERE slug = ?", (slug,))
        return LessonProgress(*rows[0]) if rows else LessonProgress()

    def lessons(self) -> Mapping[str, LessonProgress]:
        """Return every lesson that has been opened."""
        rows = self._read("SELECT slug, state, block FROM lesson")
        return {slug: LessonProgress(state, block) for slug, state, block in rows}

    def read_lesson(self, slug: str, block: int, state: Progress = "started") -> None:
        """Keep where a lesson was left; a lesson that is done stays done.

        Raises:
            NotSaved: it has to wait in memory.
            ValueError: the state is "new", which is what a lesson is before it is kept.
        """
        if state == "new":
            raise ValueError('state must be "started" or "done", received "new"')

        def change(connection: sqlite3.Connection) -> None:
            found = connection.execute("SELECT state FROM lesson WHERE slug = ?", (slug,)).fetchone()
            kept = max(state, found[0] if found else "new", key=_STATES.index)
            connection.execute(
                "INSERT OR REPLACE INTO lesson (slug, state, block) VALUES (?, ?, ?)",
                (slug, kept, block),
            )

        self._write(("lesson", slug, state), change)

    def draft(self, question: str, seed: int | None = None) -> Draft | None:
        """Return the half-filled answer of a question; the latest one where no seed is named."""
        where, values = ("AND seed = ?", (question, seed)) if seed is not None else ("", (question,))
        rows = self._read(
            "SELECT seed, answers, hints, solution_seen FROM draft"
            f" WHERE question = ? {where} ORDER BY saved_at DESC, rowid DESC LIMIT 1",
            values,
        )
        for drawn, answers, hints, seen in rows:
            return Draft(question, drawn, json.loads(answers), hints, bool(seen))
        return None

    def save_draft(self, draft: Draft) -> None:
        """Keep a half-filled answer."""
        answers = json.dumps(dict(draft.answers), ensure_ascii=False)
        row = (
            draft.question,
            draft.seed,
            answers,
            draft.hints,
            draft.solution_seen,
            attempt_rows.written(self._clock()),
        )
        self._write(
            ("draft", draft.question, draft.seed),
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO draft (question, seed, answers, hints, solution_seen, saved_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            ),
        )

    def drop_draft(self, question: str, seed: int) -> None:
        """Forget a half-filled answer, once it is right."""
        self._write(
            ("draft", question, seed),
            lambda connection: connection.execute(
                "DELETE FROM draft WHERE question = ? AND seed = ?", (question, seed)
            ),
        )

    def place(self) -> Place | None:
        """Return where the learner left off; None the first time."""
        rows = self._read("SELECT screen, argument FROM place")
        return Place(*rows[0]) if rows else None

    def leave_at(self, place: Place) -> None:
        """Keep where the learner is."""
        row = (place.screen, place.argument)
        self._write(
            ("place",),
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO place (id, screen, argument) VALUES (1, ?, ?)", row
            ),
        )

    def skills(self) -> tuple[SkillSummary, ...]:
        """Return how every skill that was tried stands, by name."""
        return self._reading(attempt_rows.summaries)

    def due(self, now: datetime | None = None) -> tuple[str, ...]:
        """Return the skills whose review is due, the longest overdue first."""
        rows = self._read(
            "SELECT skill FROM card WHERE due_at <= ? ORDER BY due_at, skill",
            (attempt_rows.written(now or self._clock()),),
        )
        return tuple(skill for (skill,) in rows)

    def export(self) -> Exported:
        """Return everything the record holds."""
        return self._reading(collect)

    def merge(self, record: Exported) -> int:
        """Put another record into this one, without loss; return how many attempts were new.

        Raises:
            NotSaved: it cannot be written now; nothing of it is kept.
        """
        new: list[int] = []
        key = ("merge", object())
        try:
            self._write(key, lambda connection: new.append(merge(connection, record)))
        except NotSaved:
            self._waiting.pop(key, None)
            raise
        return new[-1]

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
