"""MultiHeadAttention and GroupQueryAttention: attention between projections, several at a time.

The inputs are query, value and, where it is not the value, key. Multiply-adds are those of the projections,
the scores and the weighted sums; biases, softmax, scaling and masks are left out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from cnntutor.calc.layers.arguments import axis, flag, real, whole, whole_numbers
from cnntutor.calc.layers.attention import check_key
from cnntutor.calc.layers.base import Blend, Layer, Weight, Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg, shape


class _Heads(Layer):
    """What both have in common: projections of query, key and value, scores, sums, and the way back."""

    __slots__ = ()

    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 3
    use_bias: bool
    use_gate: bool
    dropout: float

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that value and key have the same positions.

        Raises:
            LayerError: they do not go together.
        """
        Layer.check(self, inputs)
        for each in inputs:
            if len(each) < 2:
                raise LayerError("inputs", msg("a sequence of steps, at least of rank 2"), each)
        check_key(inputs)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: every position may see all others."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all": every position may see all others."""
        return "all"

    def projections(self, inputs: tuple[Shape, ...]) -> tuple[tuple[str, Shape, Shape, int], ...]:
        """Return (name, kernel's inputs, kernel's outputs, positions) of every projection."""
        raise NotImplementedError

    def scores(self, inputs: tuple[Shape, ...]) -> tuple[int, int]:
        """Return how many pairs of query and value are compared, heads counted, and what each costs."""
        raise NotImplementedError

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return kernel and bias of each projection."""
        found: list[Weight] = []
        for name, taken, given, _ in self.projections(inputs):
            found.append(Weight(f"{name}_kernel", (*taken, *given)))
            if self.use_bias:
                found.append(Weight(f"{name}_bias", given))
        return tuple(found)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return those of the projections, the scores and the weighted sums."""
        projected = sum(
            positions * math.prod(taken) * math.prod(given)
            for _, taken, given, positions in self.projections(inputs)
        )
        pairs, each = self.scores(inputs)
        return projected + pairs * each

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the sum over the projections: (inputs + 1) · outputs each."""
        symbols: list[Symbol] = []
        terms: list[str] = []
        for name, taken, given, _ in self.projections(inputs):
            symbols += [
                Symbol(f"{name}_in", msg("values that go into the projection"), math.prod(taken)),
                Symbol(
                    f"{name}_out", msg("values that come out of it, all heads together"), math.prod(given)
                ),
            ]
            terms.append(f"({name}_in + 1) · {name}_out" if self.use_bias else f"{name}_in · {name}_out")
        rule = (
            msg("Each projection is a dense layer: a weight for each input and output value, and biases.")
            if self.use_bias
            else msg("Each projection is a dense layer: a weight for each input and output value, no biases.")
        )
        return worked("params", rule, " + ".join(terms), tuple(symbols), self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the positions of the query, and the width of the last projection."""
        result = self.output_shape(inputs)
        rule = msg("The positions of the query stay; the last projection gives the width.")
        return worked("output_shape", rule, "query", (), result).with_numbers(shape(result))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the sum over the projections, and pairs · one_pair."""
        symbols: list[Symbol] = []
        terms: list[str] = []
        for name, taken, given, positions in self.projections(inputs):
            symbols += [
                Symbol(f"{name}_positions", msg("positions that are projected"), positions),
                Symbol(f"{name}_in", msg("values that go into the projection"), math.prod(taken)),
                Symbol(
                    f"{name}_out", msg("values that come out of it, all heads together"), math.prod(given)
                ),
            ]
            terms.append(f"{name}_positions · {name}_in · {name}_out")
        pairs, each = self.scores(inputs)
        symbols += [
            Symbol("pairs", msg("pairs of a query and a value, in all heads"), pairs),
            Symbol("one_pair", msg("width of a key and of a value in one head"), each),
        ]
        rule = msg(
            "The projections at every position; then every pair costs one product for the score and one for"
            " the weighted sum, number by number."
        )
        formula = " + ".join((*terms, "pairs · one_pair"))
        return worked("macs", rule, formula, tuple(symbols), self.macs(inputs))

    def _check_common(self) -> None:
        """Check what both kinds have."""
        flag("use_bias", self.use_bias)
        flag("use_gate", self.use_gate)
        object.__setattr__(self, "dropout", real("dropout", self.dropout, 0, 1))


@dataclass(frozen=True, slots=True)
class MultiHeadAttention(_Heads):
    """Keras's MultiHeadAttention; Keras's output_shape is called projected_shape here."""

    num_heads: int
    key_dim: int
    value_dim: int | None = None
    dropout: float = 0.0
    use_bias: bool = True
    projected_shape: tuple[int, ...] | None = None
    attention_axes: tuple[int, ...] | None = None
    use_gate: bool = False

    kind: ClassVar[str] = "MultiHeadAttention"
    keras_names: ClassVar[Mapping[str, str]] = MappingProxyType({"projected_shape": "output_shape"})

    def __post_init__(self) -> None:
        whole("num_heads", self.num_heads)
        whole("key_dim", self.key_dim)
        if self.value_dim is not None:
            whole("value_dim", self.value_dim)
        self._check_common()
        if self.projected_shape is not None:
            object.__setattr__(
                self, "projected_shape", whole_numbers("projected_shape", self.projected_shape, 1)
            )
        if self.attention_axes is not None:
            given: object = self.attention_axes
            numbers = given if isinstance(given, (tuple, list)) else (given,)
            object.__setattr__(
                self, "attention_axes", tuple(axis("attention_axes", each) for each in numbers)
            )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the query's shape; its last side is projected_shape where that is given."""
        self.check(inputs)
        self._attended(inputs)
        return (*inputs[0][:-1], *(self.projected_shape or inputs[0][-1:]))

    def projections(self, inputs: tuple[Shape, ...]) -> tuple[tuple[str, Shape, Shape, int], ...]:
        """Return query, key, value, the gate where there is one, and the output."""
        query, value, key = inputs[0], inputs[1], inputs[-1]
        heads = (self.num_heads, self.key_dim)
        values = (self.num_heads, self.value_dim or self.key_dim)
        queries, places = math.prod(query[:-1]), math.prod(value[:-1])
        gate = (("gate", query[-1:], values, queries),) if self.use_gate else ()
        return (
            ("query", query[-1:], heads, queries),
            ("key", key[-1:], heads, places),
            *gate,
            ("value", value[-1:], values, places),
            ("output", values, self.projected_shape or query[-1:], queries),
        )

    def scores(self, inputs: tuple[Shape, ...]) -> tuple[int, int]:
        """Return heads · query positions · value positions along the attended axes, and both widths."""
        attended = self._attended(inputs)
        queries = math.prod(inputs[0][:-1])
        values = math.prod(inputs[1][place] for place in attended)
        return self.num_heads * queries * values, self.key_dim + (self.value_dim or self.key_dim)

    def _attended(self, inputs: tuple[Shape, ...]) -> tuple[int, ...]:
        """Return where the attended axes lie in a shape without batch."""
        rank = len(inputs[0])
        if len(inputs[1]) != rank:
            raise LayerError("inputs", msg("query and value of one rank"), inputs[1])
        if self.attention_axes is None:
            return tuple(range(rank - 1))
        places = tuple(each - 1 if each > 0 else each + rank for each in self.attention_axes)
        if any(not 0 <= place < rank - 1 for place in places):
            raise LayerError(
                "attention_axes", msg("numbers from 1 to {last}", last=str(rank - 1)), self.attention_axes
            )
        if any(inputs[0][place] != inputs[1][place] for place in range(rank - 1) if place not in places):
            raise LayerError("inputs", msg("query and value alike but for the attended axes"), inputs[1])
        return places


@dataclass(frozen=True, slots=True)
class GroupQueryAttention(_Heads):
    """Keras's GroupQueryAttention: several query heads share one head of keys and values."""

    head_dim: int
    num_query_heads: int
    num_key_value_heads: int
    dropout: float = 0.0
    use_bias: bool = True
    use_gate: bool = False

    kind: ClassVar[str] = "GroupQueryAttention"
    rank: ClassVar[int | None] = 2

    def __post_init__(self) -> None:
        for name in ("head_dim", "num_query_heads", "num_key_value_heads"):
            whole(name, getattr(self, name))
        self._check_common()
        if self.num_query_heads % self.num_key_value_heads:
            raise LayerError(
                "num_query_heads",
                msg("a multiple of num_key_value_heads, {count}", count=str(self.num_key_value_heads)),
                self.num_query_heads,
            )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the query's shape."""
        self.check(inputs)
        if inputs[0][-1] != inputs[1][-1]:
            raise LayerError(
                "inputs",
                msg("query and value of one width, here {width}", width=str(inputs[0][-1])),
                inputs[1],
            )
        return inputs[0]

    def projections(self, inputs: tuple[Shape, ...]) -> tuple[tuple[str, Shape, Shape, int], ...]:
        """Return query, key, the gate where there is one, value, and the output."""
        query, value, key = inputs[0], inputs[1], inputs[-1]
        heads, shared = (self.num_query_heads, self.head_dim), (self.num_key_value_heads, self.head_dim)
        gate = (("gate", query[-1:], heads, query[0]),) if self.use_gate else ()
        return (
            ("query", query[-1:], heads, query[0]),
            ("key", key[-1:], shared, value[0]),
            *gate,
            ("value", value[-1:], shared, value[0]),
            ("output", heads, query[-1:], query[0]),
        )

    def scores(self, inputs: tuple[Shape, ...]) -> tuple[int, int]:
        """Return query heads · query positions · value positions, and both widths."""
        return self.num_query_heads * inputs[0][0] * inputs[1][0], 2 * self.head_dim
