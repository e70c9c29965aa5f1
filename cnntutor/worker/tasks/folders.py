"""The folder of a task: made for it alone, weighed while it is at work, removed when nobody holds it."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "cnntutor-task-"
_FRESH = 0.5
"""Seconds within which a folder may not be locked yet."""
_MOST_LOOKED_AT = 5_000
"""Files of a folder, and descriptors and mappings of a process, that are weighed."""
_DELETED = " (deleted)"


def sweep() -> None:
    """Remove the folders of supervisors that were killed: those nobody holds locked."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if folder.lstat().st_uid == os.getuid() and time.time() - folder.lstat().st_mtime > _FRESH:
                os.close(lock(folder))
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def lock(folder: Path) -> int:
    """Lock a folder and return the descriptor that holds the lock.

    Raises:
        OSError: another process holds it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def weight(folder: Path, pid: int) -> int:
    """Return the bytes a task has written: the files in its folder, and those it removed but still holds.

    A file that is removed keeps its place on the disk while it is open or mapped.

    Args:
        folder: The task's folder.
        pid: The process that works there.
    """
    found: dict[tuple[int, int], int] = {}
    for number, each in enumerate(folder.rglob("*")):
        try:
            status = each.lstat()
        except OSError:
            continue
        found[status.st_dev, status.st_ino] = status.st_size
        if number > _MOST_LOOKED_AT:
            break
    for inode, size in (*_opened(pid), *_mapped(pid)):
        found[inode] = max(size, found.get(inode, 0))
    return sum(found.values())


def _opened(pid: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the removed files a process has open, and their sizes."""
    try:
        descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return
    for descriptor in descriptors[:_MOST_LOOKED_AT]:
        try:
            if str(descriptor.readlink()).endswith(_DELETED):
                status = descriptor.stat()
                yield (status.st_dev, status.st_ino), status.st_size
        except OSError:
            continue


def _mapped(pid: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the removed files a process has mapped, and how far its mappings reach into them."""
    try:
        lines = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        if not line.endswith(_DELETED) or "/dev/zero" in line:
            continue
        try:
            span, _, offset, device, inode = line.split(maxsplit=5)[:5]
            first, last = (int(each, 16) for each in span.split("-"))
            major, minor = (int(each, 16) for each in device.split(":"))
        except ValueError:
            continue
        yield (os.makedev(major, minor), int(inode)), int(offset, 16) + last - first
