"""All runs in one folder, newest first, and the one meant by a shortened id."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from cnntutor.errors import CnntutorError, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.events import ResultEvent, decode_event
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.run_spec import RunSpec


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that came to a result."""

    spec: RunSpec
    result: ResultEvent


_NEWEST = 60
"""Runs that are looked at for what a further one will take."""
_LAST_BYTES = 16 * 1024
"""The result line is shorter than this."""


def list_runs(runs_dir: Path) -> tuple[RunFolder, ...]:
    """Return all runs, newest first; half-made folders and strangers are left out."""
    try:
        with os.scandir(runs_dir) as entries:
            names = sorted((entry.name for entry in entries if not entry.name.startswith(".")), reverse=True)
    except OSError:
        return ()
    # There may be ten thousand, and a Path for each question would take most of the time.
    here, isfile = str(runs_dir), os.path.isfile
    return tuple(RunFolder(runs_dir / name) for name in names if isfile(f"{here}/{name}/run.json"))


def last_result(run: RunFolder) -> ResultEvent | None:
    """Return the result at the end of a run's events; None where the worker did not come so far."""
    try:
        with run.events_file.open("rb") as file:
            file.seek(max(0, run.events_file.stat().st_size - _LAST_BYTES))
            end = file.read()
    except OSError:
        return None
    lines = end[: end.rfind(b"\n") + 1].splitlines()
    last = decode_event(lines[-1]) if lines else None
    return last if isinstance(last, ResultEvent) else None


def past_runs(runs_dir: Path) -> tuple[PastRun, ...]:
    """Return the newest runs that came to a result, newest first; what cannot be read is left out."""
    found: list[PastRun] = []
    for run in list_runs(runs_dir)[:_NEWEST]:
        result = last_result(run)
        if result is not None:
            with contextlib.suppress(CnntutorError):
                found.append(PastRun(run.spec, result))
    return tuple(found)


def find_run(runs_dir: Path, name: str) -> RunFolder:
    """Return the run called so: its id, a unique beginning or ending of it, or "last".

    Raises:
        NotUnderstood: none or more than one fits.
    """
    runs = list_runs(runs_dir)
    if not runs:
        raise NotUnderstood(
            msg("There are no runs yet; start one with `cnntutor run lenet5-mnist --preset quick`.")
        )
    if name == "last":
        return runs[0]
    exact = [run for run in runs if run.name == name]
    fitting = exact or [run for run in runs if run.name.startswith(name) or run.name.endswith(f"-{name}")]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise NotUnderstood(
            msg("There is no run {name}; `cnntutor runs list` shows them, and last is the newest.", name=name)
        )
    raise NotUnderstood(
        msg(
            "{name} fits more than one run ({runs}); write more of the id.",
            name=name,
            runs=", ".join(run.name for run in fitting[:5]),
        )
    )
