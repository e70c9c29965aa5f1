"""The right answers to a typed answer, and the wrong ones that are recognised."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cnntutor.calc.problems import LayerError
from cnntutor.course.question_parts import KnownWrong, Varied
from cnntutor.course.questions import NumberQuestion, ShapeQuestion
from cnntutor.i18n import Text, msg
from cnntutor.quiz.build import asked_of, build, problem, unknown_name, value_of
from cnntutor.quiz.draw import Drawn, UnknownName, expression, put_in
from cnntutor.quiz.graded import Value
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.data import MISTAKES, find_in
from cnntutor.quiz.rules.networks import candidates


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """An answer that is accepted."""

    value: Value
    asked: Asked | None
    """What the calculator was asked; None for bare arithmetic."""
    working: str = ""
    """The arithmetic as it is written down, where no network is asked about: 5 · 5 · 6."""
    reason: Text | None = None
    """Why another answer than the first is accepted as well; references not put in yet."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """An answer the question's file foresees."""

    value: Value
    known: KnownWrong


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """All that is known about the answers to a question with one field."""

    right: tuple[RightAnswer, ...]
    """The first is the answer; others are accepted with a reason."""
    wrong: tuple[WrongAnswer, ...]

    def mistaken(self) -> Iterator[tuple[Asked, Candidate]]:
        """Yield the wrong answers that rules compute, the likelier first, each with what was asked."""
        for right in self.right:
            if right.asked is not None:
                for candidate in candidates(right.asked):
                    yield right.asked, candidate


def answer_key(question: NumberQuestion | ShapeQuestion, drawn: Drawn) -> AnswerKey:
    """Return the key of a question with these numbers.

    Raises:
        NotUnderstood: the file says something that cannot be.
        LayerError: with these numbers a layer cannot stand on its inputs.
    """
    asked = _asked(question, drawn)
    wrong: list[WrongAnswer] = []
    if isinstance(question, NumberQuestion) and question.find is not None:
        first, wrong = _found(question, drawn)
    elif asked is None:
        if question.right is None:
            raise problem(question, msg("say what is asked of which network, or give right."))
        value = value_of(question, question.right, drawn)
        first = RightAnswer(value, None, _written(expression(str(question.right), drawn)))
    elif question.right is not None:
        raise problem(question, msg("the calculator knows the answer; leave right out."))
    else:
        first = RightAnswer(_right(question, asked), asked)
    others: list[RightAnswer] = []
    for also in question.also_right:
        if also.network is not None and also.value is None and asked is not None:
            other = _on(question, also.network, drawn)
            others.append(RightAnswer(_right(question, other), other, reason=also.reason))
        elif also.value is not None and also.network is None:
            others.append(RightAnswer(_value(question, also.value, drawn), None, reason=also.reason))
        else:
            raise problem(question, msg("also_right: give either a value or a network."))
    for known in reversed(question.known_wrong):
        if known.network is not None and known.value is None and asked is not None:
            wrong.insert(0, WrongAnswer(_right(question, _on(question, known.network, drawn)), known))
        elif known.value is not None and known.network is None:
            wrong.insert(0, WrongAnswer(_value(question, known.value, drawn), known))
        else:
            raise problem(question, msg("known_wrong: give either a value or a network."))
    key = AnswerKey((first, *others), tuple(wrong))
    _check_kinds(question, key)
    return key


def _found(question: NumberQuestion, drawn: Drawn) -> tuple[RightAnswer, list[WrongAnswer]]:
    """Return what is to be found in the question's data, and what mistakes make of it.

    Raises:
        NotUnderstood: the data does not say enough.
    """
    try:
        data = put_in(question.data, drawn)
        found = find_in(
            question.find or "", data if isinstance(data, dict) else {}, question.form == "percent"
        )
    except UnknownName as unknown:
        raise problem(question, unknown_name(unknown)) from None
    except (KeyError, ValueError, IndexError, ZeroDivisionError) as wrong:
        raise problem(question, msg("data: {what} is missing or cannot be.", what=str(wrong))) from None
    return RightAnswer(found.value, None, found.working), [
        WrongAnswer(value, KnownWrong(feedback=MISTAKES[slug].both(), mistake=slug))
        for slug, value in found.wrong
        if value != found.value
    ]


def _asked(question: NumberQuestion | ShapeQuestion, drawn: Drawn) -> Asked | None:
    """Return what is asked of the question's network; None where it has none."""
    network = build(question, drawn)
    if network is None:
        return None
    if question.ask is None:
        raise problem(question, msg("ask is missing; say what is asked of the network, such as params."))
    return asked_of(question, network, question.ask, question.layer)


def _right(question: NumberQuestion | ShapeQuestion, asked: Asked) -> Value:
    """Return the right answer; a shape that does not exist is the file's fault."""
    try:
        return asked.right()
    except LayerError as wrong:
        raise problem(question, wrong.message) from None


def _value(question: NumberQuestion | ShapeQuestion, written: Varied, drawn: Drawn) -> Value:
    """Return a value written out; one side stands for both of a receptive field."""
    value = value_of(question, written, drawn)
    if question.ask == "receptive_field" and not isinstance(value, tuple):
        return (value, value)
    return value


def _written(arithmetic: str) -> str:
    """Return arithmetic as it is printed: (5 · 5 + 1) · 6."""
    spaced = re.sub(r"\s*([*/+x-])\s*", r" \1 ", arithmetic)
    return spaced.replace("*", "·").replace("-", "−").replace("x", "×").strip()


def _on(question: NumberQuestion | ShapeQuestion, network: str, drawn: Drawn) -> Asked:
    """Return the same asked of another network of the course."""
    from msgspec.structs import replace

    elsewhere = replace(question, network=network, layers=(), input_shape=None, change={})
    try:
        asked = _asked(elsewhere, drawn)
    except LayerError as wrong:
        raise problem(question, wrong.message) from None
    if asked is None:
        raise problem(question, msg("name a network, or write out its [[layers]]."))
    return asked


def _check_kinds(question: NumberQuestion | ShapeQuestion, key: AnswerKey) -> None:
    """Refuse a shape where a number is asked for, and the other way round."""
    shapes = isinstance(question, ShapeQuestion)
    field = question.ask == "receptive_field"
    for value in (*(each.value for each in key.right), *(each.value for each in key.wrong)):
        if isinstance(value, tuple) != shapes and not field:
            raise problem(
                question,
                msg("the answer is a shape; write kind = {kind}.", kind='"shape"')
                if isinstance(value, tuple)
                else msg("the answer is a number; write kind = {kind}.", kind='"number"'),
            )
