"""python -m cnntutor.worker RUN_DIR: does one run and ends in exactly one terminal state."""

import contextlib
import errno
import fcntl
import os
import sys
import time
import traceback
from pathlib import Path

from cnntutor import settings
from cnntutor.errors import CnntutorError, Missing
from cnntutor.i18n import Message, Text, msg
from cnntutor.lab.events import Problem, TerminalState
from cnntutor.lab.folder import RunFolder, read_record
from cnntutor.lab.state import Job, Status
from cnntutor.worker.control import Control
from cnntutor.worker.journal import Journal
from cnntutor.worker.line import wait_for_turn
from cnntutor.worker.problems import RunProblem, Stopped
from cnntutor.worker.session import Reached, conclude, train

LOCK_TRIES = 50
LOCK_SECONDS = 0.2

EXIT_CODES: dict[str, int] = {"finished": 0, "failed": 1, "cancelled": 130, "requeued": 130}


def main(arguments: list[str]) -> int:
    """Do the run of one folder.

    Returns:
        The exit code; the state in the folder is what counts.
    """
    if len(arguments) not in (1, 2) or not all(each.isdecimal() for each in arguments[1:]):
        print("usage: python -m cnntutor.worker RUN_DIR [ATTEMPT]", file=sys.stderr)
        return 2
    settings.apply_language()
    run = RunFolder(Path(arguments[0]).absolute())
    control = Control(run.stop_file)
    control.listen()
    try:
        attempt = _claim(run, int(arguments[1]) if arguments[1:] else None)
        wait_for_turn(run, control, attempt)
        journal = Journal(run, control, attempt)
    except CnntutorError as problem:
        print(f"cnntutor: {problem}", file=sys.stderr)
        return problem.exit_code
    except OSError as problem:
        print(f"cnntutor: {run.path}: {problem}", file=sys.stderr)
        return 1
    return EXIT_CODES[_work(run, control, journal)]


def _claim(run: RunFolder, wanted: int | None) -> int:
    """Make sure that no other worker has this run and that it is not over.

    The lock is held until the process ends; the file stays open for that.

    Args:
        run: The run.
        wanted: Which attempt to begin; None for the one after the last.

    Returns:
        The attempt.

    Raises:
        CnntutorError: the run is not there, is not readable, or is taken or over.
    """
    spec = run.spec
    handle = os.open(run.path / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    # The worker of the attempt before has said its last word, but may need a moment to be gone.
    tries = 1 if wanted in (None, 1) else LOCK_TRIES
    for left in reversed(range(tries)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if not left:
                raise CnntutorError(msg("The run {run} already has a worker.", run=spec.run)) from None
            time.sleep(LOCK_SECONDS)
        except OSError:
            # A file system without locks; the status below still tells a run that is over.
            break
    status = read_record(run.status_file, Status)
    over = status is not None and status.state in {"finished", "failed", "cancelled"}
    last = status.attempt if status is not None else 0
    attempt = wanted or last + 1
    lost = run.verdict_of(attempt).exists() or (wanted is None and run.verdict_of(max(1, last)).exists())
    if lost or (over and (wanted is None or last >= attempt)):
        raise CnntutorError(msg("The run {run} is over; start a new one.", run=spec.run))
    return attempt


def _work(run: RunFolder, control: Control, journal: Journal) -> TerminalState:
    """Do the run and write its end, whatever happens."""
    reached = Reached()
    state: TerminalState = "failed"
    problem: Problem | None = None
    sentence: Text | None = None
    try:
        state = train(run, journal, control, reached)
    except Stopped:
        state = "cancelled"
    except BaseException as trouble:
        with contextlib.suppress(OSError):
            traceback.print_exc()
        problem, message = _explain(trouble)
        sentence = message.both()
    control.interruptible = False
    if state == "cancelled":
        state, message = _stopped(run, control)
        sentence = message.both()
    for last_try in (False, True):
        try:
            conclude(journal, reached, state, problem, sentence)
            break
        except OSError as trouble:
            journal.free_ballast()
            if state != "failed":
                state, reached = "failed", Reached(data=reached.data, began=reached.began)
                problem, message = _explain(trouble)
                sentence = message.both()
            if last_try:
                # Nothing more can be written here; readers will find the process gone and say so.
                with contextlib.suppress(OSError):
                    print(f"cnntutor: {trouble}", file=sys.stderr)
    return state


def _stopped(run: RunFolder, control: Control) -> tuple[TerminalState, Message]:
    """Return the state a stopped run ends in, and why."""
    if control.asked == "file":
        return "cancelled", msg("It was stopped by request.")
    job = read_record(run.job_file, Job)
    if job is None or job.backend == "local":
        return "cancelled", msg("Its process was told to end by a signal.")
    return "requeued", msg("The scheduler took the machine back; the run waits for its next turn.")


def _explain(trouble: BaseException) -> tuple[Problem, Message]:
    """Return what kind of problem an exception is, and one sentence with the mend."""
    if isinstance(trouble, RunProblem):
        return trouble.problem, trouble.message
    if isinstance(trouble, Missing):
        return "missing-library", trouble.message
    if isinstance(trouble, CnntutorError):
        return "crash", trouble.message
    if isinstance(trouble, ImportError):
        return "missing-library", msg(
            "A library cannot be imported ({problem}); install TensorFlow again: {command}",
            problem=trouble,
            command="pip install --force-reinstall 'tensorflow>=2.21,<2.22' 'keras>=3.15,<4'",
        )
    if isinstance(trouble, MemoryError) or type(trouble).__name__ == "ResourceExhaustedError":
        return "out-of-memory", msg(
            "There is not enough memory for this run; try a smaller batch, such as --set batch_size=16."
        )
    if isinstance(trouble, OSError) and trouble.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "disk-full", msg("The disk is full; free some space and run again.")
    if isinstance(trouble, OSError):
        return "unwritable", msg(
            "A file of the run cannot be read or written ({problem}); check the folder and run again.",
            problem=trouble.strerror or str(trouble),
        )
    text = (str(trouble).splitlines() or [""])[0][:200]
    return "crash", msg(
        "The worker failed with {kind}: {text}; log.txt in the run folder has the details.",
        kind=type(trouble).__name__,
        text=text,
    )


if __name__ == "__main__":
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    # TensorFlow takes a second to take itself apart, and everything is written.
    os._exit(code)
