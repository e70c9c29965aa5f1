"""The callback that tells readers what happens in `fit`, and meets requests to stop."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import keras

from cnntutor.lab.events import BatchEvent, EpochEvent, NanEvent
from cnntutor.worker.control import Control
from cnntutor.worker.journal import Journal

EVENT_SECONDS = 0.1
"""Batch events come no closer than this."""
ROUNDED = 2.0**-23
"""What the 32 bits of a mean leave out, as a part of it."""
LOST = 0.05
"""A mean is not told when so much of it may be lost in the rounding of far larger ones before it."""


class Reporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes batch and epoch events, keeps the history, and notices the best epoch.

    Args:
        journal: Where events go.
        control: Where requests to stop arrive.
        epochs: Epochs asked for.
        batch_size: Images a batch.
        images: Training images.
        keep: Called after each epoch with (epoch, best), to keep the weights.
        validated: Whether there are images for validation.
    """

    def __init__(
        self,
        journal: Journal,
        control: Control,
        *,
        epochs: int,
        batch_size: int,
        images: int,
        keep: Callable[[int, bool], None],
        validated: bool = True,
    ) -> None:
        super().__init__()
        self._journal = journal
        self._control = control
        self._epochs = epochs
        self._batch_size = batch_size
        self._images = images
        self._batches = math.ceil(images / batch_size)
        self._keep = keep
        self._validated = validated
        self._epoch = 0
        self._epoch_began = 0.0
        self._told_at = 0.0
        self._told_images = 0
        self._told_sums: dict[str, float] = {}
        self._told_nan: set[str] = set()
        self.history: list[EpochEvent] = []
        self.best_epoch: int | None = None
        self._best_loss = math.inf

    def go_on(self, history: list[EpochEvent]) -> None:
        """Take up the epochs that earlier attempts of the run completed."""
        self.history = list(history)
        for event in history:
            if event.best and event.val_loss is not None:
                self._best_loss, self.best_epoch = event.val_loss, event.epoch

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Begin to count an epoch; Keras counts from 0, readers from 1."""
        self._epoch = epoch + 1
        self._epoch_began = self._told_at = time.perf_counter()
        self._told_images = 0
        self._told_sums = {"loss": 0.0, "accuracy": 0.0}
        self._told_nan.clear()
        self._journal.place(epoch=self._epoch, batch=0, batches=self._batches)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Meet a request to stop; ten times a second, tell how far it is."""
        if self._journal.phase == "compiling":
            self._journal.begin("training", state="running")
        self._control.check()
        # With several batches a call Keras counts the last call of an epoch as a full one.
        batch = min(batch, self._batches - 1)
        now = time.perf_counter()
        if now - self._told_at < EVENT_SECONDS and batch + 1 < self._batches:
            return
        self._journal.check()
        self._journal.place(batch=batch + 1)
        self._tell_batch(batch + 1, now, logs or {})

    def on_test_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Meet a request to stop during validation."""
        self._control.check()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Tell the figures of the epoch and keep its weights."""
        figures = {name: _finite((logs or {}).get(name)) for name in _FIGURES}
        val_loss = figures["val_loss"]
        best = val_loss is not None and val_loss < self._best_loss
        if best and val_loss is not None:
            self._best_loss, self.best_epoch = val_loss, self._epoch
        at, attempt = self._journal.stamp()
        event = EpochEvent(
            time=at,
            attempt=attempt,
            epoch=self._epoch,
            epochs=self._epochs,
            seconds=round(time.perf_counter() - self._epoch_began, 3),
            best=best,
            **figures,
        )
        self.history.append(event)
        if val_loss is None and self._validated:
            self._tell_nan("val_loss", self._batches)
        self._journal.tell(event)
        self._keep(self._epoch, best)

    def _tell_batch(self, batch: int, now: float, logs: Mapping[str, float]) -> None:
        """Tell the means since the last line: Keras gives running means over the epoch, from which the sums
        already told are taken away."""
        seen = min(batch * self._batch_size, self._images)
        fresh = seen - self._told_images
        means: dict[str, float | None] = {}
        for name in ("loss", "accuracy"):
            total, before = logs.get(name, math.nan) * seen, self._told_sums[name]
            mean = means[name] = _finite((total - before) / fresh)
            self._told_sums[name] = total
            if mean is None:
                self._tell_nan(name, batch)
            elif ROUNDED * max(abs(total), abs(before)) / fresh > LOST * max(1.0, abs(mean)):
                means[name] = None
        accuracy = means["accuracy"]
        if accuracy is not None:
            # Right answers are whole ones; the difference of two 32-bit means is only near one.
            answers = fresh * self._answers()
            accuracy = round(min(max(round(accuracy * answers), 0), answers) / answers, 6)
        at, attempt = self._journal.stamp()
        self._journal.tell(
            BatchEvent(
                time=at,
                attempt=attempt,
                epoch=self._epoch,
                epochs=self._epochs,
                batch=batch,
                batches=self._batches,
                loss=means["loss"],
                accuracy=accuracy,
                images_per_second=round(fresh / max(now - self._told_at, 1e-9), 1),
            )
        )
        self._told_images, self._told_at = seen, now

    def _answers(self) -> int:
        """Return how many answers the network gives for an input: one for an image, one a step for a word."""
        return math.prod(self.model.output_shape[1:-1])

    def _tell_nan(self, metric: str, batch: int) -> None:
        """Tell once an epoch that a figure is no number any more."""
        if metric in self._told_nan:
            return
        self._told_nan.add(metric)
        at, attempt = self._journal.stamp()
        self._journal.tell(NanEvent(time=at, attempt=attempt, epoch=self._epoch, batch=batch, metric=metric))


_FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy")


def _finite(value: Any) -> float | None:
    """Return a figure with six digits behind the point, or None for one that is no number."""
    return round(float(value), 6) if value is not None and math.isfinite(value) else None
