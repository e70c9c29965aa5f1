"""The points of a run's curves, gathered event by event, so that a run of 10,000 epochs is not gone through
anew at each look."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from cnntutor.lab.events import BatchEvent, EpochEvent
from cnntutor.tui.widgets.plot_chart import Point, Series

POINTS_KEPT = 4000
"""Beyond so many batch points of a curve every second one is left out."""
FIRST_KEPT = 1000
"""So many batch points from the beginning of the run are all kept: there the curve is steepest."""


def number(value: float | None) -> float:
    """Return a figure, NaN for one that was none."""
    return math.nan if value is None else value


@dataclass(slots=True)
class MetricPoints:
    """The points of one metric."""

    name: str
    factor: float = 1.0
    """What its figures are multiplied by: 100 for per cent."""
    batches: list[Point] = field(default_factory=list)
    train: list[Point] = field(default_factory=list)
    validation: list[Point] = field(default_factory=list)

    def add_batch(self, x: float, value: float | None) -> None:
        """Take in the mean over a few batches, at a place in epochs."""
        self.batches.append((x, self.factor * number(value)))
        if len(self.batches) > POINTS_KEPT:
            del self.batches[FIRST_KEPT + 1 :: 2]

    def add_epoch(self, event: EpochEvent) -> None:
        """Take in an epoch's figures."""
        x = float(event.epoch)
        self.train.append((x, self.factor * number(getattr(event, self.name))))
        self.validation.append((x, self.factor * number(getattr(event, f"val_{self.name}"))))

    def forget_after(self, epoch: int) -> None:
        """Forget what lies behind the end of an epoch: it is done again."""
        for points in (self.batches, self.train, self.validation):
            while points and points[-1][0] > epoch:
                points.pop()

    def series(self, *, validated: bool) -> tuple[Series, ...]:
        """Return the curves: the batches behind, training and validation in front.

        Args:
            validated: Whether there are images for validation; without, there is no curve of them.
        """
        curves = (Series("faint", tuple(self.batches)), Series("train", tuple(self.train)))
        return (*curves, Series("validation", tuple(self.validation))) if validated else curves


class RunPoints:
    """The epochs that are done, and the points of both metrics."""

    def __init__(self) -> None:
        self.epochs: list[EpochEvent] = []
        self.best: int | None = None
        """The epoch with the lowest validation loss."""
        self._loss = MetricPoints("loss")
        self._accuracy = MetricPoints("accuracy", 100.0)
        self._shown: tuple[tuple[EpochEvent, ...], tuple[Series, ...], tuple[Series, ...]] | None = None

    def add_batch(self, event: BatchEvent) -> None:
        """Take in a line of progress."""
        x = event.epoch - 1 + event.batch / max(1, event.batches)
        self._loss.add_batch(x, event.loss)
        self._accuracy.add_batch(x, event.accuracy)
        self._shown = None

    def add_epoch(self, event: EpochEvent) -> None:
        """Take in an epoch; one told again takes the place of the first telling."""
        if self.epochs and self.epochs[-1].epoch >= event.epoch:
            self.forget_after(event.epoch - 1, batches_too=False)
        self.epochs.append(event)
        self._loss.add_epoch(event)
        self._accuracy.add_epoch(event)
        if event.best:
            self.best = event.epoch
        self._shown = None

    def forget_after(self, epoch: int, *, batches_too: bool = True) -> None:
        """Forget what lies behind the end of an epoch."""
        while self.epochs and self.epochs[-1].epoch > epoch:
            self.epochs.pop()
        for metric in (self._loss, self._accuracy):
            kept = list(metric.batches)
            metric.forget_after(epoch)
            if not batches_too:
                metric.batches = kept
        if self.best is not None and (not self.epochs or self.best > self.epochs[-1].epoch):
            self.best = next((event.epoch for event in reversed(self.epochs) if event.best), None)
        self._shown = None

    def shown(self) -> tuple[tuple[EpochEvent, ...], tuple[Series, ...], tuple[Series, ...]]:
        """Return (epochs, curves of the loss, of the accuracy); the same objects while nothing new came."""
        if self._shown is None:
            validated = not self.epochs or self.epochs[-1].validated
            self._shown = (
                tuple(self.epochs),
                self._loss.series(validated=validated),
                self._accuracy.series(validated=validated),
            )
        return self._shown
