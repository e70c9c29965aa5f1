"""The whole record read out of the file, and another put into it: nothing lost, nothing doubled.

Merging is a union, so that the order in which records are put together, and how often, does not matter. Of
two versions of one thing the later is kept, and where nothing tells which that is, the greater.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from cnntutor.progress import attempts as attempt_rows
from cnntutor.progress.cards import replayed
from cnntutor.progress.exams import EXAMS, MARKS, exam_of, insert_exam, insert_mark, mark_of
from cnntutor.progress.exchange import (
    Exported,
    ExportedAttempt,
    ExportedDraft,
    ExportedExam,
    ExportedLesson,
    ExportedMark,
)
from cnntutor.progress.records import Attempt, Exam, Mark

Key = tuple[object, ...]


def collect(connection: sqlite3.Connection) -> Exported:
    """Return everything a record holds."""
    lessons = connection.execute("SELECT slug, state, block FROM lesson ORDER BY slug").fetchall()
    drafts = connection.execute(
        "SELECT question, seed, answers, hints, solution_seen, saved_at FROM draft ORDER BY question, seed"
    ).fetchall()
    exams = connection.execute(f"{EXAMS} ORDER BY started_at, id").fetchall()
    marks = connection.execute(f"{MARKS} ORDER BY kind, slug").fetchall()
    return Exported(
        attempts=tuple(_exported(each) for each in sorted(_all(connection), key=_place)),
        lessons=tuple(ExportedLesson(*row) for row in lessons),
        drafts=tuple(
            ExportedDraft(question, seed, json.loads(answers), hints, bool(seen), saved)
            for question, seed, answers, hints, seen, saved in drafts
        ),
        exams=tuple(_exported_exam(exam_of(row)) for row in exams),
        marks=tuple(
            ExportedMark(mark.kind, mark.slug, mark.when, mark.evidence) for mark in map(mark_of, marks)
        ),
    )


def merge(connection: sqlite3.Connection, record: Exported) -> int:
    """Put a record into another, in its transaction.

    The review cards of the skills that came in are made again from all their attempts in the order of time. A
    lesson is as far as it is in either; a half-filled answer that was given since is dropped.

    Returns:
        How many attempts are new.
    """
    new = _merge_attempts(connection, record.attempts)
    for lesson in record.lessons:
        _merge_lesson(connection, lesson)
    for draft in record.drafts:
        _merge_draft(connection, draft)
    attempt_rows.drop_given(connection)
    known = {exam.id: exam for exam in map(exam_of, connection.execute(EXAMS).fetchall())}
    for brought in record.exams:
        exam = Exam(
            brought.id,
            brought.started,
            brought.seed,
            brought.minutes,
            brought.scope,
            brought.questions,
            brought.ended,
        )
        if exam.id not in known or _state(known[exam.id]) < _state(exam):
            known[exam.id] = exam
            insert_exam(connection, exam)
    marks = {(mark.kind, mark.slug): mark for mark in map(mark_of, connection.execute(MARKS).fetchall())}
    for each in record.marks:
        mark = Mark(each.kind, each.slug, each.when.astimezone(UTC), each.evidence)
        kept = marks.get((mark.kind, mark.slug))
        if kept is None or (kept.when, kept.evidence) < (mark.when, mark.evidence):
            marks[mark.kind, mark.slug] = mark
            insert_mark(connection, mark)
    return new


def make_cards(connection: sqlite3.Connection, skills: Sequence[str]) -> None:
    """Make the review cards of some skills again, from all their attempts in the order of time."""
    of_skill: dict[str, list[Attempt]] = defaultdict(list)
    for skill in skills:
        rows = connection.execute(
            f"SELECT {attempt_rows.COLUMNS} FROM attempt WHERE skill = ?", (skill,)
        ).fetchall()
        of_skill[skill] = sorted(map(attempt_rows.attempt_of, rows), key=_place)
    for skill, attempts in of_skill.items():
        made = replayed(attempts)
        if made is None:  # its last attempt turned out to be one of another skill
            connection.execute("DELETE FROM card WHERE skill = ?", (skill,))
        else:
            connection.execute(
                "INSERT OR REPLACE INTO card (skill, fsrs, due_at) VALUES (?, ?, ?)",
                (skill, made[0], attempt_rows.written(made[1])),
            )


def _merge_attempts(connection: sqlite3.Connection, brought: Sequence[ExportedAttempt]) -> int:
    """Put attempts in that are not there; of two accounts of one attempt the greater is kept."""
    known = {_key(attempt): attempt for attempt in _all(connection)}
    new = 0
    touched: set[str] = set()
    for each in brought:
        attempt = Attempt(**{name: getattr(each, name) for name in each.__struct_fields__})
        key = _key(attempt)
        kept = known.get(key)
        if kept is not None and _place(kept) >= _place(attempt):
            continue
        if kept is None:
            new += 1
        else:
            touched.add(kept.skill)
            connection.execute(
                "DELETE FROM attempt WHERE id = (SELECT id FROM attempt WHERE question = ? AND seed = ? AND"
                " answered_at = ? AND verdict = ? AND skill = ? AND answers = ? LIMIT 1)",
                (
                    kept.question,
                    kept.seed,
                    attempt_rows.written(kept.when),
                    kept.verdict,
                    kept.skill,
                    attempt_rows.row_of(kept)[3],
                ),
            )
        known[key] = attempt
        touched.add(attempt.skill)
        connection.execute(
            f"INSERT INTO attempt ({attempt_rows.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            attempt_rows.row_of(attempt),
        )
    if touched:
        attempt_rows.count_again(connection)
        make_cards(connection, sorted(touched))
    return new


def _merge_lesson(connection: sqlite3.Connection, lesson: ExportedLesson) -> None:
    """Bring a lesson as far as it is in either record."""
    found = connection.execute("SELECT state, block FROM lesson WHERE slug = ?", (lesson.slug,)).fetchone()
    state, block = found or ("started", 0)
    done = "done" if "done" in (state, lesson.state) else "started"
    connection.execute(
        "INSERT OR REPLACE INTO lesson (slug, state, block) VALUES (?, ?, ?)",
        (lesson.slug, done, max(block, lesson.block)),
    )


def _merge_draft(connection: sqlite3.Connection, draft: ExportedDraft) -> None:
    """Keep the later of two half-filled answers."""
    answers = json.dumps(draft.answers, ensure_ascii=False)
    row = (draft.question, draft.seed, draft.saved, answers, draft.hints, draft.solution_seen)
    found = connection.execute(
        "SELECT question, seed, saved_at, answers, hints, solution_seen FROM draft"
        " WHERE question = ? AND seed = ?",
        row[:2],
    ).fetchone()
    if found is None or tuple(found) < row:
        connection.execute(
            "INSERT OR REPLACE INTO draft (question, seed, saved_at, answers, hints, solution_seen)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )


def _all(connection: sqlite3.Connection) -> list[Attempt]:
    rows = connection.execute(f"SELECT {attempt_rows.COLUMNS} FROM attempt")
    return [attempt_rows.attempt_of(row) for row in rows]


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


def _exported_exam(exam: Exam) -> ExportedExam:
    return ExportedExam(
        exam.id, exam.started, exam.seed, exam.minutes, exam.scope, exam.questions, exam.ended
    )


def _key(attempt: Attempt) -> Key:
    """Return what makes two attempts the same one."""
    return (
        attempt.question,
        attempt.seed,
        attempt.when,
        attempt.verdict,
        tuple(sorted(attempt.answers.items())),
    )


def _place(attempt: Attempt) -> tuple[datetime, str, int, str, tuple[tuple[str, str], ...], Key]:
    """Return where an attempt stands among all: by its time, then by anything that differs."""
    rest = (attempt.skill, attempt.mistakes, attempt.hints, attempt.solution_seen)
    answers = tuple(sorted(attempt.answers.items()))
    return (attempt.when.astimezone(UTC), attempt.question, attempt.seed, attempt.verdict, answers, rest)


def _state(exam: Exam) -> Key:
    """Return how far an exam has come: ended goes before open, more answers before fewer."""
    ended = attempt_rows.written(exam.ended) if exam.ended is not None else ""
    answered = sum(each.verdict != "open" for each in exam.questions)
    return (ended != "", answered, ended, msgspec.json.encode(exam.questions))
