"""What the learner's record holds: attempts, lessons, drafts, the place, skills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

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


RECENT = 10
"""How many of the latest attempts a skill's accuracy looks at."""
