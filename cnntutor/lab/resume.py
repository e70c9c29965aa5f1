"""Going on with a run that was stopped, killed or lost: a new attempt in the same folder.

What the files say of earlier attempts stays where it is and does not count any more.
"""

import contextlib
from collections.abc import Sequence

import msgspec

from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.lab import local
from cnntutor.lab.folder import RunFolder, read_record, write_once
from cnntutor.lab.line import stand_in_line
from cnntutor.lab.process import look_for, this_process
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Ahead, Job, Observation, RunState, Status


def cannot_go_on(run: RunFolder, seen: Observation) -> Message | None:
    """Return why a run cannot go on; None where it can."""
    if seen.state is RunState.FINISHED:
        return msg("The run {run} is finished; run it again with other settings instead.", run=run.name)
    if not seen.state.over:
        return msg("The run {run} is still at work; there is nothing to resume.", run=run.name)
    return None


def start_next_attempt(run: RunFolder, ahead: Sequence[Ahead] = ()) -> int:
    """Start a worker that goes on where the last checkpoint was written, and return its attempt.

    Args:
        run: The run.
        ahead: The runs it waits for first.

    Raises:
        Failed: someone else is starting it, or the folder cannot be written.
    """
    job = read_record(run.job_file, Job)
    status = read_record(run.status_file, Status)
    last = max(job.attempt if job is not None else 1, status.attempt if status is not None else 1)
    attempt = last + 1
    claim = run.claim_of(attempt)
    holder = read_record(claim, Process)
    if holder is not None and look_for(holder).seen == "gone":
        # Whoever was about to start this attempt ended before doing so.
        with contextlib.suppress(OSError):
            claim.unlink(missing_ok=True)
    try:
        claim.parent.mkdir(exist_ok=True)
        write_once(claim, msgspec.json.encode(this_process()))
        stand_in_line(run, attempt, ahead)
    except FileExistsError as problem:
        raise Failed(
            msg("Someone else is resuming {run} at this moment; look again.", run=run.name)
        ) from problem
    except OSError as problem:
        with contextlib.suppress(OSError):
            claim.unlink(missing_ok=True)
        raise Failed(
            msg(
                "{run} cannot be resumed: its folder cannot be written ({problem}); free some space and try"
                " again.",
                run=run.name,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    try:
        run.stop_file.unlink(missing_ok=True)
        local.launch(run, attempt)
    except BaseException:
        with contextlib.suppress(OSError):
            claim.unlink(missing_ok=True)
        raise
    return attempt
