"""ConvLSTM1D, ConvLSTM2D and ConvLSTM3D: an LSTM whose two matrices are convolutions.

Multiply-adds are those of the two convolutions at every step.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import activation, flag, real, whole
from cnntutor.calc.layers.axes import channels, joined, joined_terms
from cnntutor.calc.layers.base import Layer, Weight, Window
from cnntutor.calc.layers.convolution import Kernel, product
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg

GATES = 4


class _ConvLSTM(Kernel):
    """What the three have in common; the first axis of the input is time."""

    __slots__ = ()

    filters: int
    recurrent_activation: str | None
    return_sequences: bool

    def __post_init__(self) -> None:
        whole("filters", self.filters)
        Kernel.__post_init__(self)
        if self.recurrent_activation is not None:
            activation("recurrent_activation", self.recurrent_activation)
        for name in ("dropout", "recurrent_dropout"):
            object.__setattr__(self, name, real(name, getattr(self, name), 0, 1))
        for name in ("return_sequences", "return_state", "go_backwards", "stateful", "unit_forget_bias"):
            flag(name, getattr(self, name))

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check rank and that the kernel fits on one step.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        self.sliding.check_fits("kernel_size", inputs[0][1:])

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the places of the window and the filters, with return_sequences at every step."""
        self.check(inputs)
        one = joined(self.sliding.places(inputs[0][1:]), self.filters, self.data_format)
        return (inputs[0][0], *one) if self.return_sequences else one

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return kernel (sides, channels, 4 · filters), recurrent_kernel and bias."""
        wide = GATES * self.filters
        kernels = (
            Weight("kernel", (*self.kernel_size, self._depth(inputs), wide)),
            Weight("recurrent_kernel", (*self.kernel_size, self.filters, wide)),
        )
        return (*kernels, Weight("bias", (wide,))) if self.use_bias else kernels

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return steps · places · 4 · filters · kernel places · (channels + filters)."""
        self.check(inputs)
        places = math.prod(self.sliding.places(inputs[0][1:]))
        one = math.prod(self.kernel_size) * (self._depth(inputs) + self.filters)
        return inputs[0][0] * places * GATES * self.filters * one

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: with every step the state sees further."""
        return None

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return gates · (kernel_h · kernel_w · (in_channels + filters) + 1) · filters."""
        kernel = self.kernel_symbols()
        one = f"{product(*kernel)} · (in_channels + filters)"
        formula = f"gates · ({one} + 1) · filters" if self.use_bias else f"gates · {one} · filters"
        rule = msg(
            "Three gates and the candidate state, each a convolution over the step and one over the state"
            " before; all steps share them."
        )
        return worked("params", rule, formula, self._symbols(inputs), self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the sides, with return_sequences at every step."""
        self.check(inputs)
        filters = Symbol("filters", msg("number of filters"), self.filters)
        terms, symbols = self.sliding.side_terms(inputs[0][1:])
        formula = joined_terms(terms, "filters", self.data_format)
        if self.return_sequences:
            symbols.insert(0, Symbol("steps", msg("steps of the sequence"), inputs[0][0]))
            formula = f"steps × {formula}"
        result = self.output_shape(inputs)
        return worked("output_shape", self.sliding.rule, formula, (*symbols, filters), result)

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return steps · places · gates · filters · kernel places · (in_channels + filters)."""
        places = math.prod(self.sliding.places(inputs[0][1:]))
        symbols = (
            Symbol("steps", msg("steps of the sequence"), inputs[0][0]),
            Symbol("places", msg("places of the output image"), places),
            *self._symbols(inputs),
        )
        kernel = product(*self.kernel_symbols())
        formula = f"steps · places · gates · filters · {kernel} · (in_channels + filters)"
        rule = msg(
            "At every step each gate convolves the step and the state before; biases and the products of"
            " gates are left out."
        )
        return worked("macs", rule, formula, symbols, self.macs(inputs))

    def _depth(self, inputs: tuple[Shape, ...]) -> int:
        """Return the channels of one step."""
        return channels(inputs[0][1:], self.data_format)

    def _symbols(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
        """Return the symbols of the two kernels."""
        return (
            Symbol("gates", msg("gates, the candidate state counted"), GATES),
            *self.kernel_symbols(),
            Symbol("in_channels", msg("input channels"), self._depth(inputs)),
            Symbol("filters", msg("number of filters"), self.filters),
        )


@dataclass(frozen=True, slots=True)
class ConvLSTM1D(_ConvLSTM):
    """Keras's ConvLSTM1D: input (steps, length, channels)."""

    filters: int
    kernel_size: tuple[int]
    strides: tuple[int] = (1,)
    padding: str = "valid"
    dilation_rate: tuple[int] = (1,)
    activation: str | None = "tanh"
    recurrent_activation: str | None = "sigmoid"
    use_bias: bool = True
    unit_forget_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "ConvLSTM1D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class ConvLSTM2D(_ConvLSTM):
    """Keras's ConvLSTM2D: input (steps, height, width, channels)."""

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    dilation_rate: tuple[int, int] = (1, 1)
    activation: str | None = "tanh"
    recurrent_activation: str | None = "sigmoid"
    use_bias: bool = True
    unit_forget_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "ConvLSTM2D"
    rank: ClassVar[int | None] = 4
    axes: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class ConvLSTM3D(_ConvLSTM):
    """Keras's ConvLSTM3D: input (steps, depth, height, width, channels)."""

    filters: int
    kernel_size: tuple[int, int, int]
    strides: tuple[int, int, int] = (1, 1, 1)
    padding: str = "valid"
    dilation_rate: tuple[int, int, int] = (1, 1, 1)
    activation: str | None = "tanh"
    recurrent_activation: str | None = "sigmoid"
    use_bias: bool = True
    unit_forget_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    data_format: str | None = None

    kind: ClassVar[str] = "ConvLSTM3D"
    rank: ClassVar[int | None] = 5
    axes: ClassVar[int] = 3
