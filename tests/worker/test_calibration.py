"""The measurement of a machine, by the worker that makes it."""

import pytest

from cnntutor.errors import Failed
from cnntutor.lab import calibration
from cnntutor.lab.calibration import calibrate, load_calibration
from cnntutor.lab.calibration_networks import probes


def test_a_machine_is_measured_and_the_measurement_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(probe for probe in probes() if probe.network.name in ("step", "call"))
    monkeypatch.setattr(calibration, "probes", lambda: few)
    found = calibrate("cpu")
    assert load_calibration("cpu") == found and load_calibration("gpu") is None
    assert found.device == "CPU"
    assert 0 < found.epoch < found.run
    assert found.memory > 200e6
    for timing in found.timings:
        assert timing.first > timing.step > 0 and timing.tested > 0
    step, call = found.timings
    assert call.step < step.step, "a call of many batches is cheaper than many calls"
    monkeypatch.undo()
    assert load_calibration("cpu") is None, "of other networks"


def test_a_measurement_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(Failed, match="could not be measured"):
        calibrate("cpu")
