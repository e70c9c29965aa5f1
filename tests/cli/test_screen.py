"""Opening the screen: where there is none, where it is not UTF-8, where nothing can be kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.cli import screen
from cnntutor.errors import NotUnderstood
from tests.bench.pty_program import PtyProgram

PROGRAM = [sys.executable, "-m", "cnntutor"]


def environment(home: Path, **changes: str) -> dict[str, str]:
    """Return a plain environment with a terminal that shows colours and UTF-8."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    return kept | {"CNNTUTOR_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"} | changes


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_without_a_terminal_it_says_so_and_names_the_commands(tmp_path: Path, lang: str) -> None:
    result = subprocess.run(
        [*PROGRAM, "--lang", lang],
        env=environment(tmp_path / "home"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "cnntutor exercise" in result.stderr
    assert "Traceback" not in result.stderr


def test_opens_in_a_terminal_and_leaves_with_0(tmp_path: Path) -> None:
    with PtyProgram(PROGRAM, environment(tmp_path / "home", CNNTUTOR_LANG="en")) as program:
        program.wait_for(b"The layers of a CNN")
        program.wait_for(b"F1")
        program.settle()
        program.send(b"\x11")
        assert program.wait_for_end() == 0


def test_an_encoding_that_python_was_told_is_mended(tmp_path: Path) -> None:
    changed = environment(tmp_path / "home", CNNTUTOR_LANG="vi", PYTHONIOENCODING="latin-1")
    with PtyProgram(PROGRAM, changed) as program:
        program.wait_for("Các lớp và cách nối".encode())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"LC_ALL": "en_US.ISO-8859-1"}, b"LC_ALL=C.UTF-8 cnntutor"),
        ({"TERM": "dumb"}, b"TERM=xterm-256color"),
    ],
)
def test_a_terminal_that_cannot_show_it_gets_a_sentence(
    tmp_path: Path, changes: dict[str, str], words: bytes
) -> None:
    with PtyProgram(PROGRAM, environment(tmp_path / "home", CNNTUTOR_LANG="en", **changes)) as program:
        assert program.wait_for_end() == 2
        assert words in program.written
        assert b"\x1b[?1049h" not in program.written


def test_where_nothing_can_be_kept_it_opens_and_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file where the folder should be", encoding="utf-8")
    with PtyProgram(PROGRAM, environment(home, CNNTUTOR_LANG="en"), columns=100, rows=30) as program:
        program.wait_for(b"The layers of a CNN")
        program.settle(0.5)
        assert b"kept" in program.written or b"saved" in program.written


def test_missing_content_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locations, "content_dir", lambda: tmp_path)
    with pytest.raises(NotUnderstood, match=r"course\.toml"):
        screen._run("", "")
