"""Hostile files given to `cnntutor calc` as a process: exit 2, one sentence, bounded time and memory."""

import json
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cnntutor.errors import ExitCode
from tests.formats.test_hostile_files import (
    LAMBDA,
    Bomb,
    archive,
    called,
    dense,
    functional,
    lying_size,
    nested,
    sequential,
)

SECONDS = 20
"""Of processor time."""
MEGABYTES = 500
"""Of address space: what the process may ask for in all."""
TOML = """format_version = 1
name = "bad"
title = {{ en = "Bad", vi = "Xấu" }}
input_shape = {shape}
[[layers]]
kind = "Dense"
name = "dense"
units = {units}
"""


def text(value: str) -> Callable[[], bytes]:
    return value.encode


def pickled() -> bytes:
    return pickle.dumps(Bomb())


def toml(shape: str = "[4, 4, 1]", units: str = "3") -> Callable[[], bytes]:
    return text(TOML.format(shape=shape, units=units))


CODE = "import keras\nfrom keras import layers\n"
CIRCLE = functional(called(dense("a"), "b"), called(dense("b"), "a"), output="a")
FILES: dict[str, Callable[[], bytes]] = {
    "bomb.keras": lambda: archive({"config.json": b" " * 300_000_000}),
    "lying-bomb.keras": lying_size,
    "cut.keras": lambda: archive({"config.json": json.dumps(sequential(dense())).encode()})[:-60],
    "lambda.keras": lambda: archive({"config.json": json.dumps(sequential(LAMBDA)).encode()}),
    "hundred-megabytes.json": lambda: b"[" + b"0," * 50_000_000 + b"0]",
    "circle.json": lambda: json.dumps(CIRCLE).encode(),
    "deep.json": lambda: b"[" * 1_000_000,
    "models-in-models.json": lambda: json.dumps(nested(200)).encode(),
    "huge.json": lambda: json.dumps(sequential(dense(units=10**30))).encode(),
    "not-utf-8.json": lambda: b'{"class_name": "\xff\xfe"}',
    "not-utf-8.toml": lambda: b'name = "\xff"',
    "not-utf-8.py": lambda: b"# \xff\xfe\nimport keras\n",
    "zeros.json": lambda: b"\0" * 1_000_000,
    "negative.toml": toml(units="-3"),
    "zero.toml": toml(units="0"),
    "large.toml": toml(units="99999999999999999999"),
    "huge-input.toml": toml(shape="[1000000000, 1000000000, 1000000000]"),
    "deep.toml": text("a = " + "[" * 100_000),
    "pickle.h5": pickled,
    "zeros.h5": lambda: b"\x89HDF\r\n\x1a\n" + b"\0" * 1_000_000,
    "pickle.onnx": pickled,
    "endless.py": text(CODE + "x = 0\nwhile True:\n    x = x + 1\n"),
    "long.py": text(CODE + "for i in range(10**9):\n    layers.Dense(1)\n"),
    "power.py": text(CODE + "model = keras.Sequential([layers.Dense(9**9**9)])\n"),
    "text.py": text(CODE + "name = 'x' * 10**12\nmodel = keras.Sequential([layers.Dense(1, name=name)])\n"),
    "deep.py": text("x = " + "(" * 50_000),
    "deep-sum.py": text(CODE + "x = " + "+".join("1" for _ in range(200_000)) + "\n"),
    "calls-itself.py": text(CODE + "def f(x):\n    return f(f(x))\nmodel = f(1)\n"),
    "lambda.py": text(
        CODE + "open('pickle-was-run', 'w')\nmodel = keras.Sequential([keras.Input((3,)),"
        " layers.Lambda(lambda x: open('pickle-was-run', 'w'))])\n"
    ),
}


def hold() -> None:
    """Bound this process, a moment before it becomes the program."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))


@pytest.mark.parametrize("name", FILES)
def test_exit_2_and_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    run = subprocess.run(
        [sys.executable, "-m", "cnntutor", "--lang", "en", "calc", str(path)],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        preexec_fn=hold,
    )
    said = run.stderr.decode("utf-8")
    assert (run.returncode, run.stdout) == (ExitCode.NOT_UNDERSTOOD, b""), said[-500:]
    assert said.startswith("cnntutor: ")
    assert said.endswith(".\n")
    assert said.count("\n") == 1
    assert name in said
    assert len(said) < 600 + len(str(path))
    assert not (tmp_path / "pickle-was-run").exists()
