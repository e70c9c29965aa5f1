"""Reads all of a content folder, keeping what can be read and noting what cannot."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cnntutor.course.loader import question_slugs, read_glossary, read_lesson, read_question
from cnntutor.course.networks import Networks
from cnntutor.course.problems import ContentError, Problem
from cnntutor.course.questions import CodeQuestion, Question
from cnntutor.course.reading import read_text, read_toml
from cnntutor.course.schema import CourseFile, Lesson, Term, Unit
from cnntutor.course.toml_lines import Place, key_of, line_of
from cnntutor.errors import CnntutorError
from cnntutor.i18n import Message, msg
from cnntutor.lab.finding_pages import PAGES

MOST_FILES = 20_000
"""More files than a course has: the folder is something else."""

ReadT = TypeVar("ReadT")


@dataclass(slots=True)
class Pack:
    """What could be read of a content folder, and every problem found so far."""

    root: Path
    units: tuple[Unit, ...] = ()
    lessons: dict[str, Lesson] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    glossary: Mapping[str, Term] = field(default_factory=dict)
    networks: Networks = field(default_factory=Networks)
    problems: list[Problem] = field(default_factory=list)

    def report(self, file: Path, what: Message, line: int | None = None, key: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(file, what, line, key))

    def report_key(self, file: Path, place: Place, what: Message) -> None:
        """Note a problem of a key in a TOML file that can be read."""
        self.report(file, what, line_of(read_text(file), place), key_of(place))

    def attempt(self, file: Path, read: Callable[[], ReadT]) -> ReadT | None:
        """Return what read returns; where it is refused, note why and return None."""
        try:
            return read()
        except ContentError as refusal:
            self.problems.append(refusal.problem)
        except CnntutorError as refusal:
            self.problems.append(problem_of(refusal, file))
        return None


def problem_of(refusal: CnntutorError, file: Path) -> Problem:
    """Return another room's refusal of a file as a problem of that file."""
    values = refusal.message.values
    line = str(values.get("line", ""))
    key = next((str(values[name]) for name in ("key", "layer", "argument") if name in values), "")
    return Problem(file, refusal.message, int(line) if line.isdecimal() else None, key)


def read_pack(root: Path) -> Pack:
    """Read course.toml, the glossary, every lesson.toml and every question of a content folder."""
    pack = Pack(root)
    course = pack.attempt(root / "course.toml", lambda: read_toml(root / "course.toml", CourseFile))
    pack.units = course.units if course else ()
    pack.glossary = pack.attempt(root / "glossary.toml", lambda: read_glossary(root)) or {}
    listed = [slug for unit in pack.units for slug in unit.lessons]
    for slug in dict.fromkeys((*listed, *_lesson_folders(root))):
        lesson = _lesson(pack, slug)
        if lesson:
            pack.lessons[slug] = lesson
    for slug in question_slugs(root):
        question = _question(pack, slug)
        if question:
            pack.questions[slug] = question
    return pack


def _lesson(pack: Pack, slug: str) -> Lesson | None:
    """Read one lesson.toml."""
    return pack.attempt(pack.root / "lessons" / slug, lambda: read_lesson(pack.root, slug))


def _question(pack: Pack, slug: str) -> Question | None:
    """Read one question."""
    return pack.attempt(pack.root / "questions" / f"{slug}.toml", lambda: read_question(pack.root, slug))


def _lesson_folders(root: Path) -> list[str]:
    """Return the names of the folders in lessons/."""
    folder = root / "lessons"
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def check_order(pack: Pack) -> None:
    """Find units and lessons that stand in the course twice or not at all, and questions nobody asks."""
    path = pack.root / "course.toml"
    unit_slugs = [unit.slug for unit in pack.units]
    seen: set[str] = set()
    for index, unit in enumerate(pack.units):
        if unit.slug in unit_slugs[:index]:
            what = msg("unit {slug} stands in the course twice; give one another slug.", slug=unit.slug)
            pack.report_key(path, ("units", index, "slug"), what)
        if not unit.lessons:
            what = msg("unit {slug} has no lessons; add one or take the unit out.", slug=unit.slug)
            pack.report_key(path, ("units", index, "lessons"), what)
        for slug in unit.lessons:
            if slug in seen:
                what = msg("lesson {slug} stands in the course twice; take one out.", slug=slug)
                pack.report_key(path, ("units", index, "lessons"), what)
            seen.add(slug)
    for slug in _lesson_folders(pack.root):
        if pack.units and slug not in seen:
            what = msg("no unit of course.toml has this lesson; add it there or remove the folder.")
            pack.report(pack.root / "lessons" / slug, what)
    asked = {slug for lesson in pack.lessons.values() for slug in lesson.questions}
    asked |= {slug for kind, slug in PAGES.values() if kind == "exercise"}
    for slug, question in pack.questions.items():
        practice = question.covers or isinstance(question, CodeQuestion)
        if slug not in asked and not practice:
            what = msg("no lesson asks this question; name it in a lesson.toml or remove the file.")
            pack.report(pack.root / "questions" / f"{slug}.toml", what)


def check_strays(pack: Pack) -> None:
    """Find files and folders that are no part of a course."""
    count = 0

    def unreadable(fault: OSError) -> None:
        reason = fault.strerror or type(fault).__name__
        what = msg("the folder cannot be read ({reason}); make it readable.", reason=reason)
        pack.report(Path(str(fault.filename)), what)

    for folder, folders, files in os.walk(pack.root, onerror=unreadable):
        here = Path(folder)
        folders.sort()
        for name in sorted(files):
            count += 1
            if not _belongs((here / name).relative_to(pack.root).parts):
                pack.report(
                    here / name, msg("a course has no such file; remove it or give it its right place.")
                )
        if count > MOST_FILES:
            pack.report(
                pack.root, msg("this folder holds more files than a course; give the folder of a course.")
            )
            return


def _belongs(parts: tuple[str, ...]) -> bool:
    """Return whether a file of this path, relative to the root, may be part of a course."""
    match parts:
        case ("course.toml" | "glossary.toml" | "coverage.toml" | "results.toml",):
            return True
        case ("lessons", _, "lesson.toml" | "en.md" | "vi.md"):
            return True
        case ("questions" | "networks" | "cards" | "recipes", name) | ("ui", "vi", name):
            return name.endswith(".toml") and not name.startswith(".")
        case ("recordings", name):
            return name.endswith(".jsonl") and not name.startswith(".")
        case _:
            return False
