"""Exams and the marks of a placement quiz, kept and read back."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

import msgspec

from cnntutor.progress.attempts import written
from cnntutor.progress.ledger import Ledger, Row
from cnntutor.progress.records import Exam, ExamAnswer, Mark

_EXAM = "id, started_at, ended_at, seed, minutes, scope, questions"


class ExamRecord(Ledger):
    """The part of the record that holds exams and marks."""

    def keep_exam(self, exam: Exam) -> None:
        """Keep an exam as it stands now, in place of an earlier state; one that had ended stays as it is."""

        def change(connection: sqlite3.Connection) -> None:
            if exam.ended is not None or not has_ended(connection, exam.id):
                insert_exam(connection, exam)

        self._write(("exam", exam.id), change)

    def exam(self, exam_id: str) -> Exam | None:
        """Return an exam by its id."""
        rows = self._read(f"SELECT {_EXAM} FROM exam WHERE id = ?", (exam_id,))
        return exam_of(rows[0]) if rows else None

    def exams(self, limit: int | None = None) -> tuple[Exam, ...]:
        """Return exams, the latest first, one that still goes on included."""
        rows = self._read(
            f"SELECT {_EXAM} FROM exam ORDER BY started_at DESC, id DESC LIMIT ?",
            (-1 if limit is None else limit,),
        )
        return tuple(exam_of(row) for row in rows)

    def open_exam(self) -> Exam | None:
        """Return the latest exam that was begun and not ended, to be gone on with; None without one."""
        rows = self._read(
            f"SELECT {_EXAM} FROM exam WHERE ended_at IS NULL ORDER BY started_at DESC, id DESC LIMIT 1"
        )
        return exam_of(rows[0]) if rows else None

    def mark_skipped(self, marks: Iterable[Mark]) -> None:
        """Keep that lessons and skills can be skipped; a newer mark takes the place of an older one."""
        kept = tuple(marks)

        def change(connection: sqlite3.Connection) -> None:
            for mark in kept:
                insert_mark(connection, mark)

        self._write(("marks", *((mark.kind, mark.slug) for mark in kept)), change)

    def drop_mark(self, kind: str, slug: str) -> None:
        """Forget that a lesson or a skill can be skipped."""
        self._write(
            ("marks", (kind, slug)),
            lambda connection: connection.execute(
                "DELETE FROM mark WHERE kind = ? AND slug = ?", (kind, slug)
            ),
        )

    def marks(self) -> tuple[Mark, ...]:
        """Return what can be skipped, by kind and slug."""
        return tuple(mark_of(row) for row in self._read(f"{MARKS} ORDER BY kind, slug"))


MARKS = "SELECT kind, slug, skipped_at, evidence FROM mark"
"""Selects marks as `mark_of` takes them."""
EXAMS = f"SELECT {_EXAM} FROM exam"
"""Selects exams as `exam_of` takes them."""


def has_ended(connection: sqlite3.Connection, exam_id: str) -> bool:
    """Whether the file holds this exam as one that is over."""
    query = "SELECT 1 FROM exam WHERE id = ? AND ended_at IS NOT NULL"
    return connection.execute(query, (exam_id,)).fetchone() is not None


def insert_exam(connection: sqlite3.Connection, exam: Exam) -> None:
    """Put an exam into the file, in place of its earlier state."""
    connection.execute(
        f"INSERT OR REPLACE INTO exam ({_EXAM}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            exam.id,
            written(exam.started),
            written(exam.ended) if exam.ended is not None else None,
            exam.seed,
            exam.minutes,
            exam.scope,
            msgspec.json.encode(exam.questions).decode(),
        ),
    )


def insert_mark(connection: sqlite3.Connection, mark: Mark) -> None:
    """Put a mark into the file, in place of an earlier one about the same thing."""
    connection.execute(
        "INSERT OR REPLACE INTO mark (kind, slug, skipped_at, evidence) VALUES (?, ?, ?, ?)",
        (mark.kind, mark.slug, written(mark.when), mark.evidence),
    )


def exam_of(row: Row) -> Exam:
    """Return a row of EXAMS as the value it was."""
    name, started, ended, seed, minutes, scope, questions = row
    return Exam(
        id=name,
        started=datetime.fromisoformat(started),
        seed=seed,
        minutes=minutes,
        scope=scope,
        questions=msgspec.json.decode(questions, type=tuple[ExamAnswer, ...]),
        ended=datetime.fromisoformat(ended) if ended else None,
    )


def mark_of(row: Row) -> Mark:
    """Return a row of MARKS as the value it was."""
    kind, slug, when, evidence = row
    return Mark(kind, slug, datetime.fromisoformat(when), evidence)
