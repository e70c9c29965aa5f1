"""Exercises as JSON objects; their keys are an interface."""

import json

from cnntutor.course.questions import Question
from cnntutor.quiz.graded import Grade
from cnntutor.quiz.posed import Cell, PosedQuestion


def one_line(value: object) -> str:
    """Return one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def title(question: Question) -> str:
    """Return a few words for a question: its title, else the beginning of its prompt."""
    if question.title is not None:
        return str(question.title)
    words = str(question.prompt).split(". ")[0]
    return words if len(words) <= 60 else words[:59] + "…"


def listed(question: Question, lesson: str) -> dict[str, object]:
    """Return what the list says about a question."""
    return {
        "id": question.slug,
        "kind": _kind(question),
        "title": title(question),
        "skill": question.skill,
        "difficulty": question.difficulty,
        "lesson": lesson or None,
        "varied": bool(question.vary),
    }


def asked(posed: PosedQuestion, hints_shown: int, with_solution: bool) -> dict[str, object]:
    """Return a question as JSON says it."""
    from cnntutor.quiz.hints import hints
    from cnntutor.quiz.solution import right_answers, solution

    shown: dict[str, object] = {
        "id": posed.slug,
        "seed": posed.seed,
        "kind": posed.kind,
        "skill": posed.skill,
        "prompt": str(posed.prompt),
        "fields": [
            {"id": field.id, "kind": field.kind, "label": str(field.label), "example": str(field.example)}
            for field in posed.fields
        ],
    }
    if posed.choices:
        shown["choices"] = [{"letter": each.letter, "text": str(each.text)} for each in posed.choices]
    if posed.options:
        shown["options"] = [{"letter": each.letter, "text": str(each.text)} for each in posed.options]
    if posed.listing:
        shown["listing"] = posed.listing
    if posed.table is not None:
        shown["table"] = [
            {
                "name": row.name,
                "description": row.description,
                **{cell.column: _given(cell) for cell in row.cells},
            }
            for row in posed.table.rows
        ]
    if hints_shown:
        shown["hints"] = [str(hint) for hint in hints(posed)[:hints_shown]]
    if with_solution:
        shown["right"] = right_answers(posed)
        shown["solution"] = [
            {
                "where": line.where,
                "text": str(line.text),
                "working": None if line.working is None else str(line.working),
            }
            for line in solution(posed)
        ]
    return shown


def graded(posed: PosedQuestion, answers: dict[str, str], result: Grade) -> dict[str, object]:
    """Return a grade as JSON says it."""
    return {
        "id": posed.slug,
        "seed": posed.seed,
        "verdict": result.verdict,
        "mistake": result.mistake,
        "also": list(result.also),
        "together": list(result.together),
        "feedback": None if result.feedback is None else str(result.feedback),
        "fields": [
            {
                "id": field,
                "answer": answers.get(field, ""),
                "verdict": each.verdict,
                "mistake": each.mistake,
                "also": list(each.also),
                "carried": each.carried,
                "feedback": None if each.feedback is None else str(each.feedback),
            }
            for field, each in result.fields.items()
        ],
    }


def _kind(question: Question) -> str:
    """Return the kind of a question as its file names it."""
    return str(type(question).__struct_config__.tag)


def _given(cell: Cell) -> str | int | None:
    """Return what a cell shows; None for a blank and for one that stays empty."""
    if cell.field is not None:
        return None
    return cell.number if cell.number is not None else cell.given or None
