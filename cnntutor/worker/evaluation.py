"""The test of a trained model: loss, accuracy with its interval, confusion matrix."""

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.worker.datasets.images import Part
from cnntutor.worker.learning import loss_of, shaped

BATCH = 256
Z_95 = 1.959963984540054
"""The normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class TestFigures:
    """What a test gave."""

    loss: float | None
    """None when it is no number."""
    count: int
    correct: int
    matrix: list[list[int]]
    """Row = true class, column = predicted class."""

    @property
    def accuracy(self) -> float:
        """Fraction of right answers."""
        return self.correct / self.count


def evaluate(model: Any, part: Part, settings: TrainingSettings, classes: int) -> TestFigures:
    """Test a model.

    Args:
        model: A Keras model that gives one figure a class, for each image or for each step of it.
        part: The test images.
        settings: Those of the run; the loss is the one it was trained with.
        classes: How many classes the data have; the model may have more outputs, all of them wrong.
    """
    images, wanted = shaped(model, part, settings)
    given = model.predict(images, batch_size=BATCH, verbose=0)
    losses = keras.ops.convert_to_numpy(loss_of(settings, reduction=None)(wanted, given))
    mean = float(np.mean(losses, dtype=np.float64))
    predicted = given.argmax(axis=-1)
    matrix = np.zeros((classes, classes), dtype=int)
    known = predicted < classes
    np.add.at(matrix, (part.labels[known], predicted[known]), 1)
    return TestFigures(
        loss=round(mean, 6) if math.isfinite(mean) else None,
        count=int(part.labels.size),
        correct=int(np.trace(matrix)),
        matrix=matrix.tolist(),
    )


def wilson_interval(correct: int, count: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a fraction."""
    fraction = correct / count
    middle = fraction + Z_95**2 / (2 * count)
    half = Z_95 * math.sqrt(fraction * (1 - fraction) / count + Z_95**2 / (4 * count**2))
    scale = 1 + Z_95**2 / count
    return (round((middle - half) / scale, 6), round((middle + half) / scale, 6))
