"""Several runs at once, for the screen that lays their curves over each other; read outside its thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from cnntutor.errors import CnntutorError
from cnntutor.lab.event_tail import EventTail
from cnntutor.lab.events import EpochEvent, ResultEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.history import last_result
from cnntutor.lab.lab import Lab
from cnntutor.lab.run_spec import RunSpec
from cnntutor.lab.state import Observation
from cnntutor.tui.widgets.plot_chart import Chart, Series

Metric = Literal["val_accuracy", "val_loss", "accuracy", "loss"]
METRICS: tuple[Metric, ...] = ("val_accuracy", "val_loss", "accuracy", "loss")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST = len(LETTERS)
"""So many runs can be told apart by a letter."""
ROLES = 6
"""Looks of curves in a plot; beyond them they come round again, and the letter tells them apart."""


@dataclass(frozen=True, slots=True)
class RunCurves:
    """One run among the compared: its epochs so far and its result."""

    run: str
    letter: str
    spec: RunSpec
    observation: Observation
    epochs: tuple[EpochEvent, ...]
    result: ResultEvent | None

    @property
    def role(self) -> str:
        """The look of its curve."""
        return role_of(self.letter)


def role_of(letter: str) -> str:
    """Return the look of the curve with a letter."""
    return f"run-{LETTERS.index(letter) % ROLES}"


@dataclass(slots=True)
class _Followed:
    """A run that is read on, line by line."""

    folder: RunFolder
    tail: EventTail
    epochs: dict[int, EpochEvent]


class CurvesReader:
    """Reads the compared runs on from where it left off; call it from one thread at a time.

    Args:
        lab: The lab.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._followed: dict[str, _Followed] = {}

    def read(self, names: tuple[str, ...]) -> tuple[RunCurves, ...]:
        """Return the runs in this order, lettered; one that cannot be read is left out."""
        found: list[RunCurves] = []
        for letter, name in zip(LETTERS, names, strict=False):
            try:
                found.append(self._one(letter, name))
            except (CnntutorError, OSError):
                self._followed.pop(name, None)
        return tuple(found)

    def _one(self, letter: str, name: str) -> RunCurves:
        followed = self._followed.get(name)
        if followed is None:
            folder = self._lab.find(name)
            followed = self._followed[name] = _Followed(folder, folder.events(), {})
        observation = self._lab.observe(followed.folder)
        for event in followed.tail.iterate(1):
            if isinstance(event, EpochEvent):
                # An epoch that is told again, after a resumed run, and all behind it count no more.
                for later in [epoch for epoch in followed.epochs if epoch >= event.epoch]:
                    del followed.epochs[later]
                followed.epochs[event.epoch] = event
        return RunCurves(
            run=name,
            letter=letter,
            spec=followed.folder.spec,
            observation=observation,
            epochs=tuple(followed.epochs.values()),
            result=last_result(followed.folder) if observation.state.over else None,
        )


def overlay(title: str, runs: tuple[RunCurves, ...], metric: Metric, *, log: bool) -> Chart:
    """Return one metric of all runs over the epochs; accuracies in per cent.

    Args:
        title: Above the chart.
        runs: The runs.
        metric: What is drawn.
        log: Whether a loss gets a logarithmic axis.
    """
    share = metric.endswith("accuracy")
    factor = 100.0 if share else 1.0
    series = []
    for run in runs:
        values = ((event.epoch, getattr(event, metric)) for event in run.epochs)
        points = tuple(
            (float(epoch), math.nan if value is None else factor * value) for epoch, value in values
        )
        series.append(Series(run.role, points, run.letter))
    longest = max((run.spec.settings.epochs for run in runs), default=1)
    reached = max((event.epoch for run in runs for event in run.epochs), default=0)
    over = all(run.observation.state.over for run in runs)
    return Chart(
        title,
        tuple(series),
        reached if over and reached else longest,
        log=log and not share,
        ceiling=100 if share else None,
    )
