"""The files training leaves: its models, and the history as a table."""

import csv
import io
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from cnntutor.lab.events import EpochEvent
from cnntutor.lab.folder import RunFolder, replace_file

SAVE_SECONDS = 30.0
"""During training, models are written no more often than this; at the end always."""

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
        self._saved_at = time.monotonic()

    def keep(self, epoch: int, best: bool) -> None:
        """Keep the weights after an epoch.

        Raises:
            OSError: a model file cannot be written.
        """
        if best:
            self.best = (epoch, self._model.get_weights())
        if time.monotonic() - self._saved_at >= SAVE_SECONDS:
            self.save_last()
            if best:
                # At this epoch the two are one, and copying is a tenth of the work.
                _copy(self._run.checkpoints / "last.keras", self._run.checkpoints / "best.keras")
            self._saved_at = time.monotonic()

    def save_last(self) -> None:
        """Write last.keras: weights, and the optimizer's state, as they are now.

        Raises:
            OSError: it cannot be written.
        """
        _save(self._model, self._run.checkpoints / "last.keras")

    def restore_best(self) -> None:
        """Give the model the weights of the best epoch, if there was one, and write best.keras.

        That file is for use: it has the weights alone, a third of what Adam's moments make of them.

        Raises:
            OSError: it cannot be written.
        """
        if self.best is not None:
            self._model.set_weights(self.best[1])
            compiled = self._model.optimizer, self._model.compiled
            self._model.optimizer, self._model.compiled = None, False
            try:
                _save(self._model, self._run.checkpoints / "best.keras")
            finally:
                self._model.optimizer, self._model.compiled = compiled


def _save(model: Any, path: Path) -> None:
    """Write a model so that a reader or a crash sees the old file or the new one."""
    temporary = path.with_name(f".{path.stem}.tmp.keras")
    try:
        model.save(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a model file so that a reader or a crash sees the old target or the new one."""
    temporary = target.with_name(f".{target.name}.tmp")
    try:
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
