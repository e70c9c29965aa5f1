"""The installed program in a real terminal: read, answer, train, be killed, come back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("cnntutor")
PATIENCE = 60.0
"""Seconds a text may take to come: a slow machine that also trains."""


class Terminal:
    """A tmux window of its own server with the program in it."""

    def __init__(self, folder: Path, columns: int = 80, lines: int = 24) -> None:
        self._socket = str(folder / "tmux")
        self._size = ("-x", str(columns), "-y", str(lines))
        self._environment = {
            **os.environ,
            "CNNTUTOR_HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return done.stdout

    def open(self) -> int:
        """Start the program in a new window; return its process id."""
        self._tmux("new-session", "-d", *self._size, f"exec {COMMAND}")
        return int(self._tmux("list-panes", "-F", "#{pane_pid}"))

    def keys(self, *keys: str) -> None:
        """Press keys, by their tmux names."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        self._tmux("send-keys", "-l", text)

    def see(self, *texts: str) -> str:
        """Wait until the window shows all the texts; return what it shows."""
        deadline = time.monotonic() + PATIENCE
        screen = ""
        while time.monotonic() < deadline:
            screen = self._tmux("capture-pane", "-p")
            if all(text in screen for text in texts):
                return screen
            time.sleep(0.1)
        raise AssertionError(f"{texts} not seen in {PATIENCE} s; the window shows:\n{screen}")

    def go_to(self, name: str, shown: str) -> None:
        """Open a place by its name through the palette."""
        self.keys("C-p")
        self.see("Go to ─")
        self.type(name)
        self.see(shown)
        self.keys("Enter")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program beside the window."""
        return subprocess.run(
            [COMMAND, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def close(self) -> None:
        """End the tmux server of this test."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    if not COMMAND.is_file():
        pytest.skip(f"the command is not installed in {COMMAND.parent}")
    window = Terminal(tmp_path)
    yield window
    window.close()


def test_a_learner_reads_answers_trains_and_comes_back(terminal: Terminal) -> None:
    killed = terminal.open()
    terminal.see("The layers of a CNN", "Local connectivity", "Weight sharing", "LeNet-5 from end to end")
    terminal.keys("Enter")
    terminal.see("Pictures are blocks of numbers")

    terminal.go_to("colour images", "LeNet-5, colour images")
    terminal.see("How many parameters")
    terminal.type("62006")
    terminal.see("62006")
    terminal.keys("Enter")
    terminal.see("✓ Right", "62,006")

    terminal.go_to("lenet5-mnist", "Recipe")
    terminal.see("Start this run")
    terminal.keys("s")
    terminal.see("Predict first")
    terminal.keys("Down", "Enter")
    terminal.see("Epoch 2/10")
    os.kill(killed, signal.SIGKILL)
    terminal.close()

    (run,) = json.loads(terminal.run("runs", "list", "--json").stdout)["runs"]
    assert run["state"] == "running"

    terminal.open()
    terminal.see(run["run"], "Test accuracy", "98.85", "─●─")
    (ended,) = json.loads(terminal.run("runs", "list", "--json").stdout)["runs"]
    assert ended["state"] == "finished"
    assert ended["epoch"] == 10
    assert ended["test_accuracy"] >= 0.9

    terminal.keys("Escape")
    terminal.go_to("LeNet-5 from end", "LeNet-5 from end to end")
    terminal.see("1998")
