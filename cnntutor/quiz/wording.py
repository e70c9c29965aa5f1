"""Puts drawn numbers and referenced ones into the texts of a question."""

import dataclasses
from functools import cache
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from cnntutor.calc.network import Network
from cnntutor.course.networks import Networks, UnknownNumber
from cnntutor.course.question_parts import AlsoRight, KnownWrong
from cnntutor.course.questions import PredictionQuestion, Question
from cnntutor.course.references import fill
from cnntutor.i18n import Text, shape
from cnntutor.quiz.answer_key import AnswerKey
from cnntutor.quiz.build import problem, unknown_name
from cnntutor.quiz.draw import Drawn, UnknownName, tell
from cnntutor.quiz.rules.asked import Counted

Told = TypeVar("Told", bound=Struct)


def shape_names(network: Network | None, layer: str | None) -> dict[str, str]:
    """Return the names of shapes that texts may use."""
    names: dict[str, str] = {}
    if network is not None:
        names["input"] = shape(network.input_shape)
        if layer is not None:
            inputs = Counted(network).inputs(network.node(layer))
            names["layer_input"] = " + ".join(shape(each) for each in inputs)
    return names


def told(question: Question, names: Drawn) -> Question:
    """Return the question with numbers and references put into all its texts."""
    return _told_struct(question, question, names)


def _told_struct(question: Question, part: Told, names: Drawn) -> Told:
    """Return a part of a question with its texts told, those within it as well."""
    changed: dict[str, object] = {}
    for name in part.__struct_fields__:
        value = getattr(part, name)
        told_value = _told_value(question, value, names)
        if told_value is not value:
            changed[name] = told_value
    return replace(part, **changed) if changed else part


def _told_value(question: Question, value: object, names: Drawn) -> object:
    """Return a text, or what holds texts, told; what is said about answers is told with the key."""
    if isinstance(value, Text):
        return _tell(question, value, names)
    if isinstance(value, (KnownWrong, AlsoRight)) and not isinstance(question, PredictionQuestion):
        return value
    if isinstance(value, Struct):
        return _told_struct(question, value, names)
    if isinstance(value, tuple) and value and isinstance(value[0], (Text, Struct)):
        return tuple(_told_value(question, each, names) for each in value)
    return value


def told_key(question: Question, key: AnswerKey, names: Drawn) -> AnswerKey:
    """Return the answers with numbers and references put into what is said about them."""
    return AnswerKey(
        tuple(
            each
            if each.reason is None
            else dataclasses.replace(each, reason=_tell(question, each.reason, names))
            for each in key.right
        ),
        tuple(
            dataclasses.replace(
                each, known=replace(each.known, feedback=_tell(question, each.known.feedback, names))
            )
            for each in key.wrong
        ),
    )


@cache
def _networks() -> Networks:
    """Return the networks that references quote, each counted once."""
    return Networks()


def _tell(question: Question, text: Text, names: Drawn) -> Text:
    """Return a text of a question with numbers and references put in.

    Raises:
        NotUnderstood: a name or a reference stands for nothing.
    """
    try:
        return fill(tell(text, names), _networks())
    except UnknownName as unknown:
        raise problem(question, unknown_name(unknown)) from None
    except UnknownNumber as unknown:
        raise problem(question, unknown.message) from None
