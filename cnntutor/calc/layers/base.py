"""What every kind of layer answers: output shape, weights, multiply-adds, window and derivations.

A new kind is one frozen dataclass that says its Keras class name, its arguments under Keras's names, and
the methods where it differs from a layer that changes nothing and learns nothing; then one line in
registry.py. Input shapes arrive as a tuple, one a input, batch left out, channels last.
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, worked
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
                    raise LayerError(
                        "inputs",
                        msg("of rank {rank} (height, width, channels)", rank=str(self.rank))
                        if self.rank == 3
                        else msg("of rank {rank}", rank=str(self.rank)),
                        each,
                    )

    def _input_count(self) -> Message:
        """Return in words how many inputs the kind takes."""
        if self.most_inputs is None:
            return msg("at least {count} layers", count=str(self.fewest_inputs))
        if self.most_inputs == 0:
            return msg("no layer at all for an Input")
        return msg("exactly one layer")

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
        axes = len(inputs[0]) - 1
        return Window((1,) * axes, (1,) * axes, (0,) * axes) if axes else None

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the number of parameters."""
        return worked("params", msg("{kind} has nothing to learn: no weights.", kind=self.kind), "0", (), 0)

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
