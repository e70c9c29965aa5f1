"""The real program leaves when it is told to, or when its terminal is gone; a run that is shown goes on."""

import os
import pty
import signal
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.lab.lab import Lab
from cnntutor.lab.state import RunState
from cnntutor.progress.records import Place
from cnntutor.progress.store import Store
from tests.bench.pty_program import PtyProgram
from tests.tui.scripted import ScriptedRun

HEEDS_HANG_UP = (
    "import runpy, signal\n"
    "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
    "runpy.run_module('cnntutor', run_name='__main__', alter_sys=True)\n"
)
"""The program, also where the tests themselves were started under nohup."""


@pytest.fixture
def run(own_home: Path) -> ScriptedRun:
    """A run at work, at which the learner looked last."""
    made = ScriptedRun(locations.runs_dir(), epochs="10")
    made.begin()
    made.epoch(1)
    with Store.open(locations.progress_file()) as store:
        store.leave_at(Place("run", made.name))
    return made


@pytest.fixture
def program(run: ScriptedRun) -> Iterator[PtyProgram]:
    """The program, with the run on screen."""
    environment = os.environ | {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "CNNTUTOR_LANG": "en"}
    with PtyProgram([sys.executable, "-c", HEEDS_HANG_UP], environment) as made:
        made.wait_for(b"Epoch 1/10", 60)
        yield made


def modes(terminal: int) -> list[object]:
    return [*termios.tcgetattr(terminal)]


def test_told_to_end_it_gives_the_terminal_back_and_the_run_goes_on(
    run: ScriptedRun, program: PtyProgram
) -> None:
    master, fresh = pty.openpty()
    try:
        assert modes(program._master) != modes(master), "a screen is drawn on a terminal in raw mode"
        program.forget()
        os.kill(program.pid, signal.SIGTERM)
        assert program.wait_for_end() == 128 + signal.SIGTERM
        assert modes(program._master) == modes(master)
    finally:
        os.close(master)
        os.close(fresh)
    assert b"\x1b[?1049l" in program.written and b"\x1b[?25h" in program.written
    assert b"Traceback" not in program.written
    assert not run.folder.stop_file.exists()
    assert Lab().observe(run.folder).state is RunState.RUNNING


def test_hung_up_it_ends_at_once(run: ScriptedRun, program: PtyProgram) -> None:
    os.kill(program.pid, signal.SIGHUP)
    assert program.wait_for_end() == -signal.SIGHUP
    assert not run.folder.stop_file.exists()
    assert Lab().observe(run.folder).state is RunState.RUNNING


def test_it_does_not_outlive_a_terminal_that_is_closed_without_a_signal(program: PtyProgram) -> None:
    # The terminal is not its controlling one, so that closing it sends no signal, as under nohup.
    os.close(program._master)
    program._master = os.open(os.devnull, os.O_RDONLY)
    assert program._process.wait(30) == -signal.SIGHUP
