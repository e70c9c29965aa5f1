"""Standing in line: the worker waits, before TensorFlow is imported, until the runs ahead are over."""

import contextlib
import time

import msgspec

from cnntutor.lab.folder import RunFolder, replace_file
from cnntutor.lab.line import Turn, ahead_of
from cnntutor.worker.control import Control
from cnntutor.worker.first_status import status_before_training

TICK_SECONDS = 0.5
LOOK_TICKS = 2
"""The runs ahead are looked at every second tick, the request to stop at every one."""
BEAT_TICKS = 20
"""The status is written anew as often, though nothing has changed; readers allow 30 s."""


def wait_for_turn(run: RunFolder, control: Control, attempt: int) -> None:
    """Return when no run is ahead any more, or when this one is asked to stop.

    Args:
        run: The run.
        control: Where requests to stop arrive.
        attempt: Which start of the run this is.
    """
    turn = Turn(run.path.parent, ahead_of(run, attempt))
    beat = ticks = told = 0
    while not control.look():
        if ticks % LOOK_TICKS == 0:
            ahead = turn.look()
            if not ahead:
                return
            if ahead != told or ticks % BEAT_TICKS == 0:
                beat, told = beat + 1, ahead
                # A full disk is no reason to leave the line; the run says so when its turn comes.
                with contextlib.suppress(OSError):
                    _write(run, attempt, beat, ahead)
        ticks += 1
        time.sleep(TICK_SECONDS)


def _write(run: RunFolder, attempt: int, beat: int, ahead: int) -> None:
    """Write the status of a run in line.

    Raises:
        OSError: it cannot be written.
    """
    status = status_before_training(run, "queued", attempt, beat=beat, ahead=ahead)
    replace_file(run.status_file, msgspec.json.encode(status))
