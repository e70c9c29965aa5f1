"""What every kind of layer answers: output shape, weights, multiply-adds, window and derivations.

A new kind is one frozen dataclass that says its Keras class name, its arguments under Keras's names, and
the methods where it differs from a layer that changes nothing and learns nothing; then one line in
registry.py. Input shapes arrive as a tuple, one a input, batch left out, channels last unless the layer's
data_format says channels_first.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import ClassVar, Literal

from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg, shape

REQUIRED = object()
"""Stands for the default of an argument that has none."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One array of numbers a layer keeps, as in Keras's own list of weights."""

    name: str
    shape: Shape
    trainable: bool = True

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Window:
    """What one output position sees of the layer's input, per spatial axis."""

    extent: tuple[int, ...]
    """From the first to the last input position seen: dilation · (kernel − 1) + 1."""
    strides: tuple[int, ...]
    padding: tuple[int, ...]
    """Positions added before the first one (above, on the left)."""
    spread: tuple[int, ...] = ()
    """For layers that upsample: window, strides and padding count finer places, of which every spread-th one
    holds an input position, the first one position 0. Left empty: 1 along each axis."""

    @property
    def is_one_position(self) -> bool:
        """Whether every output position sees the input position of the same place, and no other."""
        return {*self.extent, *self.strides, *self.spread} <= {1} and not any(self.padding)


Blend = Literal["all", "moved"]
"""What a layer without a window does: every output depends on every input value, or values change places."""


@cache
def _one_position(axes: int) -> Window | None:
    """Return the window of a layer that works value by value, or None without axes."""
    return Window((1,) * axes, (1,) * axes, (0,) * axes) if axes else None


class Layer:
    """A layer that passes its one input on unchanged; kinds override what they do otherwise."""

    __slots__ = ()

    kind: ClassVar[str] = ""
    """Keras's class name."""
    fewest_inputs: ClassVar[int] = 1
    most_inputs: ClassVar[int | None] = 1
    """None where any number will do."""
    rank: ClassVar[int | None] = None
    """How many axes the input must have, batch left out; None where any will do."""
    keras_names: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Keras's names of the arguments that are called otherwise here, because a method has that name."""

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check the inputs' number and ranks; kinds add what depends on sizes.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        most = self.most_inputs
        if len(inputs) < self.fewest_inputs or (most is not None and len(inputs) > most):
            raise LayerError("inputs", self._input_count(), len(inputs))
        if self.rank is not None:
            for each in inputs:
                if len(each) != self.rank:
                    raise LayerError("inputs", self._rank_in_words(self.rank), each)

    def _rank_in_words(self, rank: int) -> Message:
        """Return in words how many axes the kind's input has."""
        if rank == 3 and getattr(self, "axes", 2) == 2:
            return msg("of rank {rank} (height, width, channels)", rank=str(rank))
        return msg("of rank {rank}", rank=str(rank))

    def _input_count(self) -> Message:
        """Return in words how many inputs the kind takes."""
        if self.most_inputs is None:
            return msg("at least {count} layers", count=str(self.fewest_inputs))
        if self.most_inputs == 0:
            return msg("no layer at all for an Input")
        if self.most_inputs == self.fewest_inputs == 1:
            return msg("exactly one layer")
        return msg(
            "from {fewest} to {most} layers", fewest=str(self.fewest_inputs), most=str(self.most_inputs)
        )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the shape of the output.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        self.check(inputs)
        return inputs[0]

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the arrays the layer keeps; the parameters are the sum of their sizes."""
        return ()

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return the multiply-adds for one sample; one multiply-add counts one.

        Bias, pooling, normalisation and activation are left out.
        """
        return 0

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return what one output position sees of the input; None where height and width are gone."""
        return _one_position(len(inputs[0]) - 1)

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return what becomes of the grid where no window describes it; None where that is not known."""
        return None

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the number of parameters: the arrays of the layer added up."""
        weights = self.weights(inputs)
        if not weights:
            return worked(
                "params", msg("{kind} has nothing to learn: no weights.", kind=self.kind), "0", (), 0
            )
        symbols = tuple(
            Symbol(
                weight.name,
                msg("values of {shape}", shape=shape(weight.shape) if weight.shape else "1"),
                weight.size,
            )
            for weight in weights
        )
        return worked(
            "params",
            msg("{kind} keeps these arrays of numbers: add up their sizes.", kind=self.kind),
            " + ".join(symbol.name for symbol in symbols),
            symbols,
            self.parameters(inputs),
        )

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the output shape."""
        result = self.output_shape(inputs)
        return worked(
            "output_shape",
            msg("{kind} keeps the shape of its input.", kind=self.kind),
            "input",
            (),
            result,
        ).with_numbers(shape(inputs[0]))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the number of multiply-adds."""
        return worked(
            "macs",
            msg("{kind} multiplies by no kernel: its few operations are left out.", kind=self.kind),
            "0",
            (),
            0,
        )

    def activation_size(self, inputs: tuple[Shape, ...]) -> int:
        """Return how many values the output of one sample holds."""
        return math.prod(self.output_shape(inputs))

    def derive_activation_size(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the number of output values: the product of the sides."""
        sides = self.output_shape(inputs)
        symbols = tuple(
            Symbol(f"side_{axis}", msg("side {axis} of the output", axis=str(axis)), side)
            for axis, side in enumerate(sides, start=1)
        )
        formula = " · ".join(symbol.name for symbol in symbols) or "1"
        rule = msg("Every output value is kept for one sample: multiply the sides of the output.")
        return worked("activations", rule, formula, symbols, math.prod(sides))

    def parameters(self, inputs: tuple[Shape, ...]) -> int:
        """Return the number of parameters, trainable or not."""
        return sum(weight.size for weight in self.weights(inputs))


def layer_arguments(kind: type[Layer]) -> dict[str, object]:
    """Return a kind's arguments by Keras's names, each with its default, or REQUIRED."""
    if not dataclasses.is_dataclass(kind):
        return {}
    return {
        each.name: REQUIRED if each.default is dataclasses.MISSING else each.default
        for each in dataclasses.fields(kind)
    }
