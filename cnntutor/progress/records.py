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
    recent: int
    """How many of the latest RECENT attempts there are: at most RECENT."""
    recent_right: int
    """How many of those were right, with neither the solution seen nor all hints taken."""
    last: datetime
    mistakes: tuple[str, ...] = ()
    """Mistakes made in those recent attempts, the most frequent first."""
    due: datetime | None = None
    """When a review is due; None before the first attempt."""


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
"""How many of the latest attempts a skill's accuracy looks at."""
