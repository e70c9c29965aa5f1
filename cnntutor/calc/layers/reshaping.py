"""Flatten and ZeroPadding2D: the same values in another shape, or with zeros around them."""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import pair, whole
from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """Keras's Flatten: all values in one row."""

    kind: ClassVar[str] = "Flatten"

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (number of values,)."""
        self.check(inputs)
        return (math.prod(inputs[0]),)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: height and width are gone."""
        return None

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the product of all sides."""
        names = {1: ("values",), 3: ("height", "width", "channels")}.get(
            len(inputs[0]), tuple(f"side_{axis}" for axis in range(1, len(inputs[0]) + 1))
        )
        symbols = tuple(
            Symbol(name, msg("side {axis} of the input", axis=str(axis)), side)
            for axis, (name, side) in enumerate(zip(names, inputs[0], strict=True), start=1)
        )
        rule = msg("All values in one row: multiply the sides.")
        return worked("output_shape", rule, " · ".join(names), symbols, self.output_shape(inputs))


@dataclass(frozen=True, slots=True)
class ZeroPadding2D(Layer):
    """Keras's ZeroPadding2D; padding is ((top, bottom), (left, right)).

    In files one whole number stands for all four sides, and a pair for (top and bottom, left and right).
    """

    padding: tuple[tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1))

    kind: ClassVar[str] = "ZeroPadding2D"
    rank: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        given: object = self.padding
        if isinstance(given, (tuple, list)) and len(given) == 2:
            normal = (_sides(given[0]), _sides(given[1]))
        elif isinstance(given, int) and not isinstance(given, bool):
            normal = (_sides(given), _sides(given))
        else:
            raise LayerError(
                "padding", msg("a whole number, a pair, or ((top, bottom), (left, right))"), given
            )
        object.__setattr__(self, "padding", normal)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the shape with the added rows and columns."""
        self.check(inputs)
        height, width, channels = inputs[0]
        return (height + sum(self.padding[0]), width + sum(self.padding[1]), channels)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return a window of one place that starts in the padding."""
        return Window((1, 1), (1, 1), (self.padding[0][0], self.padding[1][0]))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: each side longer by its padding."""
        (top, bottom), (left, right) = self.padding
        symbols = (
            Symbol("height", msg("input height"), inputs[0][0]),
            Symbol("top", msg("rows added above"), top),
            Symbol("bottom", msg("rows added below"), bottom),
            Symbol("width", msg("input width"), inputs[0][1]),
            Symbol("left", msg("columns added on the left"), left),
            Symbol("right", msg("columns added on the right"), right),
            Symbol("channels", msg("channels of the input"), inputs[0][2]),
        )
        return worked(
            "output_shape",
            msg("Add the zeros on both ends of each side; the channels stay."),
            "(height + top + bottom) × (width + left + right) × channels",
            symbols,
            self.output_shape(inputs),
        )


def _sides(given: object) -> tuple[int, int]:
    """Return (before, after) of one axis; one whole number stands for both."""
    return (
        pair("padding", given, 0) if isinstance(given, (tuple, list)) else (whole("padding", given, 0),) * 2
    )
