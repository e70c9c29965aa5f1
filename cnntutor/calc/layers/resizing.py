"""Cropping and upsampling: fewer rows and columns, or each of them several times."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import border, choice, data_format, sides
from cnntutor.calc.layers.axes import INPUT_SIDES, SPATIAL, channels, joined, joined_terms, spatial
from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.layers.reshaping import END_NAMES, Border
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg, shape

_CUT: dict[str, tuple[Message, Message]] = {
    "length": (msg("steps cut off before"), msg("steps cut off after")),
    "height": (msg("rows cut off above"), msg("rows cut off below")),
    "width": (msg("columns cut off on the left"), msg("columns cut off on the right")),
    "depth": (msg("layers cut off in front"), msg("layers cut off behind")),
}
_RADII = {"nearest": 0, "bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}
"""How far from an output an input may lie to be looked at; 0 stands for repeating."""
INTERPOLATIONS = tuple(_RADII)


class _Cropping(Layer):
    """What the croppings have in common."""

    __slots__ = ()

    axes: ClassVar[int]
    cropping: Border
    data_format: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "cropping", border("cropping", self.cropping, self.axes))
        chosen = data_format("data_format", getattr(self, "data_format", None))
        if hasattr(self, "data_format"):
            object.__setattr__(self, "data_format", chosen)

    @property
    def order(self) -> str | None:
        """The data format; Cropping1D has none."""
        return getattr(self, "data_format", None)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the shape without the positions cut off.

        Raises:
            LayerError: nothing would be left.
        """
        self.check(inputs)
        lengths = spatial(inputs[0], self.order)
        shorter = tuple(side - sum(ends) for side, ends in zip(lengths, self.cropping, strict=True))
        if min(shorter) < 1:
            raise LayerError(
                "cropping", msg("less than the input's sides, {shape}", shape=shape(lengths)), self.cropping
            )
        return joined(shorter, channels(inputs[0], self.order), self.order)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return a window of one place that starts inside the input."""
        ones = (1,) * self.axes
        return Window(ones, ones, tuple(-before for before, _ in self.cropping))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: each side shorter by what is cut off."""
        symbols: list[Symbol] = []
        terms: list[str] = []
        lengths = spatial(inputs[0], self.order)
        for side, length, ends in zip(SPATIAL[self.axes], lengths, self.cropping, strict=True):
            first, last = END_NAMES[side]
            symbols += [
                Symbol(side, INPUT_SIDES[side], length),
                Symbol(first, _CUT[side][0], ends[0]),
                Symbol(last, _CUT[side][1], ends[1]),
            ]
            terms.append(f"({side} − {first} − {last})")
        depth = channels(inputs[0], self.order)
        symbols.append(Symbol("channels", msg("channels of the input"), depth))
        rule = msg("Take off what is cut on both ends of each side; the channels stay.")
        formula = joined_terms(terms, "channels", self.order)
        return worked("output_shape", rule, formula, tuple(symbols), self.output_shape(inputs))


@dataclass(frozen=True, slots=True)
class Cropping1D(_Cropping):
    """Keras's Cropping1D; cropping is ((before, after),), in files one number or (before, after)."""

    cropping: tuple[tuple[int, int]] = ((1, 1),)

    kind: ClassVar[str] = "Cropping1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Cropping2D(_Cropping):
    """Keras's Cropping2D; cropping is ((top, bottom), (left, right))."""

    cropping: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    data_format: str | None = None

    kind: ClassVar[str] = "Cropping2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Cropping3D(_Cropping):
    """Keras's Cropping3D; cropping is ((front, back), (top, bottom), (left, right))."""

    cropping: tuple[tuple[int, int], tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1), (1, 1))
    data_format: str | None = None

    kind: ClassVar[str] = "Cropping3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3


class _UpSampling(Layer):
    """What the upsamplings have in common."""

    __slots__ = ()

    axes: ClassVar[int]
    size: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sides("size", self.size, self.axes))
        if hasattr(self, "data_format"):
            object.__setattr__(self, "data_format", data_format("data_format", self.data_format))

    @property
    def order(self) -> str | None:
        """The data format; UpSampling1D has none."""
        return getattr(self, "data_format", None)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides times size; the channels stay."""
        self.check(inputs)
        lengths = spatial(inputs[0], self.order)
        longer = tuple(side * times for side, times in zip(lengths, self.size, strict=True))
        return joined(longer, channels(inputs[0], self.order), self.order)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return what each output sees: the input it repeats, or those it is worked out from.

        An output lies in the middle of its piece of an input position; interpolation looks at all inputs
        nearer to it than its radius. Repeating is a kernel as wide as the size, laid down at each input.
        """
        if max(self.size) == 1:
            return Layer.window(self, inputs)
        radius = _RADII[getattr(self, "interpolation", "nearest")]
        if not radius:
            return Window(self.size, (1,) * self.axes, tuple(times - 1 for times in self.size), self.size)
        before = tuple((2 * radius * times + times - 2) // 2 for times in self.size)
        after = tuple((2 * radius * times - times) // 2 for times in self.size)
        extent = tuple(first + last + 1 for first, last in zip(before, after, strict=True))
        return Window(extent, (1,) * self.axes, before, self.size)

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: each side times its factor."""
        symbols: list[Symbol] = []
        terms: list[str] = []
        lengths = spatial(inputs[0], self.order)
        for side, length, times in zip(SPATIAL[self.axes], lengths, self.size, strict=True):
            symbols += [
                Symbol(side, INPUT_SIDES[side], length),
                Symbol(f"size_{side[0]}", msg("how many times along this side"), times),
            ]
            terms.append(f"({side} · size_{side[0]})")
        depth = channels(inputs[0], self.order)
        symbols.append(Symbol("channels", msg("channels of the input"), depth))
        rule = msg("Each position is written several times: multiply the sides; the channels stay.")
        formula = joined_terms(terms, "channels", self.order)
        return worked("output_shape", rule, formula, tuple(symbols), self.output_shape(inputs))


@dataclass(frozen=True, slots=True)
class UpSampling1D(_UpSampling):
    """Keras's UpSampling1D."""

    size: tuple[int] = (2,)

    kind: ClassVar[str] = "UpSampling1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class UpSampling2D(_UpSampling):
    """Keras's UpSampling2D: rows and columns repeated, or values in between worked out."""

    size: tuple[int, int] = (2, 2)
    data_format: str | None = None
    interpolation: str = "nearest"

    kind: ClassVar[str] = "UpSampling2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2

    def __post_init__(self) -> None:
        _UpSampling.__post_init__(self)
        object.__setattr__(self, "interpolation", choice("interpolation", self.interpolation, INTERPOLATIONS))


@dataclass(frozen=True, slots=True)
class UpSampling3D(_UpSampling):
    """Keras's UpSampling3D."""

    size: tuple[int, int, int] = (2, 2, 2)
    data_format: str | None = None

    kind: ClassVar[str] = "UpSampling3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3
