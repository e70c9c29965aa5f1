"""EinsumDense: a dense layer between any axes, said by an equation such as "abc,cd->abd".

The letters before the comma name the axes of the input, the first of them the batch; after it those of the
kernel, then those of the output. "..." at the left or right end stands for axes that pass through, in their
order (Keras 3.15 announces more than one of them in reverse, and computes them in order).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from cnntutor.calc.layers.arguments import activation
from cnntutor.calc.layers.base import Layer, Weight, Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg

_EQUATION = re.compile(
    r"(?P<left>\.\.\.)?(?P<taken>[a-zA-Z]+)(?P<right>\.\.\.)?,(?P<kernel>[a-zA-Z]+)->"
    r"(\.\.\.)?(?P<given>[a-zA-Z]+)(\.\.\.)?"
)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class EinsumDense(Layer):
    """Keras's EinsumDense; Keras's output_shape is called projected_shape here."""

    equation: str
    projected_shape: tuple[int | None, ...]
    """The output's sides, batch left out; None for a side the input gives."""
    activation: str | None = None
    bias_axes: str | None = None
    """The output's letters along which biases differ; None for no bias."""

    kind: ClassVar[str] = "EinsumDense"
    keras_names: ClassVar[Mapping[str, str]] = MappingProxyType({"projected_shape": "output_shape"})

    def __post_init__(self) -> None:
        equation: object = self.equation
        found = (
            _EQUATION.fullmatch(equation) if isinstance(equation, str) and len(equation) <= _LONGEST else None
        )
        balanced = isinstance(equation, str) and equation.count("...") in (0, 2)
        if found is None or not balanced or (found["left"] and found["right"]):
            raise LayerError(
                "equation", msg('an equation such as "abc,cd->abd" or "...x,xy->...y"'), equation
            )
        given: object = self.projected_shape
        sides = given if isinstance(given, (tuple, list)) else (given,)
        for side in sides:
            if side is not None and (isinstance(side, bool) or not isinstance(side, int) or side < 1):
                raise LayerError("projected_shape", msg("whole numbers of at least 1, or none"), given)
        object.__setattr__(self, "projected_shape", tuple(sides))
        if self.activation is not None:
            activation("activation", self.activation)
        letters = found["given"]
        axes: object = self.bias_axes
        if axes is not None and not (
            isinstance(axes, str) and axes and all(letter in letters for letter in axes)
        ):
            raise LayerError("bias_axes", msg("letters of the output, {letters}", letters=letters), axes)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the output's sides.

        Raises:
            LayerError: the equation does not fit the input.
        """
        self.check(inputs)
        taken, kernel, given, sides = self._sides(inputs)
        for letter in kernel:
            if letter not in taken + given:
                raise LayerError(
                    "equation", msg("one whose kernel has letters of input and output only"), self.equation
                )
        return tuple(sides[letter] for letter in given[1:])

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the kernel and, with bias_axes, the bias."""
        _, kernel, given, sides = self._sides(inputs)
        found = (Weight("kernel", tuple(sides[letter] for letter in kernel)),)
        if self.bias_axes is None:
            return found
        first = min(given.index(letter) for letter in self.bias_axes)
        shape = tuple(sides[letter] if letter in self.bias_axes else 1 for letter in given[first:])
        return (*found, Weight("bias", shape))

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return the product of all sides that stand in the equation, the batch left out."""
        _, _, _, sides = self._sides(inputs)
        return math.prod(sides.values())

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: axes may come and go."""
        return None

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the product of the kernel's sides, and the biases."""
        _, kernel, _, sides = self._sides(inputs)
        symbols = tuple(
            Symbol(f"side_{letter.lower()}", self._meaning(letter), sides[letter]) for letter in kernel
        )
        formula = " · ".join(symbol.name for symbol in symbols)
        if self.bias_axes is not None:
            biases = self.weights(inputs)[1].size
            symbols = (*symbols, Symbol("biases", msg("biases, along {axes}", axes=self.bias_axes), biases))
            formula += " + biases"
        rule = msg("The kernel has one weight for each combination of its letters in the equation.")
        return worked("params", rule, formula, symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the sides of the output's letters."""
        _, _, given, sides = self._sides(inputs)
        symbols = tuple(
            Symbol(f"side_{letter.lower()}", self._meaning(letter), sides[letter]) for letter in given[1:]
        )
        formula = " × ".join(symbol.name for symbol in symbols)
        rule = msg("The letters after the arrow say which axes the output has; the first is the batch.")
        return worked("output_shape", rule, formula, symbols, self.output_shape(inputs))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the product of all sides in the equation."""
        _, _, _, sides = self._sides(inputs)
        symbols = tuple(
            Symbol(f"side_{letter.lower()}", self._meaning(letter), side) for letter, side in sides.items()
        )
        formula = " · ".join(symbol.name for symbol in symbols)
        rule = msg("One product for each combination of all letters in the equation, the batch left out.")
        return worked("macs", rule, formula, symbols, self.macs(inputs))

    @staticmethod
    def _meaning(letter: str) -> Message:
        """Return what a side stands for."""
        return msg("side of axis {letter} in the equation", letter=letter)

    def _sides(self, inputs: tuple[Shape, ...]) -> tuple[str, str, str, dict[str, int]]:
        """Return the letters of input, kernel and output, and the side of each but the batch's.

        Axes that "..." stands for get digits for letters.
        """
        found = _EQUATION.fullmatch(self.equation)
        if found is None:
            raise LayerError(
                "equation", msg('an equation such as "abc,cd->abd" or "...x,xy->...y"'), self.equation
            )
        taken, kernel, given = found["taken"], found["kernel"], found["given"]
        shape = inputs[0]
        passing = "".join(str(place) for place in range(max(len(shape) + 1 - len(taken), 0)))
        if found["left"]:
            taken, given = passing + taken, passing + given
        elif found["right"]:
            taken, given = taken + passing, given + passing
        if len(taken) != len(shape) + 1 or given[:1] != taken[:1]:
            raise LayerError("inputs", msg("of rank {rank}", rank=str(len(taken) - 1)), shape)
        sides = dict(zip(taken[1:], shape, strict=True))
        wanted = list(self.projected_shape)
        if found["left"]:
            wanted = [*(None for _ in passing[1:]), *wanted]
        elif found["right"]:
            wanted = [*wanted, *(None for _ in passing)]
        if len(wanted) != len(given) - 1:
            raise LayerError(
                "projected_shape",
                msg("one side for each letter of the output but the first"),
                self.projected_shape,
            )
        for letter, side in zip(given[1:], wanted, strict=True):
            if side is None and (letter not in sides or letter in kernel + (self.bias_axes or "")):
                raise LayerError(
                    "projected_shape",
                    msg("a number for letter {letter}", letter=letter),
                    self.projected_shape,
                )
            if side is not None and sides.setdefault(letter, side) != side:
                raise LayerError(
                    "projected_shape",
                    msg("{side} for letter {letter}", side=str(sides[letter]), letter=letter),
                    self.projected_shape,
                )
        return taken, kernel, given, sides
