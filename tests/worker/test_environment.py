"""What the worker settles before TensorFlow is imported; with a scripted NVML, without a GPU."""

import os
import sys
from types import ModuleType

import pytest

from cnntutor.lab import devices
from cnntutor.worker import environment
from tests.lab.fake_nvml import FakeNvml


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment, and a priority, that the test may change."""
    for variable in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "TF_FORCE_GPU_ALLOW_GROWTH"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setattr(os, "nice", lambda increment: increment)
    monkeypatch.setitem(sys.modules, "sklearn", ModuleType("sklearn"))


def prepared(monkeypatch: pytest.MonkeyPatch, device: str, free: list[int] | None) -> str | None:
    gpus = FakeNvml([("GPU", 100 - each, 100, 0, []) for each in free or ()])
    monkeypatch.setattr(devices, "driver", lambda: None if free is None else gpus)
    environment.prepare(device)
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def test_the_emptiest_gpu_is_taken_by_its_place_on_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepared(monkeypatch, "auto", [10, 80, 30]) == "1"
    assert os.environ["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


@pytest.mark.parametrize("free", [None, []])
def test_without_a_driver_or_a_gpu_nothing_is_chosen(
    monkeypatch: pytest.MonkeyPatch, free: list[int] | None
) -> None:
    assert prepared(monkeypatch, "auto", free) is None


def test_a_choice_made_outside_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert prepared(monkeypatch, "auto", [10, 80]) == "3"


def test_for_the_processor_every_gpu_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert prepared(monkeypatch, "cpu", [10, 80]) == "-1"


def test_a_run_that_goes_on_computes_with_the_threads_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    variable = "TF_NUM_INTRAOP_THREADS"
    monkeypatch.setenv(variable, "")
    assert environment.compute_with(None) == len(os.sched_getaffinity(0)) == int(os.environ[variable])
    monkeypatch.setenv(variable, "3")
    assert environment.compute_with(None) == 3
    assert environment.compute_with(7) == 7
    assert os.environ[variable] == "7"
