"""What this machine has and what of it is in use, by everybody: processors and memory from /proc, GPUs from
NVML, the library of the NVIDIA driver, which is asked directly and only where it is installed."""

import ctypes
import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CPU = "CPU"
"""The device of a run without a GPU, as it is told."""
_PROC = Path("/proc")
_MOST_PROCESSES = 64
_UNKNOWN_MEMORY = 2**64 - 1


@dataclass(frozen=True, slots=True)
class HostLoad:
    """The processors and the memory of a machine."""

    busy: float
    """Processors kept busy by everybody; negative until it has been measured."""
    memory_used: int
    memory_total: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class GpuLoad:
    """One GPU."""

    index: int
    name: str
    used: int
    total: int
    """Bytes of its memory."""
    busy: int | None
    """Per cent of the time it computes; None where the driver does not say."""
    processes: tuple[tuple[int, int | None], ...] = ()
    """(process number, bytes) of everything that computes on it; None where the driver does not say."""


class HostMeter:
    """Measures how busy the machine is between two readings."""

    def __init__(self, proc: Path = _PROC) -> None:
        self._proc = proc
        self._last: tuple[float, float] | None = None

    def read(self) -> HostLoad | None:
        """Return the load; None where there is no /proc."""
        try:
            ticks = [
                int(field) for field in (self._proc / "stat").read_text("ascii").split("\n")[0].split()[1:9]
            ]
            lines = (self._proc / "meminfo").read_text("ascii").splitlines()
            memory = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if " kB" in line}
            total, free = memory["MemTotal"], memory["MemAvailable"]
        except (OSError, ValueError, IndexError, KeyError):
            return None
        idle = ticks[3] + ticks[4]
        now, used = time.monotonic(), (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")
        busy = -1.0
        if self._last is not None and now > self._last[0]:
            busy = max(0.0, (used - self._last[1]) / (now - self._last[0]))
        self._last = (now, used)
        return HostLoad(busy, total - free, total)


class _Memory(ctypes.Structure):
    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


class _Utilization(ctypes.Structure):
    _fields_ = (("gpu", ctypes.c_uint), ("memory", ctypes.c_uint))


class _ProcessInfo(ctypes.Structure):
    _fields_ = (
        ("pid", ctypes.c_uint),
        ("used", ctypes.c_ulonglong),
        ("gpu_instance", ctypes.c_uint),
        ("compute_instance", ctypes.c_uint),
    )


Nvml = Any
"""libnvidia-ml; its functions return 0 where they did what was asked."""


@cache
def driver() -> Nvml | None:
    """Return the driver's library, ready; None where there is none."""
    try:
        library: Any = ctypes.CDLL("libnvidia-ml.so.1")
        return library if library.nvmlInit_v2() == 0 else None
    except (OSError, AttributeError):
        return None


def read_gpus(nvml: Nvml | None = None) -> tuple[GpuLoad, ...]:
    """Return all GPUs, by their place on the PCI bus; empty without a driver.

    Args:
        nvml: The driver's library; None looks for it.
    """
    nvml = nvml or driver()
    count = ctypes.c_uint()
    if nvml is None or nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
        return ()
    found = (_read_gpu(nvml, index) for index in range(count.value))
    return tuple(gpu for gpu in found if gpu is not None)


def _read_gpu(nvml: Nvml, index: int) -> GpuLoad | None:
    handle = ctypes.c_void_p()
    memory = _Memory()
    if nvml.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(index), ctypes.byref(handle)) != 0:
        return None
    if nvml.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)) != 0:
        return None
    name = ctypes.create_string_buffer(96)
    nvml.nvmlDeviceGetName(handle, name, ctypes.c_uint(96))
    rates = _Utilization()
    told = nvml.nvmlDeviceGetUtilizationRates(handle, ctypes.byref(rates)) == 0
    return GpuLoad(
        index=index,
        name=name.value.decode(errors="replace") or f"GPU {index}",
        used=int(memory.used),
        total=int(memory.total),
        busy=int(rates.gpu) if told else None,
        processes=_processes(nvml, handle),
    )


def _processes(nvml: Nvml, handle: ctypes.c_void_p) -> tuple[tuple[int, int | None], ...]:
    """Return what computes on a GPU; empty where the driver does not say."""
    some = (_ProcessInfo * _MOST_PROCESSES)()
    count = ctypes.c_uint(_MOST_PROCESSES)
    try:
        answer = nvml.nvmlDeviceGetComputeRunningProcesses_v3(handle, ctypes.byref(count), some)
    except AttributeError:  # an older driver
        return ()
    if answer != 0:
        return ()
    return tuple(
        (int(each.pid), None if each.used == _UNKNOWN_MEMORY else int(each.used))
        for each in some[: count.value]
    )


def emptiest(gpus: tuple[GpuLoad, ...]) -> int | None:
    """Return the index of the GPU with the most free memory; None without one."""
    best = max(gpus, key=lambda gpu: gpu.total - gpu.used, default=None)
    return None if best is None else best.index
