"""Watches one run outside the screen's thread: events, state, findings, notes, and what its process takes."""

from __future__ import annotations

import dataclasses
import os
import time
from pathlib import Path
from typing import Protocol

from cnntutor.lab.devices import GpuLoad, HostMeter, read_gpus
from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.finding import Finding
from cnntutor.lab.folder import RunFolder, read_record
from cnntutor.lab.lab import Lab
from cnntutor.lab.notes import read_notes
from cnntutor.lab.process import look_for
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Job
from cnntutor.tui.run_track import RunTrack, RunView, Usage

_PROC = Path("/proc")
BATCHES_READ = 8000
"""Of what came since the last look so many batch lines are read at most: more than the curves show."""
GPUS_EVERY = 5
"""Drivers may take some milliseconds; they are asked at every fifth look."""


class Watch(Protocol):
    """Tells how a run stands."""

    def poll(self) -> RunView:
        """Return the run as it stands; called from one thread at a time."""


class RunWatch:
    """Looks at one run; `poll` may be called from any one thread at a time.

    Args:
        lab: The lab the run belongs to.
        run: The run.
    """

    def __init__(self, lab: Lab, run: RunFolder) -> None:
        self._lab = lab
        self._run = run
        self._tail = run.events()
        self._track = RunTrack(run.spec.settings.epochs)
        self._meter = ProcessMeter()
        self._host = HostMeter()
        self._gpus: tuple[GpuLoad, ...] = ()
        self._polls = 0
        self._judged: tuple[int, int, int] | None = None
        self._findings: tuple[Finding, ...] = ()

    def poll(self) -> RunView:
        """Return the run as it stands, everything read since the last call included."""
        observation = self._lab.observe(self._run)
        # Read after looking, so that a state that is over comes with every event before it.
        self._track.add(self._tail.iterate(BATCHES_READ))
        usage = None if observation.state.over else self._usage()
        view = self._track.view(observation, time.time(), usage)
        return dataclasses.replace(view, findings=self._judge(), notes=read_notes(self._run))

    def _judge(self) -> tuple[Finding, ...]:
        """Return the findings, asked for anew after every epoch."""
        track = self._track
        state = (track.attempt, len(track.points.epochs), len(track.nans))
        if state != self._judged:
            self._judged = state
            self._findings = diagnose(self._run.spec, track.record())
        return self._findings

    def _usage(self) -> Usage | None:
        """Return what the process takes, and what everybody takes of the machine."""
        job = read_record(self._run.job_file, Job)
        usage = self._meter.read(job.worker) if job is not None else None
        if usage is None:
            return None
        if self._polls % GPUS_EVERY == 0:
            self._gpus = read_gpus()
        self._polls += 1
        return dataclasses.replace(usage, host=self._host.read(), gpus=self._gpus)


class ProcessMeter:
    """Reads from /proc what a process on this machine takes."""

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None

    def read(self, process: Process) -> Usage | None:
        """Return processors and memory; None where the process cannot be seen."""
        if look_for(process).seen != "alive":
            return None
        try:
            stat = (_PROC / str(process.pid) / "stat").read_text(encoding="utf-8", errors="replace")
            pages = int((_PROC / str(process.pid) / "statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return None
        fields = stat[stat.rfind(")") + 1 :].split()
        used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        now = time.monotonic()
        cores = -1.0
        if self._last is not None and now > self._last[0]:
            cores = max(0.0, (used - self._last[1]) / (now - self._last[0]))
        self._last = (now, used)
        return Usage(cores, pages * os.sysconf("SC_PAGE_SIZE"), process.pid)
