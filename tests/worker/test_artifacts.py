"""When models are written during training, and that a reader never sees half of one."""

from pathlib import Path
from typing import Any

import pytest

from cnntutor import locations
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.worker.artifacts import SAVE_SECONDS, Keeper


class ScriptedModel:
    """A model whose weights are one number and whose file holds it."""

    def __init__(self) -> None:
        self.weights = 0
        self.broken = False
        self.optimizer: object | None = "adam"
        self.compiled = True
        self.optimizers: list[object | None] = []

    def count_params(self) -> int:
        return 1

    def get_weights(self) -> list[int]:
        return [self.weights]

    def set_weights(self, weights: list[int]) -> None:
        (self.weights,) = weights

    def save(self, path: Path) -> None:
        self.optimizers.append(self.optimizer)
        path.write_text("half" if self.broken else str(self.weights), encoding="utf-8")
        if self.broken:
            raise OSError(28, "No space left on device")


@pytest.fixture
def run() -> RunFolder:
    return create_run_folder(locations.runs_dir(), resolve(find_recipe("lenet5-mnist"), "quick", {}))


def saved(run: RunFolder) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in run.checkpoints.iterdir()}


def test_models_are_written_now_and_then_and_the_best_at_the_end(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("cnntutor.worker.saving.time.monotonic", lambda: now[0])
    model: Any = ScriptedModel()
    keeper = Keeper(model, run)
    model.weights = 1
    keeper.keep(1, True)
    assert saved(run) == {}
    now[0], model.weights = SAVE_SECONDS, 2
    keeper.keep(2, True)
    assert saved(run) == {"best.keras": "2", "last.keras": "2"}
    model.weights = 3
    keeper.keep(3, True)
    now[0], model.weights = 2 * SAVE_SECONDS, 4
    keeper.keep(4, False)
    assert saved(run) == {"best.keras": "2", "last.keras": "4"}
    keeper.save_last()
    keeper.restore_best()
    assert saved(run) == {"best.keras": "3", "last.keras": "4"}
    assert model.weights == 3
    assert set(model.optimizers) == {None}  # models are for use, without the optimizer's state
    assert (model.optimizer, model.compiled) == ("adam", True)


def test_the_best_that_is_the_last_is_kept_once(run: RunFolder) -> None:
    model: Any = ScriptedModel()
    keeper = Keeper(model, run)
    for epoch in (1, 2):
        model.weights = epoch
        keeper.keep(epoch, True)
    keeper.save_last()
    keeper.restore_best()
    assert saved(run) == {"best.keras": "2", "last.keras": "2"}
    assert (run.checkpoints / "best.keras").samefile(run.checkpoints / "last.keras")
    model.weights = 9
    keeper.save_last()
    assert saved(run) == {"best.keras": "2", "last.keras": "9"}


def test_a_model_that_does_not_fit_leaves_the_old_one(run: RunFolder) -> None:
    model: Any = ScriptedModel()
    keeper = Keeper(model, run)
    keeper.save_last()
    model.weights, model.broken = 1, True
    with pytest.raises(OSError, match="No space"):
        keeper.save_last()
    assert saved(run) == {"last.keras": "0"}
