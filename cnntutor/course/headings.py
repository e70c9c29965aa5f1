"""What every question says of itself, for lists: read from the head of its file, without the rest.

Reading 248 questions whole takes as long as a key may; their heads are lines of one form, which a pattern
finds. A file of another form is read whole.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cnntutor.course.loader import question_path, question_slugs, read_question
from cnntutor.errors import CnntutorError
from cnntutor.i18n import Text

_VALUE = re.compile(r'^(kind|skill) = "([a-z0-9-]+)"$', re.MULTILINE)
_DIFFICULTY = re.compile(r"^difficulty = ([1-3])$", re.MULTILINE)
_TITLE = re.compile(r'^\[title\]\nen = ("[^"\\\n]*")\nvi = ("[^"\\\n]*")$', re.MULTILINE)
_VARIED = re.compile(r"^(\[vary\]|vary(\.[a-z_]+)? =)", re.MULTILINE)
_TABLES = re.compile(r"^\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class QuestionHeading:
    """A question in a list."""

    slug: str
    kind: str
    skill: str
    difficulty: int
    """From 1, easy, to 3."""
    title: Text
    varied: bool
    """Whether another seed gives other numbers."""


def read_headings(root: Path) -> tuple[QuestionHeading, ...]:
    """Return the heading of every question that can be read, in the order of their slugs."""
    headings: list[QuestionHeading] = []
    for slug in question_slugs(root):
        with contextlib.suppress(CnntutorError, OSError, UnicodeDecodeError):
            headings.append(_glanced(root, slug) or read_heading(root, slug))
    return tuple(headings)


def read_heading(root: Path, slug: str) -> QuestionHeading:
    """Return a question's heading by reading all of it.

    Raises:
        ContentError: its file is missing or malformed.
    """
    question = read_question(root, slug)
    kind = str(type(question).__struct_config__.tag)
    title = question.title or Text(_first_sentence(question.prompt.en), _first_sentence(question.prompt.vi))
    return QuestionHeading(slug, kind, question.skill, question.difficulty, title, bool(question.vary))


def _glanced(root: Path, slug: str) -> QuestionHeading | None:
    """Return a question's heading by its head alone; None where that is not of the usual form."""
    text = question_path(root, slug).read_text(encoding="utf-8")
    table = _TABLES.search(text)
    head = text[: table.start()] if table else text
    said = cast("dict[str, str]", dict(_VALUE.findall(head)))
    title = _TITLE.search(text)
    if title is None or len(said) != 2:
        return None
    difficulty = _DIFFICULTY.search(head)
    return QuestionHeading(
        slug,
        said["kind"],
        said["skill"],
        int(difficulty[1]) if difficulty else 1,
        Text(title[1][1:-1], title[2][1:-1]),
        _VARIED.search(text) is not None,
    )


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.?!])\s", text.strip(), maxsplit=1)[0]
