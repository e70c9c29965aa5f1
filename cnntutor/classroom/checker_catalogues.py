"""Checks the Vietnamese catalogues: a text in the code has one entry, an entry has a text in the code."""

import ast
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cnntutor
from cnntutor.course.problems import ContentError, Problem
from cnntutor.course.reading import read_text
from cnntutor.i18n import msg

PACKAGE = Path(cnntutor.__file__).parent
_TRANSLATING = frozenset({"t", "msg"})


@dataclass(frozen=True, slots=True)
class CodeText:
    """A text that is shown in the language in force, and where it stands in the code."""

    file: Path
    line: int
    text: str | None
    """The English template; None where it is no literal and cannot be looked up."""


def texts_in_code(package: Path = PACKAGE) -> Iterator[CodeText]:
    """Yield the first argument of every t() and msg() in a package; i18n.py, which makes them, left out."""
    for path in sorted(package.rglob("*.py")):
        if path == package / "i18n.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node.func) in _TRANSLATING and node.args:
                first = node.args[0]
                literal = first.value if isinstance(first, ast.Constant) else None
                yield CodeText(path, node.lineno, literal if isinstance(literal, str) else None)


def check_catalogues(folder: Path, package: Path = PACKAGE) -> list[Problem]:
    """Return what is wrong with the catalogues of a folder.

    Args:
        folder: Holds TOML files of `"English" = "Vietnamese"` lines.
        package: The code whose texts they translate.
    """
    problems: list[Problem] = []
    owners: dict[str, Path] = {}
    texts = {each.text: each for each in texts_in_code(package) if each.text is not None}
    for path in sorted(folder.glob("*.toml")):
        for english, vietnamese in _entries(path, problems).items():
            if english in owners:
                what = msg("{file} has this text too; take it out of one.", file=owners[english].name)
                problems.append(Problem(path, what, key=english))
            elif not isinstance(vietnamese, str) or not _translates(english, vietnamese):
                what = msg("the translation must be a text with the same names in braces; correct it.")
                problems.append(Problem(path, what, key=english))
            elif english not in texts:
                problems.append(Problem(path, msg("nothing shows this text; take it out."), key=english))
            owners.setdefault(english, path)
    for text, place in texts.items():
        if text not in owners:
            where = f"{place.file.relative_to(package.parent)}:{place.line}"
            what = msg(
                "{place} shows a text without translation, {text}; add it to a catalogue.",
                place=where,
                text=repr(text),
            )
            problems.append(Problem(folder, what, key=text))
    return problems


def _entries(path: Path, problems: list[Problem]) -> dict[str, object]:
    """Return the entries of a catalogue; {} where it cannot be read."""
    try:
        return tomllib.loads(read_text(path))
    except ContentError as refusal:
        problems.append(refusal.problem)
    except (ValueError, RecursionError):
        what = msg("this is no TOML; look here for a missing quote, bracket or =, or a key given twice.")
        problems.append(Problem(path, what))
    return {}


def _called(function: ast.expr) -> str:
    """Return the name of a called function: t, or the t of i18n.t."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if function.value.id == "i18n" else ""
    return function.id if isinstance(function, ast.Name) else ""


def _translates(english: str, vietnamese: str) -> bool:
    """Return whether a translation has the names of its text, and the same space around it."""
    try:
        if _names(english) != _names(vietnamese):
            return False
    except ValueError:
        return False
    edges = (vietnamese[:1].isspace(), vietnamese[-1:].isspace())
    return bool(vietnamese) and edges == (english[:1].isspace(), english[-1:].isspace())


def _names(template: str) -> set[str]:
    """Return the {names} of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
