"""NVML as a driver would answer, without one."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class FakeNvml:
    """GPUs given as (name, used, total, busy, processes); busy None stands for a driver that does not say."""

    gpus: list[tuple[str, int, int, int | None, list[tuple[int, int | None]]]] = field(default_factory=list)

    def nvmlInit_v2(self) -> int:
        return 0

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = len(self.gpus)
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: Any, handle: Any) -> int:
        handle._obj.value = index.value + 1
        return 0

    def nvmlDeviceGetName(self, handle: Any, name: Any, size: Any) -> int:
        name.value = self.gpus[handle.value - 1][0].encode()
        return 0

    def nvmlDeviceGetMemoryInfo(self, handle: Any, memory: Any) -> int:
        _, used, total, _, _ = self.gpus[handle.value - 1]
        memory._obj.used, memory._obj.total, memory._obj.free = used, total, total - used
        return 0

    def nvmlDeviceGetUtilizationRates(self, handle: Any, rates: Any) -> int:
        busy = self.gpus[handle.value - 1][3]
        if busy is None:
            return 3
        rates._obj.gpu = busy
        return 0

    def nvmlDeviceGetComputeRunningProcesses_v3(self, handle: Any, count: Any, some: Any) -> int:
        processes = self.gpus[handle.value - 1][4]
        for place, (pid, used) in enumerate(processes):
            some[place].pid, some[place].used = pid, 2**64 - 1 if used is None else used
        count._obj.value = len(processes)
        return 0
