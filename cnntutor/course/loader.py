"""Reads the course: what is small at once, pages and questions when they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnntutor.course.blocks import Block
from cnntutor.course.schema import Lesson, Term, Unit
from cnntutor.i18n import Language

if TYPE_CHECKING:
    from cnntutor.course.questions import Question


@dataclass(frozen=True, slots=True)
class Course:
    """The whole course: units with lessons, questions by slug, glossary."""

    root: Path
    """The content folder."""
    units: tuple[Unit, ...]
    lessons: Mapping[str, Lesson]
    """Every lesson by slug, in the order of the units."""
    questions: Mapping[str, "Question"]
    """Every question by slug; a file is read when its question is asked for."""
    glossary: Mapping[str, Term]

    def blocks(self, lesson_slug: str, lang: Language | None = None) -> tuple[Block, ...]:
        """Return the parts of a lesson page, references and terms put in.

        Args:
            lesson_slug: Which lesson.
            lang: The language of the page; the one now in force if left out.

        Raises:
            NotUnderstood: no such lesson, the page is missing, or something in it does not resolve.
        """
        raise NotImplementedError

    def lesson_after(self, lesson_slug: str) -> Lesson | None:
        """Return the next lesson of the course, or None after the last."""
        raise NotImplementedError

    def lesson_before(self, lesson_slug: str) -> Lesson | None:
        """Return the lesson before, or None before the first."""
        raise NotImplementedError

    def unit_of(self, lesson_slug: str) -> Unit:
        """Return the unit a lesson belongs to."""
        raise NotImplementedError

    def summary(self, lesson_slug: str, lang: Language | None = None) -> str:
        """Return a lesson's summary with its references put in."""
        raise NotImplementedError


def load_course(root: Path | None = None) -> Course:
    """Read course.toml, every lesson.toml and the glossary.

    Args:
        root: The content folder; the installed course if left out.

    Raises:
        NotUnderstood: a file is missing or malformed; the sentence names file, key and mend.
    """
    raise NotImplementedError
