"""Pooling: MaxPooling2D, AveragePooling2D and GlobalAveragePooling2D; nothing to learn."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import choice, flag, pair
from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.layers.sliding import PADDINGS, Sliding
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg

AS_POOL_SIZE = (0, 0)
"""Strides left open: the window steps by its own size, as Keras's None."""


class _Pooling2D(Layer):
    """What MaxPooling2D and AveragePooling2D have in common: everything but the default window."""

    __slots__ = ()

    pool_size: tuple[int, int]
    strides: tuple[int, int]
    padding: str
    rank: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool_size", pair("pool_size", self.pool_size))
        open_strides = self.strides is None or self.strides == AS_POOL_SIZE
        strides = self.pool_size if open_strides else pair("strides", self.strides)
        object.__setattr__(self, "strides", strides)
        object.__setattr__(self, "padding", choice("padding", self.padding, PADDINGS))

    @property
    def sliding(self) -> Sliding:
        """The window that slides over the image."""
        return Sliding(self.pool_size, self.strides, self.padding)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check rank and that the window fits.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        self.sliding.check_fits("pool_size", inputs[0])

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (height, width, channels); the channels stay."""
        self.check(inputs)
        return (*self.sliding.places(inputs[0]), inputs[0][2])

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the sliding window."""
        return self.sliding.window(inputs[0])

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of (height, width, channels)."""
        self.check(inputs)
        channels = Symbol("channels", msg("channels, each pooled by itself"), inputs[0][2])
        return self.sliding.derive_shape(inputs[0], channels)


@dataclass(frozen=True, slots=True)
class MaxPooling2D(_Pooling2D):
    """Keras's MaxPooling2D: the largest value of each window."""

    pool_size: tuple[int, int] = (2, 2)
    strides: tuple[int, int] = AS_POOL_SIZE
    padding: str = "valid"

    kind: ClassVar[str] = "MaxPooling2D"


@dataclass(frozen=True, slots=True)
class AveragePooling2D(_Pooling2D):
    """Keras's AveragePooling2D: the mean of each window; pool_size has no default."""

    pool_size: tuple[int, int]
    strides: tuple[int, int] = AS_POOL_SIZE
    padding: str = "valid"

    kind: ClassVar[str] = "AveragePooling2D"


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling2D(Layer):
    """Keras's GlobalAveragePooling2D: the mean of each channel."""

    keepdims: bool = False

    kind: ClassVar[str] = "GlobalAveragePooling2D"
    rank: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        flag("keepdims", self.keepdims)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (channels,), or (1, 1, channels) with keepdims."""
        self.check(inputs)
        channels = inputs[0][2]
        return (1, 1, channels) if self.keepdims else (channels,)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the whole image as one window with keepdims; else height and width are gone."""
        sides = (inputs[0][0], inputs[0][1])
        return Window(sides, sides, (0, 0)) if self.keepdims else None

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: one value a channel."""
        return worked(
            "output_shape",
            msg("Each channel becomes one value, its mean over height and width."),
            "1 × 1 × channels" if self.keepdims else "channels",
            (Symbol("channels", msg("channels of the input"), inputs[0][2]),),
            self.output_shape(inputs),
        )
