"""Puts a question to a learner: draws its numbers, builds its network, orders its choices."""

from cnntutor.course.questions import Question
from cnntutor.quiz.posed import PosedQuestion


def pose(question: Question, seed: int = 0) -> PosedQuestion:
    """Return the question with the numbers of this seed; the same seed gives the same question.

    Args:
        question: The question.
        seed: Any whole number from 0 to LARGEST_SEED.

    Raises:
        NotUnderstood: the question's file asks for something that cannot be.
        ValueError: the seed is out of range.
    """
    raise NotImplementedError
