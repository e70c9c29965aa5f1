"""Grades orders, matches, lines of code with their reasons, predictions, and code that has been run."""

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from cnntutor.course.question_parts import KnownWrong
from cnntutor.course.questions import (
    CodeLineQuestion,
    CodeQuestion,
    MatchQuestion,
    OrderQuestion,
    PredictionQuestion,
)
from cnntutor.i18n import Message, Text, msg
from cnntutor.needs import CodeTask, NeedsTask, Reply, Request
from cnntutor.quiz.answers import NotUnderstoodAnswer, half_last_digit, read_percent, read_real
from cnntutor.quiz.answers_letters import read_letters, read_line, read_order
from cnntutor.quiz.build import as_fraction, value_of
from cnntutor.quiz.code_faults import printed_note
from cnntutor.quiz.code_judge import code_task, judge_code
from cnntutor.quiz.grade_choice import grade_choice
from cnntutor.quiz.graded import FieldGrade, Grade
from cnntutor.quiz.posed import ANSWER, LINE, REASON, PosedQuestion

Fields = dict[str, FieldGrade]

MOST_PROBLEMS = 3
"""Things that are said at once to be wrong in a model."""


def grade_order(posed: PosedQuestion, question: OrderQuestion, text: str) -> FieldGrade:
    """Grade an order given by letters."""
    try:
        letters = read_order(text, "".join(option.letter for option in posed.options))
    except NotUnderstoodAnswer as unread:
        return FieldGrade("not_understood", feedback=unread.message)
    texts = {option.letter: option.text for option in posed.options}
    given = [texts[letter] for letter in letters]
    if given == list(question.items):
        return FieldGrade("right", feedback=msg("Right."))
    place = {item: given.index(item) for item in question.items}
    for known in question.known_wrong_order:
        if place[question.items[known.before - 1]] < place[question.items[known.after - 1]]:
            return FieldGrade("wrong", known.mistake, feedback=known.feedback)
    first = next(at for at, item in enumerate(question.items) if given[at] != item)
    if first == 0:
        said = msg("{item} cannot come first.", item=given[0])
    else:
        said = msg("The first {count} are right; {item} comes too early.", count=first, item=given[first])
    return FieldGrade("wrong", feedback=said)


def grade_match(posed: PosedQuestion, question: MatchQuestion, answers: Mapping[str, str]) -> Fields:
    """Grade every pair."""
    grades: Fields = {}
    texts = {option.letter: option.text for option in posed.options}
    for field, pair in zip(posed.fields, question.pairs, strict=True):
        try:
            letter = next(iter(read_letters(answers.get(field.id, ""), "".join(texts), several=False)))
        except NotUnderstoodAnswer as unread:
            grades[field.id] = FieldGrade("not_understood", feedback=unread.message)
            continue
        if texts[letter] == pair.right:
            grades[field.id] = FieldGrade("right")
        else:
            said: Message | Text = pair.why or msg("{right} does not belong to it.", right=texts[letter])
            grades[field.id] = FieldGrade("wrong", feedback=said)
    return grades


def grade_code_line(posed: PosedQuestion, question: CodeLineQuestion, answers: Mapping[str, str]) -> Fields:
    """Grade the line, and the reason; why that is right is not told while the line is wrong."""
    count = len(posed.listing.split("\n"))
    try:
        line = read_line(answers.get(LINE, ""), count)
    except NotUnderstoodAnswer as unread:
        found = FieldGrade("not_understood", feedback=unread.message)
    else:
        if line in question.lines:
            found = FieldGrade("right")
        else:
            why = next((each.why for each in question.line_reasons if each.line == line), None)
            said: Message | Text = why or msg("Line {line} is right as it stands.", line=str(line))
            found = FieldGrade("wrong", feedback=said)
    reason = grade_choice(posed, answers.get(REASON, ""))
    if reason.verdict == "right" and found.verdict != "right":
        reason = FieldGrade("right")  # why it is right would tell the line
    return {LINE: found, REASON: reason}


def grade_prediction(posed: PosedQuestion, question: PredictionQuestion, text: str) -> FieldGrade:
    """Grade a prediction against what was measured."""
    try:
        typed = (read_percent if question.form == "percent" else read_real)(text)
    except NotUnderstoodAnswer as unread:
        return FieldGrade("not_understood", feedback=unread.message)
    value = Fraction(typed.value)
    if as_fraction(question.low) <= value <= as_fraction(question.high):
        return FieldGrade("right", feedback=question.measured)
    near: list[tuple[Fraction, KnownWrong]] = []
    for known in question.known_wrong:
        foreseen = value_of(question, known.value if known.value is not None else 0, posed.drawn)
        if not isinstance(foreseen, tuple) and abs(value - foreseen) <= half_last_digit(value):
            near.append((abs(value - foreseen), known))
    if near:
        nearest = min(near, key=lambda each: each[0])[1]
        return FieldGrade("wrong", nearest.mistake, feedback=nearest.feedback)
    fraction = question.form == "percent" and 0 < value < 1
    if fraction and as_fraction(question.low) <= value * 100 <= as_fraction(question.high):
        said = msg("The decimal point is off: a fraction of 1 and a percentage differ by 100.")
        return FieldGrade("wrong", "percent-for-fraction", feedback=said)
    higher = value > as_fraction(question.high)
    said = (
        msg("Too high. {measured}", measured=question.measured)
        if higher
        else msg("Too low. {measured}", measured=question.measured)
    )
    return FieldGrade("wrong", feedback=said)


def predicted(posed: PosedQuestion, answers: Mapping[str, str]) -> float | None:
    """Return the number told as a prediction; None where it cannot be read."""
    question = posed.question
    if not isinstance(question, PredictionQuestion):
        return None
    try:
        typed = (read_percent if question.form == "percent" else read_real)(answers.get(ANSWER, ""))
    except NotUnderstoodAnswer:
        return None
    return float(typed.value)


def code_needed(question: CodeQuestion, source: str) -> NeedsTask:
    """Return the task of running a learner's code.

    Raises:
        NotUnderstood: the code is too long.
    """
    return code_task(source, question.before, question.after)


def grade_code(posed: PosedQuestion, question: CodeQuestion, task: CodeTask, reply: Reply) -> Grade:
    """Return the grade of code that has been run.

    Args:
        posed: The question.
        question: Its file.
        task: The request that was made.
        reply: What came of it.
    """
    judged = judge_code(reply, task, posed.network, question.checks)
    right: Message = msg("Right: the model is what was asked for.")
    said = [each.message for each in judged.problems[:MOST_PROBLEMS]] or [right]
    said += [note for note in (printed_note(reply), judged.note) if note is not None]
    feedback = reduce(lambda one, more: msg("{one} {more}", one=one, more=more), said)
    return Grade(
        judged.verdict, feedback=feedback, fields={ANSWER: FieldGrade(judged.verdict, feedback=feedback)}
    )


def grade_needed(posed: PosedQuestion, request: Request, reply: Reply) -> Grade:
    """Return the grade of what the worker was asked for.

    Raises:
        TypeError: the question is not about code, or the request ran none.
    """
    if not isinstance(posed.question, CodeQuestion) or not isinstance(request, CodeTask):
        raise TypeError(f"request must be a CodeTask of a code question, received {request!r}")
    return grade_code(posed, posed.question, request, reply)
