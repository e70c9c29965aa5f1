"""The run folder: its files, how it is made so that nobody sees half of it, and how it is read."""

import errno
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from cnntutor.errors import Failed, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.event_tail import EventTail
from cnntutor.lab.run_spec import RUN_FORMAT_VERSION, RunSpec
from cnntutor.lab.state import Ahead, Line

Record = TypeVar("Record", bound=msgspec.Struct)

UNFINISHED = ".tmp"
"""Ending of what `replace_file` writes to; one that stays was left by a program that was killed."""


@dataclass(frozen=True)
class RunFolder:
    """One run on disk; only names and paths, read anew each time."""

    path: Path

    @property
    def name(self) -> str:
        """The run's id."""
        return self.path.name

    @property
    def job_file(self) -> Path:
        """Which process works at the run; written by the submitter."""
        return self.path / "job.json"

    @property
    def status_file(self) -> Path:
        """State, beat, epoch and batch; written by the worker only."""
        return self.path / "status.json"

    @property
    def events_file(self) -> Path:
        """What happened, one JSON object a line; written by the worker only."""
        return self.path / "events.jsonl"

    @property
    def log_file(self) -> Path:
        """Everything the worker printed."""
        return self.path / "log.txt"

    @property
    def stop_file(self) -> Path:
        """Its presence asks the worker to stop; written by readers."""
        return self.path / "control" / "stop"

    @property
    def notes_file(self) -> Path:
        """What the learner writes about the run."""
        return self.path / "notes.txt"

    @property
    def checkpoints(self) -> Path:
        """Folder of best.keras and last.keras."""
        return self.path / "ckpt"

    @property
    def artifacts(self) -> Path:
        """Folder of history.csv and confusion.json."""
        return self.path / "artifacts"

    def verdict_of(self, attempt: int) -> Path:
        """Evidence that an attempt of the run is lost; written once, by whoever found out."""
        return self.path / ("verdict.json" if attempt == 1 else f"verdict-{attempt}.json")

    def claim_of(self, attempt: int) -> Path:
        """Who starts an attempt after the first; written once, so that two do not start the same."""
        return self.path / "control" / f"attempt-{attempt}.json"

    def line_of(self, attempt: int) -> Path:
        """Which runs an attempt waits for; written by the submitter, only where there are any."""
        return self.path / "control" / f"line-{attempt}.json"

    def events(self) -> EventTail:
        """Return a reader of the events, starting at the first."""
        return EventTail(self.events_file)

    @cached_property
    def spec(self) -> RunSpec:
        """What the run was asked to do.

        Raises:
            NotUnderstood: run.json cannot be read or was written by a newer version.
        """
        file = self.path / "run.json"
        try:
            spec = msgspec.json.decode(file.read_bytes(), type=RunSpec)
        except (OSError, msgspec.DecodeError) as problem:
            raise NotUnderstood(
                msg(
                    "{file} cannot be read ({problem}); remove the folder if the run is not needed.",
                    file=file,
                    problem=problem,
                )
            ) from problem
        if spec.format_version > RUN_FORMAT_VERSION:
            raise NotUnderstood(
                msg("{file}: format_version is newer than this program; update cnntutor.", file=file)
            )
        return spec


def run_name(slug: str, created: float) -> str:
    """Return a fresh run id: date and time in UTC, the recipe, four random hex digits."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(created))
    return f"{stamp}-{slug}-{secrets.token_hex(2)}"


def create_run_folder(runs_dir: Path, spec: RunSpec, ahead: Sequence[Ahead] = ()) -> RunFolder:
    """Make the folder of a new run under a hidden name, fill it, then give it its name in one step.

    Args:
        runs_dir: The folder of the runs.
        spec: What the run is to do.
        ahead: The runs it waits for.

    Raises:
        Failed: the folder cannot be written.
    """
    target = runs_dir / spec.run
    if runs_dir.exists() and not runs_dir.is_dir():
        raise Failed(
            msg(
                "{folder} is a file, and the runs need a folder of that name; move the file away.",
                folder=runs_dir,
            )
        )
    hidden = runs_dir / f".new-{spec.run}"
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        hidden.mkdir()
        for name in ("control", "ckpt", "artifacts"):
            (hidden / name).mkdir()
        write_once(hidden / "run.json", msgspec.json.format(msgspec.json.encode(spec)))
        if ahead:
            line = msgspec.json.encode(Line(ahead=tuple(ahead)))
            write_once(RunFolder(hidden).line_of(1), line)
        (hidden / "log.txt").touch()
        hidden.rename(target)
    except OSError as problem:
        shutil.rmtree(hidden, ignore_errors=True)
        raise Failed(
            msg(
                "The run folder {folder} cannot be made ({problem}); free some space or choose another home"
                " with CNNTUTOR_HOME.",
                folder=target,
                problem=problem.strerror or problem,
            )
        ) from problem
    return RunFolder(target)


def read_record(path: Path, kind: type[Record]) -> Record | None:
    """Return the record a small JSON file holds; None where there is none, or none that can be read."""
    for _ in range(2):
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except OSError as problem:
            # On NFS the file may be replaced between opening and reading; the second try finds the new one.
            if problem.errno != errno.ESTALE:
                return None
        except msgspec.DecodeError:
            return None
    return None


def write_once(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, down to the disk.

    Raises:
        FileExistsError: it is there already.
        OSError: it cannot be written; no half of it is left.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace_file(path: Path, content: bytes) -> None:
    """Put content in place of a file so that a reader or a crash sees the old one or the new one.

    Two programs may do so at once: each writes beside the file under a name of its own; the last one wins.

    Raises:
        OSError: it cannot be written; the old file stays.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
