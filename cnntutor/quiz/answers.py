"""Reads the numbers a learner types: counts, real numbers, percentages.

What cannot be read raises NotUnderstoodAnswer with a sentence that says what would be; that is no wrong
answer. Arithmetic is worked out exactly by calc.arithmetic, never by eval.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from cnntutor.calc.arithmetic import LONGEST, ArithmeticProblem, evaluate
from cnntutor.i18n import Message, msg

LARGEST_ANSWER = 10**15
"""No count or side of this course is larger; more is a slip of the keyboard."""

COUNT_EXAMPLE = msg("such as 1234, 1,234 or (3*3*2+1)*4")
ROUNDED_EXAMPLE = msg("such as 1234, 12k, 1.2M or (3*3*2+1)*4")
REAL_EXAMPLE = msg("such as 0.25, 1e-3 or 1/4")
PERCENT_EXAMPLE = msg("such as 12.5 or 12.5%")

_UNITS = re.compile(
    r"(?<=[0-9)%kKmM\]])\s*(?:parameters?|params?|weights?|biases|macs?|multiply-adds|flops|pixels?|px|values?"
    r"|images?|steps?|epochs?|layers?|filters?|channels?|classes|errors?|batch(?:es)?|neurons?|units?"
    r"|connections?|points?|seconds?|sec|minutes?|mins?|s"
    r"|tham số|trọng số|độ lệch|giá trị|điểm ảnh|điểm|ảnh|bước|vòng|lớp|bộ lọc|kênh|lỗi|lô|nơ-ron|đơn vị"
    r"|kết nối|giây|phút)\.?\s*$",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"([+-]?)\s*([0-9]{1,9})(?:[.,]([0-9]{1,6}))?\s*([km])", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"([+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?)[eE]([+-]?[0-9]{1,2})")
_SHAPE_LIKE = re.compile(r"[0-9.,\s]+(?:[xX][0-9.,\s]+)+|[(\[][0-9\s]+(?:,[0-9\s]+)+[)\]]")
_LARGEST_EXPONENT = 30
_END_OF_SENTENCE = re.compile(r"(?<=[0-9)%\]])\.$")
_NO_DECIMALS = re.compile(r"(?<=[0-9]{4})[.,]0{1,2}$")
"""What a calculator writes behind a whole number, 62006.0; behind fewer digits a group may be broken off."""
_NO_WHOLE = re.compile(r"^[.,](?=[0-9])")


class NotUnderstoodAnswer(ValueError):
    """An answer that cannot be read.

    Args:
        message: What would be understood.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was typed: its value, and how far the true one may be from it."""

    value: int | Fraction
    slack: Fraction = Fraction(0)
    """Half a unit of the last digit typed, for 62k; else 0."""

    def means(self, value: int | Fraction, tolerance: Fraction = Fraction(0)) -> bool:
        """Return whether this is the value."""
        return abs(Fraction(self.value) - value) <= self.slack + tolerance


def half_last_digit(value: Fraction) -> Fraction:
    """Return half a unit of a decimal's last digit, which a rounded number is off by: 0.05 of 43.5.

    A fraction that is no decimal of at most twelve places is exact: 0.
    """
    places = next((count for count in range(13) if (value * 10**count).denominator == 1), None)
    return Fraction(0) if places is None else Fraction(1, 2 * 10**places)


def read_count(text: str, rounding: bool = False) -> Number:
    """Read a count: digits, thousands marks before groups of three, or arithmetic.

    Args:
        text: What was typed.
        rounding: Whether 62k and 62.4M are understood; in these `.` and `,` are the decimal mark.

    Raises:
        NotUnderstoodAnswer: it is no number.
    """
    example = ROUNDED_EXAMPLE if rounding else COUNT_EXAMPLE
    plain = _NO_DECIMALS.sub("", plain_text(text, example))
    rounded = _ROUNDED.fullmatch(plain)
    if rounded is not None:
        if not rounding:
            raise NotUnderstoodAnswer(
                msg("The exact number is asked for, without k or M: {example}.", example=example)
            )
        return _rounded_count(rounded, example)
    if _SHAPE_LIKE.fullmatch(plain):
        raise NotUnderstoodAnswer(
            msg("This reads as a shape; one number is asked for, {example}.", example=example)
        )
    if "%" in plain:
        raise NotUnderstoodAnswer(msg("A number is asked for, not a percentage: {example}.", example=example))
    return Number(calculated(plain, False, example))


def read_real(text: str) -> Number:
    """Read a real number; `.` and `,` are the decimal mark, and 25% is 0.25.

    Raises:
        NotUnderstoodAnswer: it is no number.
    """
    plain = _NO_WHOLE.sub("0.", plain_text(text, REAL_EXAMPLE))
    if plain.endswith("%"):
        return Number(Fraction(calculated(plain[:-1], True, REAL_EXAMPLE)) / 100)
    scientific = _SCIENTIFIC.fullmatch(plain)
    if scientific is not None:
        exponent = int(scientific[2])
        if abs(exponent) > _LARGEST_EXPONENT:
            raise NotUnderstoodAnswer(out_of_bounds())
        return Number(Fraction(scientific[1].replace(",", ".")) * Fraction(10) ** exponent)
    return Number(calculated(plain, True, REAL_EXAMPLE))


def read_percent(text: str) -> Number:
    """Read a percentage, with or without its sign; `.` and `,` are the decimal mark.

    Raises:
        NotUnderstoodAnswer: it is no number.
    """
    plain = _NO_WHOLE.sub("0.", plain_text(text, PERCENT_EXAMPLE))
    return Number(calculated(plain.removesuffix("%"), True, PERCENT_EXAMPLE))


def plain_text(text: str, example: Message) -> str:
    """Return the text without outer spaces and a unit behind it."""
    if len(text) > LONGEST:
        raise NotUnderstoodAnswer(
            msg("An answer has at most {longest} characters, {example}.", longest=LONGEST, example=example)
        )
    plain = _UNITS.sub("", text.strip()).strip().removeprefix("=").strip().replace("−", "-").replace("–", "-")
    plain = _END_OF_SENTENCE.sub("", plain)
    if not plain:
        raise NotUnderstoodAnswer(
            msg("Nothing is typed here yet; type an answer {example}.", example=example)
        )
    return plain


def _rounded_count(found: re.Match[str], example: Message) -> Number:
    """Return the value of 62k or 62.4M; it stands for all that is rounded to it."""
    sign, whole, decimals, suffix = found[1], found[2], found[3] or "", found[4].lower()
    unit = Fraction(1000 if suffix == "k" else 1_000_000, 10 ** len(decimals))
    value = int(whole + decimals) * unit * (-1 if sign == "-" else 1)
    if not value:
        raise NotUnderstoodAnswer(
            msg(
                "Rounded like this nothing is left of the number; type more digits, {example}.",
                example=example,
            )
        )
    return Number(value.numerator if value.denominator == 1 else value, unit / 2)


def calculated(text: str, real: bool, example: Message) -> int | Fraction:
    """Return the exact value of a number or an expression."""
    try:
        value = evaluate(text, real=real)
    except ArithmeticProblem as problem:
        raise NotUnderstoodAnswer(_explained(problem, example)) from None
    if abs(Fraction(value)) > LARGEST_ANSWER:
        raise NotUnderstoodAnswer(out_of_bounds())
    return value


def _explained(problem: ArithmeticProblem, example: Message) -> Message:
    """Return why an expression is not understood, and what would be."""
    if problem.reason == "zero-division":
        return msg("This divides by zero; type a number {example}.", example=example)
    if problem.reason == "too-large":
        return out_of_bounds()
    if problem.position >= len(problem.text.rstrip()):
        return msg("This breaks off at its end; type a number {example}.", example=example)
    part = problem.text[problem.position : problem.position + 12].strip()
    if problem.reason == "number":
        return msg(
            "“{part}” is no number: marks stand before groups of three digits; type one {example}.",
            part=part,
            example=example,
        )
    return msg("“{part}” is not understood here; type a number {example}.", part=part, example=example)


def out_of_bounds() -> Message:
    """Return the sentence for a number no network has."""
    return msg("This number is out of all bounds; type one of at most 15 digits.")
