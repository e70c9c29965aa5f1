"""Numbers that two mistakes, or a mistake and the right answer, have in common."""

from dataclasses import dataclass

from cnntutor.quiz.answer_key import AnswerKey
from cnntutor.quiz.graded import Value
from cnntutor.quiz.posed import PosedQuestion
from cnntutor.quiz.rules.networks import candidates
from cnntutor.quiz.table import asked_in_cells

TWINS = (
    frozenset({"ceil-for-floor", "same-for-valid"}),
    frozenset({"bn-two", "non-trainable-forgotten"}),
    frozenset({"one-filter", "no-input-channels"}),
    frozenset({"bias-counted", "params-for-macs"}),
    frozenset({"layer-left-out", "sum-of-kernels"}),
)
"""Mistakes that lead to one number on whole families of layers, whatever is drawn: both names are told."""

RIGHT = "right"
"""Stands for the right answer among the slugs of a collision."""


@dataclass(frozen=True, slots=True)
class Collision:
    """One number that does not tell what the learner did."""

    field: str
    value: Value
    slugs: tuple[str, ...]
    """The mistakes that lead to it, and RIGHT where it is the answer."""


def collisions(posed: PosedQuestion) -> tuple[Collision, ...]:
    """Return the numbers of a question that stand for more than one thing; a draw without any is sought."""
    if posed.key is not None:
        return _shared(posed.fields[0].id, _answers(posed.key))
    found: list[Collision] = []
    for field, asked in asked_in_cells(posed).items():
        answers: list[tuple[str, Value]] = [(RIGHT, asked.right())]
        answers += [
            (each.slug, each.value) for each in candidates(asked) if each.scope in ("here", "everywhere")
        ]
        found += _shared(field, answers)
    return tuple(found)


def _answers(key: AnswerKey) -> list[tuple[str, Value]]:
    """Return every answer that is recognised, with its mistake."""
    answers: list[tuple[str, Value]] = [(RIGHT, right.value) for right in key.right]
    for number, wrong in enumerate(key.wrong):
        answers.append((wrong.known.mistake or f"known-wrong-{number}", wrong.value))
    answers += [(candidate.slug, candidate.value) for _, candidate in key.mistaken()]
    return answers


def _shared(field: str, answers: list[tuple[str, Value]]) -> tuple[Collision, ...]:
    """Return the values that stand for more than one thing."""
    slugs: dict[Value, dict[str, None]] = {}
    for slug, value in answers:
        slugs.setdefault(value, {})[slug] = None
    return tuple(
        Collision(field, value, tuple(named))
        for value, named in slugs.items()
        if len(named) > 1 and not any(twins >= set(named) for twins in TWINS)
    )
