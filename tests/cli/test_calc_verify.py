"""cnntutor calc FILE --verify, with the real Keras in its own process."""

import json
from pathlib import Path

import pytest

from cnntutor.cli.main import run
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.library import find_network
from cnntutor.lab import verify
from cnntutor.lab.verify import Difference


def test_a_network_of_the_course_is_equal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calc", "lenet5", "--verify"]) == 0
    assert "8 layers, 61,706 in all" in capsys.readouterr().out


def test_a_file_is_loaded_by_keras_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "model.json"
    file.write_text(write_keras_json(find_network("lenet5").network), encoding="utf-8")
    assert run(["calc", str(file), "--verify", "--json"]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert (reply["equal"], reply["built_from"], reply["differences"]) == (True, "file", [])
    assert (reply["total_params"], reply["keras_total_params"], reply["layers"]) == (61_706, 61_706, 8)


def test_differences_are_a_table_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Difference("conv1", "trainable_params", 156, 150), Difference("", "trainable_params", 61_706, 3)]
    found += [Difference("pool1", "output_shape", (14, 14, 6), (None, 13, 6))]
    monkeypatch.setattr(verify, "compare", lambda report, built: iter(found))
    assert run(["calc", "lenet5", "--verify"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["Layer", "Calculator", "Keras"],
        ["conv1", "trainable", "156", "150"],
        ["Total", "trainable", "61,706", "3"],
        ["pool1", "output", "shape", "14×14×6", "?×13×6"],
    ]


def test_an_unreadable_file_is_exit_code_2(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(b"no archive")
    assert run(["calc", str(file), "--verify"]) == 2


def test_without_keras_it_is_exit_code_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run(["calc", "lenet5", "--verify"]) == 3
    assert "pip install" in capsys.readouterr().err
