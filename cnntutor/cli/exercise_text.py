"""Exercises as plain lines of text."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from cnntutor.i18n import number, t
from cnntutor.quiz.graded import FieldGrade, Grade, SolutionLine
from cnntutor.quiz.posed import Cell, PosedQuestion, TablePose

WIDTH = 78
_SIGNS = {"right": "✓", "wrong": "✗", "not_understood": "?"}


def question_lines(posed: PosedQuestion, hints_shown: int, with_solution: bool) -> Iterator[str]:
    """Yield a question: what is asked, its table or choices, how to answer, hints and solution if wanted."""
    yield from wrapped(str(posed.prompt))
    yield ""
    if posed.table is not None:
        yield from _table(posed.table)
        yield ""
    if posed.listing:
        for number_of_line, line in enumerate(posed.listing.split("\n"), start=1):
            yield f"  {number_of_line:>2} │ {line}".rstrip()
        yield ""
    for choice in posed.choices:
        yield from wrapped(str(choice.text), f"  {choice.letter}  ")
    if posed.choices:
        yield ""
    yield from _options(posed)
    yield from _how_to_answer(posed)
    if hints_shown:
        from cnntutor.quiz.hints import hints

        for place, hint in enumerate(hints(posed)[:hints_shown], start=1):
            yield ""
            yield from wrapped(str(hint), t("Hint {n}: ", n=place))
    if with_solution:
        from cnntutor.quiz.solution import solution

        yield ""
        yield t("Worked solution")
        yield from solution_lines(solution(posed))


def solution_lines(solution: Sequence[SolutionLine]) -> Iterator[str]:
    """Yield a worked solution, with the learner's own working where it left the path."""
    for line in solution:
        if line.code:
            yield f"    {line.text}".rstrip()
            continue
        yield from wrapped(str(line.text), f"  {line.where}: " if line.where else "  ")
        if line.working is not None:
            yield from wrapped(str(line.working), "    = " if line.formula else "    ", line.formula)
        if line.slipped is not None:
            yield from wrapped(str(line.slipped), "    ✗ " + t("yours: "))


def answer_lines(posed: PosedQuestion, answers: Mapping[str, str], result: Grade) -> Iterator[str]:
    """Yield a grade: the verdict with its reason, and of a table every cell."""
    if not posed.several:
        yield from _said(result.fields[posed.fields[0].id], "")
        return
    width = max(len(str(field.label)) for field in posed.fields)
    for place, field in enumerate(posed.fields, start=1):
        given = result.fields[field.id]
        head = f"{place:>2}  {field.label!s:<{width}}  {answers.get(field.id, '') or '–'}"
        yield f"{_sign(given)} {head}"
        if given.feedback is not None and given.verdict != "right":
            yield from wrapped(str(given.feedback), "      ")
    yield ""
    if result.verdict == "right":
        yield str(result.feedback)
    elif result.verdict == "wrong":
        slips = sum(each.verdict == "wrong" and not each.carried for each in result.fields.values())
        yield t("One slip to mend.") if slips == 1 else t("{n} slips to mend.", n=slips)
    else:
        yield (
            t("Not every cell is understood: no attempt is counted.")
            if posed.table is not None
            else t("Not every answer is understood: no attempt is counted.")
        )


def wrapped(text: str, head: str = "", before: str = "") -> Iterator[str]:
    """Yield text in lines of readable width, behind a head on the first line.

    Args:
        text: The text; its own line breaks stay.
        head: What stands before the first line; later lines are indented as far.
        before: A line of its own before it all, indented the same; left out where it is empty.
    """
    indent = " " * len(head)
    if before:
        yield from textwrap.wrap(before, WIDTH, initial_indent=indent, subsequent_indent=indent)
    for place, paragraph in enumerate(text.splitlines() or [""]):
        lines = textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=head if place == 0 else indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        yield from lines or [""]


def _said(given: FieldGrade, indent: str) -> Iterator[str]:
    """Yield the reason of a grade and the working up to the slip."""
    yield from wrapped(str(given.feedback or ""), f"{indent}{_sign(given)} ")
    if len(given.steps) > 1:
        for step in given.steps:
            if step.slipped is None:
                yield from wrapped(str(step.working), f"{indent}    ✓ {step.where}: ")
            else:
                yield from wrapped(str(step.slipped), f"{indent}    ✗ {step.where}: ")


def _sign(given: FieldGrade) -> str:
    """Return the sign of a grade."""
    return "~" if given.carried else _SIGNS[given.verdict]


def _how_to_answer(posed: PosedQuestion) -> Iterator[str]:
    """Yield how the question is answered from the command line."""
    seed = f" --seed {posed.seed}" if posed.seed else ""
    command = f"cnntutor exercise answer {posed.slug}"
    if posed.table is not None:
        yield from wrapped(
            t("Fill in the blanks by number, with ; between them; numbers and shapes such as 1234; 12x10x4.")
        )
        yield f'  {command} "[1]; [2]; …"{seed}'
        return
    if posed.several:
        yield from wrapped(t("Give the answers in this order, with ; between them:"))
        for field in posed.fields:
            yield from wrapped(f"{field.label}", "  · ")
        yield f'  {command} "{"; ".join("…" for _field in posed.fields)}"{seed}'
        return
    field = posed.fields[0]
    if field.kind == "code":
        yield from wrapped(t("Write the code into a file and have it run and compared:"))
        yield f"  {command} --file {posed.slug}.py"
        return
    yield from wrapped(t("Answer {example}:", example=field.example))
    yield f"  {command} {t('ANSWER')}{seed}"


def _options(posed: PosedQuestion) -> Iterator[str]:
    """Yield what the letters stand for, and before it what they are to be put beside."""
    if not posed.options:
        return
    if posed.several:
        for field in posed.fields:
            yield from wrapped(str(field.label), f"  {field.id}. ")
        yield ""
    for option in posed.options:
        yield from wrapped(str(option.text), f"  {option.letter}  ")
    yield ""


def _table(table: TablePose) -> Iterator[str]:
    """Yield a table in columns, its blanks numbered."""
    blanks = iter(range(1, 1000))
    rows = [(row.name, row.description, *(_cell(cell, blanks) for cell in row.cells)) for row in table.rows]
    heads = (t("layer"), "", *(str(title) for title in table.titles))
    widths = [max(len(cells[column]) for cells in (heads, *rows)) for column in range(len(heads))]
    for cells in (heads, tuple("─" * width for width in widths), *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cell(cell: Cell, blanks: Iterator[int]) -> str:
    """Return a cell as it is printed."""
    if cell.field is not None:
        return f"[{next(blanks)}] …"
    return number(cell.number) if cell.number is not None else cell.given
