"""A derivation as data: a rule in words, its symbols, the formula, the numbers put in, the result."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from cnntutor.calc.shapes import Shape
from cnntutor.i18n import Message, msg

Quantity = Literal[
    "params",
    "output_shape",
    "macs",
    "flops",
    "receptive_field",
    "activations",
    "activation_memory",
    "weight_memory",
]
QUANTITIES: tuple[Quantity, ...] = (
    "params",
    "output_shape",
    "macs",
    "flops",
    "receptive_field",
    "activations",
    "activation_memory",
    "weight_memory",
)
"""Everything a layer is explained by; the memories depend on the dtype, which is float32 unless said."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that stands in a formula."""

    name: str
    meaning: Message
    value: int


@dataclass(frozen=True, slots=True)
class Derivation:
    """The working of one number or shape.

    The formula with every symbol's value put in is `numbers`; what that comes to is `result`.
    """

    quantity: str
    rule: Message
    """The rule in words, one sentence or two."""
    symbols: tuple[Symbol, ...]
    formula: str
    numbers: str
    result: int | Shape | None
    """None only for a receptive field that no longer exists: the layer has no height and width."""
    unit: Message

    def with_numbers(self, numbers: str) -> "Derivation":
        """Return the same derivation with other numbers put in."""
        return replace(self, numbers=numbers)


def substitute(formula: str, symbols: tuple[Symbol, ...]) -> str:
    """Return the formula with each symbol's value in its place."""
    values = {symbol.name: str(symbol.value) for symbol in symbols}
    return re.sub(r"[a-z][a-z_0-9]*", lambda found: values.get(found.group(), found.group()), formula)


def worked(
    quantity: Quantity,
    rule: Message,
    formula: str,
    symbols: tuple[Symbol, ...],
    result: int | Shape | None,
) -> Derivation:
    """Return a derivation whose numbers are the formula with the symbols' values put in."""
    return Derivation(
        quantity, rule, symbols, formula, substitute(formula, symbols), result, unit_of(quantity)
    )


def unit_of(quantity: Quantity) -> Message:
    """Return what a quantity is counted in."""
    if quantity == "params":
        return msg("parameters")
    if quantity == "macs":
        return msg("multiply-adds")
    if quantity == "flops":
        return msg("floating-point operations")
    if quantity in ("activation_memory", "weight_memory"):
        return msg("bytes")
    if quantity == "activations":
        return msg("values")
    if quantity == "output_shape":
        return msg("output shape, batch left out")
    return msg("pixels of the input")
