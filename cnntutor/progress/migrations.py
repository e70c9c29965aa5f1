"""The shape of the record, as numbered steps; appended to, never edited."""

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], None]


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


MIGRATIONS: tuple[Migration, ...] = (m001_record,)


def version(connection: sqlite3.Connection) -> int:
    """Return how many migrations the file has had."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    return int(found)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file up to date, all steps in one transaction; another program may do it at the same time.

    Raises:
        sqlite3.Error: the file cannot be read or written; it is as it was.
    """
    if version(connection) >= len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number, migration in enumerate(MIGRATIONS, start=1):
            if number > version(connection):
                migration(connection)
                connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
