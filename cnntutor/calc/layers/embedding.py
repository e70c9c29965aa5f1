"""Embedding and ReversibleEmbedding: a row of numbers looked up for each whole number."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import flag, plain, whole
from cnntutor.calc.layers.base import Layer, Weight, Window
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg, shape


class _Embedding(Layer):
    """What both have in common."""

    __slots__ = ()

    input_dim: int
    output_dim: int
    mask_zero: bool

    def __post_init__(self) -> None:
        whole("input_dim", self.input_dim)
        whole("output_dim", self.output_dim)
        flag("mask_zero", self.mask_zero)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the input's shape with output_dim for a further side."""
        self.check(inputs)
        return (*inputs[0], self.output_dim)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the table, (input_dim, output_dim)."""
        return (Weight("embeddings", (self.input_dim, self.output_dim)),)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: the input has no channels yet."""
        return None

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return input_dim · output_dim with the numbers put in."""
        symbols = (
            Symbol("input_dim", msg("rows of the table: words that are known"), self.input_dim),
            Symbol("output_dim", msg("numbers for each word"), self.output_dim),
        )
        rule = msg("A table with one row of numbers for each word.")
        return worked("params", rule, "input_dim · output_dim", symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: a row of output_dim numbers in place of each whole number."""
        symbols = (Symbol("output_dim", msg("numbers for each word"), self.output_dim),)
        rule = msg("Each whole number of the input is replaced by its row.")
        formula = f"{' × '.join(shape((side,)) for side in inputs[0])} × output_dim"
        return worked("output_shape", rule, formula, symbols, self.output_shape(inputs))

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return 0: rows are looked up."""
        return worked("macs", msg("Rows are looked up, nothing is multiplied."), "0", (), 0)


@dataclass(frozen=True, slots=True)
class Embedding(_Embedding):
    """Keras's Embedding."""

    input_dim: int
    output_dim: int
    mask_zero: bool = False

    kind: ClassVar[str] = "Embedding"


@dataclass(frozen=True, slots=True)
class ReversibleEmbedding(_Embedding):
    """Keras's ReversibleEmbedding, used forwards; without tie_weights a second table leads back."""

    input_dim: int
    output_dim: int
    tie_weights: bool = True
    mask_zero: bool = False
    logit_soft_cap: float | None = None

    kind: ClassVar[str] = "ReversibleEmbedding"

    def __post_init__(self) -> None:
        _Embedding.__post_init__(self)
        flag("tie_weights", self.tie_weights)
        plain("logit_soft_cap", self.logit_soft_cap)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the table, and without tie_weights the one that leads back."""
        table = _Embedding.weights(self, inputs)
        if self.tie_weights:
            return table
        return (*table, Weight("reverse_embeddings", (self.output_dim, self.input_dim)))

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the size of the table, or of both."""
        return (
            _Embedding.derive_params(self, inputs) if self.tie_weights else Layer.derive_params(self, inputs)
        )
