"""The command line as a whole: exit codes, sentences, and what a command may load."""

import subprocess
import sys

import pytest

from cnntutor.cli.main import run

HEAVY = "tensorflow keras numpy sklearn scipy matplotlib pandas mlxtend h5py textual sqlite3 fsrs"


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("calc", "check", "exercise", "run", "runs", "recipe", "doctor"):
        assert f"\n  {command}" in shown


def test_an_unknown_command_is_not_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clac"]) == 2
    assert "clac" in capsys.readouterr().err


def test_a_wrong_language_variable_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CNNTUTOR_LANG", "fr")
    assert run(["calc", "lenet5"]) == 2
    error = capsys.readouterr().err
    assert "CNNTUTOR_LANG" in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    "command", ["calc lenet5 --json", "recipe list", "exercise list", "runs list", "check --help"]
)
def test_a_command_loads_nothing_heavy(command: str) -> None:
    allowed = {"sqlite3"} if command.startswith("exercise") else set()
    done = python(
        "import sys\nfrom cnntutor.cli.main import run\n"
        f"code = run({command.split()!r})\n"
        f"print('LOADED', *[m for m in {HEAVY.split()!r} if m in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.splitlines()[-1].split()[1:])
    assert loaded <= allowed


def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m cnntutor calc vgg16 | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


def test_a_full_disk_is_one_sentence() -> None:
    done = subprocess.run(
        f"{sys.executable} -m cnntutor calc vgg16 > /dev/full",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "cnntutor: The system refused: No space left on device.\n"
