"""Exact arithmetic on what a person types: (5*5*3+1)*6 gives 456, never through eval.

Counts may carry thousands marks (62,006 or 62.006 or 62_006 or 62 006: groups of three); with real=True
`.` and `,` are the decimal mark instead. + - * / and their printed forms (− × · ÷) are understood, and
powers written ^ or ** with an exponent up to LARGEST_EXPONENT.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

LONGEST = 100
"""Longest expression understood, in characters."""
LARGEST_EXPONENT = 64
_LARGEST_RESULT = 10**60
_TOKEN = re.compile(r"\s*(?:(?P<number>\d[\d.,_]*(?:[ \u00a0\u202f]\d{3}(?!\d))*)|(?P<sign>\*\*|[-+*/^()]))")
_PRINTED = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "∙": "*", "⋅": "*", "÷": "/", ":": "/"})
_GROUPED = re.compile(r"\d{1,3}([.,_ \u00a0\u202f])\d{3}(?:\1\d{3})*")


class ArithmeticProblem(ValueError):
    """An expression that is not understood.

    Args:
        text: The whole expression.
        position: Index in the text where it stops making sense.
        reason: Why: too-long, empty, unexpected, number, zero-division, too-large.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(
            f"expression must be whole numbers joined by + - * / ( ), received {text[:LONGEST]!r}"
            f" ({reason} at {position})"
        )
        self.text = text
        self.position = position
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Token:
    """A sign, or a number with its value."""

    sign: str
    value: Fraction
    position: int


def evaluate(text: str, real: bool = False) -> int | Fraction:
    """Return the exact value of an expression; an int where it is whole.

    Args:
        text: What was typed, at most LONGEST characters.
        real: Read . and , as the decimal mark, not as thousands marks.

    Raises:
        ArithmeticProblem: it is no expression, divides by zero, or grows out of bounds.
    """
    if len(text) > LONGEST:
        raise ArithmeticProblem(text, LONGEST, "too-long")
    tokens = _tokens(text, real)
    if not tokens:
        raise ArithmeticProblem(text, 0, "empty")
    reader = _Reader(text, tokens)
    value = reader.sum()
    if reader.next < len(tokens):
        raise ArithmeticProblem(text, tokens[reader.next].position, "unexpected")
    return value.numerator if value.denominator == 1 else value


def _tokens(text: str, real: bool) -> list[_Token]:
    """Cut the text into numbers and signs."""
    plain = text.translate(_PRINTED).rstrip()
    tokens: list[_Token] = []
    position = 0
    while position < len(plain):
        found = _TOKEN.match(plain, position)
        if found is None:
            raise ArithmeticProblem(text, position, "unexpected")
        written = found.group("number")
        if written is None:
            tokens.append(_Token(found.group("sign").replace("**", "^"), Fraction(0), found.start("sign")))
        else:
            value = _value(written, real)
            if value is None:
                raise ArithmeticProblem(text, found.start("number"), "number")
            tokens.append(_Token("", value, found.start("number")))
        position = found.end()
    return tokens


def _value(written: str, real: bool) -> Fraction | None:
    """Return the value of a number as written; None where its marks make no sense."""
    if re.fullmatch(r"\d+", written, re.ASCII):
        return Fraction(int(written))
    if real:
        decimal = re.fullmatch(r"(\d+)[.,](\d+)", written, re.ASCII)
        return Fraction(f"{decimal[1]}.{decimal[2]}") if decimal else None
    if _GROUPED.fullmatch(written):
        return Fraction(int(re.sub(r"\D", "", written)))
    return None


class _Reader:
    """A reader of tokens: sums of products of powers of numbers and brackets."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.next = 0

    def sum(self) -> Fraction:
        """Read terms joined by + and -."""
        value = self._product()
        while (sign := self._take("+", "-")) is not None:
            term = self._product()
            value = self._bounded(value + term if sign == "+" else value - term)
        return value

    def _product(self) -> Fraction:
        """Read factors joined by * and /."""
        value = self._factor()
        while (sign := self._take("*", "/")) is not None:
            at = self._position()
            factor = self._factor()
            if sign == "/" and factor == 0:
                raise ArithmeticProblem(self.text, at, "zero-division")
            value = self._bounded(value * factor if sign == "*" else value / factor)
        return value

    def _factor(self) -> Fraction:
        """Read a signed power; -2^2 is -(2^2), and 2^3^2 is 2^(3^2)."""
        if self._take("-") is not None:
            return -self._factor()
        if self._take("+") is not None:
            return self._factor()
        base = self._atom()
        if self._take("^") is None:
            return base
        at = self._position()
        exponent = self._factor()
        if exponent.denominator != 1 or not 0 <= exponent <= LARGEST_EXPONENT:
            raise ArithmeticProblem(self.text, at, "too-large")
        return self._bounded(base ** int(exponent))

    def _atom(self) -> Fraction:
        """Read a number or a bracket."""
        at = self._position()
        if self._take("(") is not None:
            value = self.sum()
            if self._take(")") is None:
                raise ArithmeticProblem(self.text, self._position(), "unexpected")
            return value
        if self.next < len(self.tokens) and not self.tokens[self.next].sign:
            self.next += 1
            return self.tokens[self.next - 1].value
        raise ArithmeticProblem(self.text, at, "unexpected")

    def _take(self, *signs: str) -> str | None:
        """Return the next token's sign and step over it, where it is one of these."""
        if self.next < len(self.tokens) and self.tokens[self.next].sign in signs:
            self.next += 1
            return self.tokens[self.next - 1].sign
        return None

    def _position(self) -> int:
        """Return where the next token stands."""
        return self.tokens[self.next].position if self.next < len(self.tokens) else len(self.text)

    def _bounded(self, value: Fraction) -> Fraction:
        """Return the value where it is of a sensible size."""
        if abs(value.numerator) > _LARGEST_RESULT or value.denominator > _LARGEST_RESULT:
            raise ArithmeticProblem(self.text, self._position(), "too-large")
        return value
