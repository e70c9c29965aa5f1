"""Conv1D, Conv2D and Conv3D: a small kernel slides over the input, the same weights at every place."""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import activation, choice, data_format, flag, sides, whole
from cnntutor.calc.layers.axes import KERNEL_SIDES, OUTPUT_SIDES, SPATIAL, channels, joined, spatial
from cnntutor.calc.layers.base import Layer, Weight, Window
from cnntutor.calc.layers.sliding import PADDINGS, Sliding
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


class Kernel(Layer):
    """What all layers have in common that slide a kernel over one, two or three axes."""

    __slots__ = ()

    axes: ClassVar[int]
    paddings: ClassVar[tuple[str, ...]] = PADDINGS
    per_axis: ClassVar[tuple[str, ...]] = ("kernel_size", "strides", "dilation_rate")
    """The arguments with a number for each axis."""
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    dilation_rate: tuple[int, ...]
    use_bias: bool
    activation: str | None
    data_format: str | None

    def __post_init__(self) -> None:
        for name in self.per_axis:
            object.__setattr__(self, name, sides(name, getattr(self, name), self.axes))
        object.__setattr__(self, "padding", choice("padding", self.padding, self.paddings))
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))
        flag("use_bias", self.use_bias)
        if self.activation is not None:
            activation("activation", self.activation)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise LayerError("dilation_rate", msg("1 while strides are larger than 1"), self.dilation_rate)

    @property
    def sliding(self) -> Sliding:
        """The window that slides over the input."""
        return Sliding(self.kernel_size, self.strides, self.padding, self.dilation_rate, self.data_format)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check rank and that the kernel fits.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        self.sliding.check_fits("kernel_size", inputs[0])

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the sliding window."""
        return self.sliding.window(inputs[0])

    def in_channels(self, inputs: tuple[Shape, ...]) -> int:
        """Return the channels of the input."""
        return channels(inputs[0], self.data_format)

    def positions(self, inputs: tuple[Shape, ...]) -> int:
        """Return the number of places of the output, channels left out."""
        return math.prod(spatial(self.output_shape(inputs), self.data_format))

    def kernel_symbols(self) -> tuple[Symbol, ...]:
        """Return kernel_h, kernel_w and the like."""
        return tuple(
            Symbol(f"kernel_{side[0]}", KERNEL_SIDES[side], length)
            for side, length in zip(SPATIAL[self.axes], self.kernel_size, strict=True)
        )

    def output_symbols(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
        """Return out_h, out_w and the like."""
        places = spatial(self.output_shape(inputs), self.data_format)
        return tuple(
            Symbol(f"out_{side[0]}", OUTPUT_SIDES[side], length)
            for side, length in zip(SPATIAL[self.axes], places, strict=True)
        )

    def channel_symbol(self, inputs: tuple[Shape, ...]) -> Symbol:
        """Return in_channels."""
        return Symbol("in_channels", msg("input channels"), self.in_channels(inputs))


def product(*symbols: Symbol) -> str:
    """Return the formula of a product."""
    return " · ".join(symbol.name for symbol in symbols)


class _Convolution(Kernel):
    """What Conv1D, Conv2D and Conv3D have in common: everything but the number of axes."""

    __slots__ = ()

    filters: int
    groups: int

    def __post_init__(self) -> None:
        whole("filters", self.filters)
        whole("groups", self.groups)
        Kernel.__post_init__(self)
        if self.filters % self.groups:
            raise LayerError(
                "groups",
                msg("a divisor of the number of filters, {filters}", filters=str(self.filters)),
                self.groups,
            )

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check rank, groups against channels, and that the kernel fits.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        if self.in_channels(inputs) % self.groups:
            raise LayerError(
                "groups",
                msg(
                    "a divisor of the number of input channels, {channels}",
                    channels=str(self.in_channels(inputs)),
                ),
                self.groups,
            )
        self.sliding.check_fits("kernel_size", inputs[0])

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the places of the window, and the filters for channels."""
        self.check(inputs)
        return joined(self.sliding.places(inputs[0]), self.filters, self.data_format)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernel, (sides, channels of one group, filters), and the bias."""
        shape = (*self.kernel_size, self.in_channels(inputs) // self.groups, self.filters)
        kernel = Weight("kernel", shape)
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return places · filters · weights of one filter; padded zeros are multiplied too."""
        one_filter = math.prod(self.kernel_size) * (self.in_channels(inputs) // self.groups)
        return self.positions(inputs) * self.filters * one_filter

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return (kernel_h · kernel_w · in_channels + 1) · filters with the numbers put in."""
        one = self._formula_of_one_filter(inputs)
        formula = f"({one} + 1) · filters" if self.use_bias else f"{one} · filters"
        rule = (
            msg(
                "A filter has one weight for each place of its kernel and each input channel, and one"
                " bias; all places of the image share them."
            )
            if self.use_bias
            else msg(
                "A filter has one weight for each place of its kernel and each input channel, here without"
                " a bias; all places of the image share them."
            )
        )
        symbols = (*self._symbols(inputs), self._filters())
        return worked("params", rule, formula, symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the sides and the filters."""
        self.check(inputs)
        return self.sliding.derive_shape(inputs[0], self._filters())

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return out_h · out_w · filters · kernel_h · kernel_w · in_channels with the numbers put in."""
        places = self.output_symbols(inputs)
        symbols = (*places, self._filters(), *self._symbols(inputs))
        rule = msg(
            "Every output value multiplies each weight of its filter once; adding the bias is left out."
        )
        formula = f"{product(*places)} · filters · {self._formula_of_one_filter(inputs)}"
        return worked("macs", rule, formula, symbols, self.macs(inputs))

    def _formula_of_one_filter(self, inputs: tuple[Shape, ...]) -> str:
        """Return the formula of the weights of one filter."""
        formula = product(*self.kernel_symbols(), self.channel_symbol(inputs))
        return formula + (" / groups" if self.groups > 1 else "")

    def _filters(self) -> Symbol:
        """Return the symbol of the number of filters."""
        return Symbol("filters", msg("number of filters"), self.filters)

    def _symbols(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
        """Return the symbols of the weights of one filter."""
        symbols = (*self.kernel_symbols(), self.channel_symbol(inputs))
        if self.groups == 1:
            return symbols
        return (*symbols, Symbol("groups", msg("groups, each with its share of the channels"), self.groups))


@dataclass(frozen=True, slots=True)
class Conv1D(_Convolution):
    """Keras's Conv1D: along a sequence; padding may be "causal": no step sees a later one."""

    filters: int
    kernel_size: tuple[int]
    strides: tuple[int] = (1,)
    padding: str = "valid"
    dilation_rate: tuple[int] = (1,)
    groups: int = 1
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "Conv1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1
    paddings: ClassVar[tuple[str, ...]] = (*PADDINGS, "causal")


@dataclass(frozen=True, slots=True)
class Conv2D(_Convolution):
    """Keras's Conv2D; in files one whole number may stand for a pair (height, width)."""

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    dilation_rate: tuple[int, int] = (1, 1)
    groups: int = 1
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "Conv2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Conv3D(_Convolution):
    """Keras's Conv3D: over a volume or a film (depth, height, width)."""

    filters: int
    kernel_size: tuple[int, int, int]
    strides: tuple[int, int, int] = (1, 1, 1)
    padding: str = "valid"
    dilation_rate: tuple[int, int, int] = (1, 1, 1)
    groups: int = 1
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "Conv3D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3
