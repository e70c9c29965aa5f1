"""cnntutor check: one line a problem, one JSON object, exit codes."""

import json
from pathlib import Path

import pytest

from cnntutor.classroom import checker
from cnntutor.cli.main import run
from cnntutor.errors import ExitCode

COUNTED = ("units", "lessons", "questions", "terms", "networks", "recipes", "recordings")


def _broken(tmp_path: Path) -> Path:
    (tmp_path / "course.toml").write_text("format_version = 2\n", encoding="utf-8")
    (tmp_path / "glossary.toml").write_text("format_version = 1\n", encoding="utf-8")
    return tmp_path


def test_the_course_is_clean(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # Asking every question takes seconds, and tests/classroom does it.
    monkeypatch.setattr(checker, "check_question", lambda pack, question: None)
    assert run(["check"]) == ExitCode.OK
    output = capsys.readouterr()
    assert output.err == ""
    assert output.out.endswith(": nothing is wrong.\n") and output.out.count("\n") == 1


def test_problems_are_lines_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(_broken(tmp_path))]) == ExitCode.FAILED
    assert capsys.readouterr().out.splitlines() == [
        "course.toml:1: format_version is 2; write 1.",
        "0 lessons, 0 questions, 0 terms, 0 networks, 0 recipes, 0 recordings: 1 problems.",
    ]


def test_problems_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(_broken(tmp_path)), "--json"]) == ExitCode.FAILED
    output = capsys.readouterr()
    assert output.err == ""
    assert json.loads(output.out) == {
        "folder": str(tmp_path),
        "ok": False,
        "checked": dict.fromkeys(COUNTED, 0),
        "problems": [
            {
                "file": "course.toml",
                "line": 1,
                "key": "format_version",
                "problem": "format_version is 2; write 1.",
            }
        ],
    }


def test_a_folder_without_a_course_is_not_understood(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(tmp_path / "none")]) == ExitCode.NOT_UNDERSTOOD
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (
        f"cnntutor: {tmp_path / 'none'} holds no course that can be read; give the folder of a course.toml.\n"
    )


def test_the_check_speaks_vietnamese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "vi", "check", str(_broken(tmp_path))]) == ExitCode.FAILED
    assert capsys.readouterr().out.splitlines()[0] == "course.toml:1: format_version là 2; hãy viết 1."
