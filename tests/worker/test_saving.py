"""How often a run writes its weights: each turn, the first too, is earned by the time spent training."""

import types
from pathlib import Path

import pytest

from cnntutor.lab.folder import RunFolder
from cnntutor.worker.checkpoint import Checkpointer
from cnntutor.worker.saving import BYTES_PER_SECOND, SHARE, SavingTurns

EPOCH, WRITING = 2.0, 1.0


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock, as the one item of a list."""
    moment = [1000.0]
    monkeypatch.setattr("cnntutor.worker.saving.time.monotonic", lambda: moment[0])
    return moment


def test_the_first_turn_comes_when_the_time_has_paid_for_it(now: list[float]) -> None:
    turns = SavingTurns(int(BYTES_PER_SECOND))
    now[0] += SHARE - 0.1
    assert not turns.begin()
    now[0] += 0.1
    assert turns.begin()


def test_turns_that_take_no_time_keep_their_distance(now: list[float]) -> None:
    turns = SavingTurns(0, least=30.0)
    assert not turns.begin()
    for _ in range(3):
        now[0] += 30.0
        assert turns.begin()
        turns.done()
        assert not turns.begin()


def test_a_checkpoint_takes_a_small_part_of_the_time(
    tmp_path: Path, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[int] = []

    def save(self: Checkpointer, epoch: int) -> None:
        saved.append(epoch)
        now[0] += WRITING

    monkeypatch.setattr(Checkpointer, "_save", save)
    checkpointer = Checkpointer(RunFolder(tmp_path), None, lambda: None)
    checkpointer.set_model(types.SimpleNamespace(count_params=lambda: 0))
    for phase in range(2):
        checkpointer.on_train_begin()
        for epoch in range(100):
            now[0] += EPOCH
            checkpointer.on_epoch_end(100 * phase + epoch)
    assert saved == [1, 51, 101, 151]
    trained = 200 * EPOCH
    assert WRITING * len(saved) <= trained / SHARE
