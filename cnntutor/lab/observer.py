"""The reader's rules: what a run's files and its process say about its state, in the order of the design.

1. A terminal status wins. 2. A verdict someone wrote is kept. 3. The worker gone after a stop was asked for:
cancelled. 4. On this machine process number, start time and boot must all match, else the run is lost.
5. On another machine, a beat unchanged for 30 s by the reader's own monotonic clock is no sign of life.
A run whose folder was taken away is lost, whatever its process does.
"""

import time
from collections.abc import Callable

import msgspec

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, Text, msg
from cnntutor.lab.folder import RunFolder, read_record, write_once
from cnntutor.lab.history import last_result
from cnntutor.lab.process import Sighting, look_for, this_process
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Job, Observation, RunState, Status, Verdict

SILENCE_SECONDS = 30.0
"""A worker on another machine whose beat stands still for so long gives no sign of life."""


class Observer:
    """Watches one run; keeps only what it needs to judge a beat that stands still.

    Args:
        run: The run.
        clock: A monotonic clock in seconds.
        look: Looks whether a process is there.
    """

    def __init__(
        self,
        run: RunFolder,
        clock: Callable[[], float] = time.monotonic,
        look: Callable[[Process], Sighting] = look_for,
    ) -> None:
        self._run = run
        self._clock = clock
        self._look = look
        self._beat: tuple[int, int] | None = None
        """(attempt, beat) at the last change."""
        self._changed_at = clock()
        self._attempt = 1
        """The attempt that was started last; nothing of an earlier one counts."""

    def observe(self) -> Observation:
        """Return what can be said about the run now; the first to find it lost writes the verdict."""
        if _is_gone(self._run):
            gone = msg("The run is lost: its folder {folder} is no longer there.", folder=self._run.path)
            return self._seen(RunState.LOST, None, gone.both())
        job = read_record(self._run.job_file, Job)
        self._attempt = job.attempt if job is not None else 1
        status = self._status()
        if status is not None and _is_over(status):
            return self._told(status)
        attempt = max(self._attempt, status.attempt if status is not None else 1)
        verdict = read_record(self._run.verdict_of(attempt), Verdict)
        if verdict is not None:
            return self._seen(RunState.LOST, status, verdict.evidence)
        worker = self._worker(status)
        try:
            sighting = self._look(worker if worker is not None else self._run.spec.submitter)
        except NotUnderstood as problem:
            return self._seen(RunState.LOST, status, problem.message.both())
        if sighting.seen == "gone":
            return self._gone(sighting, had_worker=worker is not None)
        if sighting.seen == "elsewhere" and self._beat_stands_still(status):
            return self._seen(RunState.NO_SIGN, status)
        if status is None:
            return self._seen(RunState.SUBMITTED if worker is None else RunState.STARTING, None)
        return self._told(status)

    def _gone(self, sighting: Sighting, had_worker: bool) -> Observation:
        """Decide about a run whose worker, or the submitter before there was one, is gone."""
        # The worker may have ended, or begun, between our reading of its files and the look at the process.
        status = self._status()
        if status is not None and _is_over(status):
            return self._told(status)
        if not had_worker and self._worker(status) is not None:
            return self._told(status) if status is not None else self._seen(RunState.STARTING, None)
        result = last_result(self._run)
        if result is not None and result.attempt >= self._attempt:
            return self._seen(RunState(result.state), status)
        if self._run.stop_file.exists():
            return self._seen(
                RunState.CANCELLED, status, msg("It was stopped before it had a result.").both()
            )
        evidence = self._evidence(sighting.evidence, had_worker, status)
        verdict = Verdict(state="lost", evidence=evidence, time=time.time(), found_by=this_process())
        file = self._run.verdict_of(max(self._attempt, status.attempt if status is not None else 1))
        try:
            write_once(file, msgspec.json.encode(verdict))
        except OSError:
            # Another reader was first, or nothing can be written here; the finding is the same.
            first = read_record(file, Verdict)
            evidence = first.evidence if first is not None else evidence
        return self._seen(RunState.LOST, status, evidence)

    def _evidence(self, found: Message | None, had_worker: bool, status: Status | None) -> Text:
        """Put into one sentence why the run is lost."""
        if not had_worker:
            return msg("The run is lost: the program that submitted it ended before its worker began.").both()
        where = (
            msg("in epoch {epoch} of {epochs}", epoch=str(status.epoch), epochs=str(status.epochs))
            if status is not None and status.epoch
            else msg("before the first epoch")
        )
        return msg(
            "The run is lost: {reason}, {where}; log.txt in its folder may say more.",
            reason=found,
            where=where,
        ).both()

    def _worker(self, status: Status | None) -> Process | None:
        """Return the worker's identity, from the submitter's file or, where that is missing, its own."""
        job = read_record(self._run.job_file, Job)
        if job is not None:
            return job.worker
        return status.worker if status is not None else None

    def _beat_stands_still(self, status: Status | None) -> bool:
        """Return whether the beat has not changed for too long, by the reader's own clock."""
        beat = (status.attempt, status.beat) if status is not None else None
        now = self._clock()
        if beat != self._beat:
            self._beat, self._changed_at = beat, now
            return False
        return now - self._changed_at >= SILENCE_SECONDS

    def _status(self) -> Status | None:
        """Return the worker's status; None before the first of the present attempt."""
        status = read_record(self._run.status_file, Status)
        return status if status is not None and status.attempt >= self._attempt else None

    def _told(self, status: Status) -> Observation:
        """Return what the worker itself says."""
        return self._seen(RunState(status.state), status, status.sentence)

    def _seen(self, state: RunState, status: Status | None, reason: Text | None = None) -> Observation:
        """Return an observation with the place the worker last gave."""
        if status is None:
            stop_asked = self._run.stop_file.exists()
            return Observation(state, reason=reason, attempt=self._attempt, stop_asked=stop_asked)
        return Observation(
            state,
            reason=reason,
            problem=status.problem,
            phase=status.phase,
            epoch=status.epoch,
            epochs=status.epochs,
            batch=status.batch,
            batches=status.batches,
            attempt=status.attempt,
            stop_asked=self._run.stop_file.exists(),
            ahead=status.ahead if state is RunState.QUEUED else 0,
        )


def _is_gone(run: RunFolder) -> bool:
    """Return whether there is no such folder; one that cannot be looked at just now counts as there."""
    try:
        run.path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _is_over(status: Status) -> bool:
    """Return whether the worker said its last word."""
    return status.state in {"finished", "failed", "cancelled"}
