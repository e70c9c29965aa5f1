"""The list of exercises that the questions must cover, content/coverage.toml, and what covers what.

format_version = 1
prefix = "X"
count = 235
[[left_out]]
ids = ["X040"]
reason = { en = "…", vi = "…" }
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from cnntutor.course.questions import Question
from cnntutor.course.reading import read_toml
from cnntutor.i18n import Text

FILE = "coverage.toml"


class LeftOut(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[left_out]]`: exercises without a question, and why."""

    ids: Annotated[tuple[str, ...], Meta(min_length=1)]
    reason: Text


class ExerciseList(Struct, frozen=True, forbid_unknown_fields=True):
    """What content/coverage.toml says."""

    format_version: Literal[1]
    prefix: str
    """Before the number of an exercise: X001."""
    count: Annotated[int, Meta(ge=1, le=999)]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of every exercise."""
        return tuple(f"{self.prefix}{number:03d}" for number in range(1, self.count + 1))


@dataclass(frozen=True, slots=True)
class Covered:
    """One exercise."""

    id: str
    questions: tuple[str, ...]
    """Slugs of the questions that cover it."""
    reason: Text | None
    """Why none does."""

    @property
    def missing(self) -> bool:
        """Whether there is neither a question nor a reason."""
        return not self.questions and self.reason is None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What covers what."""

    rows: tuple[Covered, ...]
    unknown: tuple[str, ...]
    """Ids that questions or the file name and the list does not know."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The exercises with neither a question nor a reason."""
        return tuple(row.id for row in self.rows if row.missing)


def coverage(root: Path, questions: Mapping[str, Question]) -> Coverage:
    """Return what the questions of a course cover.

    Args:
        root: The folder of the course.
        questions: Its questions by slug.

    Raises:
        ContentError: coverage.toml is missing or malformed.
    """
    listed = read_toml(root / FILE, ExerciseList)
    by_id: dict[str, list[str]] = {}
    for slug in sorted(questions):
        for covered in questions[slug].covers:
            by_id.setdefault(covered, []).append(slug)
    reasons = {identity: each.reason for each in listed.left_out for identity in each.ids}
    rows = tuple(Covered(each, tuple(by_id.get(each, ())), reasons.get(each)) for each in listed.ids)
    unknown = sorted((by_id.keys() | reasons.keys()) - set(listed.ids))
    return Coverage(rows, tuple(unknown))
