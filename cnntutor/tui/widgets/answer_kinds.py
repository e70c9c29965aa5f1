"""The widgets that take the answer to a question, by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from cnntutor.tui.widgets.answer_fields import AnswerField
from cnntutor.tui.widgets.choice_list import ChoiceList
from cnntutor.tui.widgets.code_editor import CodeEditor
from cnntutor.tui.widgets.code_lines import CodeLines
from cnntutor.tui.widgets.match_fields import MatchFields
from cnntutor.tui.widgets.order_list import OrderList
from cnntutor.tui.widgets.table_fields import TableFields

if TYPE_CHECKING:
    from cnntutor.quiz.posed import PosedQuestion

WIDE = 40
"""Cells of a field that stands alone: an expression, and the longest example of what is understood."""


def make_fields(posed: PosedQuestion, answers: dict[str, str]) -> list[Widget]:
    """Return the widgets for a question, filled with what was answered before."""
    first = posed.fields[0]
    text = answers.get(first.id, "")
    if posed.table is not None:
        return [TableFields(posed.table, answers)]
    if first.kind == "line":
        reason = posed.fields[-1].id
        reasons = ChoiceList(posed.choices, False, answers.get(reason, ""), reason)
        return [CodeLines(posed.listing, first.id, text), reasons]
    if first.kind == "code":
        return [CodeEditor(posed.listing, first.id, text, posed.slug)]
    if first.kind == "order":
        return [OrderList(posed.options, first.id, text)]
    if posed.options:
        return [MatchFields(posed.fields, posed.options, answers)]
    if posed.choices:
        return [ChoiceList(posed.choices, first.kind == "choices", text, first.id)]
    return [AnswerField(field, answers.get(field.id, ""), WIDE) for field in posed.fields]
