"""cnntutor runs test: tables and JSON of what a test left."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.cli.main import run as cnntutor
from tests.tui.scripted import ScriptedRun
from tests.tui.test_after_screen import leave, whole

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: str, lang: str = "en") -> tuple[int, str, str]:
        code = cnntutor(["--lang", lang, *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def run(own_home: Path) -> ScriptedRun:
    scripted = ScriptedRun(locations.runs_dir(), epochs="3")
    scripted.begin()
    scripted.end()
    return scripted


def test_all_of_it_in_both_languages(cli: Cli, run: ScriptedRun) -> None:
    leave(run.folder, whole())
    code, out, _ = cli("runs", "test", "last")
    assert code == 0
    for words in (
        "Test accuracy 98.10 % on 1,000 images",
        "true \\ predicted   0   1",
        "macro mean        0.9000",
        "The 8 worst of 100 mistakes",
        "Calibration error 0.0700",
    ):
        assert words in out
    code, out, _ = cli("runs", "test", "last", lang="vi")
    assert code == 0 and "trung bình macro" in out and "0,9000" in out


def test_one_part_alone(cli: Cli, run: ScriptedRun) -> None:
    leave(run.folder, whole())
    code, out, _ = cli("runs", "test", "last", "--classes")
    assert code == 0 and out.startswith("class") and "mistakes" not in out


def test_many_classes_are_told_by_their_pairs(cli: Cli, run: ScriptedRun) -> None:
    leave(run.folder, whole(100))
    code, out, _ = cli("runs", "test", "last", "--confusion")
    assert code == 0 and len(out.splitlines()) == 22
    assert "10.0 %" in out


def test_json_has_everything(cli: Cli, run: ScriptedRun) -> None:
    leave(run.folder, whole())
    code, out, _ = cli("runs", "test", "last", "--json")
    held = json.loads(out)
    assert code == 0
    assert held["confusion"]["matrix"][0][1] == 10 and held["macro"]["f1"] == pytest.approx(0.9)
    assert held["mistakes"][0]["number"] == 100 and "packed" not in held["mistakes"][0]
    assert held["outputs"]["calibration"]["error"] == 0.07


def test_a_run_without_a_test_says_so(cli: Cli, run: ScriptedRun) -> None:
    code, _, err = cli("runs", "test", "last")
    assert code == 2 and "has no test:" in err
