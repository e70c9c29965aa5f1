"""Attempts as rows: kept, read back, and summed up by skill and by question."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from cnntutor.progress.records import RECENT, Attempt, SkillSummary, Tally

COLUMNS = "question, seed, skill, answers, verdict, mistakes, hints, solution_seen, answered_at"
AGAIN = timedelta(hours=1)
"""An answer to the same numbers within this time is another try, made after reading what was wrong."""

_WITHOUT_ANSWERS = COLUMNS.replace("answers", "'{}'")
_LOOKED_AT = 2 * RECENT
"""How many of a skill's latest rows are read; fewer than RECENT may remain without the other tries."""
_TALLY = "question, skill, attempts, rights, last_verdict, last_at"


def insert(connection: sqlite3.Connection, attempt: Attempt) -> None:
    """Add an attempt and count it."""
    connection.execute(f"INSERT INTO attempt ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row_of(attempt))
    connection.execute(
        f"INSERT INTO tally ({_TALLY}) VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (question, skill) DO UPDATE SET"
        " attempts = attempts + 1, rights = rights + excluded.rights,"
        " last_verdict = iif(excluded.last_at >= last_at, excluded.last_verdict, last_verdict),"
        " last_at = max(last_at, excluded.last_at)",
        (
            attempt.question,
            attempt.skill,
            attempt.verdict == "right",
            attempt.verdict,
            written(attempt.when),
        ),
    )


def count_again(connection: sqlite3.Connection) -> None:
    """Count every question anew from its attempts; after rows came in otherwise than by `insert`."""
    connection.execute("DELETE FROM tally")
    connection.execute(
        f"INSERT INTO tally ({_TALLY}) SELECT question, skill, count(*), sum(verdict = 'right'),"
        " substr(max(answered_at || verdict), 33), max(answered_at) FROM attempt GROUP BY question, skill"
    )


def drop_given(connection: sqlite3.Connection) -> None:
    """Drop half-filled answers that were completed rightly later."""
    connection.execute(
        "DELETE FROM draft WHERE EXISTS (SELECT 1 FROM attempt WHERE attempt.question = draft.question AND"
        " attempt.seed = draft.seed AND verdict = 'right' AND answered_at >= saved_at)"
    )


def latest(connection: sqlite3.Connection, question: str | None, limit: int | None) -> tuple[Attempt, ...]:
    """Return attempts, the latest first; of one question where one is named."""
    where, values = ("", ()) if question is None else ("WHERE question = ?", (question,))
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM attempt {where} ORDER BY answered_at DESC, id DESC LIMIT ?",
        (*values, -1 if limit is None else limit),
    )
    return tuple(attempt_of(row) for row in rows)


def is_again(connection: sqlite3.Connection, attempt: Attempt) -> bool:
    """Return whether an attempt that is not in the file yet is another try at the same numbers."""
    found = connection.execute(
        "SELECT 1 FROM attempt WHERE question = ? AND seed = ? AND answered_at BETWEEN ? AND ? LIMIT 1",
        (attempt.question, attempt.seed, written(attempt.when - AGAIN), written(attempt.when)),
    ).fetchone()
    return found is not None


def tallies(connection: sqlite3.Connection) -> tuple[Tally, ...]:
    """Return what was answered of every question, by its slug."""
    rows = connection.execute(f"SELECT {_TALLY} FROM tally ORDER BY question, last_at")
    return tuple(
        Tally(
            question,
            skill,
            count,
            rights,
            "right" if last == "right" else "wrong",
            datetime.fromisoformat(at),
        )
        for question, skill, count, rights, last, at in rows
    )


def summaries(connection: sqlite3.Connection) -> tuple[SkillSummary, ...]:
    """Return how every skill that was tried stands, by name."""
    due = dict(connection.execute("SELECT skill, due_at FROM card").fetchall())
    skills = connection.execute(
        "SELECT skill, sum(attempts) FROM tally GROUP BY skill ORDER BY skill"
    ).fetchall()
    return tuple(_summary(connection, skill, count, due.get(skill)) for skill, count in skills)


def _summary(connection: sqlite3.Connection, skill: str, count: int, due: str | None) -> SkillSummary:
    """Sum up the latest attempts of one skill."""
    rows = connection.execute(
        f"SELECT {_WITHOUT_ANSWERS} FROM attempt WHERE skill = ? ORDER BY answered_at DESC, id DESC LIMIT ?",
        (skill, _LOOKED_AT),
    )
    looked_at = [attempt_of(row) for row in rows]
    recent = first_tries(looked_at)[:RECENT]
    oldest = recent[-1].when
    mistakes = Counter(
        mistake for attempt in looked_at if attempt.when >= oldest for mistake in attempt.mistakes
    )
    return SkillSummary(
        skill=skill,
        attempts=count,
        recent=len(recent),
        recent_right=sum(attempt.unaided for attempt in recent),
        last=looked_at[0].when,
        mistakes=tuple(mistake for mistake, _ in mistakes.most_common()),
        due=datetime.fromisoformat(due) if due else None,
    )


def first_tries(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return attempts without those that are another try at the same numbers.

    Args:
        attempts: The latest first.
    """
    kept: list[Attempt] = []
    known: dict[tuple[str, int], datetime] = {}
    for attempt in reversed(attempts):
        key = (attempt.question, attempt.seed)
        before = known.get(key)
        known[key] = attempt.when
        if before is None or attempt.when - before > AGAIN:
            kept.append(attempt)
    return kept[::-1]


def written(when: datetime) -> str:
    """Return a time as it is stored: UTC, always of one length, so that texts sort as times."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def row_of(attempt: Attempt) -> tuple[str, int, str, str, str, str, int, bool, str]:
    """Return an attempt as its row, in the order of COLUMNS."""
    return (
        attempt.question,
        attempt.seed,
        attempt.skill,
        json.dumps(dict(attempt.answers), ensure_ascii=False),
        attempt.verdict,
        json.dumps(attempt.mistakes),
        attempt.hints,
        attempt.solution_seen,
        written(attempt.when),
    )


def attempt_of(row: tuple[str, int, str, str, str, str, int, int, str]) -> Attempt:
    """Return a row as the value it was."""
    question, seed, skill, answers, verdict, mistakes, hints, solution_seen, when = row
    return Attempt(
        question=question,
        seed=seed,
        skill=skill,
        answers=json.loads(answers),
        verdict=_verdict(verdict),
        when=datetime.fromisoformat(when),
        mistakes=tuple(json.loads(mistakes)),
        hints=hints,
        solution_seen=bool(solution_seen),
    )


def _verdict(text: str) -> Literal["right", "wrong"]:
    return "right" if text == "right" else "wrong"
