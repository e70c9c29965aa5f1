"""A small course without a fault, to be broken in one place at a time."""

import shutil
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.classroom import checker_questions

COURSE = """\
format_version = 1

[[units]]
slug = "only-unit"
title = { en = "The only unit", vi = "Phần duy nhất" }
lessons = ["small"]
"""
GLOSSARY = """\
format_version = 1

[[terms]]
slug = "weight"
en = "weight"
vi = "trọng số"
definition = { en = "A number that is learned.", vi = "Một số được học." }
"""
LESSON = """\
format_version = 1
slug = "small"
title = { en = "A small lesson", vi = "Một bài học nhỏ" }
summary = { en = "It has {{params:lenet5}}.", vi = "Nó có {{params:lenet5}}." }
minutes = 10
objectives = [{ en = "count", vi = "đếm" }]
skills = ["counting"]
questions = ["layer", "side", "sum", "choose"]
terms = ["weight"]
"""
PAGE = """\
%(words)s

## Heading

A [[weight]] of {{params:lenet5}}, see [here](lesson:small), since 1998.

{{explain:params:lenet5/conv1}}

::figure stepper kernel=sum size=6

::exercise layer

::exercise side

::exercise sum

::exercise choose

::calc lenet5
"""
QUESTIONS = {
    "layer": """\
format_version = 1
slug = "layer"
kind = "number"
skill = "counting"
prompt = { en = "How many with {filters} filters?", vi = "Bao nhiêu với {filters} bộ lọc?" }
layer = "conv"
ask = "params"
input_shape = [32, 32, 3]

[[layers]]
name = "conv"
kind = "Conv2D"
filters = "{filters}"
kernel_size = 5

[vary]
filters = [6, 8, 10, 12]
""",
    "side": """\
format_version = 1
slug = "side"
kind = "shape"
skill = "counting"
prompt = { en = "Which shape comes out?", vi = "Kích thước đầu ra là gì?" }
network = "lenet5"
layer = "conv2"
ask = "output_shape"
""",
    "sum": """\
format_version = 1
slug = "sum"
kind = "number"
skill = "counting"
prompt = { en = "How many weights in all?", vi = "Tất cả bao nhiêu trọng số?" }
right = "5*5*6"
hints = [
  { en = "Multiply.", vi = "Hãy nhân." },
  { en = "A side times a side.", vi = "Cạnh nhân cạnh." },
  { en = "Begin with 5 times 5.", vi = "Bắt đầu với 5 nhân 5." },
]

[[known_wrong]]
value = "5*5"
mistake = "one-filter"
feedback = { en = "That is one filter.", vi = "Đó là một bộ lọc." }
""",
    "choose": """\
format_version = 1
slug = "choose"
kind = "choice"
skill = "counting"
prompt = { en = "Which one learns?", vi = "Lớp nào có học?" }
hints = [
  { en = "Think of weights.", vi = "Hãy nghĩ đến trọng số." },
  { en = "A window may be empty.", vi = "Cửa sổ có thể rỗng." },
  { en = "Pooling has none.", vi = "Lớp gộp không có." },
]
explanation = { en = "A convolution has weights.", vi = "Lớp tích chập có trọng số." }

[[choices]]
text = { en = "convolution", vi = "tích chập" }
right = true

[[choices]]
text = { en = "pooling", vi = "gộp" }
why = { en = "Its window is empty.", vi = "Cửa sổ của nó rỗng." }
""",
}

REAL_FILES = ("networks/lenet5-32-valid.toml", "networks/lenet5-28-same.toml", "recipes/lenet5-mnist.toml")


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def few_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask every question with two seeds only, where it is not the questions that are tested."""
    monkeypatch.setattr(checker_questions, "SEEDS", range(2))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The small course; its networks and recipe are real ones."""
    root = tmp_path / "pack"
    write(root / "course.toml", COURSE)
    write(root / "glossary.toml", GLOSSARY)
    write(root / "lessons" / "small" / "lesson.toml", LESSON)
    for lang, word in (("en", "word "), ("vi", "từ ")):
        write(root / "lessons" / "small" / f"{lang}.md", PAGE % {"words": word * 760})
    for slug, text in QUESTIONS.items():
        write(root / "questions" / f"{slug}.toml", text)
    for file in (
        "networks/lenet5-32-valid.toml",
        "networks/lenet5-28-same.toml",
        "recipes/lenet5-mnist.toml",
    ):
        (root / file).parent.mkdir(exist_ok=True)
        shutil.copy(locations.content_dir() / file, root / file)
    return root
