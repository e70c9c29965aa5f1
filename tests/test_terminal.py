"""The installed program in a real terminal: read, answer, train, be killed, come back."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.lab.folder import read_record
from cnntutor.lab.lab import Lab
from cnntutor.lab.own_recipe import save_own
from cnntutor.lab.process import identify, look_for
from cnntutor.lab.recipe import find_recipe
from cnntutor.lab.record import read_record_of
from cnntutor.lab.state import Job, RunState

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

    def see_epoch(self, least: int) -> None:
        """Wait until the window shows a run that goes on in this epoch or a later one."""
        deadline = time.monotonic() + PATIENCE
        screen = ""
        while time.monotonic() < deadline:
            screen = self._tmux("capture-pane", "-p")
            found = re.search(r"epoch (\d+)/", screen)
            if "▶ running" in screen and found is not None and int(found[1]) >= least:
                return
            time.sleep(0.1)
        raise AssertionError(f"epoch {least} not seen in {PATIENCE} s; the window shows:\n{screen}")

    def go_to(self, name: str, shown: str) -> None:
        """Open a place by its name through the palette."""
        self.keys("C-p")
        self.see("Go to ─")
        self.type(name)
        self.see(shown)
        self.keys("Enter")

    def wait_for_end(self, pid: int) -> None:
        """Wait until the program that had this number is gone."""
        deadline = time.monotonic() + PATIENCE
        while look_for(identify(pid)).seen == "alive":
            assert time.monotonic() < deadline, f"{pid} lives on"
            time.sleep(0.05)

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
    for run in Lab(locations.runs_dir()).at_work():
        job = read_record(run.job_file, Job)
        if job is not None:
            os.kill(job.worker.pid, signal.SIGKILL)


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


@pytest.mark.slow
def test_a_run_goes_on_when_its_window_is_killed_told_to_end_or_closed(terminal: Terminal) -> None:
    recipe = find_recipe("lenet5-mnist")
    endless = {"epochs": "10000", "train_images": "200", "test_images": "100", "device": "cpu"}
    save_own(recipe, recipe.preset("quick"), endless, "endless-lenet")
    lab = Lab(locations.runs_dir())

    window = terminal.open()
    terminal.see("Local connectivity")
    terminal.go_to("endless-lenet", "Recipe")
    terminal.see("Start this run")
    terminal.keys("s")
    reached = 1
    for way in (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP):
        terminal.see_epoch(reached)
        (run,) = lab.runs()
        os.kill(window, way)
        terminal.wait_for_end(window)
        terminal.close()
        before = len(read_record_of(run).epochs)
        deadline = time.monotonic() + PATIENCE
        while len(read_record_of(run).epochs) < before + 5:
            assert time.monotonic() < deadline, f"the run ended with its window at {way.name}"
            time.sleep(0.05)
        assert lab.observe(run).state is RunState.RUNNING
        window = terminal.open()
        reached = before + 5
    # The whole curve: what was reached while no window was open, and the first epoch too.
    terminal.see_epoch(reached)
    terminal.keys("Home", *["Down"] * 4)
    terminal.see("Epoch 1/10000")
    record = read_record_of(run)
    assert [epoch.epoch for epoch in record.epochs] == list(range(1, len(record.epochs) + 1))
    assert record.attempt == 1
    terminal.keys("s")
    terminal.see("Stop this run?")
    terminal.keys("y")
    terminal.see("■ cancelled", "Test accuracy")
