"""The shape of the record, as numbered steps; appended to, never edited."""

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], None]

APPLICATION_ID = 0x636E6E74
"""Marks an SQLite file as ours: "cnnt"."""


def m001_record(connection: sqlite3.Connection) -> None:
    """Attempts, lessons, drafts, the place, review cards."""
    for statement in (
        """CREATE TABLE attempt (
             id INTEGER PRIMARY KEY, question TEXT NOT NULL, seed INTEGER NOT NULL, skill TEXT NOT NULL,
             answers TEXT NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('right', 'wrong')),
             mistakes TEXT NOT NULL, hints INTEGER NOT NULL, solution_seen INTEGER NOT NULL,
             answered_at TEXT NOT NULL)""",
        "CREATE INDEX attempt_question ON attempt (question)",
        "CREATE INDEX attempt_skill ON attempt (skill)",
        """CREATE TABLE lesson (
             slug TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('started', 'done')),
             block INTEGER NOT NULL)""",
        """CREATE TABLE draft (
             question TEXT NOT NULL, seed INTEGER NOT NULL, answers TEXT NOT NULL, hints INTEGER NOT NULL,
             solution_seen INTEGER NOT NULL, saved_at TEXT NOT NULL, PRIMARY KEY (question, seed))""",
        """CREATE TABLE place (
             id INTEGER PRIMARY KEY CHECK (id = 1), screen TEXT NOT NULL, argument TEXT NOT NULL)""",
        "CREATE TABLE card (skill TEXT PRIMARY KEY, fsrs TEXT NOT NULL, due_at TEXT NOT NULL)",
    ):
        connection.execute(statement)


def m002_quick_summaries(connection: sqlite3.Connection) -> None:
    """Indexes that answer what the course map asks without reading every attempt; a mark that it is ours."""
    for statement in (
        "DROP INDEX attempt_question",
        "DROP INDEX attempt_skill",
        "CREATE INDEX attempt_by_question ON attempt (question, verdict)",
        "CREATE INDEX attempt_solved ON attempt (question) WHERE verdict = 'right'",
        "CREATE INDEX attempt_by_skill ON attempt (skill, id)",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ):
        connection.execute(statement)


def m003_exams_and_marks(connection: sqlite3.Connection) -> None:
    """Exams with what was answered in them, and what a placement quiz let the learner skip."""
    for statement in (
        """CREATE TABLE exam (
             id TEXT PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, seed INTEGER NOT NULL,
             minutes INTEGER NOT NULL, scope TEXT NOT NULL, questions TEXT NOT NULL)""",
        "CREATE INDEX exam_by_start ON exam (started_at)",
        """CREATE TABLE mark (
             kind TEXT NOT NULL CHECK (kind IN ('lesson', 'skill')), slug TEXT NOT NULL,
             skipped_at TEXT NOT NULL, evidence TEXT NOT NULL, PRIMARY KEY (kind, slug))""",
    ):
        connection.execute(statement)


def m004_tallies(connection: sqlite3.Connection) -> None:
    """Counts by question, so that lists need not read every attempt; attempts in the order of their times."""
    same_length(connection)
    for statement in (
        "DROP INDEX attempt_by_question",
        "DROP INDEX attempt_solved",
        "DROP INDEX attempt_by_skill",
        "CREATE INDEX attempt_in_time ON attempt (answered_at)",
        "CREATE INDEX attempt_by_question ON attempt (question, answered_at)",
        "CREATE INDEX attempt_by_skill ON attempt (skill, answered_at)",
        """CREATE TABLE tally (
             question TEXT NOT NULL, skill TEXT NOT NULL, attempts INTEGER NOT NULL, rights INTEGER NOT NULL,
             last_verdict TEXT NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (question, skill))""",
        """INSERT INTO tally (question, skill, attempts, rights, last_verdict, last_at)
           SELECT question, skill, count(*), sum(verdict = 'right'),
             substr(max(answered_at || verdict), 33), max(answered_at)
           FROM attempt GROUP BY question, skill""",
    ):
        connection.execute(statement)


def same_length(connection: sqlite3.Connection) -> None:
    """Write times without fractions of a second like the others, so that texts sort as times."""
    connection.execute(
        "UPDATE attempt SET answered_at = substr(answered_at, 1, 19) || '.000000' || substr(answered_at, 20)"
        " WHERE length(answered_at) = 25"
    )


MIGRATIONS: tuple[Migration, ...] = (m001_record, m002_quick_summaries, m003_exams_and_marks, m004_tallies)


def version(connection: sqlite3.Connection) -> int:
    """Return how many migrations the file has had."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    return int(found)


def migrate(connection: sqlite3.Connection, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Bring a file up to date, all steps in one transaction; another program may do it at the same time.

    Args:
        connection: An open file, in no transaction.
        migrations: The steps; tests give others.

    Raises:
        sqlite3.Error: the file cannot be read or written; it is as it was.
    """
    if version(connection) >= len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version(connection), len(migrations)):
            migrations[number](connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
