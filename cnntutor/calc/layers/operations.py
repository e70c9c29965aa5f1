"""Operations of keras.ops that stand in functional networks and that no layer does: x[:, 0], mean, matmul.

Each is called as Keras calls its class. Axes are numbered as in Keras; 0 is the batch, never touched.
Multiply-adds are those of matrix products; what works value by value is left out.
"""

import math
import re
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import axis as axis_number
from cnntutor.calc.layers.arguments import axis_or_axes, flag
from cnntutor.calc.layers.base import Blend, Layer, Window
from cnntutor.calc.layers.merging import ValueByValue
from cnntutor.calc.layers.normalization import axis_index, axis_indices
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg

_ENTRY = re.compile(r"None|\.\.\.|-?\d{1,9}|(-?\d{1,9})?:(-?\d{1,9})?(:(-?\d{1,9})?)?")
_LONGEST_KEY = 100


class _OtherAxes(Layer):
    """What the operations have in common whose output is another shape: its sides are said as they are."""

    __slots__ = ()

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: rows and columns are no longer what they were."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "moved": the values stand elsewhere."""
        return "moved"

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        raise NotImplementedError

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the sides that are left."""
        result = self.output_shape(inputs)
        numbers = " × ".join(str(side) for side in result)
        return worked("output_shape", self.rule(), "sides", (), result).with_numbers(numbers)


@dataclass(frozen=True, slots=True)
class GetItem(_OtherAxes):
    """Keras's GetItem, x[key]; key is written as in Python, the batch first: ":, 0" or ":, 1:3, ..."."""

    key: str

    kind: ClassVar[str] = "GetItem"

    def __post_init__(self) -> None:
        given: object = self.key
        entries = given.replace(" ", "").split(",") if isinstance(given, str) else []
        good = bool(entries) and all(_ENTRY.fullmatch(entry) for entry in entries)
        if not good or len(str(given)) > _LONGEST_KEY or entries.count("...") > 1:
            raise LayerError("key", msg('places as Python writes them, such as ":, 0" or ":, 1:3"'), given)
        if entries[0] not in (":", "::", "..."):
            raise LayerError("key", msg('":" for the batch, which comes first'), given)
        object.__setattr__(self, "key", ", ".join(entries))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides that are left.

        Raises:
            LayerError: the key has more places than the input has axes, or one beyond an end.
        """
        self.check(inputs)
        entries = self.key.split(", ")
        if "..." not in entries:
            entries.append("...")
        place = entries.index("...")
        behind = sum(entry != "None" for entry in entries[place + 1 :])
        before = sum(entry != "None" for entry in entries[:place])
        kept = len(inputs[0]) + 1 - before - behind
        if kept < 0 or (before == 0 and kept == 0):
            raise LayerError("key", msg("at most one place for each axis"), self.key)
        sides: list[int] = []
        rest = [0, *inputs[0]]
        for entry in entries:
            if entry == "...":
                sides += rest[:kept]
                rest = rest[kept:]
            elif entry == "None":
                sides.append(1)
            else:
                sides += self._picked(entry, rest.pop(0))
        if any(side < 1 for side in sides[1:]) or not sides[1:]:
            raise LayerError("key", msg("places that leave something"), self.key)
        return tuple(sides[1:])

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return None: what is left out may have been all that saw some part."""
        return None

    def _picked(self, entry: str, side: int) -> tuple[int, ...]:
        """Return the side an entry leaves; () for a single place."""
        if ":" not in entry:
            if not -side <= int(entry) < side:
                raise LayerError("key", msg("places inside the input"), self.key)
            return ()
        parts = [int(part) if part else None for part in entry.split(":")]
        if len(parts) == 3 and parts[2] == 0:
            raise LayerError("key", msg("steps other than 0"), self.key)
        return (len(range(*slice(*parts).indices(side))),)

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        return msg("A single place takes its axis away, a range keeps as many places as it names.")


class _Reduction(_OtherAxes):
    """What Mean, Sum, Max and Min have in common."""

    __slots__ = ()

    axis: int | tuple[int, ...]
    keepdims: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "axis", axis_or_axes("axis", self.axis))
        flag("keepdims", self.keepdims)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides without those along axis, or with 1 in their place with keepdims."""
        self.check(inputs)
        gone = axis_indices("axis", self.axis, len(inputs[0]))
        if self.keepdims:
            return tuple(1 if at in gone else side for at, side in enumerate(inputs[0]))
        left = tuple(side for at, side in enumerate(inputs[0]) if at not in gone)
        if not left:
            raise LayerError("axis", msg("axes that leave something"), self.axis)
        return left

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return one place where only the channels become one value, their axis kept."""
        only_channels = axis_indices("axis", self.axis, len(inputs[0])) == (len(inputs[0]) - 1,)
        return Layer.window(self, inputs) if only_channels and self.keepdims else None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all" where every position goes into the value."""
        gone = axis_indices("axis", self.axis, len(inputs[0]))
        return "all" if {*range(len(inputs[0]) - 1)} <= {*gone} else "moved"

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        return msg("Along axis all values become one; the other sides stay.")


@dataclass(frozen=True, slots=True)
class Mean(_Reduction):
    """Keras's Mean: the mean along axis."""

    axis: int | tuple[int, ...]
    keepdims: bool = False

    kind: ClassVar[str] = "Mean"


@dataclass(frozen=True, slots=True)
class Sum(_Reduction):
    """Keras's Sum: the sum along axis."""

    axis: int | tuple[int, ...]
    keepdims: bool = False

    kind: ClassVar[str] = "Sum"


@dataclass(frozen=True, slots=True)
class Max(_Reduction):
    """Keras's Max: the largest value along axis."""

    axis: int | tuple[int, ...]
    keepdims: bool = False

    kind: ClassVar[str] = "Max"


@dataclass(frozen=True, slots=True)
class Min(_Reduction):
    """Keras's Min: the smallest value along axis."""

    axis: int | tuple[int, ...]
    keepdims: bool = False

    kind: ClassVar[str] = "Min"


@dataclass(frozen=True, slots=True)
class ExpandDims(_OtherAxes):
    """Keras's ExpandDims: a new axis of side 1 at this place of the output."""

    axis: int

    kind: ClassVar[str] = "ExpandDims"

    def __post_init__(self) -> None:
        axis_number("axis", self.axis)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides with a 1 among them."""
        self.check(inputs)
        at = axis_index("axis", self.axis, len(inputs[0]) + 1)
        return (*inputs[0][:at], 1, *inputs[0][at:])

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        return msg("An axis of side 1 comes in; the values stay.")


@dataclass(frozen=True, slots=True)
class Squeeze(_OtherAxes):
    """Keras's Squeeze: axes of side 1 taken away."""

    axis: int | tuple[int, ...]

    kind: ClassVar[str] = "Squeeze"

    def __post_init__(self) -> None:
        object.__setattr__(self, "axis", axis_or_axes("axis", self.axis))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides without those along axis.

        Raises:
            LayerError: one of them is not 1, or nothing would be left.
        """
        self.check(inputs)
        gone = axis_indices("axis", self.axis, len(inputs[0]))
        if any(inputs[0][at] != 1 for at in gone) or len(gone) == len(inputs[0]):
            raise LayerError("axis", msg("axes of side 1, and not all of them"), self.axis)
        return tuple(side for at, side in enumerate(inputs[0]) if at not in gone)

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        return msg("Axes of side 1 are taken away; the values stay.")


@dataclass(frozen=True, slots=True)
class Matmul(_OtherAxes):
    """Keras's Matmul: matrix products along the last two axes, sample by sample."""

    kind: ClassVar[str] = "Matmul"
    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 2

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (…, rows of the first, columns of the second).

        Raises:
            LayerError: the matrices do not fit.
        """
        self.check(inputs)
        left, right = inputs
        if len(left) < 2 or len(left) != len(right) or left[-1] != right[-2]:
            raise LayerError("inputs", msg("matrices that fit: rows × inner and inner × columns"), right)
        if any(a != b and 1 not in (a, b) for a, b in zip(left[:-2], right[:-2], strict=True)):
            raise LayerError("inputs", msg("matrices that fit: rows × inner and inner × columns"), right)
        stacked = tuple(max(a, b) for a, b in zip(left[:-2], right[:-2], strict=True))
        return (*stacked, left[-2], right[-1])

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return output values · length of the sums."""
        return math.prod(self.output_shape(inputs)) * inputs[0][-1]

    def rule(self) -> Message:
        """Return the rule of the output shape in words."""
        return msg("Rows of the first matrix, columns of the second.")

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the product of the output's sides and the inner one."""
        sides = tuple(
            Symbol(f"side_{number}", msg("side {axis} of the output", axis=str(number)), side)
            for number, side in enumerate(self.output_shape(inputs), start=1)
        )
        symbols = (*sides, Symbol("length", msg("products in one sum"), inputs[0][-1]))
        formula = " · ".join(each.name for each in symbols)
        rule = msg("Every output value is one sum of products.")
        return worked("macs", rule, formula, symbols, self.macs(inputs))


@dataclass(frozen=True, slots=True)
class Divide(ValueByValue):
    """Keras's Divide: the first by the second, value by value."""

    kind: ClassVar[str] = "Divide"
    most_inputs: ClassVar[int | None] = 2


@dataclass(frozen=True, slots=True)
class TrueDivide(ValueByValue):
    """Keras's TrueDivide: the first by the second, value by value."""

    kind: ClassVar[str] = "TrueDivide"
    most_inputs: ClassVar[int | None] = 2


@dataclass(frozen=True, slots=True)
class Absolute(Layer):
    """Keras's Absolute, value by value."""

    kind: ClassVar[str] = "Absolute"


@dataclass(frozen=True, slots=True)
class Negative(Layer):
    """Keras's Negative, value by value."""

    kind: ClassVar[str] = "Negative"


@dataclass(frozen=True, slots=True)
class Square(Layer):
    """Keras's Square, value by value."""

    kind: ClassVar[str] = "Square"


@dataclass(frozen=True, slots=True)
class Sqrt(Layer):
    """Keras's Sqrt, value by value."""

    kind: ClassVar[str] = "Sqrt"


@dataclass(frozen=True, slots=True)
class Log(Layer):
    """Keras's Log, value by value."""

    kind: ClassVar[str] = "Log"
