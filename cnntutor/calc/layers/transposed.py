"""Conv1DTranspose, Conv2DTranspose and Conv3DTranspose: each input value lays down a whole kernel."""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import sides, whole
from cnntutor.calc.layers.axes import INPUT_SIDES, SPATIAL, STEPS, joined, joined_terms, spatial
from cnntutor.calc.layers.base import Layer, Weight, Window
from cnntutor.calc.layers.convolution import Kernel, product
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


def transposed_length(length: int, extent: int, stride: int, padding: str, added: int | None) -> int:
    """Return the output length along one axis.

    Args:
        length: Of the input.
        extent: From the kernel's first place to its last, gaps included.
        stride: Output positions between two input positions.
        padding: "valid" keeps all that is laid down, "same" cuts it to length · stride.
        added: Keras's output_padding; None for Keras's own choice.
    """
    if padding == "same":
        return length * stride if added is None else (length - 1) * stride + extent % 2 + added
    return (length - 1) * stride + (max(extent, stride) if added is None else extent + added)


class _Transposed(Kernel):
    """What the transposed convolutions have in common: everything but the number of axes."""

    __slots__ = ()

    filters: int
    output_padding: tuple[int, ...] | None

    def __post_init__(self) -> None:
        whole("filters", self.filters)
        Kernel.__post_init__(self)
        if self.output_padding is not None:
            object.__setattr__(
                self, "output_padding", sides("output_padding", self.output_padding, self.axes, 0)
            )
            if any(added >= step for added, step in zip(self.output_padding, self.strides, strict=True)):
                raise LayerError("output_padding", msg("smaller than strides"), self.output_padding)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check the rank; a transposed kernel fits on any input.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the longer sides, and the filters for channels."""
        self.check(inputs)
        return joined(self._lengths(inputs), self.filters, self.data_format)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernel, (sides, filters, input channels), and the bias."""
        kernel = Weight("kernel", (*self.kernel_size, self.filters, self.in_channels(inputs)))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return input values · kernel places · filters; what padding same cuts off is counted too."""
        return math.prod(inputs[0]) * math.prod(self.kernel_size) * self.filters

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the kernel on the places that the strides spread the inputs to, one step at a time."""
        extent = self.sliding.extent
        before = tuple(each - 1 - cut for each, cut in zip(extent, self._cut_before(inputs), strict=True))
        return Window(extent, (1,) * self.axes, before, self.strides if max(self.strides) > 1 else ())

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return (kernel_h · kernel_w · in_channels + 1) · filters with the numbers put in."""
        one = product(*self.kernel_symbols(), self.channel_symbol(inputs))
        symbols = (*self.kernel_symbols(), self.channel_symbol(inputs), self._filters())
        rule = (
            msg(
                "As in a convolution, a filter has one weight for each place of its kernel and each input"
                " channel, and one bias."
            )
            if self.use_bias
            else msg(
                "As in a convolution, a filter has one weight for each place of its kernel and each input"
                " channel, here without a bias."
            )
        )
        formula = f"({one} + 1) · filters" if self.use_bias else f"{one} · filters"
        return worked("params", rule, formula, symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the sides: the stride spreads the inputs, the kernel fills in."""
        names = SPATIAL[self.axes]
        lengths = spatial(inputs[0], self.data_format)
        symbols: list[Symbol] = []
        terms: list[str] = []
        for axis, (side, length) in enumerate(zip(names, lengths, strict=True)):
            stride, extent = self.strides[axis], self.sliding.extent[axis]
            s, k, p = (f"{name}_{side[0]}" for name in ("stride", "window", "added"))
            symbols += [Symbol(side, INPUT_SIDES[side], length), Symbol(s, STEPS[side], stride)]
            if self.padding == "same" and self.output_padding is None:
                terms.append(f"{side} · {s}" if self.axes == 1 else f"({side} · {s})")
                continue
            kept = extent % 2 if self.padding == "same" else extent
            meaning = (
                msg("what the window keeps at the end: 1 where its side is odd, else 0")
                if self.padding == "same"
                else msg("what one window covers")
            )
            symbols.append(Symbol(k, meaning, kept))
            more = self._lengths(inputs)[axis] - (length - 1) * stride - kept
            if more:
                symbols.append(Symbol(p, msg("positions added at the end"), more))
            terms.append(f"(({side} − 1) · {s} + {k}{f' + {p}' if more else ''})")
        rule = (
            msg('With padding "same" the stride stretches the input: multiply each side by it.')
            if self.padding == "same" and self.output_padding is None
            else msg(
                "The stride spreads the input positions; from the first to the last there are side − 1 steps,"
                " and the last one still lays down its window."
            )
        )
        formula = joined_terms(terms, "filters", self.data_format)
        return worked("output_shape", rule, formula, (*symbols, self._filters()), self.output_shape(inputs))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return values · kernel_h · kernel_w · filters with the numbers put in."""
        values = Symbol("values", msg("values of the input"), math.prod(inputs[0]))
        kernel = self.kernel_symbols()
        rule = msg(
            "Every input value multiplies each weight of its channel in every filter once; what padding cuts"
            " off is counted, adding the bias is not."
        )
        symbols = (values, *kernel, self._filters())
        return worked("macs", rule, product(*symbols), symbols, self.macs(inputs))

    def _lengths(self, inputs: tuple[Shape, ...]) -> tuple[int, ...]:
        """Return the output sides."""
        added = self.output_padding or (None,) * self.axes
        return tuple(
            transposed_length(length, extent, stride, self.padding, more)
            for length, extent, stride, more in zip(
                spatial(inputs[0], self.data_format), self.sliding.extent, self.strides, added, strict=True
            )
        )

    def _cut_before(self, inputs: tuple[Shape, ...]) -> tuple[int, ...]:
        """Return how much of what is laid down is cut off before the first output, along each axis."""
        if self.padding == "valid":
            return (0,) * self.axes
        lengths = spatial(inputs[0], self.data_format)
        laid_down = (
            (length - 1) * stride + extent
            for length, stride, extent in zip(lengths, self.strides, self.sliding.extent, strict=True)
        )
        return tuple(
            max(whole - kept, 0) // 2 for whole, kept in zip(laid_down, self._lengths(inputs), strict=True)
        )

    def _filters(self) -> Symbol:
        """Return the symbol of the number of filters."""
        return Symbol("filters", msg("number of filters"), self.filters)


@dataclass(frozen=True, slots=True)
class Conv1DTranspose(_Transposed):
    """Keras's Conv1DTranspose."""

    filters: int
    kernel_size: tuple[int]
    strides: tuple[int] = (1,)
    padding: str = "valid"
    output_padding: tuple[int] | None = None
    dilation_rate: tuple[int] = (1,)
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "Conv1DTranspose"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Conv2DTranspose(_Transposed):
    """Keras's Conv2DTranspose."""

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    output_padding: tuple[int, int] | None = None
    dilation_rate: tuple[int, int] = (1, 1)
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "Conv2DTranspose"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Conv3DTranspose(_Transposed):
    """Keras's Conv3DTranspose."""

    filters: int
    kernel_size: tuple[int, int, int]
    strides: tuple[int, int, int] = (1, 1, 1)
    padding: str = "valid"
    output_padding: tuple[int, int, int] | None = None
    dilation_rate: tuple[int, int, int] = (1, 1, 1)
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "Conv3DTranspose"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 3
