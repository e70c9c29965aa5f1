"""Reshape, Permute and RepeatVector: the same values along other axes."""

import math
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import whole, whole_numbers
from cnntutor.calc.layers.base import Blend, Layer, Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


class _Rearranging(Layer):
    """What they have in common: the image's grid is lost."""

    __slots__ = ()

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: rows and columns are no longer what they were."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "moved": the same values elsewhere."""
        return "moved"


@dataclass(frozen=True, slots=True)
class Reshape(_Rearranging):
    """Keras's Reshape; one side may be -1: what the others leave."""

    target_shape: tuple[int, ...]

    kind: ClassVar[str] = "Reshape"

    def __post_init__(self) -> None:
        given: object = self.target_shape
        row = given if isinstance(given, (tuple, list)) else (given,)
        target = tuple(side if side == -1 else whole("target_shape", side) for side in row)
        if not target or target.count(-1) > 1:
            raise LayerError("target_shape", msg("at least one side, and -1 at most once"), given)
        object.__setattr__(self, "target_shape", target)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return target_shape, its -1 filled in.

        Raises:
            LayerError: the values do not fill it.
        """
        self.check(inputs)
        values, known = math.prod(inputs[0]), self._known()
        if values % known or (-1 not in self.target_shape and values != known):
            raise LayerError(
                "target_shape", msg("a shape of {values} values", values=values), self.target_shape
            )
        return tuple(values // known if side == -1 else side for side in self.target_shape)

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the sides as given; -1 is the values divided by them."""
        result = self.output_shape(inputs)
        if -1 not in self.target_shape:
            rule = msg("The sides are given; their product is the number of values.")
            return worked("output_shape", rule, "target_shape", (), result).with_numbers(
                " × ".join(str(side) for side in result)
            )
        symbols = (
            Symbol("values", msg("values of the input"), math.prod(inputs[0])),
            Symbol("known", msg("product of the sides that are given"), self._known()),
        )
        terms = ["(values / known)" if side == -1 else str(side) for side in self.target_shape]
        rule = msg("The side written -1 is what the others leave: the number of values divided by them.")
        return worked("output_shape", rule, " × ".join(terms), symbols, result)

    def _known(self) -> int:
        """Return the product of the sides that are given."""
        return math.prod(side for side in self.target_shape if side != -1)


@dataclass(frozen=True, slots=True)
class Permute(_Rearranging):
    """Keras's Permute: the axes in another order; dims counts from 1."""

    dims: tuple[int, ...]

    kind: ClassVar[str] = "Permute"

    def __post_init__(self) -> None:
        dims = whole_numbers("dims", self.dims, 1)
        if not dims or sorted(dims) != list(range(1, len(dims) + 1)):
            raise LayerError("dims", msg("each number from 1 on, once"), self.dims)
        object.__setattr__(self, "dims", dims)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides in their new order.

        Raises:
            LayerError: the input has more or fewer axes.
        """
        self.check(inputs)
        if len(inputs[0]) != len(self.dims):
            raise LayerError("inputs", msg("of rank {rank}", rank=str(len(self.dims))), inputs[0])
        return tuple(inputs[0][each - 1] for each in self.dims)

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the sides in their new order."""
        result = self.output_shape(inputs)
        symbols = tuple(
            Symbol(f"side_{axis}", msg("side {axis} of the input", axis=str(axis)), inputs[0][axis - 1])
            for axis in sorted(self.dims)
        )
        formula = " × ".join(f"side_{axis}" for axis in self.dims)
        rule = msg("The sides change places as dims says; the values stay.")
        return worked("output_shape", rule, formula, symbols, result)


@dataclass(frozen=True, slots=True)
class RepeatVector(_Rearranging):
    """Keras's RepeatVector: a vector n times, one for each step of a sequence."""

    n: int

    kind: ClassVar[str] = "RepeatVector"
    rank: ClassVar[int | None] = 1

    def __post_init__(self) -> None:
        whole("n", self.n)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (n, values)."""
        self.check(inputs)
        return (self.n, inputs[0][0])

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: n times the vector."""
        symbols = (
            Symbol("n", msg("times the vector is repeated"), self.n),
            Symbol("values", msg("values of the input"), inputs[0][0]),
        )
        rule = msg("The vector stands n times, one below the other.")
        return worked("output_shape", rule, "n × values", symbols, self.output_shape(inputs))
