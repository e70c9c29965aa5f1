"""The real worker, from submission to the end of its run, on a few images."""

import contextlib
import csv
import itertools
import json
import math
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.cli.main import run as cnntutor
from cnntutor.errors import Failed
from cnntutor.lab import local
from cnntutor.lab.events import BatchEvent, EpochEvent, ModelEvent, NanEvent, PhaseEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.record import read_record_of
from cnntutor.lab.state import Observation, RunState

FEW = {"train_images": "200", "test_images": "100", "device": "cpu"}
ENDLESS = FEW | {"epochs": "10000"}


def until(condition: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait until another process has done something."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it did not come to pass")


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A lab whose workers do not outlive the test."""
    made = Lab()
    yield made
    for child in list(local._children):
        child.kill()
        child.wait()
    local.reap()


def end_of(lab: Lab, run: RunFolder) -> Observation:
    until(lambda: lab.observe(run).state.over)
    return lab.observe(run)


def epochs_told(run: RunFolder) -> int:
    return len(read_record_of(run).epochs)


def worker_pid(run: RunFolder) -> int:
    return int(json.loads(run.job_file.read_text(encoding="utf-8"))["worker"]["pid"])


def test_a_run_from_submission_to_result(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        part for key, value in (FEW | {"epochs": "2"}).items() for part in ("--set", f"{key}={value}")
    ]
    assert cnntutor(["run", "lenet5-mnist", "--preset", "quick", "--follow", "--json", *arguments]) == 0
    printed = capsys.readouterr().out
    (run,) = lab.runs()
    assert printed == run.events_file.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in printed.splitlines()]
    assert all(list(line)[:3] == ["type", "time", "attempt"] for line in lines)
    assert [line["phase"] for line in lines if line["type"] == "phase"] == [
        "reading-data",
        "importing",
        "building",
        "compiling",
        "training",
        "saving",
        "evaluating",
    ]
    result = lines[-1]
    assert (result["type"], result["state"], result["epochs_done"]) == ("result", "finished", 2)
    assert result["test_count"] == 100
    assert result["test_accuracy"] == result["test_correct"] / 100
    assert result["test_interval"][0] < result["test_accuracy"] < result["test_interval"][1]
    assert (result["data"]["name"], result["data"]["provenance"]) == ("mnist-5000", "embedded")
    assert result["data"]["limited"] is True

    record = read_record_of(run)
    assert isinstance(record.model, ModelEvent)
    assert record.model.params == record.model.trainable == run.spec.network.params == 61706
    assert [epoch.epoch for epoch in record.epochs] == [1, 2]
    assert record.best is not None
    assert record.best.epoch == result["best_epoch"]
    assert min(epoch.val_loss or math.inf for epoch in record.epochs) == record.best.val_loss

    table = (run.artifacts / "history.csv").read_text(encoding="utf-8")
    history = list(csv.DictReader(table.splitlines()))
    assert [float(row["val_loss"]) for row in history] == [epoch.val_loss for epoch in record.epochs]
    confusion = json.loads((run.artifacts / "confusion.json").read_text(encoding="utf-8"))
    assert sum(map(sum, confusion["matrix"])) == 100
    assert sum(confusion["matrix"][digit][digit] for digit in range(10)) == result["test_correct"]
    for name in ("best.keras", "last.keras"):
        with zipfile.ZipFile(run.checkpoints / name) as model:
            assert "config.json" in model.namelist()
    assert sorted(path.name for path in run.checkpoints.iterdir()) == ["best.keras", "last.keras"]
    assert not (run.path / ".ballast").exists()

    # Seen again later: the whole story once more, and nothing is started.
    assert cnntutor(["runs", "attach", "last", "--json"]) == 0
    assert capsys.readouterr().out == printed
    assert cnntutor(["runs", "attach", run.name[:15]]) == 0
    told = capsys.readouterr().out
    assert "Epoch 2/2" in told
    assert "Reported: 98.85 %" in told
    assert "on other data" in told
    assert cnntutor(["runs", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["runs"]
    assert (row["run"], row["state"], row["test_accuracy"]) == (
        run.name,
        "finished",
        result["test_accuracy"],
    )
    assert cnntutor(["runs", "show", "last", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["result"] == result
    assert shown["settings"]["epochs"] == 2
    assert cnntutor(["runs", "stop", "last"]) == 0
    assert "over already" in capsys.readouterr().out
    # A worker that is started on it again finds it over and leaves everything as it is.
    again = subprocess.run(
        [sys.executable, "-m", "cnntutor.worker", str(run.path)], capture_output=True, text=True, check=False
    )
    assert again.returncode != 0
    assert "is over" in again.stderr
    assert run.events_file.read_text(encoding="utf-8") == printed


def test_a_killed_worker_leaves_a_lost_run_with_its_curve(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    run = lab.submit("lenet5-mnist", "quick", ENDLESS)
    until(lambda: epochs_told(run) >= 2)
    with pytest.raises(Failed, match=f"{run.name} is still at work"):
        lab.submit("lenet5-mnist", "quick", FEW)
    os.kill(worker_pid(run), signal.SIGKILL)
    seen = end_of(lab, run)
    assert seen.state is RunState.LOST
    assert "process" in str(seen.reason)
    assert json.loads(run.verdict_of(1).read_text(encoding="utf-8"))["state"] == "lost"
    assert epochs_told(run) >= 2
    assert cnntutor(["runs", "attach", "last", "--json"]) == 1
    captured = capsys.readouterr()
    assert "The run is lost" in captured.err
    assert json.loads(captured.out.splitlines()[-1])["type"] != "result"
    assert lab.at_work() == ()
    assert cnntutor(["runs", "stop", "last", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "lost"


def test_a_stopped_run_has_the_result_of_what_it_reached(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    run = lab.submit("lenet5-mnist", "quick", ENDLESS)
    until(lambda: epochs_told(run) >= 2)
    assert cnntutor(["runs", "stop", run.name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"run": run.name, "state": "cancelled", "was_over": False}
    result = read_record_of(run).result
    assert result is not None
    assert (result.state, result.test_count) == ("cancelled", 100)
    assert result.epochs_done == epochs_told(run) >= 2
    assert result.best_epoch is not None
    assert cnntutor(["runs", "attach", "last"]) == 130
    assert "stopped by request" in capsys.readouterr().out


def test_a_stop_during_the_import_ends_the_run_without_a_result(lab: Lab) -> None:
    run = lab.submit("lenet5-mnist", "quick", ENDLESS)
    until(lambda: read_record_of(run).phase == "importing")
    lab.request_stop(run)
    assert end_of(lab, run).state is RunState.CANCELLED
    record = read_record_of(run)
    assert record.model is None
    assert record.result is not None
    assert (record.result.state, record.result.test_accuracy) == ("cancelled", None)


def test_a_signal_from_outside_cancels_and_says_so(lab: Lab) -> None:
    run = lab.submit("lenet5-mnist", "quick", ENDLESS)
    until(lambda: epochs_told(run) >= 1)
    os.kill(worker_pid(run), signal.SIGHUP)
    os.kill(worker_pid(run), signal.SIGTERM)
    seen = end_of(lab, run)
    assert seen.state is RunState.CANCELLED
    assert "signal" in str(seen.reason)
    assert (run.checkpoints / "last.keras").is_file()


def test_a_run_outlives_the_program_that_started_it(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    settings = [
        part for key, value in (FEW | {"epochs": "20"}).items() for part in ("--set", f"{key}={value}")
    ]
    command = [sys.executable, "-m", "cnntutor", "run", "lenet5-mnist", "--follow", *settings]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    ) as starter:
        until(lambda: bool(lab.runs()) and epochs_told(lab.runs()[0]) >= 1)
        os.killpg(starter.pid, signal.SIGHUP)
        os.killpg(starter.pid, signal.SIGKILL)
    (run,) = lab.runs()
    until(lambda: lab.observe(run).state is RunState.RUNNING)
    assert cnntutor(["runs", "attach", "last", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["epoch"] for line in lines if line["type"] == "epoch"] == list(range(1, 21))
    assert lines[-1]["state"] == "finished"


def test_a_loss_that_is_no_number_is_null_and_said(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    run = lab.submit(
        "lenet5-mnist",
        "quick",
        FEW | {"epochs": "2", "optimizer": "SGD", "learning_rate": "10", "pixel_divisor": "0.001"},
    )
    assert end_of(lab, run).state is RunState.FINISHED
    record = read_record_of(run)
    assert "NaN" not in run.events_file.read_text(encoding="utf-8")
    assert record.epochs[-1].val_loss is None
    assert record.batches[-1].loss is None
    assert {event.metric for event in record.nans} >= {"loss", "val_loss"}
    assert record.result is not None
    assert (record.result.best_epoch, record.result.test_loss) == (None, None)
    assert record.result.test_count == 100
    assert cnntutor(["runs", "attach", "last"]) == 0
    assert "has diverged" in capsys.readouterr().out


def test_without_mnist_a_full_run_says_how_to_get_it(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for variable in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    assert cnntutor(["run", "lenet5-mnist", "--preset", "full", "--follow", "--json"]) == 3
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["type"] for line in lines[-2:]] == ["failed", "result"]
    assert (lines[-1]["state"], lines[-1]["problem"]) == ("failed", "missing-data")
    sentence = lines[-2]["sentence"]["en"]
    for words in ("CNNTUTOR_DATA", "mnist.npz", "cnntutor run lenet5-mnist --preset quick"):
        assert words in sentence
    (run,) = lab.runs()
    assert "Traceback" in run.log_file.read_text(encoding="utf-8")


@contextlib.contextmanager
def disk_of(size: str, folder: Path) -> Iterator[Path]:
    """Mount a disk of a size, as tmpfs takes it, at a new folder; skip where that cannot be done."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Write a file until not a byte is left; return it."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return filler


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 500 kB."""
    with disk_of("500k", tmp_path / "disk") as disk:
        yield disk


def test_a_full_disk_ends_the_run_with_a_sentence(tiny_disk: Path) -> None:
    # The model alone takes more than the disk has.
    lab = Lab(tiny_disk / "runs")
    run = lab.submit("lenet5-mnist", "quick", FEW | {"epochs": "1"})
    seen = end_of(lab, run)
    assert (seen.state, seen.problem) == (RunState.FAILED, "disk-full")
    assert "free some space" in str(seen.reason)
    lines = run.events_file.read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["type"] == "result"
    assert json.loads(lines[-1])["state"] == "failed"
    assert list(run.checkpoints.iterdir()) == []


def test_a_disk_without_a_byte_left_never_hangs_the_reader(tiny_disk: Path) -> None:
    lab = Lab(tiny_disk / "runs")
    run = lab.submit("lenet5-mnist", "quick", ENDLESS)
    until(lambda: epochs_told(run) >= 1)
    fill(tiny_disk)
    seen = end_of(lab, run)
    assert seen.state in {RunState.FAILED, RunState.LOST}
    assert seen.reason is not None
    for line in run.events_file.read_bytes().splitlines():
        json.loads(line)


def test_batch_figures_are_those_of_the_batches_since_the_line_before(lab: Lab) -> None:
    run = lab.submit("lenet5-mnist", "quick", {"epochs": "2", "device": "cpu"})
    assert end_of(lab, run).state is RunState.FINISHED
    record = read_record_of(run)
    for epoch in record.epochs:
        lines = [event for event in record.batches if event.epoch == epoch.epoch]
        assert lines[-1].batch == lines[-1].batches == math.ceil(3600 / 32)
        assert [event.batch for event in lines] == sorted({event.batch for event in lines})
        seen, loss, accuracy = 0, 0.0, 0.0
        for event in lines:
            fresh = min(event.batch * 32, 3600) - seen
            seen += fresh
            assert event.loss is not None
            assert event.accuracy is not None
            loss += event.loss * fresh
            accuracy += event.accuracy * fresh
        assert loss / 3600 == pytest.approx(epoch.loss, abs=1e-4)
        assert accuracy / 3600 == pytest.approx(epoch.accuracy, abs=1e-4)
    times = [event.time for event in record.batches if event.epoch == 2]
    # The last batch of an epoch is told whatever the time.
    assert all(later - sooner > 0.08 for sooner, later in itertools.pairwise(times[:-1]))
    kinds = {type(event) for event in run.events().poll()}
    assert kinds >= {PhaseEvent, ModelEvent, BatchEvent, EpochEvent}
    assert NanEvent not in kinds


def test_a_broken_installation_is_said_and_leaves_a_failed_run(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken" / "keras"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('libcuda went missing')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(broken.parent))
    run = lab.submit("lenet5-mnist", "quick", FEW)
    seen = end_of(lab, run)
    assert (seen.state, seen.problem) == (RunState.FAILED, "missing-library")
    assert "libcuda went missing" in str(seen.reason)
    assert "pip install" in str(seen.reason)
    assert not list(locations.runs_dir().glob("*/verdict.json"))
