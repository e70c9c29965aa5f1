"""Real workers in line: light while they wait, stopped there, at work when the run ahead is gone."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from cnntutor import locations
from cnntutor.cli.main import run as cnntutor
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.lab import Lab
from cnntutor.lab.process import identify
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.state import Job, RunState
from tests.worker.test_worker import FEW, end_of, lab, until, worker_pid

__all__ = ["lab"]

ONE = FEW | {"epochs": "1"}
LIGHT = 60 * 2**20
"""Bytes that a worker in line may hold; with TensorFlow it would be ten times that."""


@pytest.fixture
def at_work() -> Iterator[tuple[RunFolder, subprocess.Popen[bytes]]]:
    """A run whose worker is a process that does nothing, until it is killed."""
    spec = resolve(find_recipe("lenet5-mnist"), "quick", {})
    run = create_run_folder(locations.runs_dir(), spec)
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    job = Job(backend="local", worker=identify(process.pid), time=1.0)
    run.job_file.write_bytes(msgspec.json.encode(job))
    yield run, process
    process.kill()
    process.wait()


def memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def test_a_run_waits_lightly_and_starts_when_the_one_ahead_is_killed(
    lab: Lab, at_work: tuple[RunFolder, subprocess.Popen[bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    _ahead, process = at_work
    settings = [part for key, value in ONE.items() for part in ("--set", f"{key}={value}")]
    assert cnntutor(["run", "lenet5-mnist", "--wait", "--detach", *settings]) == 0
    assert "1 ahead, and starts by itself" in capsys.readouterr().out
    (waiting,) = (run for run in lab.at_work() if run.line_of(1).exists())
    behind = lab.submit("lenet5-mnist", "quick", ONE, wait=True)
    until(lambda: lab.observe(waiting).state is lab.observe(behind).state is RunState.QUEUED)
    assert (lab.observe(waiting).ahead, lab.observe(behind).ahead) == (1, 2)
    assert cnntutor(["runs", "list"]) == 0
    listed = capsys.readouterr().out
    assert "queued · 1 ahead" in listed and "queued · 2 ahead" in listed

    pid = worker_pid(waiting)
    assert memory(pid) < LIGHT
    assert "tensorflow" not in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    assert not waiting.events_file.exists()

    assert cnntutor(["runs", "stop", behind.name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "cancelled"
    assert lab.observe(waiting).state is RunState.QUEUED

    process.send_signal(signal.SIGKILL)
    process.wait()
    assert end_of(lab, waiting).state is RunState.FINISHED
    assert worker_pid(waiting) == pid
