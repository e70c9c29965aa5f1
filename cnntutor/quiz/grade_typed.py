"""Grades one typed answer: a number, a shape, a receptive field."""

import math
from fractions import Fraction

from cnntutor.calc.derivation import derive
from cnntutor.course.questions import NumberQuestion
from cnntutor.i18n import Message, msg
from cnntutor.quiz.answer_key import AnswerKey, RightAnswer
from cnntutor.quiz.answers import NotUnderstoodAnswer, Number, read_count, read_percent, read_real
from cnntutor.quiz.answers_shapes import read_field, read_shape
from cnntutor.quiz.build import as_fraction
from cnntutor.quiz.feedback import (
    decimals,
    ends,
    explain,
    line,
    marked,
    right_line,
    shown,
    total_rule,
    worked,
)
from cnntutor.quiz.graded import FieldGrade, Step, Value
from cnntutor.quiz.posed import FieldKind, PosedQuestion
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.doubles import doubles
from cnntutor.quiz.rules.networks import candidates
from cnntutor.quiz.rules.registry import NETWORK_MISTAKES, NOT_FLOORED

Read = Number | tuple[int | Fraction, ...]
"""An answer as it was read: a number with its slack, or a shape."""


def read(text: str, kind: FieldKind, rank: int = 3, rounding: bool = False) -> Read:
    """Read an answer to a field.

    Args:
        text: What was typed.
        kind: What the field takes.
        rank: How many sides the right shape has.
        rounding: Whether a count may be rounded.

    Raises:
        NotUnderstoodAnswer: it cannot be read.
    """
    if kind == "shape":
        return read_shape(text, rank)
    if kind == "field":
        return read_field(text, rank)
    if kind == "real":
        return read_real(text)
    return read_percent(text) if kind == "percent" else read_count(text, rounding)


def means(typed: Read, value: Value, tolerance: Fraction = Fraction(0)) -> bool:
    """Return whether what was typed is a value."""
    if isinstance(typed, Number):
        return not isinstance(value, tuple) and typed.means(value, tolerance)
    return typed == value


def _read_side(text: str) -> Number:
    """Read the side of an output: a count, or the half side of who did not round, 18.5.

    Raises:
        NotUnderstoodAnswer: it is no number.
    """
    try:
        return read_count(text)
    except NotUnderstoodAnswer as unread:
        try:
            side = read_real(text)
        except NotUnderstoodAnswer:
            raise unread from None
        if isinstance(side.value, int) or not ends(side.value):
            raise
        return side


def _rank(value: Value) -> int:
    """Return how many sides a value has; 1 where it is a number."""
    return len(value) if isinstance(value, tuple) else 1


def grade_typed(posed: PosedQuestion, key: AnswerKey, text: str) -> FieldGrade:
    """Grade the answer to a question with one typed field."""
    question, field = posed.question, posed.fields[0]
    first = key.right[0]
    rounding = isinstance(question, NumberQuestion) and question.rounding
    asks_side = first.asked is not None and first.asked.ask == "output_side"
    try:
        typed = _read_side(text) if asks_side else read(text, field.kind, _rank(first.value), rounding)
    except NotUnderstoodAnswer as unread:
        return FieldGrade("not_understood", feedback=unread.message)
    tolerance = as_fraction(question.tolerance) if isinstance(question, NumberQuestion) else Fraction(0)
    for right in key.right:
        if means(typed, right.value, tolerance):
            return FieldGrade("right", feedback=right.reason or praise(right))
    mistaken = [(asked, each) for asked, each in key.mistaken() if means(typed, each.value)]
    slugs = list(dict.fromkeys(each.slug for _, each in mistaken))
    for wrong in key.wrong:
        if means(typed, wrong.value, tolerance):
            named = [wrong.known.mistake, *slugs] if wrong.known.mistake else slugs
            distinct = list(dict.fromkeys(named))
            return FieldGrade(
                "wrong",
                distinct[0] if distinct else None,
                tuple(distinct[1:]),
                wrong.known.feedback,
            )
    if mistaken:
        return mistake_grade(*mistaken[0], tuple(slugs[1:]))
    if first.asked is not None:
        double = double_grade(first.asked, typed)
        if double is not None:
            return double
    return unknown_grade(typed, first.value, first.asked)


def grade_asked(asked: Asked, text: str) -> FieldGrade:
    """Grade an answer to a number or shape of a network, asked without a question's file.

    Raises:
        LayerError: a layer cannot stand on its inputs, or has no such number.
    """
    right = asked.right()
    kind: FieldKind = "count"
    if isinstance(right, tuple):
        kind = "field" if asked.ask == "receptive_field" else "shape"
    try:
        typed = _read_side(text) if asked.ask == "output_side" else read(text, kind, _rank(right))
    except NotUnderstoodAnswer as unread:
        return FieldGrade("not_understood", feedback=unread.message)
    if means(typed, right):
        return FieldGrade("right", feedback=praise(RightAnswer(right, asked)))
    found = [each for each in candidates(asked) if means(typed, each.value)]
    if found:
        slugs = list(dict.fromkeys(each.slug for each in found))
        return mistake_grade(asked, found[0], tuple(slugs[1:]))
    return double_grade(asked, typed) or unknown_grade(typed, right, asked)


def double_grade(asked: Asked, typed: Read) -> FieldGrade | None:
    """Return the grade of an answer that two mistakes together give; None where none does."""
    double = next((each for each in doubles(asked) if means(typed, each.value)), None)
    if double is None or double.first.slip is None:
        return None
    slipped = line(double.first.slip.working, double.first.slip.value)
    right = right_line(asked, double.first.where, double.first.quantity)
    said = msg(
        "Two mistakes at once. {first} {second} Your way: {slipped}. The right way: {right}.",
        first=double.first.mistake,
        second=double.mistake,
        slipped=slipped,
        right=right,
    )
    steps = (Step(double.first.where, right, slipped),)
    return FieldGrade("wrong", double.slugs[0], double.slugs[1:], said, steps, together=double.slugs)


def praise(right: RightAnswer) -> Message:
    """Return what to say about the right answer: its working."""
    return msg("Right: {working}.", working=right_working(right))


def mistake_grade(asked: Asked, candidate: Candidate, also: tuple[str, ...]) -> FieldGrade:
    """Return the grade of an answer that a known mistake gives."""
    feedback, steps = explain(asked, candidate)
    return FieldGrade("wrong", candidate.slug, also, feedback, steps)


def unknown_grade(typed: Read, right: Value, asked: Asked | None) -> FieldGrade:
    """Return the grade of a wrong answer that no known mistake gives."""
    sides = (typed.value,) if isinstance(typed, Number) else typed
    if any(side < 0 for side in sides):
        return FieldGrade("wrong", feedback=msg("Nothing counted here can be negative."))
    if any(isinstance(side, Fraction) for side in sides) and _whole(right):
        floored = tuple(math.floor(side) for side in sides)
        wanted = right if isinstance(right, tuple) else (right,)
        if floored == wanted:
            return FieldGrade("wrong", NOT_FLOORED, feedback=NETWORK_MISTAKES[NOT_FLOORED])
        rounded = None if asked is None else _rounded_up(asked, sides)
        if rounded is not None:
            return rounded
        return FieldGrade("wrong", feedback=msg("The answer is made of whole numbers; this is none."))
    if isinstance(right, tuple) and not isinstance(typed, Number) and len(typed) != len(right):
        return FieldGrade(
            "wrong",
            feedback=msg(
                "Your shape has {given} sides; the output has {wanted}.",
                given=str(len(typed)),
                wanted=str(len(right)),
            ),
        )
    value = typed.value if isinstance(typed, Number) else typed
    own = marked(decimals(value)) if isinstance(value, Fraction) else shown(value)
    said: Message = msg("{typed} is not right, and no mistake we know leads to it.", typed=own)
    rule = None if asked is None else _rule(asked)
    if rule is not None:
        said = msg("{said} Remember: {rule}", said=said, rule=rule)
    return FieldGrade("wrong", feedback=said)


def _rounded_up(asked: Asked, sides: tuple[int | Fraction, ...]) -> FieldGrade | None:
    """Return the grade of a shape that a known mistake gives once its sides are rounded up; else None."""
    whole = tuple(math.ceil(side) for side in sides)
    value = whole if isinstance(asked.right(), tuple) else whole[0]
    found = [each for each in candidates(asked) if each.value == value]
    if not found:
        return None
    slugs = tuple(dict.fromkeys(each.slug for each in found))
    said = msg("A side is a whole number. {mistake}", mistake=found[0].mistake)
    return FieldGrade("wrong", slugs[0], slugs[1:], said)


def right_working(right: RightAnswer) -> Message:
    """Return the working of a right answer."""
    return line(right.working, right.value) if right.asked is None else worked(right.asked)


def _rule(asked: Asked) -> Message | None:
    """Return the rule by which the answer is worked out."""
    if asked.layer is None:
        return total_rule(asked)
    return derive(asked.network, asked.layer, asked.quantity).rule


def _whole(value: Value) -> bool:
    """Return whether a value is made of whole numbers."""
    return all(isinstance(side, int) for side in (value if isinstance(value, tuple) else (value,)))
