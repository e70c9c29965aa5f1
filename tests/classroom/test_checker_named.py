"""The content check finds recipes that a question names but the course does not have."""

from pathlib import Path

import pytest

from cnntutor.classroom.checker_named import check_recipes_named
from cnntutor.classroom.checker_pack import Pack
from cnntutor.course.loader import read_question
from tests.classroom.conftest import write

QUESTION = """\
format_version = 1
slug = "loop"
kind = "code-line"
skill = "counting"
prompt = { en = "Which line?", vi = "Dòng nào?" }
lines = [1]
runs = RUNS
code = "x = 1"
mended = "x = 2"

[[choices]]
text = { en = "one", vi = "một" }
right = true

[[choices]]
text = { en = "two", vi = "hai" }
why = { en = "No.", vi = "Không." }
"""
PREDICTION = """\
format_version = 1
slug = "loop"
kind = "prediction"
skill = "counting"
prompt = { en = "How much?", vi = "Bao nhiêu?" }
low = 1
high = 2
recipe = "nowhere"
measured = { en = "One.", vi = "Một." }
"""


def _found(root: Path, text: str) -> list[tuple[int | None, str]]:
    """Return line and sentence of each fault found in this question."""
    path = root / "questions" / "loop.toml"
    write(path, text)
    pack = Pack(root)
    check_recipes_named(pack, path, read_question(root, "loop"))
    return [(problem.line, str(problem.what)) for problem in pack.problems]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ('["lenet5-mnist", "nowhere"]', [(7, "there is no recipe nowhere; see recipes/.")]),
        (
            '["lenet5-mnist", "lenet5-mnist"]',
            [(7, "name two recipes: the broken one and the mended one.")],
        ),
    ],
)
def test_both_recipes_of_a_bug_must_be_there(
    pack: Path, runs: str, expected: list[tuple[int | None, str]]
) -> None:
    assert _found(pack, QUESTION.replace("RUNS", runs)) == expected


def test_two_recipes_that_are_there_pass(pack: Path) -> None:
    write(pack / "recipes" / "other.toml", "")
    assert _found(pack, QUESTION.replace("RUNS", '["lenet5-mnist", "other"]')) == []


def test_the_recipe_of_a_prediction_must_be_there(pack: Path) -> None:
    assert _found(pack, PREDICTION) == [(8, "there is no recipe nowhere; see recipes/.")]
