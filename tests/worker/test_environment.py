"""What the worker settles before TensorFlow is imported; with a scripted NVML, without a GPU."""

import os
import sys
from types import ModuleType, SimpleNamespace

import pytest

from cnntutor.worker import environment


class NVMLError(Exception):
    """NVML's own."""


def scripted_nvml(free: list[int] | None) -> ModuleType:
    """A pynvml for GPUs with so much free memory; None for a machine without a driver."""
    module = ModuleType("pynvml")

    def init() -> None:
        if free is None:
            raise NVMLError("Driver Not Loaded")

    vars(module).update(
        NVMLError=NVMLError,
        nvmlInit=init,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: len(free or ()),
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetMemoryInfo=lambda index: SimpleNamespace(free=(free or ())[index]),
    )
    return module


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
    monkeypatch.setitem(sys.modules, "pynvml", scripted_nvml(free))
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


def test_without_the_library_nothing_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert environment.emptiest_gpu() is None


def test_a_choice_made_outside_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert prepared(monkeypatch, "auto", [10, 80]) == "3"


def test_for_the_processor_every_gpu_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert prepared(monkeypatch, "cpu", [10, 80]) == "-1"
