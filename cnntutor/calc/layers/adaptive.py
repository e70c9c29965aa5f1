"""Adaptive pooling: the output size is given, the windows are made to suit; nothing to learn."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import data_format, sides
from cnntutor.calc.layers.axes import OUTPUT_SIDES, SPATIAL, channels, joined, joined_terms
from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


class _AdaptivePooling(Layer):
    """What the adaptive poolings have in common."""

    __slots__ = ()

    axes: ClassVar[int]
    output_size: tuple[int, ...]
    data_format: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "output_size", sides("output_size", self.output_size, self.axes))
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return output_size; the channels stay."""
        self.check(inputs)
        return joined(self.output_size, channels(inputs[0], self.data_format), self.data_format)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: the windows differ in size and step."""
        return None

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the sides are given, the channels stay."""
        lengths = tuple(
            Symbol(f"out_{side[0]}", OUTPUT_SIDES[side], length)
            for side, length in zip(SPATIAL[self.axes], self.output_size, strict=True)
        )
        depth = channels(inputs[0], self.data_format)
        last = Symbol("channels", msg("channels, each pooled by itself"), depth)
        formula = joined_terms([each.name for each in lengths], "channels", self.data_format)
        rule = msg("The sides of the output are given; the windows are cut to suit, and the channels stay.")
        return worked("output_shape", rule, formula, (*lengths, last), self.output_shape(inputs))


@dataclass(frozen=True, slots=True)
class AdaptiveAveragePooling1D(_AdaptivePooling):
    """Keras's AdaptiveAveragePooling1D: means."""

    output_size: tuple[int]
    data_format: str | None = None

    kind: ClassVar[str] = "AdaptiveAveragePooling1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class AdaptiveAveragePooling2D(_AdaptivePooling):
    """Keras's AdaptiveAveragePooling2D: means."""

    output_size: tuple[int, int]
    data_format: str | None = None

    kind: ClassVar[str] = "AdaptiveAveragePooling2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class AdaptiveAveragePooling3D(_AdaptivePooling):
    """Keras's AdaptiveAveragePooling3D: means."""

    output_size: tuple[int, int, int]
    data_format: str | None = None

    kind: ClassVar[str] = "AdaptiveAveragePooling3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class AdaptiveMaxPooling1D(_AdaptivePooling):
    """Keras's AdaptiveMaxPooling1D: largest values."""

    output_size: tuple[int]
    data_format: str | None = None

    kind: ClassVar[str] = "AdaptiveMaxPooling1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class AdaptiveMaxPooling2D(_AdaptivePooling):
    """Keras's AdaptiveMaxPooling2D: largest values."""

    output_size: tuple[int, int]
    data_format: str | None = None

    kind: ClassVar[str] = "AdaptiveMaxPooling2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class AdaptiveMaxPooling3D(_AdaptivePooling):
    """Keras's AdaptiveMaxPooling3D: largest values."""

    output_size: tuple[int, int, int]
    data_format: str | None = None

    kind: ClassVar[str] = "AdaptiveMaxPooling3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3
