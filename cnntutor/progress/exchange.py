"""The whole record as one value that goes into a file and comes back, merged without loss."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.progress import attempts as attempt_rows
from cnntutor.progress.cards import reviewed
from cnntutor.progress.records import Attempt

Seed = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
"""What the record can hold."""

Hints = Annotated[int, Meta(ge=0, le=3)]


YEARS = (2000, 2200)
"""Between which an answer may have been given."""


class ExportedAttempt(Struct, frozen=True, forbid_unknown_fields=True):
    """One attempt; `when` is ISO 8601 with a time zone."""

    question: str
    seed: Seed
    skill: str
    answers: dict[str, str]
    verdict: Literal["right", "wrong"]
    when: datetime
    mistakes: tuple[str, ...] = ()
    hints: Hints = 0
    solution_seen: bool = False


class ExportedLesson(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a lesson has been read."""

    slug: str
    state: Literal["started", "done"]
    block: Annotated[int, Meta(ge=0, lt=1 << 31)]


class ExportedDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """A half-filled answer."""

    question: str
    seed: Seed
    answers: dict[str, str]
    hints: Hints
    solution_seen: bool
    saved: Annotated[str, Meta(pattern=r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d")]
    """ISO 8601 in UTC."""


class Exported(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything; review cards are left out, for they follow from the attempts."""

    format: Literal["cnntutor-progress"] = "cnntutor-progress"
    version: Literal[1] = 1
    attempts: tuple[ExportedAttempt, ...] = ()
    """The oldest first."""
    lessons: tuple[ExportedLesson, ...] = ()
    drafts: tuple[ExportedDraft, ...] = ()


def as_json(record: Exported) -> str:
    """Return the record as JSON that can be read by people as well."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1).decode() + "\n"


def as_csv(record: Exported) -> str:
    """Return the attempts as CSV, one a line, the oldest first."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(
        ("when", "question", "seed", "skill", "verdict", "mistakes", "hints", "solution_seen", "answers")
    )
    for each in record.attempts:
        answers = "; ".join(f"{field}={text}" for field, text in each.answers.items())
        seen = "yes" if each.solution_seen else "no"
        row = (each.when.isoformat(), each.question, each.seed, each.skill, each.verdict)
        writer.writerow((*row, " ".join(each.mistakes), each.hints, seen, _harmless(answers)))
    return lines.getvalue()


def from_json(text: str, name: str) -> Exported:
    """Return the record that a file holds.

    Args:
        text: What is in the file.
        name: The file, for the sentence.

    Raises:
        NotUnderstood: it is no exported record.
    """
    try:
        record = msgspec.json.decode(text.encode(), type=Exported)
    except (msgspec.DecodeError, UnicodeEncodeError) as wrong:
        what = str(wrong)
        raise NotUnderstood(
            msg(
                "{file} is no exported progress ({what}); give a file of cnntutor progress export --json.",
                file=name,
                what=what,
            )
        ) from None
    for each in record.attempts:
        if not YEARS[0] <= each.when.year <= YEARS[1]:
            raise NotUnderstood(
                msg("{file}: the time {when} cannot be; write it like 2026-11-21T08:00:00Z.",
                    file=name, when=str(each.when))
            )  # fmt: skip
        if each.when.tzinfo is None:
            raise NotUnderstood(
                msg("{file}: the time {when} has no time zone; write it like 2026-11-21T08:00:00Z.",
                    file=name, when=str(each.when))
            )  # fmt: skip
    return record


def collect(connection: sqlite3.Connection) -> Exported:
    """Return everything a record holds."""
    kept = reversed(attempt_rows.latest(connection, None, None))
    lessons = connection.execute("SELECT slug, state, block FROM lesson ORDER BY slug").fetchall()
    drafts = connection.execute(
        "SELECT question, seed, answers, hints, solution_seen, saved_at FROM draft ORDER BY question, seed"
    ).fetchall()
    return Exported(
        attempts=tuple(_exported(each) for each in kept),
        lessons=tuple(ExportedLesson(*row) for row in lessons),
        drafts=tuple(
            ExportedDraft(question, seed, json.loads(answers), hints, bool(seen), saved)
            for question, seed, answers, hints, seen, saved in drafts
        ),
    )


def merge(connection: sqlite3.Connection, record: Exported) -> int:
    """Put a record into another, in its transaction: nothing is lost, nothing doubled.

    Attempts are put in the order of their times, and the review cards are made again from all of them. A
    lesson is as far as it is in either; of two half-filled answers the later is kept.

    Returns:
        How many attempts are new.
    """
    own = [_exported(each) for each in reversed(attempt_rows.latest(connection, None, None))]
    known = {_key(each) for each in own}
    new = list({_key(each): each for each in record.attempts if _key(each) not in known}.values())
    if new:
        _replace_attempts(connection, sorted([*own, *new], key=lambda each: each.when))
    for lesson in record.lessons:
        found = connection.execute(
            "SELECT state, block FROM lesson WHERE slug = ?", (lesson.slug,)
        ).fetchone()
        state, block = found or ("started", 0)
        done = "done" if "done" in (state, lesson.state) else "started"
        connection.execute(
            "INSERT OR REPLACE INTO lesson (slug, state, block) VALUES (?, ?, ?)",
            (lesson.slug, done, max(block, lesson.block)),
        )
    for draft in record.drafts:
        key = (draft.question, draft.seed)
        found = connection.execute(
            "SELECT saved_at FROM draft WHERE question = ? AND seed = ?", key
        ).fetchone()
        if found is None or found[0] < draft.saved:
            connection.execute(
                "INSERT OR REPLACE INTO draft (question, seed, answers, hints, solution_seen, saved_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *key,
                    json.dumps(draft.answers, ensure_ascii=False),
                    draft.hints,
                    draft.solution_seen,
                    draft.saved,
                ),
            )
    return len(new)


def _replace_attempts(connection: sqlite3.Connection, ordered: Iterable[ExportedAttempt]) -> None:
    """Write the attempts anew in their order, and the cards that follow from them."""
    connection.execute("DELETE FROM attempt")
    connection.execute("DELETE FROM card")
    cards: dict[str, tuple[str, datetime]] = {}
    for each in ordered:
        attempt = Attempt(**{name: getattr(each, name) for name in each.__struct_fields__})
        attempt_rows.insert(connection, attempt)
        cards[each.skill] = reviewed(cards[each.skill][0] if each.skill in cards else None, attempt)
    for skill, (card, due) in cards.items():
        connection.execute(
            "INSERT INTO card (skill, fsrs, due_at) VALUES (?, ?, ?)",
            (skill, card, attempt_rows.written(due)),
        )


def _exported(attempt: Attempt) -> ExportedAttempt:
    return ExportedAttempt(
        attempt.question,
        attempt.seed,
        attempt.skill,
        dict(attempt.answers),
        attempt.verdict,
        attempt.when,
        attempt.mistakes,
        attempt.hints,
        attempt.solution_seen,
    )


def _key(attempt: ExportedAttempt) -> tuple[object, ...]:
    """Return what makes two attempts the same one."""
    answers = tuple(sorted(attempt.answers.items()))
    return (attempt.question, attempt.seed, attempt.when.timestamp(), attempt.verdict, answers)


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
