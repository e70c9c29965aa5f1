"""Depthwise and separable convolutions: each channel filtered by itself, then mixed by a 1×1 kernel."""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import whole
from cnntutor.calc.layers.axes import joined
from cnntutor.calc.layers.base import Weight
from cnntutor.calc.layers.convolution import Kernel, product
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


class _Depthwise(Kernel):
    """What DepthwiseConv1D and DepthwiseConv2D have in common."""

    __slots__ = ()

    depth_multiplier: int

    def __post_init__(self) -> None:
        whole("depth_multiplier", self.depth_multiplier)
        Kernel.__post_init__(self)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the places of the window, and depth_multiplier channels for each of the input's."""
        self.check(inputs)
        depth = self.in_channels(inputs) * self.depth_multiplier
        return joined(self.sliding.places(inputs[0]), depth, self.data_format)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernel, (sides, input channels, depth_multiplier), and the bias."""
        depth = self.in_channels(inputs)
        kernel = Weight("kernel", (*self.kernel_size, depth, self.depth_multiplier))
        bias = Weight("bias", (depth * self.depth_multiplier,))
        return (kernel, bias) if self.use_bias else (kernel,)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return places · kernel places · output channels: every channel sees itself only."""
        depth = self.in_channels(inputs) * self.depth_multiplier
        return self.positions(inputs) * math.prod(self.kernel_size) * depth

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return (kernel_h · kernel_w + 1) · in_channels · multiplier with the numbers put in."""
        kernel = self.kernel_symbols()
        one = product(*kernel)
        formula = f"({one} + 1)" if self.use_bias else one
        rule = (
            msg("Every channel has its own filters, one weight for each place of the kernel, and one bias.")
            if self.use_bias
            else msg("Every channel has its own filters, one weight for each place of the kernel, no bias.")
        )
        symbols = (*kernel, *self._depth(inputs))
        formula = f"{formula} · {product(*self._depth(inputs))}"
        return worked("params", rule, formula, symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the sides and the channels."""
        self.check(inputs)
        depth = self.in_channels(inputs) * self.depth_multiplier
        return self.sliding.derive_shape(
            inputs[0], Symbol("channels", msg("input channels, times depth_multiplier"), depth)
        )

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return out_h · out_w · kernel_h · kernel_w · in_channels · multiplier."""
        symbols = (*self.output_symbols(inputs), *self.kernel_symbols(), *self._depth(inputs))
        rule = msg("Every output value multiplies the places of one kernel on one channel.")
        return worked("macs", rule, product(*symbols), symbols, self.macs(inputs))

    def _depth(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
        """Return the symbols of the output channels."""
        multiplier = Symbol("multiplier", msg("filters for each channel"), self.depth_multiplier)
        return (self.channel_symbol(inputs), multiplier)


@dataclass(frozen=True, slots=True)
class DepthwiseConv1D(_Depthwise):
    """Keras's DepthwiseConv1D."""

    kernel_size: tuple[int]
    strides: tuple[int] = (1,)
    padding: str = "valid"
    depth_multiplier: int = 1
    dilation_rate: tuple[int] = (1,)
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "DepthwiseConv1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class DepthwiseConv2D(_Depthwise):
    """Keras's DepthwiseConv2D."""

    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    depth_multiplier: int = 1
    dilation_rate: tuple[int, int] = (1, 1)
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "DepthwiseConv2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


class _Separable(Kernel):
    """What SeparableConv1D and SeparableConv2D have in common."""

    __slots__ = ()

    filters: int
    depth_multiplier: int

    def __post_init__(self) -> None:
        whole("filters", self.filters)
        whole("depth_multiplier", self.depth_multiplier)
        Kernel.__post_init__(self)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the places of the window, and the filters for channels."""
        self.check(inputs)
        return joined(self.sliding.places(inputs[0]), self.filters, self.data_format)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the depthwise kernel, the 1×1 pointwise kernel, and the bias."""
        depth = self.in_channels(inputs)
        kernels = (
            Weight("depthwise_kernel", (*self.kernel_size, depth, self.depth_multiplier)),
            Weight("pointwise_kernel", (*(1,) * self.axes, depth * self.depth_multiplier, self.filters)),
        )
        return (*kernels, Weight("bias", (self.filters,))) if self.use_bias else kernels

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return places · (kernel places + filters) · channels in between."""
        between = self.in_channels(inputs) * self.depth_multiplier
        return self.positions(inputs) * between * (math.prod(self.kernel_size) + self.filters)

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return kernel_h · kernel_w · between + (between + 1) · filters with the numbers put in."""
        kernel = self.kernel_symbols()
        rule = (
            msg(
                "First every channel has filters of its own; then each output filter has one weight for each"
                " channel in between, and one bias."
            )
            if self.use_bias
            else msg(
                "First every channel has filters of its own; then each output filter has one weight for each"
                " channel in between, here without a bias."
            )
        )
        mixing = "(between + 1)" if self.use_bias else "between"
        formula = f"{product(*kernel)} · between + {mixing} · filters"
        symbols = (*kernel, *self._depths(inputs))
        return worked("params", rule, formula, symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the sides and the filters."""
        self.check(inputs)
        return self.sliding.derive_shape(inputs[0], self._depths(inputs)[1])

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return out_h · out_w · between · (kernel_h · kernel_w + filters)."""
        places, kernel = self.output_symbols(inputs), self.kernel_symbols()
        rule = msg(
            "At every place each channel in between multiplies its kernel once and then one weight in every"
            " filter; adding the bias is left out."
        )
        formula = f"{product(*places)} · between · ({product(*kernel)} + filters)"
        symbols = (*places, *kernel, *self._depths(inputs))
        return worked("macs", rule, formula, symbols, self.macs(inputs))

    def _depths(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, Symbol]:
        """Return the symbols of the channels between the two steps and of the filters."""
        between = self.in_channels(inputs) * self.depth_multiplier
        return (
            Symbol("between", msg("channels in between: input channels times depth_multiplier"), between),
            Symbol("filters", msg("number of filters"), self.filters),
        )


@dataclass(frozen=True, slots=True)
class SeparableConv1D(_Separable):
    """Keras's SeparableConv1D."""

    filters: int
    kernel_size: tuple[int]
    strides: tuple[int] = (1,)
    padding: str = "valid"
    dilation_rate: tuple[int] = (1,)
    depth_multiplier: int = 1
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "SeparableConv1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class SeparableConv2D(_Separable):
    """Keras's SeparableConv2D."""

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    dilation_rate: tuple[int, int] = (1, 1)
    depth_multiplier: int = 1
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "SeparableConv2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2
