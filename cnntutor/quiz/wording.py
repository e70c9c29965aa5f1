"""Puts drawn numbers and referenced ones into the texts of a question."""

import dataclasses
from functools import cache

from msgspec.structs import replace

from cnntutor.calc.network import Network
from cnntutor.course.networks import Networks, UnknownNumber
from cnntutor.course.questions import ChoiceQuestion, MultiChoiceQuestion, Question
from cnntutor.course.references import fill
from cnntutor.i18n import Text, shape
from cnntutor.quiz.answer_key import AnswerKey
from cnntutor.quiz.build import problem, unknown_name
from cnntutor.quiz.draw import Drawn, UnknownName, tell
from cnntutor.quiz.rules.asked import Counted


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
    changed: dict[str, object] = {"prompt": _tell(question, question.prompt, names)}
    if question.title is not None:
        changed["title"] = _tell(question, question.title, names)
    if question.explanation is not None:
        changed["explanation"] = _tell(question, question.explanation, names)
    if question.hints is not None:
        changed["hints"] = tuple(_tell(question, hint, names) for hint in question.hints)
    if isinstance(question, (ChoiceQuestion, MultiChoiceQuestion)):
        changed["choices"] = tuple(
            replace(
                choice,
                text=_tell(question, choice.text, names),
                why=None if choice.why is None else _tell(question, choice.why, names),
            )
            for choice in question.choices
        )
    return replace(question, **changed)


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
