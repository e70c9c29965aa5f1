"""Where branches meet: value by value, one behind the other, or as dot products."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import axis as axis_number
from cnntutor.calc.layers.arguments import flag
from cnntutor.calc.layers.base import Blend, Layer, Window
from cnntutor.calc.layers.normalization import axis_index
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg, shape


class ValueByValue(Layer):
    """What the merges have in common that work value by value; a side of 1 is stretched to its partner's."""

    __slots__ = ()

    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = None

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the common shape; of two ranks the sides are compared from the last one.

        Raises:
            LayerError: two shapes do not go together.
        """
        self.check(inputs)
        common = inputs[0]
        for other in inputs[1:]:
            rank = max(len(common), len(other))
            left, right = ((1,) * (rank - len(each)) + each for each in (common, other))
            if any(a != b and 1 not in (a, b) for a, b in zip(left, right, strict=True)):
                raise LayerError(
                    "inputs",
                    msg("of one shape, here {shape}", shape=shape(common)),
                    other,
                )
            common = tuple(max(a, b) for a, b in zip(left, right, strict=True))
        return common

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        return msg("The branches are merged value by value, so all have this shape.")

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the shape of each branch."""
        result = self.output_shape(inputs)
        return worked("output_shape", self.rule(), "input", (), result).with_numbers(shape(result))


@dataclass(frozen=True, slots=True)
class Add(ValueByValue):
    """Keras's Add: the sum value by value."""

    kind: ClassVar[str] = "Add"

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        return msg("The branches are added value by value, so all have this shape.")


@dataclass(frozen=True, slots=True)
class Subtract(ValueByValue):
    """Keras's Subtract: the first less the second."""

    kind: ClassVar[str] = "Subtract"
    most_inputs: ClassVar[int | None] = 2


@dataclass(frozen=True, slots=True)
class Multiply(ValueByValue):
    """Keras's Multiply: the product value by value, as in squeeze and excitation; not counted as MACs."""

    kind: ClassVar[str] = "Multiply"


@dataclass(frozen=True, slots=True)
class Average(ValueByValue):
    """Keras's Average: the mean value by value."""

    kind: ClassVar[str] = "Average"


@dataclass(frozen=True, slots=True)
class Maximum(ValueByValue):
    """Keras's Maximum: the largest value by value."""

    kind: ClassVar[str] = "Maximum"


@dataclass(frozen=True, slots=True)
class Minimum(ValueByValue):
    """Keras's Minimum: the smallest value by value."""

    kind: ClassVar[str] = "Minimum"


@dataclass(frozen=True, slots=True)
class Concatenate(Layer):
    """Keras's Concatenate: the branches one behind the other, along the channels unless axis says else."""

    axis: int = -1
    """Numbered as in Keras: 0 is the batch, so 1 is the first here."""

    kind: ClassVar[str] = "Concatenate"
    most_inputs: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        axis_number("axis", self.axis)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the shape with the sides along the axis added up.

        Raises:
            LayerError: the shapes differ elsewhere than along the axis.
        """
        self.check(inputs)
        first = inputs[0]
        index = axis_index("axis", self.axis, len(first))
        for other in inputs[1:]:
            if len(other) != len(first) or any(
                a != b for axis, (a, b) in enumerate(zip(first, other, strict=True)) if axis != index
            ):
                raise LayerError(
                    "inputs",
                    msg("of one shape but for side {axis}, here {shape}", axis=index + 1, shape=shape(first)),
                    other,
                )
        total = sum(each[index] for each in inputs)
        return (*first[:index], total, *first[index + 1 :])

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return one place; None along height or width, where no one grid describes the output."""
        if axis_index("axis", self.axis, len(inputs[0])) != len(inputs[0]) - 1:
            return None
        return Layer.window(self, inputs)

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "moved": what stood on two grids stands side by side."""
        return "moved"

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the sum along the axis, the other sides as they are."""
        index = axis_index("axis", self.axis, len(inputs[0]))
        names = [f"branch_{number}" for number in range(1, len(inputs) + 1)]
        symbols = tuple(
            Symbol(name, msg("side {axis} of branch {number}", axis=index + 1, number=number), each[index])
            for number, (name, each) in enumerate(zip(names, inputs, strict=True), start=1)
        )
        joined = " + ".join(names)
        terms = [str(side) for side in inputs[0]]
        terms[index] = f"({joined})" if len(inputs) > 1 and len(terms) > 1 else joined
        rule = msg("The branches lie one behind the other: add up the sides along the axis.")
        return worked("output_shape", rule, " × ".join(terms), symbols, self.output_shape(inputs))


@dataclass(frozen=True, slots=True)
class Dot(Layer):
    """Keras's Dot: sums of products along one axis of each of two branches, sample by sample.

    Multiply-adds are those products, once for each pair of the other places.
    """

    axes: int | tuple[int, int]
    """Numbered as in Keras: 0 is the batch, so 1 is the first here."""
    normalize: bool = False

    kind: ClassVar[str] = "Dot"
    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 2

    def __post_init__(self) -> None:
        given: object = self.axes
        if isinstance(given, (tuple, list)) and len(given) == 2:
            object.__setattr__(self, "axes", tuple(axis_number("axes", each) for each in given))
        else:
            axis_number("axes", given)
        flag("normalize", self.normalize)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that both branches are equally long along their axes.

        Raises:
            LayerError: they are not, or there is no such axis.
        """
        Layer.check(self, inputs)
        left, right = self._places(inputs)
        if inputs[0][left] != inputs[1][right]:
            raise LayerError(
                "inputs", msg("equally long along axes, here {side}", side=str(inputs[0][left])), inputs[1]
            )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the other sides of both branches; (1,) where none is left."""
        self.check(inputs)
        return self._kept(inputs) or (1,)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return output values · length of the axis."""
        total = inputs[0][self._places(inputs)[0]]
        for side in self._kept(inputs):
            total *= side
        return total

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: the output is no image."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "moved": each output looks at one row of each branch."""
        return "moved"

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the sides that are not summed up."""
        rule = msg("The axis that is summed up is gone from both branches; their other sides stay.")
        result = self.output_shape(inputs)
        return worked("output_shape", rule, "sides", (), result).with_numbers(
            " × ".join(str(side) for side in result)
        )

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the product of the sides that stay and the one that is summed up."""
        symbols = tuple(
            Symbol(f"side_{number}", msg("side {axis} of the output", axis=str(number)), side)
            for number, side in enumerate(self.output_shape(inputs), start=1)
        )
        length = Symbol("length", msg("products in one sum"), inputs[0][self._places(inputs)[0]])
        rule = msg("Every output value is one sum of products.")
        formula = " · ".join(each.name for each in (*symbols, length))
        return worked("macs", rule, formula, (*symbols, length), self.macs(inputs))

    def _places(self, inputs: tuple[Shape, ...]) -> tuple[int, int]:
        """Return where the axes lie in shapes without batch."""
        left, right = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return axis_index("axes", left, len(inputs[0])), axis_index("axes", right, len(inputs[1]))

    def _kept(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides that are not summed up."""
        left, right = self._places(inputs)
        return (
            *(side for at, side in enumerate(inputs[0]) if at != left),
            *(side for at, side in enumerate(inputs[1]) if at != right),
        )
