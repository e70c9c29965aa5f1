"""A wrong answer together with the mistake that leads to it."""

from dataclasses import dataclass
from typing import Literal

from cnntutor.calc.shapes import Shape
from cnntutor.i18n import Message
from cnntutor.quiz.rules.slip import Quantity, Slip

Scope = Literal["here", "before", "everywhere", "one", "sum"]
"""Where the mistake was made: in the layer asked about, in one before it, in every layer that allows it, in
one layer of a total, or in adding the layers up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wrong answer, and the mistake that leads to it."""

    slug: str
    value: int | Shape
    mistake: Message
    scope: Scope
    where: str
    """The first layer in which the mistake shows."""
    quantity: Quantity
    """The number of that layer that went wrong."""
    slip: Slip | None = None
    """What the learner made of that number; None where no layer's number is wrong."""
