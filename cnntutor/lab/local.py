"""Runs on this machine: the worker as a process of its own that outlives window, shell and hang-up."""

import os
import shutil
import subprocess
import sys
import time

import msgspec

from cnntutor.errors import Failed
from cnntutor.i18n import msg
from cnntutor.lab.folder import RunFolder, replace_file, write_once
from cnntutor.lab.process import identify
from cnntutor.lab.state import Job

_children: list[subprocess.Popen[bytes]] = []
"""Workers this program started and has not yet seen end."""


def launch(run: RunFolder, attempt: int = 1) -> None:
    """Start the worker of a run in a session of its own, its output in the log.

    A run whose first worker cannot be started is taken away again.

    Args:
        run: The run.
        attempt: Which start of the run this is.

    Raises:
        Failed: the process cannot be started, or job.json cannot be written.
    """
    # -P and the run's own folder keep a keras.py or random.py of the learner's from being imported.
    worker: subprocess.Popen[bytes] | None = None
    command = [sys.executable, "-P", "-m", "cnntutor.worker", str(run.path.absolute()), str(attempt)]
    try:
        with run.log_file.open("ab") as log:
            worker = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=run.path,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
                start_new_session=True,
            )
        job = Job(backend="local", worker=identify(worker.pid), time=time.time(), attempt=attempt)
        if attempt == 1:
            write_once(run.job_file, msgspec.json.encode(job))
        else:
            replace_file(run.job_file, msgspec.json.encode(job))
        _children.append(worker)
    except OSError as problem:
        if worker is not None:
            worker.kill()
            worker.wait()
        if attempt == 1:
            shutil.rmtree(run.path, ignore_errors=True)
        raise Failed(
            msg(
                "The worker of {run} cannot be started ({problem}); free some space or memory and try again.",
                run=run.name,
                problem=problem.strerror or str(problem),
            )
        ) from problem


def reap() -> None:
    """Take note of the workers that have ended, so that none stays behind as a zombie."""
    _children[:] = [child for child in _children if child.poll() is None]


def request_stop(run: RunFolder) -> None:
    """Ask the worker of a run to stop; asking twice is the same as asking once.

    Raises:
        Failed: the request cannot be written.
    """
    try:
        run.stop_file.parent.mkdir(exist_ok=True)
        run.stop_file.touch()
    except OSError as problem:
        raise Failed(
            msg(
                "The request to stop {run} cannot be written ({problem}); free some space and try again.",
                run=run.name,
                problem=problem.strerror or str(problem),
            )
        ) from problem
