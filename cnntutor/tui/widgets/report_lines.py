"""The report of an exam as lines: the score, the skills, the mistakes, every question with its working."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from cnntutor.course.skills import skill_name
from cnntutor.i18n import t
from cnntutor.quiz.exam_export import SIGNS, mistake_words, own_answer, points, summary_lines
from cnntutor.quiz.exam_report import AnswerLine, ExamReport, QuestionReport
from cnntutor.tui.prose import inline, lay_out
from cnntutor.tui.widgets.grade_words import solution_lines
from cnntutor.tui.wrapping import hanging

_COLOURS = {"right": "$success", "wrong": "$error", "carried": "$accent", "not_understood": "$warning"}
_BAR = 12


def head_lines(report: ExamReport, width: int) -> list[Content]:
    """Return the score and what each skill and mistake came to."""
    first, *others = summary_lines(report)
    lines = [Content.styled(first, "$primary bold"), Content("")]
    for other in others:
        lines += hanging(Content.styled(other, "$quiet"), width, "")
    lines += [Content(""), Content.styled(t("By skill"), "bold")]
    names = {each.skill: skill_name(each.skill) for each in report.skills}
    wide = max((len(name) for name in names.values()), default=0)
    for score in report.skills:
        filled = round(_BAR * score.points / score.count)
        bar = "▰" * filled + "▱" * (_BAR - filled)
        lines.append(
            Content.assemble(
                f"  {names[score.skill]:<{wide}}  ",
                (bar, "$accent"),
                f"  {points(score.points)}/{score.count}",
            )
        )
    if report.mistakes:
        lines += [Content(""), Content.styled(t("By mistake"), "bold")]
        for slug, times in report.mistakes:
            head = Content.assemble(f"  {times} × ", (slug, "bold"), "  ")
            lines += hanging(mistake_words(slug), width, head, "      ") or [head]
    return lines


def question_lines(question: QuestionReport, width: int) -> list[Content]:
    """Return one question: prompt, own and right answers, what was said, the working."""
    sign, colour = SIGNS[question.verdict], _COLOURS.get(question.verdict, "$quiet")
    rule = Content.assemble(
        (f"{sign} ", f"{colour} bold"),
        (f"{question.number}  {question.title}", "bold"),
        (
            f"  {skill_name(question.skill)} · {t('{points} of 1 point', points=points(question.points))}",
            "$quiet",
        ),
    )
    lines = [Content.styled("─" * width, "$rule"), *hanging(rule, width, "", "  "), Content("")]
    lines += lay_out(question.prompt, width)
    if question.listing:
        lines += [
            Content.assemble((f"{number:>4}  ", "$quiet"), (text, "$accent"))
            for number, text in enumerate(question.listing.split("\n"), start=1)
        ]
    lines.append(Content(""))
    for answer in question.answers:
        lines += _answer(answer, width)
    for said in question.feedback:
        lines += hanging(inline(said), width, "  ")
    if question.changed:
        lines += hanging(t("The course has changed since; the points are those of that day."), width, "  ")
    lines.append(Content(""))
    return [*lines, *solution_lines(question.working, width)]


def _answer(answer: AnswerLine, width: int) -> Iterator[Content]:
    sign, colour = SIGNS[answer.verdict], _COLOURS.get(answer.verdict, "$quiet")
    head = Content.assemble((f"{sign} ", f"{colour} bold"), f"{answer.label}: ")
    yield from hanging(Content.styled(own_answer(answer), "bold"), width, head, "    ")
    if answer.verdict != "right" and answer.right:
        yield from hanging(
            inline(answer.right), width, Content.assemble("  ", (t("right") + ": ", "$success")), "    "
        )
