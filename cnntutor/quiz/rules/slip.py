"""What a mistake leads to: a value and the learner's way to it."""

from dataclasses import dataclass
from typing import Literal

from cnntutor.calc.shapes import Shape

Inputs = tuple[Shape, ...]
"""The shapes of a layer's inputs, batch left out, channels last."""

Quantity = Literal["params", "output_shape", "macs", "receptive_field"]


@dataclass(frozen=True, slots=True)
class Slip:
    """What a learner with the mistake gets, and how."""

    value: int | Shape
    working: str
    """The learner's calculation without its result: 5 · 5 · 3 · 6."""


Slips = tuple[Slip, ...]


def product(*factors: int) -> str:
    """Return a product as it is written down: 5 · 5 · 3."""
    return " · ".join(str(factor) for factor in factors)
