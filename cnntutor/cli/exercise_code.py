"""Grading from the command line: code is run by the worker first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cnntutor.course.questions import CodeQuestion
from cnntutor.quiz.grade import grade
from cnntutor.quiz.posed import ANSWER, PosedQuestion

if TYPE_CHECKING:
    from cnntutor.quiz.graded import Grade


def grade_answers(posed: PosedQuestion, answers: Mapping[str, str]) -> "Grade":
    """Return the grade of answers; code that is there is run.

    Raises:
        NotUnderstood: the code is too long.
        Missing: TensorFlow, which runs code, is not installed.
        Failed: the process that runs code cannot be started or died.
    """
    question, source = posed.question, answers.get(ANSWER, "")
    if not isinstance(question, CodeQuestion) or not source.strip():
        return grade(posed, answers)
    from cnntutor.lab.tasks import run_task
    from cnntutor.needs import CodeTask
    from cnntutor.quiz.grade_kinds import code_needed, grade_code

    task = code_needed(question, source).request
    if not isinstance(task, CodeTask):
        raise TypeError(f"task must be a CodeTask, received {task!r}")
    return grade_code(posed, question, task, run_task(task))
