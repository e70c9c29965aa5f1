"""Landlock: the kernel keeps this process and all it starts within a few folders, root or not.

Needs Linux 5.13; what later kernels add (truncating, TCP, signals to others) is used where it is there. It
knows nothing of modes and owners of files: the system call filter refuses to change those.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from cnntutor.worker.tasks.system import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Version of the interface → how many rights on files it knows."""
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_TCP = 3
_SCOPES = 3
"""Abstract sockets and signals of processes outside."""


class _Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Return the version of the interface; 0 where the kernel has none."""
    try:
        return syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def restrict(readable: Iterable[Path], writable: Iterable[Path], listed: Iterable[Path] = ()) -> None:
    """Let this process read some files and folders, write others, and touch nothing else.

    Call it while there is one thread, after no_new_privs is set.

    Args:
        readable: May be read, with all below them.
        writable: May be read and written, with all below them.
        listed: Folders of which the names may be read, with those of all folders below them.

    Raises:
        OSError: the kernel has no Landlock or refuses.
    """
    found = version()
    if found < 1:
        raise OSError("the kernel has no Landlock")
    all_rights = (1 << _RIGHTS[min(found, 5)]) - 1
    size = 8 if found < 4 else 16 if found < 6 else 24
    attributes = _Ruleset(all_rights, _TCP, _SCOPES)
    ruleset = syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in readable:
            _allow(ruleset, path, _READ & all_rights)
        for path in listed:
            _allow(ruleset, path, _READ_DIR)
        for path in writable:
            _allow(ruleset, path, all_rights)
        syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """Add a rule for a file or folder; one that is not there needs none."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _PathBeneath(rights if path.is_dir() else rights & _OF_FILES, handle)
        syscall(
            _ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(handle)
