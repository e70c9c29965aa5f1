"""The test of a trained model: loss, accuracy with its interval, confusion matrix, calibration, mistakes."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
import numpy.typing as npt

from cnntutor.lab.pace import TEST_BATCH
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.lab.tested_record import Calibration, CalibrationBin, Outputs
from cnntutor.worker.datasets.images import Part
from cnntutor.worker.learning import loss_of, shaped

BINS = 10
"""Of the calibration, all of one width."""
SUM_TOLERANCE = 1e-3
"""Outputs whose sum is so near 1, none of them negative, are probabilities."""
Z_95 = 1.959963984540054
"""The normal quantile of a 95 % interval."""

Kind = Literal["probabilities", "logits", "other"]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a test gave; everything but the matrix is one row an image, or one a step where labels are."""

    loss: float | None
    """None when it is no number."""
    labels: Numbers
    predicted: Numbers
    """Output with the greatest figure; it may be no class of the data."""
    given: Floats
    """(count, outputs) as the model gives them."""
    losses: npt.NDArray[np.float64]
    kind: Kind
    classes: int

    @property
    def count(self) -> int:
        """How many were tested."""
        return len(self.labels)

    @property
    def correct(self) -> int:
        """Right answers."""
        return int((self.labels == self.predicted).sum())

    @property
    def accuracy(self) -> float:
        """Fraction of right answers."""
        return self.correct / self.count

    @property
    def matrix(self) -> list[list[int]]:
        """Row = true class, column = predicted class; predictions that are no class are left out."""
        matrix = np.zeros((self.classes, self.classes), dtype=int)
        known = self.predicted < self.classes
        np.add.at(matrix, (self.labels[known], self.predicted[known]), 1)
        rows: list[list[int]] = matrix.tolist()
        return rows

    @property
    def beyond(self) -> list[int]:
        """For each true class, the predictions that are no class; empty where there are none."""
        outside = self.predicted >= self.classes
        counts: list[int] = np.bincount(self.labels[outside], minlength=self.classes).tolist()
        return counts if any(counts) else []


def evaluate(model: Any, part: Part, settings: TrainingSettings, classes: int) -> Answers:
    """Test a model.

    Args:
        model: A Keras model that gives one figure a class, for each image or for each step of it.
        part: The test images.
        settings: Those of the run; the loss is the one it was trained with.
        classes: How many classes the data have; the model may have more outputs, all of them wrong.
    """
    images, wanted = shaped(model, part, settings)
    given = model.predict(images, batch_size=TEST_BATCH, verbose=0)
    losses = keras.ops.convert_to_numpy(loss_of(settings, reduction=None)(wanted, given))
    return figures(given, part.labels, losses, classes, from_logits=settings.from_logits)


def figures(given: Any, labels: Any, losses: Any, classes: int, *, from_logits: bool) -> Answers:
    """Return what outputs come to.

    Args:
        given: (…, outputs).
        labels: (…,) class numbers.
        losses: (…,) one loss each.
        classes: How many classes the data have.
        from_logits: Whether the loss took the outputs for logits.
    """
    outputs = np.asarray(given, dtype=np.float32).reshape(-1, given.shape[-1])
    each = np.asarray(losses, dtype=np.float64).reshape(-1)
    mean = float(each.mean())
    sums = outputs.sum(axis=-1)
    probable = bool((outputs >= 0).all() and (np.abs(sums - 1) <= SUM_TOLERANCE).all())
    return Answers(
        loss=round(mean, 6) if math.isfinite(mean) else None,
        labels=np.asarray(labels).reshape(-1).astype(np.intp),
        predicted=outputs.argmax(axis=-1),
        given=outputs,
        losses=each,
        kind="logits" if from_logits else "probabilities" if probable else "other",
        classes=classes,
    )


def describe_outputs(tested: Answers) -> Outputs:
    """Return what the outputs are like, with the calibration where they speak of probability."""
    sums = tested.given.sum(axis=-1, dtype=np.float64)
    finite = np.isfinite(tested.given).all(axis=-1)
    whole = bool(finite.all())
    return Outputs(
        kind=tested.kind,
        lowest_sum=float(sums.min()) if whole else None,
        highest_sum=float(sums.max()) if whole else None,
        mean_sum=float(sums.mean()) if whole else None,
        not_numbers=int((~finite).sum()),
        calibration=calibrate(tested) if whole and tested.kind != "other" else None,
    )


def probabilities(tested: Answers) -> Floats:
    """Return the outputs as probabilities: themselves, or their softmax where they are logits."""
    if tested.kind != "logits":
        return tested.given
    powers = np.exp(tested.given - tested.given.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def calibrate(tested: Answers) -> Calibration:
    """Return how accuracy follows confidence, in bins of one width."""
    confidence = probabilities(tested).max(axis=-1).astype(np.float64)
    right = tested.labels == tested.predicted
    edges = np.linspace(0, 1, BINS + 1)
    # low < confidence <= high, and nothing is left out: float32 may end a hair above 1.
    places = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, BINS - 1)
    bins: list[CalibrationBin] = []
    for place in range(BINS):
        inside = places == place
        count = int(inside.sum())
        bins.append(
            CalibrationBin(
                low=round(float(edges[place]), 6),
                high=round(float(edges[place + 1]), 6),
                count=count,
                confidence=float(confidence[inside].mean()) if count else 0.0,
                accuracy=float(right[inside].mean()) if count else 0.0,
            )
        )
    error = sum(each.count * abs(each.accuracy - each.confidence) for each in bins) / tested.count
    return Calibration(bins=tuple(bins), error=round(error, 6))


def wilson_interval(correct: int, count: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a fraction."""
    fraction = correct / count
    middle = fraction + Z_95**2 / (2 * count)
    half = Z_95 * math.sqrt(fraction * (1 - fraction) / count + Z_95**2 / (4 * count**2))
    scale = 1 + Z_95**2 / count
    return (round((middle - half) / scale, 6), round((middle + half) / scale, 6))
