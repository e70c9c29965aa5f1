"""Activations that are layers: PReLU learns its slopes, the others learn nothing."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import axis_or_axes, real, whole_numbers
from cnntutor.calc.layers.base import Layer, Weight
from cnntutor.calc.layers.normalization import axis_index, axis_indices
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class PReLU(Layer):
    """Keras's PReLU: a slope for negative values at every place, or one for all places along shared_axes."""

    shared_axes: tuple[int, ...] | None = None
    """Axes along which one slope serves, numbered as in Keras: 1 is the first here."""

    kind: ClassVar[str] = "PReLU"

    def __post_init__(self) -> None:
        if self.shared_axes is not None:
            shared = whole_numbers("shared_axes", self.shared_axes, 1)
            object.__setattr__(self, "shared_axes", shared)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that the shared axes exist.

        Raises:
            LayerError: there is no such axis.
        """
        Layer.check(self, inputs)
        for each in self.shared_axes or ():
            axis_index("shared_axes", each, len(inputs[0]))

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return alpha: the input's shape, with sides of 1 along the shared axes."""
        shared = {each - 1 for each in self.shared_axes or ()}
        return (Weight("alpha", tuple(1 if at in shared else side for at, side in enumerate(inputs[0]))),)

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the product of the sides, 1 along the shared axes."""
        symbols = tuple(
            Symbol(f"side_{number}", msg("side {axis} of the input, 1 where shared", axis=str(number)), side)
            for number, side in enumerate(self.weights(inputs)[0].shape, start=1)
        )
        rule = msg("One slope for each value of the input; along shared_axes one serves for all.")
        formula = " · ".join(each.name for each in symbols)
        return worked("params", rule, formula, symbols, self.parameters(inputs))


@dataclass(frozen=True, slots=True)
class LeakyReLU(Layer):
    """Keras's LeakyReLU: negative values keep a fixed share."""

    negative_slope: float = 0.3

    kind: ClassVar[str] = "LeakyReLU"

    def __post_init__(self) -> None:
        object.__setattr__(self, "negative_slope", real("negative_slope", self.negative_slope, 0, 1e9))


@dataclass(frozen=True, slots=True)
class ELU(Layer):
    """Keras's ELU: negative values bend towards −alpha."""

    alpha: float = 1.0

    kind: ClassVar[str] = "ELU"

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", real("alpha", self.alpha, -1e9, 1e9))


@dataclass(frozen=True, slots=True)
class Softmax(Layer):
    """Keras's Softmax: values along axis become shares of 1."""

    axis: int | tuple[int, ...] = -1

    kind: ClassVar[str] = "Softmax"

    def __post_init__(self) -> None:
        object.__setattr__(self, "axis", axis_or_axes("axis", self.axis))

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that the axes exist.

        Raises:
            LayerError: there is no such axis.
        """
        Layer.check(self, inputs)
        axis_indices("axis", self.axis, len(inputs[0]))
