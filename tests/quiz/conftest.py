"""Questions made in the tests, and a network to ask about."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, settings

from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.pooling import AveragePooling2D
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import Network, sequential
from cnntutor.course.loader import Course, load_course
from cnntutor.course.questions import Question
from cnntutor.quiz.grade import grade
from cnntutor.quiz.graded import Grade
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER, PosedQuestion

settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")

EXAMPLES = Path(__file__).parent / "questions"

HEAD = """
format_version = 1
slug = "made-here"
skill = "counting"
prompt = { en = "?", vi = "?" }
"""

Make = Callable[[str], Question]
Graded = Callable[..., Grade]


def _question(text: str) -> Question:
    question: Question = msgspec.convert(tomllib.loads(text), Question)
    return question


@pytest.fixture(scope="session")
def make() -> Make:
    """Returns the question of a file's text; version, slug, skill and prompt are filled in."""
    return lambda text: _question(HEAD + text)


@pytest.fixture(scope="session")
def example() -> Make:
    """Returns a question of the examples beside the tests."""
    return lambda slug: _question((EXAMPLES / f"{slug}.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def graded() -> Graded:
    """Grades an answer to a question with one field."""

    def answer(question: Question, text: str, seed: int = 0) -> Grade:
        return grade(pose(question, seed), {ANSWER: text})

    return answer


@pytest.fixture(scope="session")
def cells() -> Graded:
    """Grades a table whose blanks are filled in order."""

    def fill(posed: PosedQuestion, *texts: str) -> Grade:
        return grade(posed, dict(zip((field.id for field in posed.fields), texts, strict=True)))

    return fill


@pytest.fixture(scope="session")
def lenet() -> Network:
    """LeNet-5 on 32×32×1."""
    return sequential(
        "lenet",
        (32, 32, 1),
        [
            ("conv1", Conv2D(6, (5, 5))),
            ("pool1", AveragePooling2D((2, 2))),
            ("conv2", Conv2D(16, (5, 5))),
            ("pool2", AveragePooling2D((2, 2))),
            ("flatten", Flatten()),
            ("dense1", Dense(120)),
            ("dense2", Dense(84)),
            ("dense3", Dense(10)),
        ],
    )


@pytest.fixture(scope="session")
def course() -> Course:
    """The course itself."""
    return load_course()
