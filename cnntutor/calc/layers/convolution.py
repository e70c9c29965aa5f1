"""Conv2D: a small kernel slides over the image, the same weights at every place."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import activation, choice, flag, pair, whole
from cnntutor.calc.layers.base import Layer, Weight, Window
from cnntutor.calc.layers.sliding import PADDINGS, Sliding
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class Conv2D(Layer):
    """Keras's Conv2D; in files one whole number may stand for a pair (height, width)."""

    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    dilation_rate: tuple[int, int] = (1, 1)
    groups: int = 1
    use_bias: bool = True
    activation: str | None = None

    kind: ClassVar[str] = "Conv2D"
    rank: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        whole("filters", self.filters)
        object.__setattr__(self, "kernel_size", pair("kernel_size", self.kernel_size))
        object.__setattr__(self, "strides", pair("strides", self.strides))
        object.__setattr__(self, "padding", choice("padding", self.padding, PADDINGS))
        object.__setattr__(self, "dilation_rate", pair("dilation_rate", self.dilation_rate))
        whole("groups", self.groups)
        flag("use_bias", self.use_bias)
        if self.activation is not None:
            activation("activation", self.activation)
        if self.filters % self.groups:
            raise LayerError(
                "groups",
                msg("a divisor of the number of filters, {filters}", filters=str(self.filters)),
                self.groups,
            )
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise LayerError("dilation_rate", msg("1 while strides are larger than 1"), self.dilation_rate)

    @property
    def sliding(self) -> Sliding:
        """The window that slides over the image."""
        return Sliding(self.kernel_size, self.strides, self.padding, self.dilation_rate)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check rank, groups against channels, and that the kernel fits.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        if inputs[0][2] % self.groups:
            raise LayerError(
                "groups",
                msg("a divisor of the number of input channels, {channels}", channels=str(inputs[0][2])),
                self.groups,
            )
        self.sliding.check_fits("kernel_size", inputs[0])

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (height, width, filters)."""
        self.check(inputs)
        return (*self.sliding.places(inputs[0]), self.filters)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernel, (height, width, channels of one group, filters), and the bias."""
        kernel = Weight("kernel", (*self.kernel_size, inputs[0][2] // self.groups, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return places · filters · weights of one filter; padded zeros are multiplied too."""
        height, width, filters = self.output_shape(inputs)
        return height * width * filters * self._weights_of_one_filter(inputs)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the sliding window."""
        return self.sliding.window(inputs[0])

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return (kernel_h · kernel_w · in_channels + 1) · filters with the numbers put in."""
        one = self._formula_of_one_filter()
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
        """Return the working of (height, width, filters)."""
        self.check(inputs)
        return self.sliding.derive_shape(inputs[0], self._filters())

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return out_h · out_w · filters · kernel_h · kernel_w · in_channels with the numbers put in."""
        height, width, _ = self.output_shape(inputs)
        symbols = (
            Symbol("out_h", msg("output height"), height),
            Symbol("out_w", msg("output width"), width),
            self._filters(),
            *self._symbols(inputs),
        )
        rule = msg(
            "Every output value multiplies each weight of its filter once; adding the bias is left out."
        )
        formula = f"out_h · out_w · filters · {self._formula_of_one_filter()}"
        return worked("macs", rule, formula, symbols, self.macs(inputs))

    def _weights_of_one_filter(self, inputs: tuple[Shape, ...]) -> int:
        """Return the weights of one filter, its bias left out."""
        return self.kernel_size[0] * self.kernel_size[1] * (inputs[0][2] // self.groups)

    def _formula_of_one_filter(self) -> str:
        """Return the formula of the weights of one filter."""
        return "kernel_h · kernel_w · in_channels" + (" / groups" if self.groups > 1 else "")

    def _filters(self) -> Symbol:
        """Return the symbol of the number of filters."""
        return Symbol("filters", msg("number of filters"), self.filters)

    def _symbols(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
        """Return the symbols of the weights of one filter."""
        symbols = (
            Symbol("kernel_h", msg("kernel height"), self.kernel_size[0]),
            Symbol("kernel_w", msg("kernel width"), self.kernel_size[1]),
            Symbol("in_channels", msg("input channels"), inputs[0][2]),
        )
        if self.groups == 1:
            return symbols
        return (*symbols, Symbol("groups", msg("groups, each with its share of the channels"), self.groups))
