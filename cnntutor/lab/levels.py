"""The levels at which a loss freezes when it takes raw outputs for probabilities and clips them.

Keras clips to 1e-7 … 1 − 1e-7, and clipped outputs have no gradient. With balanced classes the loss is then
one of a few numbers that tell how many outputs are clipped.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

EPSILON = 1e-7
UPPER = 2.0**-23
"""1 − (1 − 1e-7) in 32 bits."""
CLOSE = 0.01
"""A loss this near to a level, for some epochs, stands on it."""
NEAR_CHANCE = 0.02
"""A training loss this near to ln classes is at chance."""
STEADY = 1e-4
"""A loss that changes by no greater part of itself from one epoch to the next stands still."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level."""

    outputs: int
    """How many are clipped: at or below 0 for cross-entropy, at or above 1 for the binary one."""
    loss: float
    formula: str
    ends: tuple[int, int]
    """How many outputs are clipped at 0, and how many at 1."""


def chance_level(classes: int) -> float:
    """Return the cross-entropy of giving all classes the same probability: ln classes."""
    return math.log(max(2, classes))


def levels(loss: str, classes: int) -> tuple[Level, ...]:
    """Return the levels of a loss for so many balanced classes; none where it is not of that kind.

    Cross-entropy divides by the sum of the clipped outputs: with k of C at or below 0 and the others at or
    above 1, the loss is ln(C − k) + k/C · ln(1/ε); with all of them at 0 it is ln C again. Binary
    cross-entropy looks at each output alone.
    """
    step = -math.log(EPSILON) / classes
    if loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        found = [
            Level(
                k,
                math.log(classes - k) + k * step,
                f"ln({classes} − {k}) + {k} · {step:.5f}",
                (k, classes - k),
            )
            for k in range(classes)
        ]
        return (*found, Level(classes, math.log(classes), f"ln {classes}", (classes, 0)))
    if loss == "binary_crossentropy":
        low, high = -math.log(EPSILON), -math.log(UPPER)
        return tuple(
            Level(
                m,
                (m / classes * (m - 1) * high + (1 - m / classes) * (m * high + low)) / classes,
                f"({m} · {high:.3f}, {low:.3f}) / {classes}",
                (classes - m, m),
            )
            for m in range(classes + 1)
        )
    return ()


def at_level(loss: str, figures: list[float], classes: int) -> Level | None:
    """Return the level all figures stand on; None where they move or stand elsewhere.

    Args:
        loss: The name of the loss.
        figures: Losses of some epochs, training and validation.
        classes: How many classes there are.
    """
    if not figures or max(figures) - min(figures) > 2 * CLOSE:
        return None
    for level in sorted(levels(loss, classes), key=lambda each: -each.outputs):
        if all(abs(figure - level.loss) < CLOSE for figure in figures):
            return level
    return None


def near_chance(loss: str, figure: float, classes: int) -> bool:
    """Return whether a training loss is about ln classes, which is what a uniform softmax gives."""
    return loss.endswith("categorical_crossentropy") and abs(figure - chance_level(classes)) < NEAR_CHANCE


def stands(loss: str, losses: Sequence[float], classes: int) -> bool:
    """Return whether a training loss stands still, as far as the last epochs tell.

    It has hardly changed since the epoch before, is near chance, or on one of the levels; a loss near 0 has
    nothing left to learn.

    Args:
        loss: The name of the loss.
        losses: Those of the epochs so far, the last one last.
        classes: How many classes there are.
    """
    if not losses or not CLOSE < losses[-1] < math.inf:
        return False
    last = losses[-1]
    if len(losses) > 1 and abs(last - losses[-2]) <= STEADY * last:
        return True
    return near_chance(loss, last, classes) or at_level(loss, [last], classes) is not None
