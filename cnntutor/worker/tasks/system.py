"""Calls of the C library and the kernel that Python has no function for."""

import ctypes
import os
import platform
import signal

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: object) -> int:
    """Call the kernel.

    Raises:
        OSError: it refuses.
    """
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, value: int = 0) -> None:
    """Set something about this process.

    Raises:
        OSError: the kernel refuses.
    """
    zero = ctypes.c_ulong(0)
    _checked(_libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero))


def unshare(flags: int) -> None:
    """Leave the namespaces this process shares with its parent.

    Raises:
        OSError: the kernel refuses, as it does in many containers.
    """
    _checked(_libc.unshare(ctypes.c_int(flags)))


def end_with(parent: int) -> None:
    """Let the kernel kill this process when its parent dies; end now if the parent is gone already."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def drop_capabilities() -> None:
    """Give up every privilege of root; files are then those of an ordinary user of the same number.

    Raises:
        OSError: the kernel refuses.
    """
    number = _CAPSET.get(platform.machine())
    if number is None:
        return
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    syscall(number, header, (ctypes.c_uint32 * 6)())


def _checked(result: int) -> int:
    """Return a result; raise what it means where it is below 0."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
