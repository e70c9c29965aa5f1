"""What a run needs to go on after a break as if there had been none: kept on disk after epochs.

Weights, the optimizer's variables, the state of every seed generator (Dropout draws from them), and what
early stopping has seen. The order of the batches follows from seed and epoch, the history from the events.
"""

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cnntutor.lab.folder import RunFolder
from cnntutor.worker.saving import SavingTurns

FORMAT = 1
_BEST = "best-{epoch}.npz"
_BYTES = 4 * 4
"""Written for a parameter: itself, the best, and two figures of the optimizer's, four bytes each."""


class Stopper(keras.callbacks.EarlyStopping):  # type: ignore[misc]
    """Early stopping whose state can be taken and given back."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._given: dict[str, Any] | None = None

    def state(self) -> dict[str, Any]:
        """Return what it has seen."""
        return {
            "wait": self.wait,
            "best": None if self.best is None else float(self.best),
            "best_epoch": self.best_epoch,
            "stopped_epoch": self.stopped_epoch,
        }

    def go_on(self, state: dict[str, Any]) -> None:
        """Take up a state when training begins."""
        self._given = state

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin anew, or with the state that was given."""
        super().on_train_begin(logs)
        if self._given is not None:
            for name, value in self._given.items():
                setattr(self, name, value)
            self._given = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint as it was read."""

    epoch: int
    """The last epoch that is done."""
    stopper: dict[str, Any] | None
    """The state of early stopping; None without it."""
    best_epoch: int | None
    model: list[Any]
    """Values of model.variables, seed generators included."""
    optimizer: list[Any]
    best: list[Any] | None
    """Weights of the best epoch, as model.get_weights() gives them."""

    @property
    def stopped_early(self) -> bool:
        """Whether early stopping had ended the training."""
        return self.stopper is not None and self.stopper["stopped_epoch"] > 0

    def restore_model(self, model: Any) -> None:
        """Give a model of the same network its variables back."""
        _assign(model.variables, self.model)

    def restore_optimizer(self, model: Any) -> None:
        """Give the optimizer of a compiled model its variables back."""
        model.optimizer.build(model.trainable_variables)
        _assign(model.optimizer.variables, self.optimizer)


def read_checkpoint(run: RunFolder) -> Saved | None:
    """Return the checkpoint of a run; None where there is none, or none that can be read."""
    try:
        told, arrays = _read(run.checkpoints / "resume.npz")
        if told["format"] != FORMAT:
            return None
        best = None
        if told["best_epoch"] is not None:
            best = _read(run.checkpoints / _BEST.format(epoch=told["best_epoch"]))[1]["weights"]
        return Saved(
            epoch=told["epoch"],
            stopper=told["stopper"],
            best_epoch=told["best_epoch"],
            model=arrays["model"],
            optimizer=arrays["optimizer"],
            best=best,
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


class Checkpointer(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves after epochs; goes last among the callbacks, so that it saves what the others made of the epoch.

    Args:
        run: The run folder.
        stopper: Early stopping, if there is any.
        best: Returns (epoch, weights) of the best epoch so far, or None.
    """

    def __init__(
        self, run: RunFolder, stopper: Stopper | None, best: Callable[[], tuple[int, list[Any]] | None]
    ) -> None:
        super().__init__()
        self._folder = run.checkpoints
        self._stopper = stopper
        self._best = best
        self._saved_best: int | None = None
        self._turns: SavingTurns | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin to count the time; a later phase of the training goes on with it."""
        if self._turns is None:
            self._turns = SavingTurns(self.model.count_params() * _BYTES)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save, unless that would take too much of the time.

        Raises:
            OSError: it cannot be written.
        """
        if self._turns is not None and self._turns.begin():
            self._save(epoch + 1)
            self._turns.done()

    def _save(self, epoch: int) -> None:
        best = self._best()
        fresh = None
        if best is not None and best[0] != self._saved_best:
            fresh = self._folder / _BEST.format(epoch=best[0])
            _write(fresh, {}, {"weights": best[1]})
        told = {
            "format": FORMAT,
            "epoch": epoch,
            "stopper": None if self._stopper is None else self._stopper.state(),
            "best_epoch": None if best is None else best[0],
        }
        arrays = {
            "model": [variable.numpy() for variable in self.model.variables],
            "optimizer": [variable.numpy() for variable in self.model.optimizer.variables],
        }
        try:
            _write(self._folder / "resume.npz", told, arrays)
        except OSError:
            if fresh is not None:
                fresh.unlink(missing_ok=True)  # nothing refers to it
            raise
        if best is not None and fresh is not None:
            self._saved_best = best[0]
            for old in self._folder.glob("best-*.npz"):
                if old.name != _BEST.format(epoch=best[0]):
                    old.unlink(missing_ok=True)


def remove_checkpoint(run: RunFolder) -> None:
    """Take the checkpoint of a finished run away: there is nothing to go on with."""
    for path in (run.checkpoints / "resume.npz", *run.checkpoints.glob("best-*.npz")):
        path.unlink(missing_ok=True)


def _assign(variables: Any, values: list[Any]) -> None:
    """Give variables their values.

    Raises:
        ValueError: they are not those of the same network.
    """
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _write(path: Path, told: dict[str, Any], arrays: dict[str, list[Any]]) -> None:
    """Write lists of arrays so that a reader or a crash sees the old file or the new one."""
    flat = {f"{name}-{place}": each for name, some in arrays.items() for place, each in enumerate(some)}
    flat["told"] = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            np.savez(file, **flat)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Return what _write wrote."""
    found: dict[str, list[Any]] = {}
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
        told = json.loads(file["told"].tobytes())
        for key in file.files:
            name, _, place = key.partition("-")
            if place:
                found.setdefault(name, []).append(file[key])
    return told, {"model": [], "optimizer": [], "weights": [], **found}
