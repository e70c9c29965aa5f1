"""What status.json says of a worker that has not begun to train: in line, or starting."""

import time
from typing import Literal

from cnntutor.lab.folder import RunFolder
from cnntutor.lab.process import this_process
from cnntutor.lab.state import Status


def status_before_training(
    run: RunFolder, state: Literal["queued", "starting"], attempt: int, *, beat: int = 0, ahead: int = 0
) -> Status:
    """Return the status of this process, with no epoch and no batch behind it.

    Args:
        run: The run.
        state: Whether it waits or starts.
        attempt: Which start of the run this is.
        beat: How often its status was written before.
        ahead: How many runs it waits for.
    """
    return Status(
        state=state,
        attempt=attempt,
        beat=beat,
        time=time.time(),
        phase=None,
        epoch=0,
        epochs=run.spec.settings.epochs,
        batch=0,
        batches=0,
        worker=this_process(),
        ahead=ahead,
    )
