"""Reads what a learner types: counts, real numbers, percentages, shapes, letters of choices.

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
SHAPE_EXAMPLE = msg("such as 12x10x4")
ROW_EXAMPLE = msg("such as 12x10x4, or one number")
FIELD_EXAMPLE = msg("such as 9 or 9x9")

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
_SIDE = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_GROUPED_SIDE = re.compile(r"[0-9]{1,3}([.,_])[0-9]{3}(?:\1[0-9]{3})*")
_LARGEST_EXPONENT = 30


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
    plain = _plain(text, example)
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
    return Number(_calculated(plain, False, example))


def read_real(text: str) -> Number:
    """Read a real number; `.` and `,` are the decimal mark, and 25% is 0.25.

    Raises:
        NotUnderstoodAnswer: it is no number.
    """
    plain = _plain(text, REAL_EXAMPLE)
    if plain.endswith("%"):
        return Number(Fraction(_calculated(plain[:-1], True, REAL_EXAMPLE)) / 100)
    scientific = _SCIENTIFIC.fullmatch(plain)
    if scientific is not None:
        exponent = int(scientific[2])
        if abs(exponent) > _LARGEST_EXPONENT:
            raise NotUnderstoodAnswer(_out_of_bounds())
        return Number(Fraction(scientific[1].replace(",", ".")) * Fraction(10) ** exponent)
    return Number(_calculated(plain, True, REAL_EXAMPLE))


def read_percent(text: str) -> Number:
    """Read a percentage, with or without its sign; `.` and `,` are the decimal mark.

    Raises:
        NotUnderstoodAnswer: it is no number.
    """
    plain = _plain(text, PERCENT_EXAMPLE)
    return Number(_calculated(plain.removesuffix("%"), True, PERCENT_EXAMPLE))


def read_shape(text: str, rank: int) -> tuple[int | Fraction, ...]:
    """Read an output shape: 28x28x6, 28×28×6, (28, 28, 6), 28 28 6; a leading None (the batch) is left out.

    Args:
        text: What was typed.
        rank: How many sides the right shape has; where it is 1, one number or arithmetic is read as a count.

    Raises:
        NotUnderstoodAnswer: it is no shape.
    """
    example = ROW_EXAMPLE if rank == 1 else SHAPE_EXAMPLE
    plain = _plain(text, example)
    inner = plain
    if inner[0] in "([" and inner[-1] in ")]" and not re.search(r"[()\[\]]", inner[1:-1]):
        inner = inner[1:-1].strip()
    inner = re.sub(r"^(?:none|\?|batch)\s*[,;x×*]?\s*", "", inner, flags=re.IGNORECASE)
    inner = inner.rstrip(",; ")
    if plain.endswith((",)", ",]")) and re.fullmatch(r"[0-9]{1,15}", inner):
        return (_side(inner),)
    if rank == 2 and re.fullmatch(r"[0-9]{1,15}", inner):
        return (_side(inner),)
    if rank == 1 and not _split_sides(inner, "[xX×;]"):
        try:
            return (_calculated(inner, False, example),)
        except NotUnderstoodAnswer:
            if not (_split_sides(inner, ",") or _split_sides(inner, r"\s")):
                raise
    sides = (
        _grouped_sides(inner)
        or _split_sides(inner, r"[xX×*;]")
        or _split_sides(inner, ",")
        or _split_sides(inner, r"\s")
    )
    if sides is None:
        raise NotUnderstoodAnswer(_wanted_shape(example))
    shape = tuple(_side(side) for side in sides)
    if any(abs(Fraction(side)) > LARGEST_ANSWER for side in shape) or len(shape) > 6:
        raise NotUnderstoodAnswer(_out_of_bounds())
    return shape


def read_field(text: str, rank: int = 2) -> tuple[int | Fraction, ...]:
    """Read a receptive field: 27 (all sides) or 27x27.

    Args:
        text: What was typed.
        rank: How many sides there are.

    Raises:
        NotUnderstoodAnswer: it is neither.
    """
    plain = _plain(text, FIELD_EXAMPLE)
    inner = plain
    if inner[0] in "([" and inner[-1] in ")]" and not re.search(r"[()\[\]]", inner[1:-1]):
        inner = inner[1:-1].strip().rstrip(",; ")
    sides = next(filter(None, (_split_sides(inner, mark) for mark in (r"[xX×;]", ",", r"\s"))), None)
    if sides is not None:
        if len(sides) != rank:
            raise NotUnderstoodAnswer(_wanted_shape(FIELD_EXAMPLE))
        return tuple(_side(side) for side in sides)
    side = _calculated(inner or plain, False, FIELD_EXAMPLE)
    return (side,) * rank


def read_letters(text: str, letters: str, several: bool) -> frozenset[str]:
    """Read the letter of a choice, or several: "b", "a, c", "ac".

    Args:
        text: What was typed.
        letters: The letters there are.
        several: Whether more than one may be named.

    Raises:
        NotUnderstoodAnswer: it names none of them, or too many.
    """
    named = [each for each in text.lower() if not each.isspace() and each not in ",;.()+&"]
    if not named or len(named) > len(letters) or any(each not in letters for each in named):
        raise NotUnderstoodAnswer(_wanted_letters(letters, several))
    if not several and len(set(named)) > 1:
        raise NotUnderstoodAnswer(_wanted_letters(letters, several))
    return frozenset(named)


def read_order(text: str, letters: str) -> str:
    """Read an order of letters, each once: "b, a, c", "b a c", "b > a > c", "bac".

    Raises:
        NotUnderstoodAnswer: a letter is missing, stands twice, or is none of them.
    """
    named = "".join(each for each in text.lower() if not each.isspace() and each not in ",;.>→-()")
    if sorted(named) != sorted(letters):
        raise NotUnderstoodAnswer(
            msg("Name every letter once, in your order: {letters}.", letters=", ".join(reversed(letters)))
        )
    return named


def read_line(text: str, count: int) -> int:
    """Read the number of a line: "3", "line 3", "dòng 3".

    Raises:
        NotUnderstoodAnswer: it is none of the listing's.
    """
    found = re.fullmatch(r"\s*(?:line|dòng|#)?\s*([0-9]{1,3})\s*[.:)]?\s*", text, re.IGNORECASE)
    if found is None or not 1 <= int(found[1]) <= count:
        raise NotUnderstoodAnswer(msg("Name a line of the listing: 1 to {count}.", count=str(count)))
    return int(found[1])


def _wanted_letters(letters: str, several: bool) -> Message:
    """Return the sentence for an answer that names no choice."""
    shown = ", ".join(letters)
    if several:
        return msg("Name every right choice by its letter ({letters}), for instance a, b.", letters=shown)
    return msg("Name one choice by its letter: {letters}.", letters=shown)


def _plain(text: str, example: Message) -> str:
    """Return the text without outer spaces and a unit behind it."""
    if len(text) > LONGEST:
        raise NotUnderstoodAnswer(
            msg("An answer has at most {longest} characters, {example}.", longest=LONGEST, example=example)
        )
    plain = _UNITS.sub("", text.strip()).strip().removeprefix("=").strip().replace("−", "-").replace("–", "-")
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


def _calculated(text: str, real: bool, example: Message) -> int | Fraction:
    """Return the exact value of a number or an expression."""
    try:
        value = evaluate(text, real=real)
    except ArithmeticProblem as problem:
        raise NotUnderstoodAnswer(_explained(problem, example)) from None
    if abs(Fraction(value)) > LARGEST_ANSWER:
        raise NotUnderstoodAnswer(_out_of_bounds())
    return value


def _explained(problem: ArithmeticProblem, example: Message) -> Message:
    """Return why an expression is not understood, and what would be."""
    if problem.reason == "zero-division":
        return msg("This divides by zero; type a number {example}.", example=example)
    if problem.reason == "too-large":
        return _out_of_bounds()
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


def _out_of_bounds() -> Message:
    """Return the sentence for a number no network has."""
    return msg("This number is out of all bounds; type one of at most 15 digits.")


def _wanted_shape(example: Message) -> Message:
    """Return the sentence for an answer that is no shape."""
    return msg("A shape is asked for: whole numbers with x between them, {example}.", example=example)


def _split_sides(text: str, mark: str) -> list[str] | None:
    """Return the parts of a shape between marks; None where there are no marks, or a part is no number."""
    parts = [part.strip() for part in re.split(rf"\s*{mark}\s*", text.strip())]
    if len(parts) < 2 or not all(_SIDE.fullmatch(part) for part in parts):
        return None
    return parts


def _grouped_sides(text: str) -> list[str] | None:
    """Return the sides of a shape such as 5x5x1,024: thousands marks where x stands between the sides."""
    parts = [part.strip() for part in re.split(r"[xX×;]", text)]
    if len(parts) < 2 or not any(_GROUPED_SIDE.fullmatch(part) for part in parts):
        return None
    plain = [re.sub(r"[.,_]", "", part) if _GROUPED_SIDE.fullmatch(part) else part for part in parts]
    return plain if all(_SIDE.fullmatch(part) for part in plain) else None


def _side(text: str) -> int | Fraction:
    """Return one side of a shape; 5.5 is read too, so that it can be called wrong."""
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value
