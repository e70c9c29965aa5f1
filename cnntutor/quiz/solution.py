"""The worked solution, made from derivations."""

from dataclasses import dataclass

from cnntutor.i18n import Message, Text
from cnntutor.quiz.posed import PosedQuestion


@dataclass(frozen=True, slots=True)
class SolutionLine:
    """One line of a worked solution."""

    where: str
    """The layer or the cell this line is about; empty for a remark."""
    text: Message | Text
    """The rule, or the remark."""
    working: str = ""
    """formula = numbers = result, where this line computes something."""


def solution(posed: PosedQuestion) -> tuple[SolutionLine, ...]:
    """Return the worked solution, the right answer in its last working; the explanation comes last."""
    raise NotImplementedError


def right_answers(posed: PosedQuestion) -> dict[str, str]:
    """Return a right answer for every field, written as it could be typed."""
    raise NotImplementedError
