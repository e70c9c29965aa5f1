"""The whole record as one value that goes into a file and comes back; merging.py puts two together."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.progress.records import ExamAnswer

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


class ExportedExam(Struct, frozen=True, forbid_unknown_fields=True):
    """An exam; times are ISO 8601 with a time zone."""

    id: str
    started: datetime
    seed: Seed
    minutes: Annotated[int, Meta(ge=0, lt=1 << 31)]
    scope: Annotated[str, Meta(pattern=r"^(all|(unit|skill):.+)$")]
    questions: tuple[ExamAnswer, ...] = ()
    ended: datetime | None = None


class ExportedMark(Struct, frozen=True, forbid_unknown_fields=True):
    """What a placement quiz lets the learner skip; `when` is ISO 8601 with a time zone."""

    kind: Literal["lesson", "skill"]
    slug: str
    when: datetime
    evidence: str = ""


class Exported(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything; review cards are left out, for they follow from the attempts."""

    format: Literal["cnntutor-progress"] = "cnntutor-progress"
    version: Literal[1] = 1
    attempts: tuple[ExportedAttempt, ...] = ()
    """The oldest first."""
    lessons: tuple[ExportedLesson, ...] = ()
    drafts: tuple[ExportedDraft, ...] = ()
    exams: tuple[ExportedExam, ...] = ()
    """The oldest first."""
    marks: tuple[ExportedMark, ...] = ()


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
    for when in _times(record):
        if not YEARS[0] <= when.year <= YEARS[1]:
            raise NotUnderstood(
                msg("{file}: the time {when} cannot be; write it like 2026-11-21T08:00:00Z.",
                    file=name, when=str(when))
            )  # fmt: skip
        if when.tzinfo is None:
            raise NotUnderstood(
                msg("{file}: the time {when} has no time zone; write it like 2026-11-21T08:00:00Z.",
                    file=name, when=str(when))
            )  # fmt: skip
    return record


def _times(record: Exported) -> Iterator[datetime]:
    """Yield every time that a record tells."""
    yield from (each.when for each in record.attempts)
    for exam in record.exams:
        yield exam.started
        if exam.ended is not None:
            yield exam.ended
    yield from (each.when for each in record.marks)


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
