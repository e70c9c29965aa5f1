"""The learner's record in one SQLite file; only this room opens it."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from cnntutor.progress import attempts as attempt_rows
from cnntutor.progress.cards import reviewed
from cnntutor.progress.exams import ExamRecord, has_ended, insert_exam
from cnntutor.progress.exchange import Exported
from cnntutor.progress.ledger import NotSaved, utc_now
from cnntutor.progress.merging import collect, merge
from cnntutor.progress.records import (
    Attempt,
    Draft,
    Exam,
    LessonProgress,
    Place,
    Progress,
    SkillSummary,
    Tally,
)

_STATES: tuple[Progress, ...] = ("new", "started", "done")

__all__ = ["NotSaved", "Store", "utc_now"]


class Store(ExamRecord):
    """Everything the learner did. Every method that writes is one transaction and may raise NotSaved.

    Methods that read raise Failed where the file can no longer be read.
    """

    def record(self, attempt: Attempt) -> None:
        """Keep an attempt and bring the review card of its skill up to date.

        Another try at the same numbers within the hour is kept but is no review: it was made with the mistake
        explained.
        """

        self._write(("attempt", object()), lambda connection: _insert(connection, attempt))

    def end_exam(self, exam: Exam, attempts: Iterable[Attempt]) -> None:
        """Keep an exam that has ended, and its answers as attempts, together; once only.

        Raises:
            NotSaved: it has to wait in memory.
            ValueError: the exam has not ended.
        """
        if exam.ended is None:
            raise ValueError(f"exam must have ended, received {exam.id}")
        answers = tuple(attempts)

        def change(connection: sqlite3.Connection) -> None:
            if has_ended(connection, exam.id):
                return  # another window was quicker
            insert_exam(connection, exam)
            for attempt in answers:
                _insert(connection, attempt)

        self._write(("exam", exam.id), change)

    def attempts(self, question: str | None = None, limit: int | None = None) -> tuple[Attempt, ...]:
        """Return attempts, the latest first; of one question where one is named."""
        return self._reading(lambda connection: attempt_rows.latest(connection, question, limit))

    def solved(self) -> frozenset[str]:
        """Return the questions answered rightly at least once."""
        rows = self._read("SELECT question FROM tally WHERE rights")
        return frozenset(question for (question,) in rows)

    def tallies(self) -> tuple[Tally, ...]:
        """Return what was answered of every question, by its slug."""
        return self._reading(attempt_rows.tallies)

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

    def cards(self) -> tuple[tuple[str, datetime], ...]:
        """Return every skill that has a review with when it is due, the soonest first."""
        rows = self._read("SELECT skill, due_at FROM card ORDER BY due_at, skill")
        return tuple((skill, datetime.fromisoformat(due)) for skill, due in rows)

    def next_due(self, now: datetime | None = None) -> datetime | None:
        """Return when the next skill is due that is not due yet; None where none is to come."""
        rows = self._read(
            "SELECT min(due_at) FROM card WHERE due_at > ?", (attempt_rows.written(now or self._clock()),)
        )
        return datetime.fromisoformat(rows[0][0]) if rows[0][0] else None

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


def _insert(connection: sqlite3.Connection, attempt: Attempt) -> None:
    """Add an attempt, and a review of its skill where it is one."""
    again = attempt_rows.is_again(connection, attempt)
    attempt_rows.insert(connection, attempt)
    found = connection.execute("SELECT fsrs FROM card WHERE skill = ?", (attempt.skill,)).fetchone()
    if again and found:
        return
    card, due = reviewed(found[0] if found else None, attempt)
    connection.execute(
        "INSERT OR REPLACE INTO card (skill, fsrs, due_at) VALUES (?, ?, ?)",
        (attempt.skill, card, attempt_rows.written(due)),
    )
