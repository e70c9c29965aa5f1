"""The line: who waits for whom, when the turn comes, and what readers see; no worker is started."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from cnntutor import locations
from cnntutor.errors import Failed
from cnntutor.lab import local
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.line import Turn, ahead_of
from cnntutor.lab.process import identify, this_process
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Ahead, Job, RunState

CHANGES = {"epochs": "1"}


@pytest.fixture(autouse=True)
def launched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Runs that were started; the test's own process stands for each worker."""
    started: list[tuple[str, int]] = []

    def launch(run: RunFolder, attempt: int = 1) -> None:
        started.append((run.name, attempt))
        job = Job(backend="local", worker=this_process(), time=1.0, attempt=attempt)
        run.job_file.write_bytes(msgspec.json.encode(job))

    monkeypatch.setattr(local, "launch", launch)
    monkeypatch.setattr(Lab, "missing", lambda _lab: None)
    return started


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of our own that does nothing."""
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    yield process
    process.kill()
    process.wait()


def running(make_run: Any, worker: Process | None = None) -> Any:
    run = make_run()
    run.job(worker or this_process())
    run.status("running", worker=worker or this_process())
    return run


def turn_of(run: RunFolder) -> Turn:
    return Turn(run.path.parent, ahead_of(run))


def test_a_run_waits_for_those_at_work_and_in_line(make_run: Any, launched: list[tuple[str, int]]) -> None:
    first = running(make_run).folder
    lab = Lab()
    second = lab.submit("lenet5-mnist", "quick", CHANGES, wait=True)
    third = lab.submit("lenet5-mnist", "quick", CHANGES, wait=True)
    assert [each.run for each in ahead_of(second)] == [first.name]
    assert {each.run for each in ahead_of(third)} == {first.name, second.name}
    assert [name for name, _ in launched] == [second.name, third.name], "it waits in its own process"
    assert turn_of(second).look() == 1 and turn_of(third).look() == 2


def test_alone_there_is_no_line(make_run: Any) -> None:
    over = make_run()
    over.job(this_process())
    over.status("finished")
    run = Lab().submit("lenet5-mnist", "quick", CHANGES, wait=True)
    assert ahead_of(run) == () and turn_of(run).look() == 0
    assert not run.line_of(1).exists()


def test_who_does_not_wait_is_told_how(make_run: Any) -> None:
    running(make_run)
    with pytest.raises(Failed, match="--wait"):
        Lab().submit("lenet5-mnist", "quick", CHANGES)
    assert ahead_of(Lab().submit("lenet5-mnist", "quick", CHANGES, force=True)) == ()


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled"])
def test_the_turn_comes_when_those_ahead_are_over(make_run: Any, state: str) -> None:
    first = running(make_run)
    turn = Turn(locations.runs_dir(), [Ahead(run=first.folder.name, attempt=1)])
    assert turn.look() == 1
    first.status(state)
    assert turn.look() == 0


def test_a_killed_run_and_a_removed_one_block_nobody(make_run: Any, sleeper: subprocess.Popen[bytes]) -> None:
    killed, removed = running(make_run, identify(sleeper.pid)), running(make_run)
    names = [killed.folder.name, removed.folder.name]
    turn = Turn(locations.runs_dir(), [Ahead(run=name, attempt=1) for name in names])
    assert turn.look() == 2
    os.kill(sleeper.pid, signal.SIGKILL)
    sleeper.wait()
    assert turn.look() == 1
    assert killed.folder.verdict_of(1).exists()
    shutil.rmtree(removed.folder.path)
    assert turn.look() == 0


def test_a_stop_in_the_middle_is_seen_while_the_first_goes_on(make_run: Any) -> None:
    runs = [running(make_run) for _ in range(4)]
    turn = Turn(locations.runs_dir(), [Ahead(run=each.folder.name, attempt=1) for each in runs])
    assert turn.look() == 4
    runs[2].status("cancelled")
    assert min(turn.look() for _ in range(3)) == 3


def test_two_that_were_resumed_behind_each_other_do_not_wait_forever(make_run: Any) -> None:
    """B waits for A; A is stopped and resumed behind B before B has looked."""
    first = running(make_run)
    lab = Lab()
    second = lab.submit("lenet5-mnist", "quick", CHANGES, wait=True)
    first.status("cancelled")
    lab.resume(first.folder, wait=True)
    assert ahead_of(first.folder, 2) == (Ahead(run=second.name, attempt=1),)
    assert lab.observe(first.folder).attempt == 2 and not lab.observe(first.folder).state.over
    assert turn_of(second).look() == 0


def test_a_resumed_run_that_may_start_at_once_has_no_old_line(make_run: Any) -> None:
    first, other = running(make_run), running(make_run)
    first.status("cancelled")
    first.folder.line_of(2).write_bytes(b'{"ahead":[{"run":"gone","attempt":1}]}')
    other.status("finished")
    Lab().resume(first.folder, wait=True)
    assert ahead_of(first.folder, 2) == ()


def test_the_run_of_another_machine_is_not_waited_for(make_run: Any) -> None:
    elsewhere = msgspec.structs.replace(this_process(), host="elsewhere", boot_id="other")
    run = make_run()
    run.job(elsewhere)
    run.status("running", worker=elsewhere)
    lab = Lab()
    assert lab.observe(run.folder).state is RunState.RUNNING
    assert ahead_of(lab.submit("lenet5-mnist", "quick", CHANGES, wait=True)) == ()


def test_readers_see_the_place(make_run: Any, dead_process: Process) -> None:
    run = make_run()
    run.job(this_process())
    run.status("queued", phase=None, epoch=0, ahead=2)
    seen = Lab().observe(run.folder)
    assert (seen.state, seen.ahead, seen.line) == (RunState.QUEUED, 2, "queued · 2 ahead")
    assert not seen.state.over
    run.job(dead_process)
    assert Lab().observe(run.folder).state is RunState.LOST
