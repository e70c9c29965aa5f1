"""Attention without projections: Attention and AdditiveAttention.

The inputs are query, value and, where it is not the value, key. Multiply-adds are those of the scores and of
the weighted sum; softmax, scaling and masks are left out.
"""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import choice, flag, real
from cnntutor.calc.layers.base import Blend, Layer, Weight, Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg, shape


def check_key(inputs: tuple[Shape, ...]) -> None:
    """Check that value and key have the same positions.

    Raises:
        LayerError: they differ.
    """
    value, key = inputs[1], inputs[-1]
    if value[:-1] != key[:-1]:
        raise LayerError(
            "inputs", msg("value and key with the same positions, here {shape}", shape=shape(value)), key
        )


class _Attention(Layer):
    """What both have in common."""

    __slots__ = ()

    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int | None] = 3
    rank: ClassVar[int | None] = 2
    use_scale: bool
    dropout: float

    def __post_init__(self) -> None:
        flag("use_scale", self.use_scale)
        object.__setattr__(self, "dropout", real("dropout", self.dropout, 0, 1))

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that query and key are equally wide, and that value and key have the same positions.

        Raises:
            LayerError: they do not go together.
        """
        Layer.check(self, inputs)
        check_key(inputs)
        if inputs[0][-1] != inputs[-1][-1]:
            raise LayerError(
                "inputs",
                msg("query and key of one width, here {width}", width=str(inputs[0][-1])),
                inputs[-1],
            )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the positions of the query, each as wide as a value."""
        self.check(inputs)
        return (*inputs[0][:-1], inputs[1][-1])

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: every position may see all others."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all": every position may see all others."""
        return "all"

    @property
    def scores_multiply(self) -> bool:
        """Whether the scores are sums of products, one for each number of a key."""
        return True

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return query positions · value positions · (key width + value width)."""
        pairs = inputs[0][0] * inputs[1][0]
        return pairs * ((inputs[0][-1] if self.scores_multiply else 0) + inputs[1][-1])

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the positions of the query, the width of the values."""
        symbols = (
            Symbol("queries", msg("positions of the query"), inputs[0][0]),
            Symbol("value_width", msg("width of the values"), inputs[1][-1]),
        )
        rule = msg("For every position of the query a weighted sum of the values.")
        return worked("output_shape", rule, "queries × value_width", symbols, self.output_shape(inputs))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return queries · values · (key_width + value_width) with the numbers put in."""
        symbols = (
            Symbol("queries", msg("positions of the query"), inputs[0][0]),
            Symbol("values", msg("positions of the value"), inputs[1][0]),
            Symbol("value_width", msg("width of the values"), inputs[1][-1]),
        )
        if not self.scores_multiply:
            rule = msg(
                "The scores are sums without a weight for each number; the weighted sums multiply every score"
                " by a value."
            )
            return worked("macs", rule, "queries · values · value_width", symbols, self.macs(inputs))
        width = Symbol("key_width", msg("width of query and key"), inputs[0][-1])
        rule = msg(
            "Every query is compared with every key, number by number; then every score multiplies a value."
        )
        formula = "queries · values · (key_width + value_width)"
        return worked("macs", rule, formula, (*symbols, width), self.macs(inputs))


@dataclass(frozen=True, slots=True)
class Attention(_Attention):
    """Keras's Attention (Luong): scores are dot products, or with "concat" sums through tanh."""

    use_scale: bool = False
    score_mode: str = "dot"
    dropout: float = 0.0

    kind: ClassVar[str] = "Attention"

    def __post_init__(self) -> None:
        _Attention.__post_init__(self)
        object.__setattr__(self, "score_mode", choice("score_mode", self.score_mode, ("dot", "concat")))

    @property
    def scores_multiply(self) -> bool:
        """Whether the scores are dot products."""
        return self.score_mode == "dot"

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return single numbers: scale with use_scale, concat_score_weight with "concat"."""
        scale = (Weight("scale", ()),) if self.use_scale else ()
        return scale if self.score_mode == "dot" else (*scale, Weight("concat_score_weight", ()))


@dataclass(frozen=True, slots=True)
class AdditiveAttention(_Attention):
    """Keras's AdditiveAttention (Bahdanau): scores are sums through tanh, weighted by scale."""

    use_scale: bool = True
    dropout: float = 0.0

    kind: ClassVar[str] = "AdditiveAttention"

    @property
    def scores_multiply(self) -> bool:
        """Whether each number of a score has a weight."""
        return self.use_scale

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return scale, (width of the query,), with use_scale."""
        return (Weight("scale", inputs[0][-1:]),) if self.use_scale else ()
