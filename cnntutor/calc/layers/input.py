"""Input: where a network begins."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import whole
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import LARGEST_SIDE, Shape
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class Input(Layer):
    """The shape of one sample: (height, width, channels), or (values,)."""

    shape: Shape

    kind: ClassVar[str] = "Input"
    fewest_inputs: ClassVar[int] = 0
    most_inputs: ClassVar[int | None] = 0

    def __post_init__(self) -> None:
        given: object = self.shape
        if not isinstance(given, (tuple, list)) or not 1 <= len(given) <= 6:
            raise LayerError("shape", msg("one to six sides, such as 32x32x3 or 784"), given)
        sides = tuple(whole("shape", side) for side in given)
        if max(sides) > LARGEST_SIDE:
            raise LayerError("shape", msg("sides of at most {largest}", largest=str(LARGEST_SIDE)), given)
        object.__setattr__(self, "shape", sides)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the shape of one sample."""
        self.check(inputs)
        return self.shape
