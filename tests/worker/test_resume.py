"""A run that was broken off and goes on ends exactly as one that never was."""

import os
import random
import re
import signal
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import pytest

from cnntutor.errors import Failed
from cnntutor.lab.events import EpochEvent, ModelEvent, decode_event
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.record import read_record_of
from cnntutor.lab.state import RunState
from cnntutor.worker import learning
from cnntutor.worker.checkpoint import Checkpointer, Stopper, read_checkpoint
from tests.worker.test_learning import part, small, spec
from tests.worker.test_worker import disk_of, end_of, epochs_told, fill, lab, until, worker_pid

__all__ = ["lab"]

DROPOUT = {"train_images": "300", "test_images": "100", "device": "cpu", "batch_size": "8", "epochs": "9"}

FULL_DISK_EPOCHS = 60
"""So short that many pass before a full disk is felt."""


def weights(run: RunFolder, name: str, tmp_path: Path) -> dict[str, Any]:
    """Return every array of a saved model, the optimizer's and Dropout's too."""
    found: dict[str, Any] = {}
    with zipfile.ZipFile(run.checkpoints / name) as model:
        path = model.extract("model.weights.h5", tmp_path / f"{run.name}-{name}")
    with h5py.File(path) as file:
        file.visititems(
            lambda key, each: found.update({key: each[()].tolist()}) if hasattr(each, "shape") else None
        )
    return found


def figures(epoch: EpochEvent) -> tuple[Any, ...]:
    return (epoch.epoch, epoch.loss, epoch.accuracy, epoch.val_loss, epoch.val_accuracy, epoch.best)


def trains(run: RunFolder, attempt: int) -> bool:
    record = read_record_of(run)
    return record.attempt == attempt and record.phase == "training"


def in_mid_epoch(run: RunFolder, epoch: int) -> bool:
    batches = read_record_of(run).batches
    return bool(batches) and batches[-1].epoch >= epoch and 0 < batches[-1].batch < batches[-1].batches


def paces(run: RunFolder) -> list[tuple[int | None, bool | None]]:
    """Return how each attempt compiled its model."""
    return [
        (event.steps_per_execution, event.jit_compile)
        for event in run.events().poll()
        if isinstance(event, ModelEvent)
    ]


def finish(lab: Lab, run: RunFolder) -> None:
    assert end_of(lab, run).state is RunState.FINISHED, run.log_file.read_text(encoding="utf-8")


def same(one: RunFolder, other: RunFolder, tmp_path: Path) -> None:
    """Hold two runs against each other: epochs, result, weights."""
    first, second = read_record_of(one), read_record_of(other)
    assert list(map(figures, first.epochs)) == list(map(figures, second.epochs))
    assert first.result is not None and second.result is not None
    for name in ("test_loss", "test_correct", "best_epoch", "epochs_done", "stopped_early", "tested_epoch"):
        assert getattr(first.result, name) == getattr(second.result, name), name
    for name in ("best.keras", "last.keras"):
        assert weights(one, name, tmp_path) == weights(other, name, tmp_path), name


def test_killed_in_mid_epoch_and_resumed_it_equals_an_unbroken_run(lab: Lab, tmp_path: Path) -> None:
    settings = DROPOUT | {"early_stopping": "val_loss", "patience": "2", "learning_rate": "0.02"}
    whole = lab.submit("base-cnn-dropout-mnist", "quick", settings)
    finish(lab, whole)
    told = read_record_of(whole)
    assert told.result is not None and told.result.stopped_early
    assert 3 < told.result.epochs_done < 9, "early stopping has something to count over the break"

    broken = lab.submit("base-cnn-dropout-mnist", "quick", settings)
    until(lambda: in_mid_epoch(broken, 2))
    os.kill(worker_pid(broken), signal.SIGKILL)
    assert end_of(lab, broken).state is RunState.LOST
    lab.resume(broken)
    assert not lab.observe(broken).state.over
    finish(lab, broken)
    assert lab.observe(broken).attempt == 2
    assert len(set(paces(broken))) == 1 and paces(broken)[0][0] is not None
    same(whole, broken, tmp_path)
    assert sorted(path.name for path in broken.checkpoints.iterdir()) == ["best.keras", "last.keras"]
    with pytest.raises(Failed, match="is finished"):
        lab.resume(broken)


@pytest.mark.slow
def test_after_a_full_disk_it_goes_on_where_it_was_and_equals_an_unbroken_run(
    lab: Lab, tmp_path: Path
) -> None:
    settings = DROPOUT | {"train_images": "100", "test_images": "50", "epochs": str(FULL_DISK_EPOCHS)}
    whole = lab.submit("base-cnn-dropout-mnist", "quick", settings)
    finish(lab, whole)
    with disk_of("64m", tmp_path / "disk") as disk:
        there = Lab(disk / "runs")
        run = there.submit("base-cnn-dropout-mnist", "quick", settings)
        until(lambda: epochs_told(run) >= 2)
        filler = fill(disk)
        full = end_of(there, run)
        assert (full.state, full.problem) == (RunState.FAILED, "disk-full")
        assert "free some space" in str(full.reason)
        done = epochs_told(run)
        saved = read_checkpoint(run)
        assert saved is not None and 1 <= saved.epoch <= done < FULL_DISK_EPOCHS
        filler.unlink()
        there.resume(run)
        finish(there, run)
        again = [
            event for event in run.events().poll() if isinstance(event, EpochEvent) and event.attempt == 2
        ]
        assert [event.epoch for event in again] == list(range(saved.epoch + 1, FULL_DISK_EPOCHS + 1))
        same(whole, run, tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": "3"},
        {"epochs": "9", "early_stopping": "val_loss", "patience": "1", "learning_rate": "9"},
        {"epochs": "4", "freeze": "backbone", "unfreeze_epoch": "3"},
    ],
)
def test_broken_off_after_the_last_epoch_nothing_is_learned_and_the_model_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    monkeypatch.setattr("cnntutor.worker.saving.SHARE", 0.0)
    settings = spec("lenet5-mnist", **changes).settings
    run = RunFolder(tmp_path)
    run.checkpoints.mkdir()
    first = small()
    pair = learning.shaped(first, part(), settings)

    def save(stop: Stopper | None) -> Checkpointer:
        return Checkpointer(run, stop, lambda: None)

    stopped = learning.fit(first, settings, pair, pair, [], save=save)
    saved = read_checkpoint(run)
    assert saved is not None and saved.stopped_early is stopped is ("early_stopping" in changes)
    again = small()
    saved.restore_model(again)
    epochs: list[int] = []
    counted = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(epoch))
    assert learning.fit(again, settings, pair, pair, [counted], saved=saved) is stopped
    assert epochs == []
    for one, other in (
        (first.variables, again.variables),
        (first.optimizer.variables, again.optimizer.variables),
    ):
        assert [each.numpy().tolist() for each in one] == [each.numpy().tolist() for each in other]


@pytest.mark.slow
def test_stopped_and_resumed_in_either_phase_of_fine_tuning(lab: Lab, tmp_path: Path) -> None:
    settings = DROPOUT | {
        "epochs": "6",
        "freeze": "backbone",
        "unfreeze_epoch": "4",
        "unfreeze_learning_rate": "0.001",
        "batch_normalization": "true",
    }
    whole = lab.submit("base-cnn-dropout-mnist", "quick", settings)
    finish(lab, whole)
    broken = lab.submit("base-cnn-dropout-mnist", "quick", settings)
    for epoch in (2, 5):
        until(lambda epoch=epoch: in_mid_epoch(broken, epoch))  # type: ignore[misc]
        lab.request_stop(broken)
        assert end_of(lab, broken).state is RunState.CANCELLED
        done = epochs_told(broken)
        lab.resume(broken)
        assert not lab.observe(broken).state.over
        until(lambda done=done: in_mid_epoch(broken, done + 1))  # type: ignore[misc]
    finish(lab, broken)
    same(whole, broken, tmp_path)


@pytest.mark.slow
def test_without_a_readable_checkpoint_it_begins_again_at_the_pace_it_had(lab: Lab) -> None:
    broken = lab.submit("base-cnn-dropout-mnist", "quick", DROPOUT | {"epochs": "2"})
    until(lambda: lab.observe(broken).state is RunState.RUNNING)
    os.kill(worker_pid(broken), signal.SIGKILL)
    end_of(lab, broken)
    (broken.checkpoints / "resume.npz").write_bytes(b"PK torn")
    ((steps, jit),) = paces(broken)
    told = broken.events_file.read_bytes()
    assert f'"steps_per_execution":{steps}'.encode() in told
    other = told.replace(f'"steps_per_execution":{steps}'.encode(), b'"steps_per_execution":3')
    other = re.sub(rb'"threads":\d+', b'"threads":5', other)
    broken.events_file.write_bytes(other)
    lab.resume(broken)
    finish(lab, broken)
    assert paces(broken) == [(3, jit), (3, jit)] and steps != 3
    models = [event for event in broken.events().poll() if isinstance(event, ModelEvent)]
    assert [model.threads for model in models] == [5, 5]
    record = read_record_of(broken)
    assert [epoch.epoch for epoch in record.epochs] == [1, 2]
    assert len({(each.epoch, each.batch) for each in record.batches}) == len(record.batches)


def test_a_checkpoint_that_is_no_checkpoint_is_none(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.checkpoints.mkdir()
    assert read_checkpoint(run) is None
    for content in (b"", b"PK torn", b"PK\x03\x04" + bytes(100), b"{}"):
        (run.checkpoints / "resume.npz").write_bytes(content)
        assert read_checkpoint(run) is None


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_a_hundred_random_moments_it_is_lost_a_hundred_times_and_ends_the_same(
    lab: Lab, tmp_path: Path
) -> None:
    """Half of the moments are drawn from the whole of a start, half from training; CNNTUTOR_TEST_KILLS sets
    how many there are, so that a shorter form can be run by hand.
    """
    kills = int(os.environ.get("CNNTUTOR_TEST_KILLS", "100"))
    settings = DROPOUT | {"train_images": "100", "epochs": "1200", "early_stopping": "val_loss"}
    settings |= {"patience": "1200", "learning_rate": "0.0001"}
    whole = lab.submit("base-cnn-dropout-mnist", "quick", settings)
    pause = threading.Event()
    began = time.monotonic()
    until(lambda: epochs_told(whole) >= 3)
    warm = time.monotonic() - began
    chance = random.Random(20261121)
    broken = lab.submit("base-cnn-dropout-mnist", "quick", settings, force=True)
    killed_in: dict[str, int] = {}
    for kill in range(1, kills + 1):
        if kill % 2:
            pause.wait(chance.uniform(0.0, 1.1 * warm))
        else:
            until(lambda kill=kill: trains(broken, kill) or lab.observe(broken).state.over)  # type: ignore[misc]
            pause.wait(chance.uniform(0.0, 3.0) * read_record_of(whole).epochs[-1].seconds)
        assert not lab.observe(broken).state.over, "more epochs are needed for so many kills"
        record = read_record_of(broken)
        place = "epochs" if record.attempt == kill and record.phase == "training" else str(record.phase)
        killed_in[place] = killed_in.get(place, 0) + 1
        os.kill(worker_pid(broken), signal.SIGKILL)
        asked = time.monotonic()
        until(lambda: lab.observe(broken).state.over, 5.0)
        assert time.monotonic() - asked < 5.0
        assert lab.observe(broken).state is RunState.LOST
        assert lab.observe(broken).attempt == kill
        for line in broken.events_file.read_bytes().splitlines()[:-1] if broken.events_file.exists() else ():
            assert decode_event(line) is not None, line
        before = [epoch.epoch for epoch in read_record_of(broken).epochs]
        assert before == list(range(1, len(before) + 1))
        lab.resume(broken, force=True)
    print(f"killed {sum(killed_in.values())} times: {killed_in}")
    until(lambda: lab.observe(whole).state.over, 900)
    until(lambda: lab.observe(broken).state.over, 900)
    same(whole, broken, tmp_path)
