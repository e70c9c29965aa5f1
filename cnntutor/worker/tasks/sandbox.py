"""The walls around a task: what of the machine it may see and use; what the system lacks is reported.

`enter` while there is one thread, before Keras is imported; `seal` once it is; `limit` when the request is
known. Landlock and the filter hold for root as well; the limits on memory, processor time and files are the
kernel's, and the supervisor watches the resident memory beside them.
"""

import contextlib
import os
import resource
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from cnntutor import locations
from cnntutor.needs import Isolation, Limits
from cnntutor.worker.tasks import landlock, seccomp, system

_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc", "/opt", "/proc", "/sys")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TZ", "KERAS_BACKEND")
_MOST_PROCESSES = 64
_MOST_FILES = 512


def enter(folder: Path, also: Sequence[Path] = ()) -> Isolation:
    """Leave the network, forget the environment and lock the process into a folder.

    Args:
        folder: Its own; it becomes home, temporary folder and current folder.
        also: What else may be read.

    Returns:
        What the system allowed.
    """
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    listed, readable = _around(locations.content_dir(), [*_libraries(), *map(Path, _SYSTEM_FOLDERS)])
    os.environ.clear()
    os.environ.update(kept, HOME=str(folder), TMPDIR=str(folder), KERAS_HOME=str(folder / ".keras"))
    os.environ["PYTHONUTF8"] = "1"
    os.chdir(folder)
    tempfile.tempdir = str(folder)  # what the supervisor found before the fork is remembered here otherwise
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    network = _leave_network()
    with contextlib.suppress(OSError):
        system.drop_capabilities()
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
    try:
        landlock.restrict([*readable, *also], [folder, *map(Path, _DEVICES)], listed)
    except OSError:
        return Isolation(network="namespace" if network else "none")
    return Isolation(network="namespace" if network else "none", files="landlock")


def seal(isolation: Isolation) -> Isolation:
    """Refuse processes, sockets and signals from here on, whatever thread asks.

    Args:
        isolation: What was reached so far.

    Returns:
        What is reached now.
    """
    try:
        seccomp.restrict()
    except OSError:
        limited = _limit_processes()
        return msgspec.structs.replace(isolation, processes="limit" if limited else "none")
    network = "filter" if isolation.network == "none" else isolation.network
    return msgspec.structs.replace(isolation, processes="filter", network=network)


def limit(limits: Limits) -> None:
    """Let the kernel hold memory, processor time and the size of files down from here on."""
    data = _data_in_use() + limits.memory_mb * 1_000_000
    spent = resource.getrusage(resource.RUSAGE_SELF)
    cores = os.cpu_count() or 1
    seconds = int(spent.ru_utime + spent.ru_stime + limits.seconds * cores) + 5
    for kind, wanted in (
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
    ):
        hard = resource.getrlimit(kind)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


def _leave_network() -> bool:
    """Enter a network namespace without any network; return whether the system allows it."""
    user, group = os.getuid(), os.getgid()
    try:
        system.unshare(system.CLONE_NEWUSER | system.CLONE_NEWNET | system.CLONE_NEWIPC)
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    except OSError:
        try:
            system.unshare(system.CLONE_NEWNET | system.CLONE_NEWIPC)
        except OSError:
            return False
    return True


def _limit_processes() -> bool:
    """Limit how many processes this user may have, where that holds: not for root."""
    if os.getuid() == 0:
        return False
    now = sum(1 for each in Path("/proc").iterdir() if each.name.isdigit())
    try:
        resource.setrlimit(resource.RLIMIT_NPROC, (now + _MOST_PROCESSES, now + _MOST_PROCESSES))
    except (OSError, ValueError):
        return False
    return True


def _libraries() -> list[Path]:
    """Return the folders Python and its libraries are in; of a checkout, the package alone."""
    package = Path(__file__).resolve().parents[2]
    home = Path.home()
    found = [package, Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent]
    more = [*sys.path, *os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)]
    for entry in map(Path, filter(None, more)):
        if entry.is_absolute() and entry not in (package.parent, home, *home.parents):
            found.append(entry)
    if package.parent.name == "site-packages":
        found.append(package.parent)
    return found


def _around(hidden: Path, folders: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Return the same folders but for one: the course has the solution of what the learner is asked.

    A folder that holds the hidden one is taken apart: it may be listed, and all else in it be read.

    Args:
        hidden: The folder that is not to be read; it may be in none of them.
        folders: What may be read but for it.

    Returns:
        What may be listed alone, and what may be read with all below it.
    """
    listed: list[Path] = []
    readable: list[Path] = []
    hidden = hidden.resolve()
    left = list(folders)
    while left:
        folder = left.pop()
        real = folder.resolve()
        if real == hidden or hidden in real.parents:
            continue
        if real not in hidden.parents:
            readable.append(folder)
            continue
        listed.append(folder)
        with contextlib.suppress(OSError):
            left += [each for each in folder.iterdir() if not each.is_symlink()]  # a link opens nothing new
    return listed, readable


def _data_in_use() -> int:
    """Return the bytes the kernel counts against RLIMIT_DATA now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
