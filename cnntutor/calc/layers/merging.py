"""Add and Concatenate: where branches meet."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.layers.normalization import axis_index
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg, shape


@dataclass(frozen=True, slots=True)
class Add(Layer):
    """Keras's Add: the sum value by value; a side of 1 is stretched to its partner's."""

    kind: ClassVar[str] = "Add"
    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = None

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the common shape.

        Raises:
            LayerError: two shapes do not go together.
        """
        self.check(inputs)
        common = inputs[0]
        for other in inputs[1:]:
            if len(other) != len(common) or any(
                a != b and 1 not in (a, b) for a, b in zip(common, other, strict=True)
            ):
                raise LayerError(
                    "inputs",
                    msg("of one shape, here {shape}", shape=shape(common)),
                    other,
                )
            common = tuple(max(a, b) for a, b in zip(common, other, strict=True))
        return common

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the shape of each branch."""
        rule = msg("The branches are added value by value, so all have this shape.")
        result = self.output_shape(inputs)
        return worked("output_shape", rule, "input", (), result).with_numbers(shape(result))


@dataclass(frozen=True, slots=True)
class Concatenate(Layer):
    """Keras's Concatenate: the branches one behind the other, along the channels unless axis says else."""

    axis: int = -1
    """Numbered as in Keras: 0 is the batch, so 1 is the first here."""

    kind: ClassVar[str] = "Concatenate"
    most_inputs: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        axis: object = self.axis
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise LayerError("axis", msg("a whole number"), axis)

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
