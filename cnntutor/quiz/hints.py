"""Three hints, each saying more: the rule, the numbers put in, the first step."""

from cnntutor.i18n import Message, Text
from cnntutor.quiz.posed import PosedQuestion

Hint = Message | Text


def hints(posed: PosedQuestion) -> tuple[Hint, Hint, Hint]:
    """Return the three hints, in the order they are given; none of them says the answer."""
    raise NotImplementedError
