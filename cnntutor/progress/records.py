"""What the learner's record holds: attempts, lessons, drafts, the place, skills, exams, marks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

Progress = Literal["new", "started", "done"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer that was graded; one that was not understood is no attempt."""

    question: str
    seed: int
    skill: str
    answers: Mapping[str, str]
    """What was typed, by field."""
    verdict: Literal["right", "wrong"]
    when: datetime
    """With a time zone."""
    mistakes: tuple[str, ...] = ()
    """Slugs of the mistakes recognised, the first the likeliest."""
    hints: int = 0
    """How many hints had been opened: 0 to 3."""
    solution_seen: bool = False
    """Whether the worked solution (or the calculator on this very network) had been opened."""

    @property
    def unaided(self) -> bool:
        """Whether it was right without a hint and without the working having been seen."""
        return self.verdict == "right" and not self.hints and not self.solution_seen


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """How far a lesson has been read."""

    state: Progress = "new"
    block: int = 0
    """The block that was at the top when the learner left."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-filled answer, kept so that it can be gone on with."""

    question: str
    seed: int
    answers: Mapping[str, str] = field(default_factory=dict)
    hints: int = 0
    solution_seen: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the learner left off: a kind of screen and what it shows."""

    screen: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class SkillSummary:
    """How a skill stands, from its attempts alone."""

    skill: str
    attempts: int
    """Every answer, other tries at the same numbers included."""
    recent: int
    """How many of the latest RECENT first tries there are: at most RECENT."""
    recent_right: int
    """How many of those were right without a hint and without the working having been seen."""
    last: datetime
    mistakes: tuple[str, ...] = ()
    """Mistakes made since the oldest of those, the most frequent first, of equals the latest."""
    due: datetime | None = None
    """When a review is due; None before the first attempt."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was answered of one question, as one skill's."""

    question: str
    skill: str
    attempts: int
    rights: int
    last_verdict: Literal["right", "wrong"]
    last: datetime


class ExamAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """One question of an exam, in the order it was asked."""

    question: str
    seed: int
    skill: str
    answers: dict[str, str] = {}
    """What was typed, by field; empty while nothing was."""
    verdict: Literal["open", "right", "wrong", "not_understood"] = "open"
    """"open" until it is graded; left open at the end it counts as not answered."""
    mistakes: tuple[str, ...] = ()
    """Slugs of the mistakes recognised, the first the likeliest."""
    points: float = 0.0
    """From 0 to 1: a table half filled in rightly is worth a half."""
    seconds: float = 0.0
    """How long the question was on screen."""
    flagged: bool = False
    """Whether the learner marked it to be looked at again."""


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam, begun or ended; kept again after every answer, so that a crash loses nothing of it."""

    id: str
    """Given by `exam_id`; the same exam is the same id on every machine."""
    started: datetime
    """With a time zone."""
    seed: int
    minutes: int
    scope: str
    """What was asked about: "all", "unit:SLUG" or "skill:SLUG"."""
    questions: tuple[ExamAnswer, ...] = ()
    ended: datetime | None = None
    """None while it goes on."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A lesson or a skill that a placement quiz found known already."""

    kind: Literal["lesson", "skill"]
    slug: str
    when: datetime
    """With a time zone."""
    evidence: str = ""
    """What it rests on, such as "5/5"."""


def exam_id(started: datetime, seed: int) -> str:
    """Return the id of an exam: when it began, in UTC, and its seed."""
    return f"{started.astimezone(UTC):%Y%m%dT%H%M%S%f}-{seed}"


RECENT = 10
"""How many of the latest first tries a skill's accuracy looks at."""
