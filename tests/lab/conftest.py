"""Scripted run folders: runs whose files are written by the test instead of a worker."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cnntutor import locations
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Job, Status


@dataclass(frozen=True)
class ScriptedRun:
    """A run folder and the pens of its worker and its submitter."""

    folder: RunFolder

    def status(self, state: Any = "running", *, worker: Process | None = None, **changes: Any) -> None:
        """Write status.json."""
        status = Status(
            state=state,
            attempt=1,
            beat=1,
            time=time.time(),
            phase="training",
            epoch=2,
            epochs=10,
            batch=5,
            batches=50,
            worker=worker or this_process(),
        )
        self.folder.status_file.write_bytes(msgspec.json.encode(msgspec.structs.replace(status, **changes)))

    def job(self, worker: Process) -> None:
        """Write job.json."""
        job = Job(backend="local", worker=worker, time=time.time())
        self.folder.job_file.write_bytes(msgspec.json.encode(job))

    def write_events(self, text: str) -> None:
        """Append to events.jsonl as it is."""
        with self.folder.events_file.open("a", encoding="utf-8") as file:
            file.write(text)


RunMaker = Callable[..., ScriptedRun]


@pytest.fixture
def make_run() -> RunMaker:
    """Make a run folder of a recipe, with settings changed."""

    def make(recipe: str = "lenet5-mnist", preset: str = "quick", **overrides: str) -> ScriptedRun:
        spec = resolve(find_recipe(recipe), preset, overrides)
        return ScriptedRun(create_run_folder(locations.runs_dir(), spec))

    return make


@pytest.fixture
def dead_process() -> Process:
    """A process of this machine and boot that is gone: our own number with another start time."""
    own = this_process()
    assert own.started is not None
    return msgspec.structs.replace(own, started=own.started - 1)


@pytest.fixture
def recipe_folder(tmp_path: Path) -> Path:
    """An empty folder for recipe files."""
    folder = tmp_path / "recipes"
    folder.mkdir()
    return folder
