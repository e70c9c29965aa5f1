"""The line: which runs a run waits for before it starts, and how many of them are still ahead.

Whoever submits a run writes the list; its worker stands in line and looks at the runs on it. Only runs that
were at work before the folder or the attempt was made are on it, so no two ever wait for each other.
"""

import platform
from collections.abc import Sequence
from pathlib import Path

import msgspec

from cnntutor.lab.folder import RunFolder, read_record, replace_file
from cnntutor.lab.observer import Observer
from cnntutor.lab.state import Ahead, Job, Line, RunState


def stand_in_line(run: RunFolder, attempt: int, ahead: Sequence[Ahead]) -> None:
    """Write down which runs an attempt of a run waits for; none: it starts at once.

    Raises:
        OSError: it cannot be written.
    """
    file = run.line_of(attempt)
    if ahead:
        replace_file(file, msgspec.json.encode(Line(ahead=tuple(ahead))))
    else:
        file.unlink(missing_ok=True)


def ahead_of(run: RunFolder, attempt: int = 1) -> tuple[Ahead, ...]:
    """Return the runs that an attempt of a run was told to wait for, over or not."""
    line = read_record(run.line_of(attempt), Line)
    return line.ahead if line is not None else ()


def is_here(run: RunFolder) -> bool:
    """Return whether a run is this machine's; one that has no worker yet counts as such."""
    job = read_record(run.job_file, Job)
    return job is None or job.worker.host == platform.node()


class Turn:
    """Knows when the turn of a run has come.

    Args:
        runs_dir: The folder of the runs.
        ahead: The runs that are waited for.
    """

    def __init__(self, runs_dir: Path, ahead: Sequence[Ahead]) -> None:
        self._ahead = [(each, Observer(RunFolder(runs_dir / each.run))) for each in ahead]

    def look(self) -> int:
        """Return how many runs are still ahead; 0: the turn has come.

        Nobody passes the first, so each look asks it and only one of the others, in turns: a line of a
        hundred costs no more than a line of two.
        """
        while self._ahead and _passed(*self._ahead[0]):
            del self._ahead[0]
        if len(self._ahead) > 1:
            other = self._ahead.pop(1)
            if not _passed(*other):
                self._ahead.append(other)
        return len(self._ahead)


def _passed(ahead: Ahead, observer: Observer) -> bool:
    """Return whether a run is no longer to be waited for: over, silent, removed, or begun anew."""
    seen = observer.observe()
    return seen.state.over or seen.state is RunState.NO_SIGN or seen.attempt > ahead.attempt
