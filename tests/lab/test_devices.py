"""What is in use of a machine: processors and memory from /proc, GPUs from a driver."""

from pathlib import Path

from cnntutor.lab.devices import GpuLoad, HostMeter, emptiest, read_gpus
from tests.lab.fake_nvml import FakeNvml

GIB = 2**30


def test_gpus_are_read_with_what_runs_on_them() -> None:
    nvml = FakeNvml(
        [
            ("NVIDIA A", 10 * GIB, 80 * GIB, 97, [(11, 9 * GIB), (12, None)]),
            ("NVIDIA B", 1 * GIB, 80 * GIB, None, []),
        ]
    )
    first, second = read_gpus(nvml)
    assert first == GpuLoad(0, "NVIDIA A", 10 * GIB, 80 * GIB, 97, ((11, 9 * GIB), (12, None)))
    assert second == GpuLoad(1, "NVIDIA B", 1 * GIB, 80 * GIB, None, ())
    assert emptiest((first, second)) == 1
    assert emptiest(()) is None


def test_an_older_driver_does_not_say_what_runs() -> None:
    class Older(FakeNvml):
        @property
        def nvmlDeviceGetComputeRunningProcesses_v3(self) -> None:  # type: ignore[override]
            raise AttributeError

    (gpu,) = read_gpus(Older([("A", 0, 1, 0, [(1, 1)])]))
    assert gpu.processes == ()


def test_a_driver_that_fails_has_no_gpus() -> None:
    class Failing(FakeNvml):
        def nvmlDeviceGetCount_v2(self, count: object) -> int:
            return 999

    class Lost(FakeNvml):
        def nvmlDeviceGetMemoryInfo(self, handle: object, memory: object) -> int:
            return 15

    assert read_gpus(Failing()) == ()
    assert read_gpus(Lost([("A", 0, 1, 0, [])])) == ()


def proc(tmp_path: Path, user: int, idle: int) -> None:
    (tmp_path / "stat").write_text(f"cpu {user} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 1 1\n", encoding="ascii")
    (tmp_path / "meminfo").write_text("MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 400 kB\n", "ascii")


def test_the_load_of_the_machine_is_what_lies_between_two_readings(tmp_path: Path) -> None:
    meter = HostMeter(tmp_path)
    assert meter.read() is None, "no /proc"
    proc(tmp_path, 1000, 5000)
    first = meter.read()
    assert first is not None and first.busy < 0
    assert (first.memory_used, first.memory_total) == (600 * 1024, 1000 * 1024)
    proc(tmp_path, 100_000, 5000)
    second = meter.read()
    assert second is not None and second.busy > 1
    (tmp_path / "meminfo").write_text("garbage", encoding="ascii")
    assert meter.read() is None


def test_this_machine_can_be_measured() -> None:
    load = HostMeter().read()
    assert load is None or 0 < load.memory_used < load.memory_total
