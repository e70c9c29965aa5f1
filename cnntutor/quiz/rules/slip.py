"""What a buggy rule is: the calculation of one layer's number with one mistake in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.shapes import Shape
from cnntutor.i18n import Message

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

Apply = Callable[[Layer, Inputs, Quantity], Slips]
"""Computes a layer's number with the mistake in it; () where the mistake cannot be made there.

Several slips are ways of making the same mistake, the likelier first. One that by chance equals the right
number is returned like any other: who draws numbers avoids it, who grades has found the answer right.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A mistake that computes what it leads to."""

    slug: str
    """Its name, which is an interface and never changes."""
    mistake: Message
    """The mistake in a sentence to the learner."""
    apply: Apply
    network_wide: bool = True
    """Whether one who makes this mistake may make it in every layer of a network."""


def product(*factors: int) -> str:
    """Return a product as it is written down: 5 · 5 · 3."""
    return " · ".join(str(factor) for factor in factors)
