"""Reads the course: the order of lessons at once, pages, questions and glossary when they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cnntutor import locations
from cnntutor.course.blocks import Block
from cnntutor.course.problems import ContentError, Problem
from cnntutor.course.reading import read_text, read_toml
from cnntutor.course.schema import CourseFile, GlossaryFile, Lesson, Term, Unit
from cnntutor.course.shelf import Shelf
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import LANGUAGES, Language, Text, language, msg

if TYPE_CHECKING:
    from cnntutor.course.networks import Networks
    from cnntutor.course.page import PageReader
    from cnntutor.course.questions import Question


@dataclass(frozen=True, slots=True)
class Course:
    """The whole course: units with lessons, questions by slug, glossary."""

    root: Path
    """The content folder."""
    units: tuple[Unit, ...]
    lessons: Mapping[str, Lesson]
    """Every lesson by slug, in the order of the units."""
    questions: "Mapping[str, Question]"
    """Every question by slug; a file is read when its question is asked for."""
    glossary: Mapping[str, Term]
    """Every term by slug; the file is read at the first look."""
    _networks: "list[Networks]" = field(default_factory=list, compare=False, repr=False)
    """None, or the one that `networks` made when it was first asked for."""

    @property
    def networks(self) -> "Networks":
        """The networks the pages quote, counted once each; the course map opens without the calculator."""
        if not self._networks:
            from cnntutor.course.networks import Networks

            self._networks.append(Networks())
        return self._networks[0]

    def blocks(self, lesson_slug: str, lang: Language | None = None) -> tuple[Block, ...]:
        """Return the parts of a lesson page, references and terms put in.

        Args:
            lesson_slug: Which lesson.
            lang: The language of the page; the one now in force if left out.

        Raises:
            NotUnderstood: no such lesson, the page is missing, or something in it does not resolve.
        """
        self._lesson(lesson_slug)
        chosen = lang or language()
        path = page_path(self.root, lesson_slug, chosen)
        reader = self._reader(path, chosen)
        blocks = reader.blocks(read_text(path))
        if reader.problems:
            raise ContentError(reader.problems[0])
        return blocks

    def shown(self, text: Text, file: Path | None = None) -> Text:
        """Return a text of the course with references and terms put in, in both languages.

        Args:
            text: The text as its file has it.
            file: The file it came from, for the sentence.

        Raises:
            NotUnderstood: something in it does not resolve.
        """
        return Text(*(self._filled(text, lang, file or self.root) for lang in LANGUAGES))

    def summary(self, lesson_slug: str, lang: Language | None = None) -> str:
        """Return a lesson's summary with its references put in.

        Raises:
            NotUnderstood: no such lesson, or something in it does not resolve.
        """
        lesson = self._lesson(lesson_slug)
        return self._filled(lesson.summary, lang or language(), lesson_path(self.root, lesson_slug))

    def lesson_after(self, lesson_slug: str) -> Lesson | None:
        """Return the next lesson of the course, or None after the last."""
        return self._neighbour(lesson_slug, 1)

    def lesson_before(self, lesson_slug: str) -> Lesson | None:
        """Return the lesson before, or None before the first."""
        return self._neighbour(lesson_slug, -1)

    def unit_of(self, lesson_slug: str) -> Unit:
        """Return the unit a lesson belongs to.

        Raises:
            NotUnderstood: there is no such lesson.
        """
        self._lesson(lesson_slug)
        return next(unit for unit in self.units if lesson_slug in unit.lessons)

    def _lesson(self, slug: str) -> Lesson:
        if slug not in self.lessons:
            raise NotUnderstood(
                msg(
                    "There is no lesson {slug}; the course has {slugs}.",
                    slug=f'"{slug[:60]}"',
                    slugs=", ".join(self.lessons) or "–",
                )
            )
        return self.lessons[slug]

    def _neighbour(self, slug: str, steps: int) -> Lesson | None:
        """Return the lesson so many steps on, or None beyond the ends and for an unknown lesson."""
        slugs = list(self.lessons)
        place = slugs.index(slug) + steps if slug in slugs else -1
        return self.lessons[slugs[place]] if 0 <= place < len(slugs) else None

    def _reader(self, file: Path, lang: Language) -> "PageReader":
        from cnntutor.course.page import PageReader

        return PageReader(file, lang, self.networks, self.glossary)

    def _filled(self, text: Text, lang: Language, file: Path) -> str:
        reader = self._reader(file, lang)
        shown = reader.text(text.vi if lang == "vi" else text.en)
        if reader.problems:
            problem = reader.problems[0]
            raise ContentError(Problem(file, problem.what, key=problem.key))
        return shown


def lesson_path(root: Path, slug: str) -> Path:
    """Return the path of a lesson's lesson.toml."""
    return root / "lessons" / slug / "lesson.toml"


def page_path(root: Path, slug: str, lang: Language) -> Path:
    """Return the path of a lesson's page in a language."""
    return root / "lessons" / slug / f"{lang}.md"


def question_path(root: Path, slug: str) -> Path:
    """Return the path of a question's file."""
    return root / "questions" / f"{slug}.toml"


def load_course(root: Path | None = None) -> Course:
    """Read course.toml and every lesson.toml.

    Args:
        root: The content folder; the installed course if left out.

    Raises:
        NotUnderstood: a file is missing or malformed; the sentence names file, key and mend.
    """
    folder = root or locations.content_dir()
    path = folder / "course.toml"
    units = read_toml(path, CourseFile).units
    lessons: dict[str, Lesson] = {}
    for unit in units:
        for slug in unit.lessons:
            if slug in lessons:
                what = msg("lesson {slug} stands in the course twice; take one out.", slug=slug)
                raise ContentError(Problem(path, what, key="lessons"))
            lessons[slug] = read_lesson(folder, slug)
    terms: list[dict[str, Term]] = []

    def glossary() -> dict[str, Term]:
        if not terms:
            terms.append(read_glossary(folder))
        return terms[0]

    return Course(
        folder,
        units,
        lessons,
        Shelf(lambda: question_slugs(folder), lambda slug: read_question(folder, slug)),
        Shelf(lambda: tuple(glossary()), lambda slug: glossary()[slug]),
    )


def read_lesson(root: Path, slug: str) -> Lesson:
    """Read a lesson's lesson.toml.

    Raises:
        ContentError: it is missing or malformed, or calls itself something else than its folder.
    """
    path = lesson_path(root, slug)
    lesson = read_toml(path, Lesson)
    _demand_name(path, lesson.slug, slug)
    return lesson


def question_slugs(root: Path) -> tuple[str, ...]:
    """Return the slug of every question file, in order."""
    return tuple(sorted(path.stem for path in (root / "questions").glob("[!.]*.toml")))


def read_question(root: Path, slug: str) -> "Question":
    """Read a question's file.

    Raises:
        ContentError: it is missing or malformed, or calls itself something else than its file.
    """
    from cnntutor.course.questions import Question

    path = question_path(root, slug)
    question = read_toml(path, cast("type[Question]", Question))
    _demand_name(path, question.slug, slug)
    return question


def read_glossary(root: Path) -> dict[str, Term]:
    """Read glossary.toml, terms by slug in the order of the file.

    Raises:
        ContentError: it is missing or malformed, or a slug stands in it twice.
    """
    path = root / "glossary.toml"
    terms: dict[str, Term] = {}
    for term in read_toml(path, GlossaryFile).terms:
        if term.slug in terms:
            what = msg("term {slug} is explained twice; take one out.", slug=term.slug)
            raise ContentError(Problem(path, what, key=term.slug))
        terms[term.slug] = term
    return terms


def _demand_name(path: Path, slug: str, name: str) -> None:
    """Refuse a file whose slug is not its name: progress is kept by slugs."""
    if slug != name:
        what = msg('slug is "{slug}"; write "{name}" as the file or folder is called.', slug=slug, name=name)
        raise ContentError(Problem(path, what, key="slug"))
