"""Reads the shapes and receptive fields a learner types."""

import re
from fractions import Fraction

from cnntutor.i18n import Message, msg
from cnntutor.quiz.answers import LARGEST_ANSWER, NotUnderstoodAnswer, calculated, out_of_bounds, plain_text

SHAPE_EXAMPLE = msg("such as 12x10x4")
ROW_EXAMPLE = msg("such as 12x10x4, or one number")
FIELD_EXAMPLE = msg("such as 9 or 9x9")

_SIDE = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_GROUPED_SIDE = re.compile(r"[0-9]{1,3}([.,_])[0-9]{3}(?:\1[0-9]{3})*")


def read_shape(text: str, rank: int) -> tuple[int | Fraction, ...]:
    """Read an output shape: 28x28x6, 28×28×6, (28, 28, 6), 28 28 6; a leading None (the batch) is left out.

    Args:
        text: What was typed.
        rank: How many sides the right shape has; where it is 1, one number or arithmetic is read as a count.

    Raises:
        NotUnderstoodAnswer: it is no shape.
    """
    example = ROW_EXAMPLE if rank == 1 else SHAPE_EXAMPLE
    plain = plain_text(text, example)
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
            return (calculated(inner, False, example),)
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
        raise NotUnderstoodAnswer(out_of_bounds())
    return shape


def read_field(text: str, rank: int = 2) -> tuple[int | Fraction, ...]:
    """Read a receptive field: 27 (all sides) or 27x27.

    Args:
        text: What was typed.
        rank: How many sides there are.

    Raises:
        NotUnderstoodAnswer: it is neither.
    """
    plain = plain_text(text, FIELD_EXAMPLE)
    inner = plain
    if inner[0] in "([" and inner[-1] in ")]" and not re.search(r"[()\[\]]", inner[1:-1]):
        inner = inner[1:-1].strip().rstrip(",; ")
    sides = next(filter(None, (_split_sides(inner, mark) for mark in (r"[xX×;]", ",", r"\s"))), None)
    if sides is not None:
        if len(sides) != rank:
            raise NotUnderstoodAnswer(_wanted_shape(FIELD_EXAMPLE))
        return tuple(_side(side) for side in sides)
    side = calculated(inner or plain, False, FIELD_EXAMPLE)
    return (side,) * rank


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
