"""One row a run: state, recipe, how far it came, its result; of runs that are over, remembered on disk.

Looking at ten thousand runs takes seconds, and what is over does not change. As with the names of ended runs,
whatever was remembered before a run was resumed counts no more.
"""

import contextlib
import time

import msgspec

from cnntutor.errors import NotUnderstood
from cnntutor.lab.ended import marked_at
from cnntutor.lab.folder import RunFolder, read_record, replace_file
from cnntutor.lab.history import last_result
from cnntutor.lab.lab import TICK_NS, Lab

_FILE = ".summaries.json"
_WORTH = 50
"""So many runs have to be new before the file is written again."""


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One run as a row."""

    run: str
    """Its id."""
    state: str
    ahead: int = 0
    """How many runs are before it, while it stands in line."""
    recipe: str | None = None
    """None, as all that follows from run.json, where that cannot be read."""
    preset: str | None = None
    created: float | None = None
    epoch: int = 0
    epochs: int = 0
    test_accuracy: float | None = None
    best_epoch: int | None = None
    data: str | None = None
    """The provenance of its images."""


class _Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    marker: int
    """When a run had been resumed last, in nanoseconds; 0 for never."""
    runs: dict[str, RunSummary]


def summary_of(lab: Lab, run: RunFolder) -> RunSummary:
    """Return one run as a row; a folder that cannot be read is a row too."""
    return _look(lab, run)[0]


def summaries(lab: Lab) -> tuple[RunSummary, ...]:
    """Return every run as a row, newest first."""
    marker = marked_at(lab.runs_dir)
    kept = read_record(lab.runs_dir / _FILE, _Remembered)
    known = kept.runs if kept is not None and kept.marker == marker else {}
    rows: list[RunSummary] = []
    over: dict[str, RunSummary] = {}
    fresh = 0
    for run in lab.runs():
        row = known.get(run.name)
        if row is None:
            row, settled = _look(lab, run)
            fresh += settled
        else:
            settled = True
        if settled:
            over[run.name] = row
        rows.append(row)
    # A marker of this very moment may be touched again within the same tick of the file system's clock.
    if fresh >= _WORTH and time.time_ns() - marker > TICK_NS:
        with contextlib.suppress(OSError):
            replace_file(lab.runs_dir / _FILE, msgspec.json.encode(_Remembered(marker=marker, runs=over)))
    return tuple(rows)


def _look(lab: Lab, run: RunFolder) -> tuple[RunSummary, bool]:
    """Return a run as a row, and whether that does not change any more unless it is resumed."""
    seen = lab.observe(run)
    row = RunSummary(
        run=run.name, state=seen.state.value, ahead=seen.ahead, epoch=seen.epoch, epochs=seen.epochs
    )
    try:
        spec = run.spec
    except NotUnderstood:
        return row, False
    result = last_result(run)
    row = msgspec.structs.replace(
        row, recipe=spec.recipe, preset=spec.preset, created=spec.created, epochs=spec.settings.epochs
    )
    if result is not None:
        row = msgspec.structs.replace(
            row,
            test_accuracy=result.test_accuracy,
            best_epoch=result.best_epoch,
            data=None if result.data is None else result.data.provenance,
        )
    return row, seen.state.over
