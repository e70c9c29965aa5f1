"""What the worker writes for its readers: events.jsonl line by line, status.json with a beat."""

import contextlib
import os
import threading
import time
from pathlib import Path

import msgspec

from cnntutor.i18n import Text
from cnntutor.lab.events import AnyEvent, Phase, PhaseEvent, Problem
from cnntutor.lab.folder import UNFINISHED, RunFolder, read_record, replace_file
from cnntutor.lab.state import Status
from cnntutor.worker.control import Control
from cnntutor.worker.first_status import status_before_training

BEAT_SECONDS = 1.0
NUDGE_SECONDS = 0.2
BALLAST_BYTES = 64 * 1024


def heal(path: Path) -> None:
    """Cut a torn last line off an events file, so that the next line stands alone.

    Raises:
        OSError: the file cannot be written.
    """
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole != len(content):
        os.truncate(path, whole)


def sweep(run: RunFolder) -> None:
    """Take away the files that a worker killed in the middle of writing left unfinished.

    Only those that nobody but the worker writes; they go by hidden names until they are whole.
    """
    left = [*run.path.glob(f".{run.status_file.name}.*{UNFINISHED}")]
    for folder in (run.checkpoints, run.artifacts):
        left += folder.glob(".*")
    for path in left:
        with contextlib.suppress(OSError):
            path.unlink()


class Journal:
    """Writes the events and the status of one run.

    A thread writes the status about once a second, with a beat that counts up, whatever the main thread does.
    Some space is kept in reserve on the disk, so that a full disk does not swallow the last words.

    Args:
        run: The run folder.
        control: Where requests to stop arrive; the thread nudges it.
        attempt: Which start of the run this is; None for the one after the last.
    """

    def __init__(self, run: RunFolder, control: Control, attempt: int | None = None) -> None:
        sweep(run)
        heal(run.events_file)
        before = read_record(run.status_file, Status)
        self._run = run
        self._control = control
        self._ballast = run.path / ".ballast"
        self._file = os.open(run.events_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._status = status_before_training(
            run, "starting", attempt or (before.attempt + 1 if before is not None else 1)
        )
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._trouble: OSError | None = None
        self._write_status()
        with contextlib.suppress(OSError):
            # Where there is no room for it, there may still be enough for the run.
            self._ballast.write_bytes(bytes(BALLAST_BYTES))
        self._thread = threading.Thread(target=self._beat, name="beat", daemon=True)
        self._thread.start()

    @property
    def attempt(self) -> int:
        """Which start of the run this is, from 1."""
        return self._status.attempt

    @property
    def phase(self) -> Phase | None:
        """What the worker is busy with."""
        return self._status.phase

    def stamp(self) -> tuple[float, int]:
        """Return time and attempt for an event made now."""
        return (round(time.time(), 3), self.attempt)

    def tell(self, event: AnyEvent, *, durable: bool = False) -> None:
        """Append an event in one write.

        Args:
            event: What to tell.
            durable: Bring it down to the disk before returning.

        Raises:
            OSError: it cannot be written; no part of the line stays.
        """
        line = msgspec.json.encode(event) + b"\n"
        before = os.fstat(self._file).st_size
        written = 0
        try:
            while written < len(line):
                written += os.write(self._file, line[written:])
            if durable:
                os.fsync(self._file)
        except OSError:
            if written < len(line):
                os.ftruncate(self._file, before)
            raise

    def begin(self, phase: Phase, state: str = "starting") -> None:
        """Tell that a phase begins, in the status and in the events, so that neither is behind.

        Raises:
            OSError: it cannot be written.
        """
        self.place(phase=phase, state=state)
        self._write_status()
        at, attempt = self.stamp()
        self.tell(PhaseEvent(time=at, attempt=attempt, phase=phase))

    def place(self, **changes: object) -> None:
        """Note a new state, phase, epoch or batch; the thread writes it down with its next beat."""
        with self._lock:
            self._status = msgspec.structs.replace(self._status, **changes)

    def check(self) -> None:
        """Raise what the thread met when it could not write.

        Raises:
            OSError: the status could not be written several times in a row.
        """
        if self._trouble is not None:
            raise self._trouble

    def free_ballast(self) -> None:
        """Give the reserved space back to the disk."""
        self._ballast.unlink(missing_ok=True)

    def end(self, state: str, problem: Problem | None = None, sentence: Text | None = None) -> None:
        """Write the terminal status and stop the beat.

        Raises:
            OSError: it cannot be written.
        """
        self._over.set()
        self._thread.join(timeout=5)
        self.free_ballast()
        self.place(state=state, problem=problem, sentence=sentence, phase=None)
        self._write_status()

    def _write_status(self) -> None:
        """Put the status in place with the next beat."""
        with self._writing:
            with self._lock:
                beat = self._status.beat + 1
                self._status = msgspec.structs.replace(self._status, beat=beat, time=time.time())
                status = self._status
            replace_file(self._run.status_file, msgspec.json.encode(status))

    def _beat(self) -> None:
        """Write the status again and again, and look for requests in between."""
        failures = 0
        next_beat = time.monotonic() + BEAT_SECONDS
        while not self._over.wait(NUDGE_SECONDS):
            self._control.nudge()
            if time.monotonic() < next_beat:
                continue
            next_beat = time.monotonic() + BEAT_SECONDS
            try:
                # Here and not at each event, so that training never waits for the disk.
                os.fsync(self._file)
                self._write_status()
                failures = 0
            except OSError as problem:
                failures += 1
                if failures >= 3:
                    self._trouble = problem
