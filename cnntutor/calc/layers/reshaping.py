"""Flatten and zero padding: the same values in another shape, or with zeros around them."""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import border, data_format
from cnntutor.calc.layers.axes import INPUT_SIDES, SPATIAL, channels, joined, joined_terms, spatial
from cnntutor.calc.layers.base import Blend, Layer, Window
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg

Border = tuple[tuple[int, int], ...]
"""(before, after) for each spatial axis."""

END_NAMES: dict[str, tuple[str, str]] = {
    "length": ("before", "after"),
    "height": ("top", "bottom"),
    "width": ("left", "right"),
    "depth": ("front", "back"),
}
_ADDED: dict[str, tuple[Message, Message]] = {
    "length": (msg("steps added before"), msg("steps added after")),
    "height": (msg("rows added above"), msg("rows added below")),
    "width": (msg("columns added on the left"), msg("columns added on the right")),
    "depth": (msg("layers added in front"), msg("layers added behind")),
}


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """Keras's Flatten: all values in one row."""

    data_format: str | None = None
    """In which order the values come; their number is the same."""

    kind: ClassVar[str] = "Flatten"

    def __post_init__(self) -> None:
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (number of values,)."""
        self.check(inputs)
        return (math.prod(inputs[0]),)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: height and width are gone."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "moved": the same values in a row."""
        return "moved"

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


class _ZeroPadding(Layer):
    """What the zero paddings have in common."""

    __slots__ = ()

    axes: ClassVar[int]
    padding: Border
    data_format: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "padding", border("padding", self.padding, self.axes))
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the shape with the added positions."""
        self.check(inputs)
        sides = spatial(inputs[0], self.data_format)
        longer = tuple(side + sum(ends) for side, ends in zip(sides, self.padding, strict=True))
        return joined(longer, channels(inputs[0], self.data_format), self.data_format)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return a window of one place that starts in the padding."""
        ones = (1,) * self.axes
        return Window(ones, ones, tuple(before for before, _ in self.padding))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: each side longer by its padding."""
        symbols: list[Symbol] = []
        terms: list[str] = []
        lengths = spatial(inputs[0], self.data_format)
        for side, length, ends in zip(SPATIAL[self.axes], lengths, self.padding, strict=True):
            first, last = END_NAMES[side]
            symbols += [
                Symbol(side, INPUT_SIDES[side], length),
                Symbol(first, _ADDED[side][0], ends[0]),
                Symbol(last, _ADDED[side][1], ends[1]),
            ]
            terms.append(f"({side} + {first} + {last})")
        depth = channels(inputs[0], self.data_format)
        symbols.append(Symbol("channels", msg("channels of the input"), depth))
        return worked(
            "output_shape",
            msg("Add the zeros on both ends of each side; the channels stay."),
            joined_terms(terms, "channels", self.data_format),
            tuple(symbols),
            self.output_shape(inputs),
        )


@dataclass(frozen=True, slots=True)
class ZeroPadding1D(_ZeroPadding):
    """Keras's ZeroPadding1D; padding is ((before, after),), in files one number or (before, after)."""

    padding: tuple[tuple[int, int]] = ((1, 1),)
    data_format: str | None = None

    kind: ClassVar[str] = "ZeroPadding1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class ZeroPadding2D(_ZeroPadding):
    """Keras's ZeroPadding2D; padding is ((top, bottom), (left, right)).

    In files one whole number stands for all four sides, and a pair for (top and bottom, left and right).
    """

    padding: tuple[tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1))
    data_format: str | None = None

    kind: ClassVar[str] = "ZeroPadding2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class ZeroPadding3D(_ZeroPadding):
    """Keras's ZeroPadding3D; padding is ((front, back), (top, bottom), (left, right))."""

    padding: tuple[tuple[int, int], tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1), (1, 1))
    data_format: str | None = None

    kind: ClassVar[str] = "ZeroPadding3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3
