"""Poses the kinds that are neither typed numbers, tables nor plain choices: shuffles, letters, listings."""

from cnntutor.course.questions import (
    CodeLineQuestion,
    CodeQuestion,
    MatchQuestion,
    OrderQuestion,
    PredictionQuestion,
)
from cnntutor.i18n import Text, msg
from cnntutor.quiz.answers import PERCENT_EXAMPLE, REAL_EXAMPLE
from cnntutor.quiz.build import problem
from cnntutor.quiz.draw import shuffled
from cnntutor.quiz.posed import ANSWER, LINE, REASON, Field, Option

LETTERS = "abcdefghijklmnop"

OtherQuestion = OrderQuestion | MatchQuestion | CodeLineQuestion | PredictionQuestion | CodeQuestion


def fields_of(question: OtherQuestion) -> tuple[Field, ...]:
    """Return what is to be filled in.

    Raises:
        NotUnderstood: the question's file names a line that is not there, or no single reason.
    """
    if isinstance(question, OrderQuestion):
        example = ", ".join(LETTERS[: len(question.items)])  # never right: options_of sees to that
        return (Field(ANSWER, msg("your order"), "order", msg("such as {letters}", letters=example)),)
    if isinstance(question, MatchQuestion):
        return tuple(
            Field(str(number), pair.left, "letter", msg("such as a"))
            for number, pair in enumerate(question.pairs, start=1)
        )
    if isinstance(question, CodeLineQuestion):
        count = len(question.code.rstrip("\n").split("\n"))
        named = (*question.lines, *(each.line for each in question.line_reasons))
        if not all(1 <= line <= count for line in named):
            raise problem(question, msg("lines: the listing has lines 1 to {count}.", count=count))
        if sum(choice.right for choice in question.choices) != 1:
            raise problem(question, msg("choices: mark exactly one with right = true."))
        return (
            Field(LINE, msg("the wrong line"), "line", msg("such as 3")),
            Field(REASON, msg("the reason"), "choice", msg("such as a")),
        )
    if isinstance(question, PredictionQuestion):
        if question.low > question.high:
            raise problem(question, msg("low must not be above high."))
        percent = question.form == "percent"
        example_of = PERCENT_EXAMPLE if percent else REAL_EXAMPLE
        return (Field(ANSWER, msg("your prediction"), "percent" if percent else "real", example_of),)
    return (Field(ANSWER, msg("your code"), "code", msg("Keras code that leaves a model")),)


def options_of(question: OtherQuestion, seed: int) -> tuple[Option, ...]:
    """Return what letters stand for: the items to be ordered, or the rights to be matched, shuffled."""
    if isinstance(question, OrderQuestion):
        order = shuffled(len(question.items), question.slug, seed)
        if order == sorted(order):
            order = [*order[1:], order[0]]
        return _lettered([question.items[place] for place in order])
    if isinstance(question, MatchQuestion):
        rights = list(dict.fromkeys((*(pair.right for pair in question.pairs), *question.extra)))
        return _lettered([rights[place] for place in shuffled(len(rights), question.slug, seed)])
    return ()


def listing_of(question: OtherQuestion) -> str:
    """Return the listing shown with the question."""
    if isinstance(question, CodeLineQuestion):
        return question.code.rstrip("\n")
    return question.starter.rstrip("\n") if isinstance(question, CodeQuestion) else ""


def _lettered(texts: list[Text]) -> tuple[Option, ...]:
    """Return texts with letters."""
    return tuple(Option(letter, text) for letter, text in zip(LETTERS, texts, strict=False))
