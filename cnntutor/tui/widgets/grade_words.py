"""What is said about an answer: the verdict, the mistake with the working, hints, the worked solution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from cnntutor.i18n import t
from cnntutor.tui.prose import worded
from cnntutor.tui.widgets.answer_fields import MARKS
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.quiz.graded import FieldGrade, Grade, SolutionLine
    from cnntutor.quiz.hints import Hint
    from cnntutor.quiz.posed import PosedQuestion

_WIDE = 400
"""Wide enough for any sentence; the row of a table wraps it itself."""


def verdict_lines(
    posed: PosedQuestion, grade: Grade | None, blank: Sequence[str], width: int
) -> list[Content]:
    """Return the verdict on the whole answer, and for a single field why."""
    if grade is None:
        return []
    if grade.verdict == "right":
        for each in grade.fields.values() if posed.table is None else ():
            if each.feedback is not None and str(each.feedback).startswith(t("Right.").rstrip(".")):
                return hanging(worded(each.feedback), width, _sign("right"))  # it says "Right: …" itself
        lines = [_signed("right", t("Right."))]
    elif grade.verdict == "wrong":
        lines = [_signed("wrong", t("Not right yet. Change it and press Enter, or take a hint."))]
    elif blank and len(posed.fields) > len(blank):
        lines = [
            _signed(
                "not_understood",
                t("Fields still empty: {count}. Nothing is counted yet.", count=len(blank)),
            )
        ]
    else:
        lines = [_signed("not_understood", t("Not understood; this costs no attempt."))]
    if posed.table is None:
        for field in posed.fields:
            given = grade.fields.get(field.id)
            if given is None or (posed.several and field.id in blank):
                continue
            indent = "  "
            if posed.several and given.feedback is not None:
                verdict = given.verdict
                lines += hanging(
                    Content.styled(str(field.label), "bold"), width, Content.assemble("  ", _sign(verdict))
                )
                indent = "    "
            lines += _said(given, width, indent)
        if not grade.fields and grade.feedback is not None:
            lines += hanging(worded(grade.feedback), width, "  ")
    return lines


def _signed(verdict: str, words: str) -> Content:
    return Content.assemble(_sign(verdict), (words, "bold"))


def _sign(verdict: str) -> Content:
    sign, colour = MARKS[verdict]
    return Content.styled(f"{sign} ", f"{colour} bold")


def _said(given: FieldGrade, width: int, indent: str) -> list[Content]:
    """Return why a field is graded as it is, with the working where it takes several steps."""
    lines: list[Content] = []
    if given.feedback is not None:
        lines += hanging(worded(given.feedback), width, indent)
    if len(given.steps) < 2:
        return lines  # the words hold this one step already
    where = max((len(str(step.where)) for step in given.steps), default=0)
    for step in given.steps:
        name = str(step.where).ljust(where)
        if step.slipped:
            mine = Content.assemble(indent, (f"{name}  ", "$quiet"), ("✗ ", "$error bold"))
            lines += hanging(str(step.slipped), width, mine)
            name = " " * where
        sign = Content.assemble(indent, (f"{name}  ", "$quiet"), ("✓ ", "$success bold"))
        lines += hanging(str(step.working), width, sign)
    return lines


def field_notes(posed: PosedQuestion, grade: Grade | None, blank: Sequence[str]) -> dict[str, Content]:
    """Return what is said below the rows of a table, by field; fields left empty get no word."""
    if grade is None or posed.table is None:
        return {}
    notes: dict[str, Content] = {}
    for field, given in grade.fields.items():
        if field in blank or (given.verdict == "right" and given.feedback is None):
            continue
        verdict = "carried" if given.carried else given.verdict
        lines = _said(given, _WIDE, "  ")
        if lines:
            first = Content.assemble(_sign(verdict), lines[0][2:])
            notes[field] = Content("\n").join([first, *lines[1:]])
    return notes


def hint_lines(opened: Sequence[Hint], count: int, width: int) -> list[Content]:
    """Return the hints opened so far, numbered."""
    lines: list[Content] = []
    for number, hint in enumerate(opened, start=1):
        head = Content.styled(t("Hint {number}/{count}", number=number, count=count) + "  ", "$accent bold")
        lines += [*([Content("")] if lines else []), *hanging(worded(hint), width, head, "  ")]
    return lines


def solution_lines(solution: Sequence[SolutionLine], width: int) -> list[Content]:
    """Return the worked solution under its heading."""
    if not solution:
        return []
    lines = [Content.styled(t("Working"), "$primary bold")]
    for line in solution:
        if line.code:
            lines.append(Content.assemble("    ", (str(line.text), "$accent")))
            continue
        head = Content.styled(f"{line.where}  " if str(line.where) else "", "bold")
        lines += hanging(worded(line.text), width, head, "  ")
        if line.working:
            lines += hanging(Content.styled(str(line.working), "$accent"), width, "    ")
        if line.slipped:
            mine = Content.assemble("  ", ("✗ ", "$error bold"), (t("yours: "), "$quiet"))
            lines += hanging(str(line.slipped), width, mine)
    return lines
