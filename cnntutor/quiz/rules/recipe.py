"""A layer's number taken apart, so that a mistake is a change of one part and two mistakes are two changes.

A count is a sum of products whose factors and terms have roles: the parameters of a convolution are the term
`weights`, kernel · kernel · depth · filters, and the term `bias`, filters. A shape is made of sides, each
with what its length is computed from. Whoever leaves out the biases drops a term; whoever then also forgets
the depth drops a factor of what is left.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from cnntutor.calc.layers.axes import joined
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.shapes import Shape
from cnntutor.quiz.rules.sides import Side
from cnntutor.quiz.rules.slip import Inputs, Quantity, product


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose number it is."""

    layer: Layer
    inputs: Inputs
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor, such as a side of the kernel."""

    role: str
    value: int


@dataclass(frozen=True, slots=True)
class Term:
    """One product."""

    role: str
    factors: tuple[Factor, ...]

    @property
    def value(self) -> int:
        """What the product comes to."""
        return math.prod(factor.value for factor in self.factors)


def term(role: str, **factors: int | tuple[int, ...]) -> Term:
    """Return a product; a keyword is a role, a tuple gives several factors of one role."""
    found: list[Factor] = []
    for name, value in factors.items():
        found += [Factor(name, each) for each in (value if isinstance(value, tuple) else (value,))]
    return Term(role, tuple(found))


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is a sum of products."""

    subject: Subject
    terms: tuple[Term, ...]

    @property
    def value(self) -> int:
        """What the sum comes to."""
        return sum(each.value for each in self.terms)

    @property
    def working(self) -> str:
        """The sum as it is written down, common factors before and behind a bracket."""
        if not self.terms:
            return "0"
        products = [each.factors for each in self.terms]
        before = 0
        while len(products) > 1 and all(
            len(each) > before and each[before] == products[0][before] for each in products
        ):
            before += 1
        rests = [each[before:] for each in products]
        behind = 0
        while len(products) > 1 and all(
            len(each) > behind and each[-1 - behind] == rests[0][-1 - behind] for each in rests
        ):
            behind += 1
        inner = " + ".join(_written(each[: len(each) - behind]) for each in rests)
        if len(products) > 1 and (before or behind):
            inner = f"({inner})"
        outer = (
            *(str(each.value) for each in products[0][:before]),
            inner,
            *(str(each.value) for each in rests[0][len(rests[0]) - behind :]),
        )
        return " · ".join(outer)

    def has(self, role: str) -> bool:
        """Return whether a factor of this role is in it."""
        return any(factor.role == role for each in self.terms for factor in each.factors)

    def find(self, role: str) -> Term | None:
        """Return the term of this role."""
        return next((each for each in self.terms if each.role == role), None)

    def drop(self, *roles: str) -> "Count":
        """Return the sum without the terms of these roles."""
        return replace(self, terms=tuple(each for each in self.terms if each.role not in roles))

    def swap(self, role: str, values: tuple[int, ...], within: Collection[str] = ()) -> "Count":
        """Return the sum with other factors in the place of those of a role; () leaves them out.

        Args:
            role: The role.
            values: The new factors, in the place of the first old one.
            within: Roles of the terms to be changed; all if left empty.
        """
        terms: list[Term] = []
        for each in self.terms:
            if (within and each.role not in within) or all(factor.role != role for factor in each.factors):
                terms.append(each)
                continue
            first = next(place for place, factor in enumerate(each.factors) if factor.role == role)
            kept = [factor for factor in each.factors if factor.role != role]
            kept[first:first] = [Factor(role, value) for value in values]
            terms.append(Term(each.role, tuple(kept)))
        return replace(self, terms=tuple(terms))

    def times(self, role: str, values: tuple[int, ...], within: Collection[str] = ()) -> "Count":
        """Return the sum with further factors before those of its terms."""
        more = tuple(Factor(role, value) for value in values)
        return replace(
            self,
            terms=tuple(
                each if within and each.role not in within else Term(each.role, (*more, *each.factors))
                for each in self.terms
            ),
        )

    def plus(self, *terms: Term) -> "Count":
        """Return the sum with further terms."""
        return replace(self, terms=(*self.terms, *terms))


@dataclass(frozen=True, slots=True)
class Sides:
    """A shape whose sides are computed one by one, channels last or first."""

    subject: Subject
    sides: tuple[Side, ...]
    depth: tuple[int, ...]
    """The factors of the channels; () where there are none."""
    data_format: str | None = None

    @property
    def value(self) -> Shape:
        """The shape."""
        lengths = tuple(side.length for side in self.sides)
        return joined(lengths, math.prod(self.depth), self.data_format) if self.depth else lengths

    @property
    def working(self) -> str:
        """The sides as they are written down."""
        written = [_bracketed(side.working) for side in self.sides]
        depth = [_bracketed(product(*self.depth))] if self.depth else []
        parts = (*depth, *written) if self.data_format == "channels_first" else (*written, *depth)
        return " × ".join(parts)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number or shape with nothing in it that a further mistake could change."""

    subject: Subject
    value: int | Shape
    working: str


Recipe = Count | Sides | Fixed


def _written(factors: tuple[Factor, ...]) -> str:
    """Return a product as it is written down; 1 where nothing is left of it."""
    return product(*(factor.value for factor in factors)) or "1"


def _bracketed(working: str) -> str:
    """Return a side's working as it stands beside others."""
    return working if working[-1] in "⌋⌉" or " " not in working else f"({working})"
