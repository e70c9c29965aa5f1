"""Mistakes in writing down a layer's output that was found rightly: sides, maps or their order."""

import math
from collections.abc import Iterator

from cnntutor.calc.shapes import Shape
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.registry import CHANNELS_FIRST, MAPS_FORGOTTEN, NETWORK_MISTAKES, SIDE_ONCE
from cnntutor.quiz.rules.slip import Slip, product


def turned(asked: Asked, shape: Shape) -> Iterator[Candidate]:
    """Yield an output shape of maps with its channels at the other end."""
    if len(shape) < 3 or getattr(asked.node.layer, "data_format", None) == "channels_first":
        return
    first = (shape[-1], *shape[:-1])
    slip = Slip(first, " × ".join(str(side) for side in first))
    mistake, layer = NETWORK_MISTAKES[CHANNELS_FIRST], asked.layer or ""
    yield Candidate(CHANNELS_FIRST, first, mistake, "here", layer, "output_shape", slip)


def part_of_values(asked: Asked, shape: Shape) -> Iterator[Candidate]:
    """Yield what is left of the values where one side of the maps, or all maps but one, are not counted."""
    if len(shape) < 3:
        return
    for slug, factors in ((MAPS_FORGOTTEN, shape[:-1]), (SIDE_ONCE, (shape[0], shape[-1]))):
        slip = Slip(math.prod(factors), product(*factors))
        layer = asked.layer or ""
        yield Candidate(slug, slip.value, NETWORK_MISTAKES[slug], "here", layer, "output_shape", slip)
