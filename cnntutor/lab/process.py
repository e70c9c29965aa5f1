"""Telling one process from every other: number, start time, boot of the machine, host, and whether it lives.

A process number alone is used again after a while, and after a reboot at once; a start time alone is right
for one boot only. All must match before a process counts as the one that was started.
"""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cnntutor.i18n import Message, msg
from cnntutor.lab.run_spec import Process

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Sighting:
    """Whether a process was seen."""

    seen: Literal["alive", "gone", "elsewhere"]
    """elsewhere: it belongs to another machine or another container, and cannot be looked at."""
    evidence: Message | None = None
    """Why it counts as gone; reads on after "The run is lost: "."""


def identify(pid: int) -> Process:
    """Return the process that has this number on this machine now.

    The start time is None where there is no such process, or no /proc to ask.
    """
    started = _start(pid)
    return Process(
        host=platform.node(),
        pid=pid,
        started=None if started is None else started[1],
        boot_id=_boot_id(),
        pid_namespace=_pid_namespace(),
    )


def this_process() -> Process:
    """Return the process this program runs in."""
    return identify(os.getpid())


def look_for(process: Process) -> Sighting:
    """Look whether a process is still there."""
    boot_id = _boot_id()
    if boot_id is None or process.boot_id is None:
        return Sighting("elsewhere")
    if process.boot_id != boot_id:
        if process.host != platform.node():
            return Sighting("elsewhere")
        return Sighting("gone", msg("the machine {host} was started anew since then", host=process.host))
    if process.pid_namespace != _pid_namespace():
        return Sighting("elsewhere")
    found = _start(process.pid)
    if found is None:
        return Sighting("gone", msg("its process {pid} is gone", pid=str(process.pid)))
    state, started = found
    if started != process.started:
        return Sighting(
            "gone", msg("its process is gone and the number {pid} belongs to another", pid=str(process.pid))
        )
    if state in "ZX":
        return Sighting("gone", msg("its process {pid} has died", pid=str(process.pid)))
    return Sighting("alive")


def _start(pid: int) -> tuple[str, int] | None:
    """Return (state letter, start time in ticks since boot) of a process, or None where there is none."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat[stat.rfind(")") + 1 :].split()
    return fields[0], int(fields[19])


def _boot_id() -> str | None:
    """Return the id the kernel drew at boot; None where there is no /proc."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None


def _pid_namespace() -> str | None:
    """Return which numbering of processes this one is part of; containers have their own."""
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return None
