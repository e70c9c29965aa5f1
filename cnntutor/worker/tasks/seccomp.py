"""A filter of system calls: no other process, no socket, no signal to others, no change of modes or mounts.

No file is cut short but one opened for writing, which Landlock alone sees to only from Linux 6.2 on; and no
memory is had by memfd_create or shmget, which RLIMIT_DATA does not count.

Threads stay possible: Keras needs them. Known for x86-64 and 64-bit ARM.
"""

import ctypes
import errno
import os
import platform
from dataclasses import dataclass

from cnntutor.worker.tasks.system import syscall

_X86, _ARM = "x86_64", "aarch64"
_ARCHITECTURES = {_X86: 0xC000003E, _ARM: 0xC00000B7}
_SECCOMP = {_X86: 317, _ARM: 277}
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_CALLS: dict[str, tuple[int, int]] = {
    "fork": (57, -1),
    "vfork": (58, -1),
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "setpriority": (141, 140),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "lchown": (94, -1),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "truncate": (76, 45),
    "openat2": (437, 437),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
}
"""Calls refused: number on x86-64, on ARM; -1 where there is none."""
_CLONE, _CLONE3 = (56, 220), (435, 435)
_KILL, _TGKILL, _PRLIMIT = (62, 129), (234, 131), (302, 261)
_FCNTL, _PRCTL = (72, 25), (157, 167)
_OPENS = (((2, -1), 1), ((257, 56), 2))
"""open and openat, and which of their arguments holds the flags."""
_CLONE_THREAD = 0x00010000
_OWNER_COMMANDS = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX: signals to others by the back door."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000


@dataclass(frozen=True, slots=True)
class _Step:
    """struct sock_filter: an instruction, and how many to skip if it holds and if not."""

    code: int
    value: int
    if_true: int = 0
    if_false: int = 0


class _Filter(ctypes.Structure):
    """struct sock_filter."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Filter)))


def restrict() -> None:
    """Put the filter on every thread of this process; it cannot be taken off.

    Raises:
        OSError: the kernel refuses, or there is no list of calls for this machine.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(f"no list of system calls for {machine}")
    steps = _steps(machine)
    filters = (_Filter * len(steps))(
        *(_Filter(each.code, each.if_true, each.if_false, each.value) for each in steps)
    )
    program = _Program(len(steps), filters)
    failed = syscall(
        _SECCOMP[machine],
        ctypes.c_uint(_SET_MODE_FILTER),
        ctypes.c_uint(_ALL_THREADS),
        ctypes.byref(program),
    )
    if failed:
        raise OSError(f"thread {failed} does not take the filter")


def _steps(machine: str) -> list[_Step]:
    """Return the program of the filter."""
    column = 0 if machine == _X86 else 1
    own = os.getpid()
    refused = _Step(_RETURN, _ERRNO | errno.EPERM)
    allowed = _Step(_RETURN, _ALLOW)
    steps = [
        _Step(_LOAD, _ARCHITECTURE_AT),
        _Step(_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _Step(_RETURN, _KILL_PROCESS),
        _Step(_LOAD, _NUMBER_AT),
    ]
    if machine == _X86:
        steps += [_Step(_AT_LEAST, _X32, 0, 1), refused]
    for numbers in _CALLS.values():
        if numbers[column] >= 0:
            steps += [_Step(_EQUAL, numbers[column], 0, 1), refused]
    # The C library turns to clone, whose flags can be looked at, where there is no clone3.
    steps += [_Step(_EQUAL, _CLONE3[column], 0, 1), _Step(_RETURN, _ERRNO | errno.ENOSYS)]
    steps += _for_call(_CLONE[column], [_argument(0), _Step(_ANY_BIT, _CLONE_THREAD, 1, 0), refused, allowed])
    for call in (_KILL, _TGKILL):
        steps += _for_call(call[column], [_argument(0), _Step(_EQUAL, own, 1, 0), refused, allowed])
    steps += _for_call(
        _PRLIMIT[column],
        [_argument(0), _Step(_EQUAL, 0, 2, 0), _Step(_EQUAL, own, 1, 0), refused, allowed],
    )
    owners = [_Step(_EQUAL, command, 0, 1) for command in _OWNER_COMMANDS]
    steps += _for_call(
        _FCNTL[column], [_argument(1), *(each for owner in owners for each in (owner, refused)), allowed]
    )
    # Cutting short is writing: with the flag for it a file is opened for writing, or reading and writing.
    cutting = [
        _Step(_ANY_BIT, os.O_TRUNC, 0, 4),
        _Step(_ANY_BIT, os.O_WRONLY, 0, 1),
        _Step(_ANY_BIT, os.O_RDWR, 1, 2),
        _Step(_ANY_BIT, os.O_RDWR, 1, 0),
        refused,
        allowed,
    ]
    for numbers, flags in _OPENS:
        if numbers[column] >= 0:
            steps += _for_call(numbers[column], [_argument(flags), *cutting])
    steps += _for_call(_PRCTL[column], [_argument(0), _Step(_EQUAL, 1, 0, 1), refused, allowed])
    return [*steps, allowed]


def _for_call(number: int, steps: list[_Step]) -> list[_Step]:
    """Return steps that are gone through for one call only; they end in a return."""
    return [_Step(_EQUAL, number, 0, len(steps)), *steps]


def _argument(index: int) -> _Step:
    """Return the step that loads the lower half of an argument; both machines are little-endian."""
    return _Step(_LOAD, _ARGUMENTS_AT + 8 * index)
