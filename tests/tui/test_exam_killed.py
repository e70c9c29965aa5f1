"""An exam in a real terminal that is killed in the middle: nothing typed is lost, the time went on."""

import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cnntutor.progress.records import Exam
from cnntutor.progress.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

PATIENCE = 60.0


class Terminal:
    """A program in a terminal of 80 columns and 24 lines."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        environment = os.environ | {
            "CNNTUTOR_HOME": str(home),
            "CNNTUTOR_LANG": "en",
            "TERM": "xterm-256color",
            "TEXTUAL_ANIMATIONS": "none",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cnntutor", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.painted = b""

    def until(self, happened: Callable[[], bool]) -> None:
        """Read what is painted until something has happened."""
        end = time.monotonic() + PATIENCE
        while not happened():
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(self.painted[-2000:].decode(errors="replace"))
            if select.select([self.master], [], [], 0.05)[0]:
                self.painted += os.read(self.master, 65536)

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.master, keys)

    def kill(self) -> None:
        """Kill the program as kill -9 does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


def exam_in(home: Path) -> Exam | None:
    """Return the exam in the record of a program that runs."""
    file = home / "progress.sqlite3"
    if not file.exists():
        return None
    try:
        with Store.open(file) as store:
            return store.open_exam()
    except sqlite3.Error:
        return None


def test_a_killed_exam_goes_on_with_what_was_typed(tmp_path: Path) -> None:
    arguments = (
        "exam",
        "start",
        "--skill",
        "output-size",
        "--seed",
        "7",
        "--questions",
        "3",
        "--minutes",
        "30",
    )
    first = Terminal(tmp_path, *arguments)
    first.until(lambda: b"Question 1 of 3" in first.painted)
    begun = exam_in(tmp_path)
    assert begun is not None

    def answers() -> list[dict[str, str]]:
        exam = exam_in(tmp_path)
        return [] if exam is None else [each.answers for each in exam.questions]

    first.press(b"\x1b[19~")  # F8: the next question
    first.until(lambda: b"Question 2 of 3" in first.painted)
    first.press(b"a1")
    first.until(lambda: bool(answers()[1]))
    typed = answers()
    first.kill()

    second = Terminal(tmp_path)
    second.until(lambda: b"Question 2 of 3" in second.painted)
    assert answers() == typed
    again = exam_in(tmp_path)
    assert again is not None
    assert (again.id, again.started) == (begun.id, begun.started)
    second.kill()
