"""Puts a mistake into words: its name, and the working up to the step where it went wrong."""

import re
from fractions import Fraction

from cnntutor.calc.derivation import Derivation, derive, derive_total
from cnntutor.i18n import Message, Text, msg
from cnntutor.quiz.graded import Step, Value
from cnntutor.quiz.posed import TOTAL
from cnntutor.quiz.rules.asked import Asked, Counted
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.registry import LAYER_LEFT_OUT
from cnntutor.quiz.rules.slip import Quantity, product

PLACES = 4
"""Decimals of a number whose own have no end; of one below 0.1, digits that count."""

_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")


def shown(value: Value) -> Message | Text | int:
    """Return a value as it goes into a Message: counts get their thousands marks there.

    A decimal has each language's mark; one without an end is rounded, and said to be: ≈ 4.1667.
    """
    if isinstance(value, tuple):
        return marked("×".join(decimals(Fraction(side)) for side in value) or "–")
    if not isinstance(value, Fraction):
        return value
    return marked(decimals(value)) if ends(value) else msg("≈ {result}", result=marked(rounded(value)))


def plain(value: Fraction) -> int | Fraction:
    """Return a fraction as a whole number where it is one."""
    return value.numerator if value.denominator == 1 else value


def marked(written: str) -> Text:
    """Return numbers written with a decimal point with each language's mark: 18.5 and 18,5."""
    return Text(written, _POINT.sub(",", written))


def ends(value: Fraction) -> bool:
    """Return whether a fraction is a decimal of at most twelve places."""
    return _places(value) is not None


def decimals(value: Fraction) -> str:
    """Return a fraction as a decimal where it has an end, else as a fraction: 18.5, 1/3."""
    digits = _places(value)
    if digits is None:
        return f"{value.numerator}/{value.denominator}"
    return _decimal(value, digits)


def rounded(value: Fraction) -> str:
    """Return a fraction as a decimal rounded to four places, or to four digits where it is below 0.1."""
    digits = PLACES
    while value and abs(value) * 10**digits < 10 ** (PLACES - 1):
        digits += 1
    return _decimal(round(value, digits), digits)


def _places(value: Fraction) -> int | None:
    """Return how many decimals a fraction has; None where they do not end by the twelfth."""
    return next((count for count in range(13) if (value * 10**count).denominator == 1), None)


def _decimal(value: Fraction, digits: int) -> str:
    """Return a fraction that is a decimal of so many places."""
    whole = str(abs(int(value * 10**digits))).rjust(digits + 1, "0")
    sign = "−" if value < 0 else ""
    return sign + (f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole)


def line(working: str, value: Value) -> Message:
    """Return a working with what it comes to: 5 · 5 · 3 · 6 = 450, or 26 / 11 ≈ 2.3636."""
    if isinstance(value, Fraction) and not ends(value):
        if not working:
            return msg("≈ {result}", result=marked(rounded(value)))
        return msg("{working} ≈ {result}", working=marked(working), result=marked(rounded(value)))
    plain = decimals(value) if isinstance(value, Fraction) else str(value)
    result = shown(value)
    if isinstance(value, tuple):
        plain = "×".join(str(side) for side in value)
    if working.replace(" ", "") in ("", plain.replace(" ", "")):
        return msg("{result}", result=result)
    return msg("{working} = {result}", working=marked(working), result=result)


def right_line(asked: Asked, where: str, quantity: Quantity) -> Message:
    """Return the right working of one layer's number."""
    derivation = derive(asked.network, where, quantity)
    return line(derivation.numbers, () if derivation.result is None else derivation.result)


def total_line(asked: Asked) -> Message:
    """Return the right working of a total."""
    derivation = _total(asked)
    return line(derivation.numbers, derivation.result or 0)


def total_rule(asked: Asked) -> Message:
    """Return the rule of a total."""
    return _total(asked).rule


def _total(asked: Asked) -> Derivation:
    """Return the derivation of a total."""
    return derive_total(asked.network, "macs" if asked.quantity == "macs" else "params")


def worked(asked: Asked) -> Message:
    """Return the working of the right answer."""
    if asked.layer is None:
        return total_line(asked)
    if asked.ask == "output_values":
        output = Counted(asked.network).shapes[asked.layer]
        return line(product(*output), asked.right())
    return right_line(asked, asked.layer, asked.quantity)


def explain(asked: Asked, candidate: Candidate) -> tuple[Message, tuple[Step, ...]]:
    """Return what to say about a mistake, and the working up to it.

    Args:
        asked: What was asked.
        candidate: The mistake that gives the learner's answer.
    """
    if candidate.slip is None:
        return _explain_sum(asked, candidate)
    slipped = line(candidate.slip.working, candidate.slip.value)
    right = right_line(asked, candidate.where, candidate.quantity)
    last = Step(candidate.where, right, slipped)
    steps = (*_steps_before(asked, candidate), last)
    said = {"mistake": candidate.mistake, "slipped": slipped, "right": right, "layer": candidate.where}
    if candidate.scope == "here":
        del said["layer"]
        return msg("{mistake} Your way: {slipped}. The right way: {right}.", **said), steps
    if candidate.scope == "before":
        return (
            msg(
                "{mistake} It happened in {layer}: {slipped}, where {right} is right;"
                " the rest of your working follows from that.",
                **said,
            ),
            steps,
        )
    if candidate.scope == "everywhere":
        return (
            msg(
                "{mistake} It happened in every layer it can happen in, first in {layer}:"
                " {slipped}, where {right} is right.",
                **said,
            ),
            steps,
        )
    return msg("{mistake} It happened in {layer}: {slipped}, where {right} is right.", **said), steps


def _explain_sum(asked: Asked, candidate: Candidate) -> tuple[Message, tuple[Step, ...]]:
    """Return what to say about a slip in adding up."""
    steps = (*_all_steps(asked), Step(TOTAL, total_line(asked), line("", candidate.value)))
    count = Counted(asked.network).count(asked.network.node(candidate.where), asked.quantity)
    said = {"mistake": candidate.mistake, "layer": candidate.where, "count": count}
    if candidate.slug == LAYER_LEFT_OUT:
        return msg("{mistake} Missing is {layer} with {count}.", **said), steps
    return msg("{mistake} {layer} with {count} is in it twice.", **said), steps


def _steps_before(asked: Asked, candidate: Candidate) -> tuple[Step, ...]:
    """Return the right workings of a total's layers before the one that went wrong."""
    if asked.layer is not None or candidate.quantity != asked.quantity:
        return ()
    steps: list[Step] = []
    for step in _all_steps(asked):
        if step.where == candidate.where:
            return tuple(steps)
        steps.append(step)
    return ()


def _all_steps(asked: Asked) -> tuple[Step, ...]:
    """Return the right workings of all layers that a total counts."""
    counted = Counted(asked.network)
    return tuple(
        Step(node.name, right_line(asked, node.name, asked.quantity))
        for node in asked.network.nodes
        if counted.count(node, asked.quantity)
    )
