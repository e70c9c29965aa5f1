"""A layer of code: what it makes of its input is not calculated but told by who ran it."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, worked
from cnntutor.i18n import msg, shape


@dataclass(frozen=True, slots=True)
class Lambda(Layer):
    """Keras's Lambda, whose code Keras itself has run; no file of a network may name it."""

    told: Shape
    """The shape of its output, as Keras found it."""

    kind: ClassVar[str] = "Lambda"
    most_inputs: ClassVar[int | None] = None

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the shape that Keras found."""
        self.check(inputs)
        return self.told

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: what code looks at is not known."""
        return None

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: there is none but Keras's word."""
        rule = msg("Lambda runs code of its own: this shape is what Keras found by running it.")
        return worked("output_shape", rule, "output", (), self.told).with_numbers(shape(self.told))
