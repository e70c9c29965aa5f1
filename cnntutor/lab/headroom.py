"""How much memory a new process may still take here, and how many others compute: from /proc and cgroups."""

import os
from pathlib import Path

_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")
_IDLE = 0.5
"""What wants a processor on a machine that does nothing, in the mean."""


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


def crowding(own: float = 0.0) -> float:
    """Return how many times as long work takes while others compute too, 1 on a quiet machine.

    Those that want a processor now, of the last minute's mean, share it with the new one.

    Args:
        own: How many of these will be done by then.
    """
    try:
        waiting = os.getloadavg()[0] - own
    except OSError:
        return 1.0
    return max(1.0, 1.0 + (waiting - _IDLE) / processors())
