"""How long a run will take: from an earlier run like it, else from the network and the data."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from cnntutor.i18n import t
from cnntutor.lab.data_sets import images_of
from cnntutor.lab.run_spec import TrainingSettings

START_SECONDS = 8.0
"""From the key press to the first batch: TensorFlow's import, reading the data, the first trace."""
BUSY = 2.2
"""How many times as long the same run takes where others work on the machine too."""
_STEP_SECONDS = 5.5e-3
_IMAGE_SECONDS = 2.0e-5
_MAC_SECONDS = 2.8e-11
"""Fitted to LeNet-5, the base CNN, AlexNet-28 and VGG16 on two cores; training, so three passes a step."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """What an earlier run of the same recipe took."""

    settings: TrainingSettings
    epochs_done: int
    seconds: float


@dataclass(frozen=True, slots=True)
class TimeHint:
    """A guess at the length of a run."""

    seconds: float
    measured: bool
    """Whether it rests on an earlier run here, not on the size of the network alone."""

    def __str__(self) -> str:
        duration = rough(self.seconds)
        if self.measured:
            return t("about {duration}, as an earlier run here took", duration=duration)
        return t(
            "{low} to {high} on two processors, the more the busier they are",
            low=duration,
            high=rough(self.seconds * BUSY),
        )


def time_hint(settings: TrainingSettings, macs: int, past: Iterable[PastRun] = ()) -> TimeHint:
    """Return how long a run with these settings will take.

    Args:
        settings: What is asked for.
        macs: Multiply-adds of the network for one image.
        past: Earlier runs of the recipe, newest first.
    """
    for run in past:
        alike = (run.settings.data, run.settings.batch_size, run.settings.train_images)
        if run.epochs_done and alike == (settings.data, settings.batch_size, settings.train_images):
            each = max(0.0, run.seconds - START_SECONDS) / run.epochs_done
            return TimeHint(START_SECONDS + each * settings.epochs, measured=True)
    images = settings.train_images or images_of(settings.data)
    train = images * (1 - settings.validation_fraction)
    steps = math.ceil(train / settings.batch_size)
    epoch = steps * _STEP_SECONDS + train * (_IMAGE_SECONDS + macs * _MAC_SECONDS)
    checking = (images - train) * (_IMAGE_SECONDS + macs * _MAC_SECONDS / 3)
    return TimeHint(START_SECONDS + settings.epochs * (epoch + checking), measured=False)


def rough(seconds: float) -> str:
    """Return a time as one says it: 40 s, 3 min, 2 h."""
    if seconds < 55:
        return t("{count} s", count=max(5, round(seconds / 5) * 5))
    if seconds < 55 * 60:
        return t("{count} min", count=max(1, round(seconds / 60)))
    if seconds < 47 * 3600:
        return t("{count} h", count=max(1, round(seconds / 3600)))
    return t("{count} days", count=round(seconds / 86400))
