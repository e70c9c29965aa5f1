"""The Vietnamese catalogues: every text in the code has its entry, every entry its text, none twice."""

import ast
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnntutor import locations

PACKAGE = Path(__file__).parents[1] / "cnntutor"
OWN_MODULE = PACKAGE / "i18n.py"
"""Where t and msg are made; its calls pass templates on."""

Call = tuple[str, ast.expr]


def _translating_calls(path: Path) -> Iterator[Call]:
    """Yield (place, first argument) of every call of t or msg in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "i18n":
                name = node.func.attr
            if name in ("t", "msg"):
                yield f"{path.relative_to(PACKAGE.parent)}:{node.lineno}", node.args[0]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    modules = sorted(path for path in PACKAGE.rglob("*.py") if path != OWN_MODULE)
    return [call for path in modules for call in _translating_calls(path)]


@pytest.fixture(scope="module")
def texts(calls: list[Call]) -> dict[str, str]:
    """Every English text in the code, with one place where it stands."""
    return {
        argument.value: place
        for place, argument in calls
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


@pytest.fixture(scope="module")
def catalogues() -> dict[str, dict[str, str]]:
    """Every catalogue by the name of its file."""
    return {
        path.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((locations.content_dir() / "ui" / "vi").glob("*.toml"))
    }


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def _demand_none(faults: list[str]) -> None:
    assert not faults, "\n".join(["", *faults])


def test_texts_are_literals(calls: list[Call]) -> None:
    _demand_none(
        [
            place
            for place, argument in calls
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str))
        ]
    )


def test_every_text_is_translated(texts: dict[str, str], catalogues: dict[str, dict[str, str]]) -> None:
    known = {english for catalogue in catalogues.values() for english in catalogue}
    _demand_none([f"{place}: {text}" for text, place in texts.items() if text not in known])


def test_no_entry_is_left_over(texts: dict[str, str], catalogues: dict[str, dict[str, str]]) -> None:
    _demand_none(
        [
            f"{file}: {english}"
            for file, catalogue in catalogues.items()
            for english in catalogue
            if english not in texts
        ]
    )


def test_no_entry_stands_in_two_catalogues(catalogues: dict[str, dict[str, str]]) -> None:
    counts = Counter(english for catalogue in catalogues.values() for english in catalogue)
    _demand_none([english for english, count in counts.items() if count > 1])


def test_translations_are_texts_with_the_same_names(catalogues: dict[str, dict[str, str]]) -> None:
    _demand_none(
        [
            f"{file}: {english}"
            for file, catalogue in catalogues.items()
            for english, vietnamese in catalogue.items()
            if not _translates(english, vietnamese)
        ]
    )


def _translates(english: str, vietnamese: object) -> bool:
    """Whether the entry is a text with the same names and the same space around it."""
    if not isinstance(vietnamese, str) or _names(english) != _names(vietnamese):
        return False
    edges = (vietnamese[:1].isspace(), vietnamese[-1:].isspace())
    return bool(vietnamese) and edges == (english[:1].isspace(), english[-1:].isspace())
