"""The learner's record in one SQLite file.

Every change is one transaction. A change that cannot be written now (a full disk, a lock that stays) is
kept in memory and written, in order, with the next one that can be, at the latest at close().
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.progress import attempts as attempt_rows
from cnntutor.progress.cards import reviewed
from cnntutor.progress.database import connect, open_file
from cnntutor.progress.records import Attempt, Draft, LessonProgress, Place, Progress, SkillSummary

Change = Callable[[sqlite3.Connection], None]


class NotSaved(Failed):
    """Something could not be written now; it is kept in memory and written with the next that can be."""


def utc_now() -> datetime:
    """Return the time of the wall clock in UTC."""
    return datetime.now(UTC)


class Store:
    """Everything the learner did. Every method that writes is one transaction and may raise NotSaved.

    A context manager: `with Store.open(path) as store`. Use it from the thread that opened it.

    Args:
        connection: An open record, up to date.
        clock: The time of a draft.
        notice: What the learner should be told about the opening.
    """

    def __init__(
        self, connection: sqlite3.Connection, clock: Callable[[], datetime], notice: Message | None = None
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._unwritten: list[Change] = []
        self.notice = notice

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the record, made or brought up to date where needed.

        A damaged file is kept under another name beside it, and `notice` says so.

        Raises:
            Failed: the file cannot be opened or made; the sentence says how to mend it.
        """
        connection, notice = open_file(path, clock)
        return cls(connection, clock, notice)

    @classmethod
    def in_memory(cls, clock: Callable[[], datetime] = utc_now, notice: Message | None = None) -> Self:
        """Return an empty record that is forgotten at the end."""
        return cls(connect(":memory:"), clock, notice)

    @classmethod
    def open_or_in_memory(cls, path: Path, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the record, or go on without one; `notice` then says that nothing is kept, and the mend."""
        try:
            return cls.open(path, clock)
        except Failed as problem:
            return cls.in_memory(clock, problem.message)

    def close(self) -> None:
        """Write what could not be written before, if that is possible now, and close the file."""
        try:
            if self._unwritten:
                self._write(lambda connection: None)
        except NotSaved:
            pass
        finally:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, change: Change) -> None:
        """Make a change, and before it those that had to wait, in one transaction."""
        self._unwritten.append(change)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for each in self._unwritten:
                each(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as problem:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise NotSaved(
                msg(
                    "Your progress could not be written now ({problem}); it is kept in memory and written "
                    "as soon as that is possible: free some space or close the other cnntutor.",
                    problem=str(problem),
                )
            ) from None
        self._unwritten.clear()

    # Answers

    def record(self, attempt: Attempt) -> None:
        """Keep an attempt and bring the review card of its skill up to date.

        Raises:
            NotSaved: it has to wait in memory.
        """

        def change(connection: sqlite3.Connection) -> None:
            attempt_rows.insert(connection, attempt)
            found = connection.execute("SELECT fsrs FROM card WHERE skill = ?", (attempt.skill,)).fetchone()
            card, due = reviewed(found[0] if found else None, attempt)
            connection.execute(
                "INSERT OR REPLACE INTO card (skill, fsrs, due_at) VALUES (?, ?, ?)",
                (attempt.skill, card, due.astimezone(UTC).isoformat()),
            )

        self._write(change)

    def attempts(self, question: str | None = None, limit: int | None = None) -> tuple[Attempt, ...]:
        """Return attempts, the latest first; of one question where one is named."""
        return attempt_rows.latest(self._connection, question, limit)

    def solved(self) -> frozenset[str]:
        """Return the questions answered rightly at least once."""
        rows = self._connection.execute("SELECT DISTINCT question FROM attempt WHERE verdict = 'right'")
        return frozenset(row[0] for row in rows)

    def skills(self) -> tuple[SkillSummary, ...]:
        """Return how every skill that was tried stands, by name."""
        return attempt_rows.summaries(self._connection)

    def due(self, now: datetime | None = None) -> tuple[str, ...]:
        """Return the skills whose review is due, the longest overdue first."""
        limit = (now or self._clock()).astimezone(UTC).isoformat()
        rows = self._connection.execute("SELECT skill FROM card WHERE due_at <= ? ORDER BY due_at", (limit,))
        return tuple(row[0] for row in rows)

    # Lessons

    def lesson(self, slug: str) -> LessonProgress:
        """Return how far a lesson has been read."""
        return self.lessons().get(slug, LessonProgress())

    def lessons(self) -> Mapping[str, LessonProgress]:
        """Return every lesson that has been opened."""
        rows = self._connection.execute("SELECT slug, state, block FROM lesson")
        return {slug: LessonProgress(state, block) for slug, state, block in rows}

    def read_lesson(self, slug: str, block: int, state: Progress = "started") -> None:
        """Keep where a lesson was left; a lesson that is done stays done.

        Raises:
            NotSaved: it has to wait in memory.
            ValueError: the state is "new", which is what a lesson is before it is kept.
        """
        if state == "new":
            raise ValueError('state must be "started" or "done", received "new"')
        self._write(
            lambda connection: _run(
                connection,
                "INSERT INTO lesson (slug, state, block) VALUES (?, ?, ?) ON CONFLICT (slug) DO UPDATE SET "
                "block = excluded.block, state = CASE state WHEN 'done' THEN 'done' ELSE excluded.state END",
                (slug, state, block),
            )
        )

    # Drafts

    def draft(self, question: str, seed: int | None = None) -> Draft | None:
        """Return the half-filled answer of a question; the latest one where no seed is named."""
        row = self._connection.execute(
            "SELECT question, seed, answers, hints, solution_seen FROM draft "
            "WHERE question = ? AND (seed = ? OR ? IS NULL) ORDER BY saved_at DESC, rowid DESC LIMIT 1",
            (question, seed, seed),
        ).fetchone()
        return Draft(row[0], row[1], json.loads(row[2]), row[3], bool(row[4])) if row else None

    def save_draft(self, draft: Draft) -> None:
        """Keep a half-filled answer.

        Raises:
            NotSaved: it has to wait in memory.
        """
        values = (
            draft.question,
            draft.seed,
            json.dumps(dict(draft.answers), ensure_ascii=False),
            draft.hints,
            draft.solution_seen,
            self._clock().astimezone(UTC).isoformat(),
        )
        self._write(
            lambda connection: _run(
                connection, "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?)", values
            )
        )

    def drop_draft(self, question: str, seed: int) -> None:
        """Forget a half-filled answer, once it is right.

        Raises:
            NotSaved: it has to wait in memory.
        """
        self._write(
            lambda connection: _run(
                connection, "DELETE FROM draft WHERE question = ? AND seed = ?", (question, seed)
            )
        )

    # The place

    def place(self) -> Place | None:
        """Return where the learner left off; None the first time."""
        row = self._connection.execute("SELECT screen, argument FROM place").fetchone()
        return Place(row[0], row[1]) if row else None

    def leave_at(self, place: Place) -> None:
        """Keep where the learner is.

        Raises:
            NotSaved: it has to wait in memory.
        """
        self._write(
            lambda connection: _run(
                connection,
                "INSERT OR REPLACE INTO place (id, screen, argument) VALUES (1, ?, ?)",
                (place.screen, place.argument),
            )
        )


def _run(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> None:
    """Execute a statement whose result is not needed."""
    connection.execute(statement, values)
