"""Attempts as rows: kept, read back, and summed up by skill."""

import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime

from cnntutor.progress.records import RECENT, Attempt, SkillSummary

_COLUMNS = "question, seed, skill, answers, verdict, mistakes, hints, solution_seen, answered_at"
_ALL_HINTS = 3


def insert(connection: sqlite3.Connection, attempt: Attempt) -> None:
    """Add an attempt."""
    connection.execute(
        f"INSERT INTO attempt ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            attempt.question,
            attempt.seed,
            attempt.skill,
            json.dumps(dict(attempt.answers), ensure_ascii=False),
            attempt.verdict,
            json.dumps(attempt.mistakes),
            attempt.hints,
            attempt.solution_seen,
            attempt.when.astimezone(UTC).isoformat(),
        ),
    )


def latest(connection: sqlite3.Connection, question: str | None, limit: int | None) -> tuple[Attempt, ...]:
    """Return attempts, the latest first; of one question where one is named."""
    where, values = ("", ()) if question is None else ("WHERE question = ?", (question,))
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM attempt {where} ORDER BY id DESC LIMIT ?",
        (*values, -1 if limit is None else limit),
    )
    return tuple(_attempt(row) for row in rows)


def summaries(connection: sqlite3.Connection) -> tuple[SkillSummary, ...]:
    """Return how every skill that was tried stands, by name."""
    due = dict(connection.execute("SELECT skill, due_at FROM card").fetchall())
    skills = connection.execute(
        "SELECT skill, count(*) FROM attempt GROUP BY skill ORDER BY skill"
    ).fetchall()
    return tuple(_summary(connection, skill, count, due.get(skill)) for skill, count in skills)


def _summary(connection: sqlite3.Connection, skill: str, count: int, due: str | None) -> SkillSummary:
    """Sum up the latest attempts of one skill."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM attempt WHERE skill = ? ORDER BY id DESC LIMIT ?", (skill, RECENT)
    )
    recent = [_attempt(row) for row in rows]
    mistakes = Counter(mistake for attempt in recent for mistake in attempt.mistakes)
    return SkillSummary(
        skill=skill,
        attempts=count,
        recent=len(recent),
        recent_right=sum(
            attempt.verdict == "right" and not attempt.solution_seen and attempt.hints < _ALL_HINTS
            for attempt in recent
        ),
        last=recent[0].when,
        mistakes=tuple(mistake for mistake, _ in mistakes.most_common()),
        due=datetime.fromisoformat(due) if due else None,
    )


def written(when: datetime) -> str:
    """Return a time as it is stored: UTC, always of one length, so that texts sort as times."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def _attempt(row: tuple[str, int, str, str, str, str, int, int, str]) -> Attempt:
    """Return a row as the value it was."""
    question, seed, skill, answers, verdict, mistakes, hints, solution_seen, when = row
    return Attempt(
        question=question,
        seed=seed,
        skill=skill,
        answers=json.loads(answers),
        verdict="right" if verdict == "right" else "wrong",
        when=datetime.fromisoformat(when),
        mistakes=tuple(json.loads(mistakes)),
        hints=hints,
        solution_seen=bool(solution_seen),
    )
