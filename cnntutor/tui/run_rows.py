"""The learner's runs as rows of a list: state, when, what, accuracy. Read outside the screen's thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cnntutor.errors import CnntutorError
from cnntutor.lab.history import last_result
from cnntutor.lab.lab import Lab
from cnntutor.lab.run_spec import RunSpec
from cnntutor.lab.state import Observation

RUNS_SHOWN = 200
"""Older ones are left to `cnntutor runs list`."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in the list."""

    name: str
    spec: RunSpec
    observation: Observation
    test_accuracy: float | None = None
    interval: tuple[float, float] | None = None
    epochs_done: int = 0
    seconds: float = 0.0

    @property
    def started(self) -> datetime:
        """When it was submitted, by the clock on the wall."""
        return datetime.fromtimestamp(self.spec.created).astimezone()


class RunRows:
    """Reads the rows; what is over is read once.

    Args:
        lab: The lab.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._over: dict[str, RunRow] = {}

    def read(self) -> tuple[RunRow, ...]:
        """Return the rows, newest first; a run that cannot be read is left out."""
        rows: list[RunRow] = []
        for run in self._lab.runs()[:RUNS_SHOWN]:
            known = self._over.get(run.name)
            if known is not None:
                rows.append(known)
                continue
            try:
                seen = self._lab.observe(run)
                row = RunRow(run.name, run.spec, seen)
            except CnntutorError:
                continue
            if seen.state.over:
                result = last_result(run)
                if result is not None:
                    row = RunRow(
                        run.name,
                        run.spec,
                        seen,
                        result.test_accuracy,
                        result.test_interval,
                        result.epochs_done,
                        result.seconds,
                    )
                self._over[run.name] = row
            rows.append(row)
        return tuple(rows)
