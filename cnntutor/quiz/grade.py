"""Grades answers: right, wrong with the mistake by name, or not understood."""

from collections.abc import Mapping

from cnntutor.course.questions import (
    CodeLineQuestion,
    CodeQuestion,
    MatchQuestion,
    OrderQuestion,
    PredictionQuestion,
)
from cnntutor.i18n import msg
from cnntutor.quiz.grade_choice import grade_choice
from cnntutor.quiz.grade_kinds import grade_code_line, grade_match, grade_order, grade_prediction
from cnntutor.quiz.grade_table import grade_table
from cnntutor.quiz.grade_typed import grade_typed
from cnntutor.quiz.graded import FieldGrade, Grade
from cnntutor.quiz.posed import ANSWER, PosedQuestion


def grade(posed: PosedQuestion, answers: Mapping[str, str]) -> Grade:
    """Grade what was typed into the fields.

    Args:
        posed: The question.
        answers: The text of each field by its id; a missing one counts as empty. A choice is its letter,
            several are their letters, "a, c".

    Returns:
        The grade; code is graded by grade_kinds.grade_code once it has been run. An empty field or one that
        cannot be read is not_understood, and so is then the whole.
    """
    if posed.table is not None and posed.network is not None:
        return _whole_table(posed, grade_table(posed, posed.network, answers))
    question = posed.question
    text = answers.get(ANSWER, "")
    if isinstance(question, MatchQuestion):
        return _several(posed, grade_match(posed, question, answers))
    if isinstance(question, CodeLineQuestion):
        return _several(posed, grade_code_line(posed, question, answers))
    if isinstance(question, OrderQuestion):
        return _single(grade_order(posed, question, text))
    if isinstance(question, PredictionQuestion):
        return _single(grade_prediction(posed, question, text))
    if isinstance(question, CodeQuestion):
        said = msg("Code is graded by running it.")
        return _single(FieldGrade("not_understood", feedback=said))
    one = grade_choice(posed, text) if posed.key is None else grade_typed(posed, posed.key, text)
    return _single(one)


def _single(one: FieldGrade) -> Grade:
    """Return the grade of a question with one field."""
    return Grade(one.verdict, one.mistake, one.also, one.feedback, {ANSWER: one}, one.together)


def _several(posed: PosedQuestion, fields: dict[str, FieldGrade]) -> Grade:
    """Return the grade of a question with several fields that do not follow from each other."""
    for verdict in ("not_understood", "wrong"):
        first = next((fields[each.id] for each in posed.fields if fields[each.id].verdict == verdict), None)
        if first is not None:
            return Grade(first.verdict, first.mistake, first.also, first.feedback, fields, first.together)
    why = [fields[each.id].feedback for each in posed.fields if fields[each.id].feedback is not None]
    return Grade("right", feedback=why[-1] if why else msg("Right."), fields=fields)


def _whole_table(posed: PosedQuestion, fields: dict[str, FieldGrade]) -> Grade:
    """Return the grade of a table from those of its fields."""
    for verdict in ("not_understood", "wrong"):
        found = [field for field in posed.fields if fields[field.id].verdict == verdict]
        if not found:
            continue
        field = next((each for each in found if not fields[each.id].carried), found[0])
        first = fields[field.id]
        feedback = msg("{field}: {feedback}", field=field.label, feedback=first.feedback or "")
        return Grade(first.verdict, first.mistake, first.also, feedback, fields, first.together)
    return Grade("right", feedback=msg("Right: the table is complete."), fields=fields)
