"""Checks a whole content folder: what a learner would stumble over, found before a learner does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cnntutor import locations
from cnntutor.classroom.checker_catalogues import check_catalogues
from cnntutor.classroom.checker_networks import check_networks, check_recipes
from cnntutor.classroom.checker_pack import Pack, check_order, check_strays, read_pack
from cnntutor.classroom.checker_pages import check_lesson
from cnntutor.classroom.checker_questions import check_question
from cnntutor.classroom.checker_recordings import check_recordings
from cnntutor.classroom.checker_texts import check_course_texts
from cnntutor.course.coverage import FILE, coverage
from cnntutor.course.problems import ContentError, Problem
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    root: Path
    problems: tuple[Problem, ...]
    """In the order of files and lines; their files are relative to root."""
    counts: Mapping[str, int]
    """How many units, lessons, questions, terms, networks, recipes and recordings were read."""


def check_content(root: Path) -> Report:
    """Check a content folder.

    Args:
        root: The folder that holds course.toml.

    Raises:
        NotUnderstood: it is no folder, cannot be read, or holds no course at all.
    """
    _demand_course(root)
    folder = root.absolute()
    with locations.content_at(folder):
        pack = read_pack(folder)
        networks = check_networks(pack)
        recipes = check_recipes(pack)
        recordings = check_recordings(pack)
        check_order(pack)
        check_strays(pack)
        check_course_texts(pack)
        for lesson in pack.lessons.values():
            check_lesson(pack, lesson)
        for question in pack.questions.values():
            check_question(pack, question)
        check_coverage(pack)
        if (folder / "ui" / "vi").is_dir():
            pack.problems += check_catalogues(folder / "ui" / "vi")
    counts = {
        "units": len(pack.units),
        "lessons": len(pack.lessons),
        "questions": len(pack.questions),
        "terms": len(pack.glossary),
        "networks": networks,
        "recipes": recipes,
        "recordings": recordings,
    }
    return Report(folder, _in_order(pack), counts)


def check_coverage(pack: Pack) -> None:
    """Check that the questions cover the list of exercises, where the course brings one."""
    path = pack.root / FILE
    if not path.is_file():
        return
    try:
        found = coverage(pack.root, pack.questions)
    except ContentError as fault:
        pack.problems.append(fault.problem)
        return
    for identity in found.missing:
        pack.report(path, msg("no question covers {id}; write one, or a reason here.", id=identity))
    for identity in found.unknown:
        pack.report(path, msg("{id} is no exercise of the list; correct it in covers.", id=identity))


def place(problem: Problem) -> str:
    """Return the file of a problem as it can be printed on one line, whatever its name is."""
    name = str(problem.file)
    return name if name.isprintable() else ascii(name)


def sentence(problem: Problem) -> str:
    """Return what is wrong in one line, without the file and line it begins with elsewhere."""
    words = " ".join(str(problem.what).split())
    if words.startswith(str(problem.file)):
        return words.removeprefix(str(problem.file)).lstrip(":, ")
    return words


def _demand_course(root: Path) -> None:
    """Refuse a folder that cannot hold a course."""
    try:
        if root.is_dir() and any(path.name == "course.toml" for path in root.iterdir()):
            return
    except (OSError, ValueError):
        pass
    raise NotUnderstood(
        msg("{folder} holds no course that can be read; give the folder of a course.toml.", folder=root)
    )


def _in_order(pack: Pack) -> tuple[Problem, ...]:
    """Return every problem once, files relative to the root, in the order of files and lines."""
    relative: dict[tuple[str, int, str], Problem] = {}
    for problem in pack.problems:
        file, what = problem.file, problem.what
        if file.is_relative_to(pack.root):
            file = file.relative_to(pack.root)
        if str(what.values.get("file", "")) == str(problem.file):
            what = replace(what, values={**what.values, "file": file})
        shown = replace(problem, file=file, what=what)
        relative.setdefault((str(file), problem.line or 0, str(what)), shown)
    return tuple(relative[key] for key in sorted(relative))
