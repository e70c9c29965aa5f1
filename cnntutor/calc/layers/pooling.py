"""Pooling by windows and over whole inputs, the largest value or the mean; nothing to learn."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import choice, data_format, flag, sides
from cnntutor.calc.layers.axes import channels, joined, joined_terms
from cnntutor.calc.layers.base import Blend, Layer, Window
from cnntutor.calc.layers.sliding import PADDINGS, Sliding
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg

AS_POOL_SIZE: tuple[int, ...] = ()
"""Strides left open: the window steps by its own size, as Keras's None."""


class _Pooling(Layer):
    """What max and average pooling have in common: everything but axes and default window."""

    __slots__ = ()

    axes: ClassVar[int]
    pool_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    data_format: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool_size", sides("pool_size", self.pool_size, self.axes))
        open_strides = self.strides is None or self.strides == AS_POOL_SIZE
        strides = self.pool_size if open_strides else sides("strides", self.strides, self.axes)
        object.__setattr__(self, "strides", strides)
        object.__setattr__(self, "padding", choice("padding", self.padding, PADDINGS))
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))

    @property
    def sliding(self) -> Sliding:
        """The window that slides over the input."""
        return Sliding(self.pool_size, self.strides, self.padding, data_format=self.data_format)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check rank and that the window fits.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        self.sliding.check_fits("pool_size", inputs[0])

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the places of the window; the channels stay."""
        self.check(inputs)
        return joined(self.sliding.places(inputs[0]), channels(inputs[0], self.data_format), self.data_format)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the sliding window."""
        return self.sliding.window(inputs[0])

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the sides and the channels."""
        self.check(inputs)
        depth = channels(inputs[0], self.data_format)
        return self.sliding.derive_shape(
            inputs[0], Symbol("channels", msg("channels, each pooled by itself"), depth)
        )


@dataclass(frozen=True, slots=True)
class MaxPooling1D(_Pooling):
    """Keras's MaxPooling1D: the largest value of each window."""

    pool_size: tuple[int] = (2,)
    strides: tuple[int, ...] = AS_POOL_SIZE
    padding: str = "valid"
    data_format: str | None = None

    kind: ClassVar[str] = "MaxPooling1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class MaxPooling2D(_Pooling):
    """Keras's MaxPooling2D: the largest value of each window."""

    pool_size: tuple[int, int] = (2, 2)
    strides: tuple[int, ...] = AS_POOL_SIZE
    padding: str = "valid"
    data_format: str | None = None

    kind: ClassVar[str] = "MaxPooling2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class MaxPooling3D(_Pooling):
    """Keras's MaxPooling3D: the largest value of each window."""

    pool_size: tuple[int, int, int] = (2, 2, 2)
    strides: tuple[int, ...] = AS_POOL_SIZE
    padding: str = "valid"
    data_format: str | None = None

    kind: ClassVar[str] = "MaxPooling3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class AveragePooling1D(_Pooling):
    """Keras's AveragePooling1D: the mean of each window; pool_size has no default."""

    pool_size: tuple[int]
    strides: tuple[int, ...] = AS_POOL_SIZE
    padding: str = "valid"
    data_format: str | None = None

    kind: ClassVar[str] = "AveragePooling1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class AveragePooling2D(_Pooling):
    """Keras's AveragePooling2D: the mean of each window; pool_size has no default."""

    pool_size: tuple[int, int]
    strides: tuple[int, ...] = AS_POOL_SIZE
    padding: str = "valid"
    data_format: str | None = None

    kind: ClassVar[str] = "AveragePooling2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class AveragePooling3D(_Pooling):
    """Keras's AveragePooling3D: the mean of each window; pool_size has no default."""

    pool_size: tuple[int, int, int]
    strides: tuple[int, ...] = AS_POOL_SIZE
    padding: str = "valid"
    data_format: str | None = None

    kind: ClassVar[str] = "AveragePooling3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3


class _GlobalPooling(Layer):
    """What the global poolings have in common."""

    __slots__ = ()

    axes: ClassVar[int]
    keepdims: bool
    data_format: str | None

    def __post_init__(self) -> None:
        flag("keepdims", self.keepdims)
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (channels,), or with keepdims sides of 1 and the channels."""
        self.check(inputs)
        depth = channels(inputs[0], self.data_format)
        return joined((1,) * self.axes, depth, self.data_format) if self.keepdims else (depth,)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: one output stands for all positions, and there is no next one."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all": every position goes into the one value of its channel."""
        return "all"

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: one value a channel."""
        ones = ["1"] * self.axes if self.keepdims else []
        depth = channels(inputs[0], self.data_format)
        if self.kind == "GlobalAveragePooling2D":
            rule = msg("Each channel becomes one value, its mean over height and width.")
        elif "Average" in self.kind:
            rule = msg("Each channel becomes one value, its mean over all positions.")
        else:
            rule = msg("Each channel becomes one value, its largest over all positions.")
        return worked(
            "output_shape",
            rule,
            joined_terms(ones, "channels", self.data_format),
            (Symbol("channels", msg("channels of the input"), depth),),
            self.output_shape(inputs),
        )


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling1D(_GlobalPooling):
    """Keras's GlobalAveragePooling1D: the mean of each channel."""

    keepdims: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "GlobalAveragePooling1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling2D(_GlobalPooling):
    """Keras's GlobalAveragePooling2D: the mean of each channel."""

    keepdims: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "GlobalAveragePooling2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling3D(_GlobalPooling):
    """Keras's GlobalAveragePooling3D: the mean of each channel."""

    keepdims: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "GlobalAveragePooling3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class GlobalMaxPooling1D(_GlobalPooling):
    """Keras's GlobalMaxPooling1D: the largest value of each channel."""

    keepdims: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "GlobalMaxPooling1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class GlobalMaxPooling2D(_GlobalPooling):
    """Keras's GlobalMaxPooling2D: the largest value of each channel."""

    keepdims: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "GlobalMaxPooling2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class GlobalMaxPooling3D(_GlobalPooling):
    """Keras's GlobalMaxPooling3D: the largest value of each channel."""

    keepdims: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "GlobalMaxPooling3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3
