"""Grades answers: right, wrong with the mistake by name, or not understood."""

from collections.abc import Mapping

from cnntutor.quiz.graded import Grade
from cnntutor.quiz.posed import PosedQuestion


def grade(posed: PosedQuestion, answers: Mapping[str, str]) -> Grade:
    """Grade what was typed into the fields.

    Args:
        posed: The question.
        answers: The text of each field by its id; a missing one counts as empty. A choice is its letter,
            several are their letters, "a, c".

    Returns:
        The grade; an empty field or one that cannot be read is not_understood, and so is then the whole.
    """
    raise NotImplementedError
