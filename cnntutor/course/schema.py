"""What course.toml, lesson.toml and glossary.toml may say; unknown keys are refused.

Texts are given in both languages: `title = { en = "Weight sharing", vi = "Chia sẻ trọng số" }`.
Slugs are what progress is kept by: a slug never changes and is never used again for something else.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cnntutor.i18n import Text

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""Small letters, digits and single hyphens; also the name of the file or folder."""

FORMAT_VERSION = 1


class Unit(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the course: `[[units]]` in course.toml, lessons in the order they are read."""

    slug: Slug
    title: Text
    lessons: tuple[Slug, ...]


class CourseFile(Struct, frozen=True, forbid_unknown_fields=True):
    """course.toml: the order of everything."""

    format_version: Literal[1]
    units: tuple[Unit, ...] = ()


class Lesson(Struct, frozen=True, forbid_unknown_fields=True):
    """lessons/SLUG/lesson.toml; the pages are en.md and vi.md beside it."""

    format_version: Literal[1]
    slug: Slug
    title: Text
    summary: Text
    """One or two sentences for the course map; may hold references such as `{{params:lenet5/conv1}}`."""
    minutes: Annotated[int, Meta(ge=1, le=240)]
    """How long reading and answering takes."""
    objectives: Annotated[tuple[Text, ...], Meta(min_length=1)]
    """What the learner is able to do afterwards; each completes "You will be able to …"."""
    skills: tuple[Slug, ...] = ()
    """The skills this lesson trains; questions name the same slugs."""
    questions: tuple[Slug, ...] = ()
    """The exercises of this lesson, in the order they are asked; the page places them with `::exercise`."""
    terms: tuple[Slug, ...] = ()
    """The glossary terms this lesson introduces."""


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[terms]]` in glossary.toml: a word in both languages and what it means."""

    slug: Slug
    en: str
    vi: str
    definition: Text

    @property
    def name(self) -> Text:
        """The word itself, in the language now in force when it is shown."""
        return Text(self.en, self.vi)


class GlossaryFile(Struct, frozen=True, forbid_unknown_fields=True):
    """glossary.toml: every term the lessons mark with `[[slug]]`."""

    format_version: Literal[1]
    terms: tuple[Term, ...] = ()
