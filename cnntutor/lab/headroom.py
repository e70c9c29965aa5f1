"""How much memory a new process may still take here, and how many others compute: from /proc and cgroups."""

import os
import time
from pathlib import Path

_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")
_IDLE = 0.5
"""What wants a processor on a machine that does nothing, in the mean."""
_LOOKS = 4
_BETWEEN = 0.01
"""Seconds before each look at who wants a processor now."""


def free_memory(proc: Path = _PROC, cgroup: Path = _CGROUP) -> int | None:
    """Return the free bytes, the limit of a container counted; None where the system does not say."""
    found: list[int] = []
    try:
        lines = (proc / "meminfo").read_text(encoding="ascii").splitlines()
        found += [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    except (OSError, ValueError, IndexError):
        pass
    for folder in _own_cgroups(proc, cgroup):
        try:
            limit = (folder / "memory.max").read_text(encoding="ascii").strip()
            if limit != "max":
                used = int((folder / "memory.current").read_text(encoding="ascii"))
                found.append(max(0, int(limit) - used + _cached(folder)))
        except (OSError, ValueError):
            continue
    return min(found, default=None)


def _own_cgroups(proc: Path, cgroup: Path) -> list[Path]:
    """Return the folders of this process's cgroup and of those around it."""
    try:
        lines = (proc / "self" / "cgroup").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    own = next((line[3:].strip("/") for line in lines if line.startswith("0::")), None)
    if own is None:
        return []
    folder = cgroup / own
    return [folder, *(each for each in folder.parents if each.is_relative_to(cgroup))]


def _cached(folder: Path) -> int:
    """Return the bytes of a cgroup that the kernel gives back when they are wanted."""
    for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines():
        if line.startswith("inactive_file "):
            return int(line.split()[1])
    return 0


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def crowding(own: float = 0.0, proc: Path = _PROC) -> float:
    """Return how many times as long work takes while others compute too, 1 on a quiet machine.

    Those that want a processor share it with the new one: the mean of the last minute, but no more than want
    one now, for what has ended since is no longer in the way.

    Args:
        own: How many of these will be done by then.
        proc: Where the system tells of itself.
    """
    try:
        waiting = os.getloadavg()[0]
    except OSError:
        return 1.0
    seen = [count for _ in range(_LOOKS) if (count := _wanting(proc)) is not None]
    if seen:
        waiting = min(waiting, max(seen))
    return max(1.0, 1.0 + (waiting - own - _IDLE) / processors())


def _wanting(proc: Path) -> int | None:
    """Return how many threads want a processor now, this one aside; None where the system does not say."""
    time.sleep(_BETWEEN)
    try:
        running, _, _ = (proc / "loadavg").read_text(encoding="ascii").split()[3].partition("/")
        return max(0, int(running) - 1)
    except (OSError, ValueError, IndexError):
        return None
