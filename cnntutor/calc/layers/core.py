"""Dense, Activation, ReLU, Dropout, and layers that pass everything on."""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import activation, flag, plain, real, whole
from cnntutor.calc.layers.base import Blend, Layer, Weight
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class Dense(Layer):
    """Keras's Dense: every unit sees every value of the last axis; the other axes are left alone."""

    units: int
    use_bias: bool = True
    activation: str | None = None

    kind: ClassVar[str] = "Dense"

    def __post_init__(self) -> None:
        whole("units", self.units)
        flag("use_bias", self.use_bias)
        if self.activation is not None:
            activation("activation", self.activation)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the input's shape with units for its last side."""
        self.check(inputs)
        return (*inputs[0][:-1], self.units)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernel, (inputs, units), and the bias."""
        kernel = Weight("kernel", (inputs[0][-1], self.units))
        return (kernel, Weight("bias", (self.units,))) if self.use_bias else (kernel,)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return inputs · units, once for each position of the other axes."""
        return math.prod(inputs[0]) * self.units

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all" on a row of values: every unit sees every one of them."""
        return "all" if len(inputs[0]) == 1 else None

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return (inputs + 1) · units with the numbers put in."""
        if self.use_bias:
            rule = msg("Every unit has one weight for each input value, and one bias.")
            formula = "(inputs + 1) · units"
        else:
            rule = msg("Every unit has one weight for each input value, here without a bias.")
            formula = "inputs · units"
        return worked("params", rule, formula, self._symbols(inputs), self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: one value a unit."""
        kept = "".join(f"{side} × " for side in inputs[0][:-1])
        rule = (
            msg("One value for each unit, at every position of the other axes.")
            if kept
            else msg("One value for each unit, whatever the number of inputs.")
        )
        symbols = (Symbol("units", msg("number of units"), self.units),)
        return worked("output_shape", rule, f"{kept}units", symbols, self.output_shape(inputs))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return inputs · units with the numbers put in."""
        positions = math.prod(inputs[0][:-1])
        symbols = self._symbols(inputs)
        formula = "inputs · units"
        if len(inputs[0]) > 1:
            symbols = (*symbols, Symbol("positions", msg("positions of the other axes"), positions))
            formula += " · positions"
        rule = msg("Every unit multiplies each input value once; adding the bias is left out.")
        return worked("macs", rule, formula, symbols, self.macs(inputs))

    def _symbols(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
        """Return the symbols of the kernel."""
        return (
            Symbol("inputs", msg("input values"), inputs[0][-1]),
            Symbol("units", msg("number of units"), self.units),
        )


@dataclass(frozen=True, slots=True)
class Activation(Layer):
    """Keras's Activation: a function of each value by itself."""

    activation: str

    kind: ClassVar[str] = "Activation"

    def __post_init__(self) -> None:
        activation("activation", self.activation)


@dataclass(frozen=True, slots=True)
class ReLU(Layer):
    """Keras's ReLU: negative values become 0."""

    max_value: float | None = None
    negative_slope: float = 0.0
    threshold: float = 0.0

    kind: ClassVar[str] = "ReLU"

    def __post_init__(self) -> None:
        if self.max_value is not None:
            real("max_value", self.max_value, 0, 1e9)
        real("negative_slope", self.negative_slope, 0, 1e9)
        real("threshold", self.threshold, 0, 1e9)


@dataclass(frozen=True, slots=True)
class Dropout(Layer):
    """Keras's Dropout: in training a share of the values is set to 0."""

    rate: float

    kind: ClassVar[str] = "Dropout"

    def __post_init__(self) -> None:
        rate: object = self.rate
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise LayerError(
                "rate", msg("a number from {lowest} to {highest}", lowest="0", highest="1"), rate
            )
        object.__setattr__(self, "rate", float(rate))


@dataclass(frozen=True, slots=True)
class Identity(Layer):
    """Keras's Identity: nothing happens."""

    kind: ClassVar[str] = "Identity"


@dataclass(frozen=True, slots=True)
class Masking(Layer):
    """Keras's Masking: steps that hold only mask_value are passed over by the layers after it."""

    mask_value: float = 0.0

    kind: ClassVar[str] = "Masking"

    def __post_init__(self) -> None:
        plain("mask_value", self.mask_value)
