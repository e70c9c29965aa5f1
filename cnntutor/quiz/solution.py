"""The worked solution, made from derivations."""

import itertools
from dataclasses import replace

from cnntutor.calc.derivation import Derivation, derive
from cnntutor.calc.network import Network
from cnntutor.i18n import msg, number
from cnntutor.quiz.answer_key import AnswerKey
from cnntutor.quiz.feedback import decimals, line, marked, right_line, shown, total_line, total_rule, worked
from cnntutor.quiz.graded import Grade, SolutionLine, Value
from cnntutor.quiz.help_kinds import kind_answers, kind_solution
from cnntutor.quiz.pose_kinds import OtherQuestion
from cnntutor.quiz.posed import ANSWER, TOTAL, PosedQuestion
from cnntutor.quiz.rules.asked import Asked, Counted
from cnntutor.quiz.table import RUNNING, cell_asked, right_cell, row_names


def solution(posed: PosedQuestion, grade: Grade | None = None) -> tuple[SolutionLine, ...]:
    """Return the worked solution; the explanation comes last.

    Args:
        posed: The question.
        grade: The grade of the learner's last answer, whose own working is put beside the step where it left
            the path.
    """
    if posed.table is not None and posed.network is not None:
        lines = tuple(_cell_line(posed.network, field.id) for field in posed.fields)
    elif posed.key is not None:
        lines = _typed(posed.key)
    elif isinstance(posed.question, OtherQuestion):
        lines = kind_solution(posed, posed.question)
    else:
        lines = _choices(posed)
    if grade is not None:
        lines = _with_slips(posed, lines, grade)
    if posed.explanation is not None:
        lines = (*lines, SolutionLine("", posed.explanation))
    return lines


def _with_slips(
    posed: PosedQuestion, lines: tuple[SolutionLine, ...], grade: Grade
) -> tuple[SolutionLine, ...]:
    """Return the lines with the learner's own working where it went wrong."""
    told = list(lines)
    for field, given in grade.fields.items():
        for step in given.steps:
            if step.slipped is None:
                continue
            named = (field,) if posed.table is not None else (step.where,)
            place = next((at for at, line in enumerate(told) if line.where in named), None)
            if place is None or (
                told[place].working is not None and str(told[place].working) != str(step.working)
            ):
                text = msg("Here your working left the path.")
                told.insert(place or 0, SolutionLine(step.where, text, step.working, slipped=step.slipped))
            else:
                told[place] = replace(told[place], slipped=step.slipped)
    return tuple(told)


def right_answers(posed: PosedQuestion) -> dict[str, str]:
    """Return a right answer for every field, written as it could be typed in the language now in force."""
    if posed.table is not None and posed.network is not None:
        answers: dict[str, str] = {}
        for field in posed.fields:
            row, _, column = field.id.rpartition("/")
            value = right_cell(posed.network, row, column)
            answers[field.id] = typed(() if value is None else value)
        return answers
    if posed.key is not None:
        return {ANSWER: typed(posed.key.right[0].value)}
    if isinstance(posed.question, OtherQuestion):
        return kind_answers(posed, posed.question)
    return {ANSWER: ", ".join(choice.letter for choice in posed.choices if choice.right)}


def typed(value: Value) -> str:
    """Return a value as it could be typed in the language now in force: 62,006, 28x28x6, 18.5 or 1/3."""
    if isinstance(value, tuple):
        return "x".join(str(side) for side in value)
    return number(value) if isinstance(value, int) else str(marked(decimals(value)))


def _typed(key: AnswerKey) -> tuple[SolutionLine, ...]:
    """Return the working of a number or a shape, and what else is accepted."""
    first = key.right[0]
    if first.asked is None:
        text = msg("The working is arithmetic.")
        lines: tuple[SolutionLine, ...] = (SolutionLine("", text, line(first.working, first.value)),)
    elif first.asked.layer is None:
        lines = _total(first.asked)
    else:
        lines = (_layer(first.asked),)
    others = tuple(
        SolutionLine("", other.reason, msg("{result}", result=shown(other.value)))
        for other in key.right[1:]
        if other.reason is not None
    )
    return (*lines, *others)


def _total(asked: Asked) -> tuple[SolutionLine, ...]:
    """Return the working of every layer that counts, and their sum."""
    counted = Counted(asked.network)
    lines = [
        _layer(Asked(asked.network, "macs" if asked.quantity == "macs" else "params", node.name))
        for node in asked.network.nodes
        if counted.count(node, asked.quantity)
    ]
    return (*lines, SolutionLine(TOTAL, total_rule(asked), total_line(asked)))


def _layer(asked: Asked) -> SolutionLine:
    """Return the working of one layer's number."""
    derivation = layer_derivation(asked)
    formula = derivation.formula if derivation.formula != derivation.numbers else ""
    return SolutionLine(asked.layer or TOTAL, derivation.rule, worked(asked), formula)


def layer_derivation(asked: Asked) -> Derivation:
    """Return the derivation the answer about a layer is made of."""
    return derive(asked.network, asked.layer or "", asked.quantity)


def _cell_line(network: Network, field: str) -> SolutionLine:
    """Return the working of one cell of a table."""
    row, _, column = field.rpartition("/")
    if column == RUNNING:
        names = row_names(network)
        counted = Counted(network)
        counts = [counted.count(network.node(name), "params") for name in names[: names.index(row) + 1]]
        sums = list(itertools.accumulate(counts))
        before = sums[-2] if len(sums) > 1 else 0
        working = line(f"{before} + {counts[-1]}", sums[-1])
        return SolutionLine(field, msg("The sum above plus this row."), working)
    asked = cell_asked(network, row, column)
    if asked is None:
        raise ValueError(f"field must be a cell of the table, received {field!r}")
    if row == TOTAL:
        return SolutionLine(field, total_rule(asked), total_line(asked))
    derivation = layer_derivation(asked)
    formula = derivation.formula if derivation.formula != derivation.numbers else ""
    return SolutionLine(field, derivation.rule, right_line(asked, row, asked.quantity), formula)


def _choices(posed: PosedQuestion) -> tuple[SolutionLine, ...]:
    """Return every choice with the reason for it or against it, the right ones first."""
    lines: list[SolutionLine] = []
    for choice in sorted(posed.choices, key=lambda each: not each.right):
        verdict = (
            msg("Right: {choice}", choice=choice.text)
            if choice.right
            else msg("Wrong: {choice}", choice=choice.text)
        )
        lines.append(SolutionLine(choice.letter, verdict))
        if choice.why is not None:
            lines.append(SolutionLine("", choice.why))
    return tuple(lines)
