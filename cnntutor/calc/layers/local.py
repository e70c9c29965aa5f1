"""LocallyConnected1D and LocallyConnected2D: a convolution whose places do not share their weights.

Keras 3 has them no more; they are kept to show what weight sharing saves.
"""

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


class _LocallyConnected(Kernel):
    """What both have in common."""

    __slots__ = ()

    paddings: ClassVar[tuple[str, ...]] = ("valid",)
    per_axis: ClassVar[tuple[str, ...]] = ("kernel_size", "strides")
    filters: int

    @property
    def dilation_rate(self) -> tuple[int, ...]:  # type: ignore[override]
        """No gaps: these layers know no dilation."""
        return (1,) * self.axes

    def __post_init__(self) -> None:
        whole("filters", self.filters)
        Kernel.__post_init__(self)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the places of the window, and the filters for channels."""
        self.check(inputs)
        return joined(self.sliding.places(inputs[0]), self.filters, self.data_format)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernel, (places, weights of one filter, filters), and a bias for each output value."""
        places = self.sliding.places(inputs[0])
        one = math.prod(self.kernel_size) * self.in_channels(inputs)
        kernel = Weight("kernel", (math.prod(places), one, self.filters))
        return (kernel, Weight("bias", (*places, self.filters))) if self.use_bias else (kernel,)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return as many as a convolution needs: places · filters · weights of one filter."""
        one = math.prod(self.kernel_size) * self.in_channels(inputs)
        return self.positions(inputs) * self.filters * one

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return out_h · out_w · (kernel_h · kernel_w · in_channels + 1) · filters."""
        rule = (
            msg("As a convolution, but every place of the image has weights and biases of its own.")
            if self.use_bias
            else msg("As a convolution without biases, but every place of the image has weights of its own.")
        )
        one = product(*self.kernel_symbols(), self.channel_symbol(inputs))
        places = self.output_symbols(inputs)
        formula = f"{product(*places)} · {f'({one} + 1)' if self.use_bias else one} · filters"
        symbols = (*places, *self.kernel_symbols(), self.channel_symbol(inputs), self._filters())
        return worked("params", rule, formula, symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the sides and the filters."""
        self.check(inputs)
        return self.sliding.derive_shape(inputs[0], self._filters())

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return out_h · out_w · filters · kernel_h · kernel_w · in_channels."""
        symbols = (
            *self.output_symbols(inputs),
            self._filters(),
            *self.kernel_symbols(),
            self.channel_symbol(inputs),
        )
        rule = msg(
            "Every output value multiplies each weight of its filter once; adding the bias is left out."
        )
        return worked("macs", rule, product(*symbols), symbols, self.macs(inputs))

    def _filters(self) -> Symbol:
        """Return the symbol of the number of filters."""
        return Symbol("filters", msg("number of filters"), self.filters)


@dataclass(frozen=True, slots=True)
class LocallyConnected1D(_LocallyConnected):
    """Keras 2's LocallyConnected1D."""

    filters: int
    kernel_size: tuple[int]
    strides: tuple[int] = (1,)
    padding: str = "valid"
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "LocallyConnected1D"
    rank: ClassVar[int | None] = 2
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class LocallyConnected2D(_LocallyConnected):
    """Keras 2's LocallyConnected2D."""

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    use_bias: bool = True
    activation: str | None = None
    data_format: str | None = None

    kind: ClassVar[str] = "LocallyConnected2D"
    rank: ClassVar[int | None] = 3
    axes: ClassVar[int] = 2
