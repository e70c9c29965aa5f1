"""The files training leaves: its models, and the history as a table."""

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import msgspec

from cnntutor.lab.events import EpochEvent
from cnntutor.lab.folder import RunFolder, replace_file
from cnntutor.worker.saving import SavingTurns

SAVE_SECONDS = 30.0
"""During training, models are written no more often than this; at the end always."""
_BYTES = 4
"""Written for a parameter."""

HISTORY_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds", "best")


class Keeper:
    """Keeps the weights of the best epoch, in memory at each epoch and on disk from time to time.

    Args:
        model: The Keras model.
        run: The run folder.
    """

    def __init__(self, model: Any, run: RunFolder) -> None:
        self._model = model
        self._run = run
        self.best: tuple[int, list[Any]] | None = None
        """The best epoch so far, and its weights as model.get_weights() gives them."""
        self._turns = SavingTurns(model.count_params() * _BYTES, SAVE_SECONDS)
        self._epoch = 0
        """The epoch whose weights the model has."""

    def keep(self, epoch: int, best: bool) -> None:
        """Keep the weights after an epoch.

        Raises:
            OSError: a model file cannot be written.
        """
        self._epoch = epoch
        if best:
            self.best = (epoch, self._model.get_weights())
        if self._turns.begin():
            self.save_last()
            if best:
                # At this epoch the two are one, and copying is a tenth of the work.
                _copy(self._run.checkpoints / "last.keras", self._run.checkpoints / "best.keras")
            self._turns.done()

    def save_last(self) -> None:
        """Write last.keras: the weights as they are now.

        Raises:
            OSError: it cannot be written.
        """
        _save(self._model, self._run.checkpoints / "last.keras")

    def restore_best(self) -> None:
        """Give the model the weights of the best epoch, if there was one, and write best.keras.

        Raises:
            OSError: it cannot be written.
        """
        if self.best is not None:
            self._model.set_weights(self.best[1])
            last, best = (self._run.checkpoints / f"{name}.keras" for name in ("last", "best"))
            if self.best[0] == self._epoch and last.exists():
                _copy(last, best)
            else:
                _save(self._model, best)


def _save(model: Any, path: Path) -> None:
    """Write a model so that a reader or a crash sees the old file or the new one.

    It is for use: it has the weights alone, a third of what Adam's moments make of them. What a broken run
    needs to go on is in its checkpoint.
    """
    temporary = path.with_name(f".{path.stem}.tmp.keras")
    compiled = model.optimizer, model.compiled
    model.optimizer, model.compiled = None, False
    try:
        model.save(temporary)
        temporary.replace(path)
    finally:
        model.optimizer, model.compiled = compiled
        temporary.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Give a model file a second name, or copy it, so that a reader sees the old target or the new one.

    Both are only ever replaced, never written into, so that sharing one file harms neither.
    """
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        try:
            temporary.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_history(run: RunFolder, history: list[EpochEvent]) -> None:
    """Write history.csv, one line an epoch.

    Raises:
        OSError: it cannot be written.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, HISTORY_COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(msgspec.structs.asdict(epoch) for epoch in history)
    replace_file(run.artifacts / "history.csv", text.getvalue().encode())
