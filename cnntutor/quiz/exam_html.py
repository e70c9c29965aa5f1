"""The report of an exam as a page that needs nothing else: to be read, printed or sent on."""

import html
from collections.abc import Iterator

from cnntutor.course.skills import skill_name
from cnntutor.i18n import t
from cnntutor.quiz.exam_export import SIGNS, mistake_words, own_answer, points, summary_lines
from cnntutor.quiz.exam_report import ExamReport

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}"
    "pre,code{font-family:monospace;background:#eee;padding:0 .2em}pre{padding:.5em;overflow-x:auto}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .6em;text-align:left}"
    "blockquote{margin-left:0;padding-left:1em;border-left:3px solid #999}"
)


def as_html(report: ExamReport, lang: str) -> str:
    """Return the report as a page that needs nothing else.

    Args:
        report: The report.
        lang: The language its texts are in.
    """
    return "\n".join(_html(report, lang)) + "\n"


def _html(report: ExamReport, lang: str) -> Iterator[str]:
    esc = html.escape
    yield f'<!doctype html><html lang="{esc(lang)}"><head><meta charset="utf-8">'
    yield f"<title>{esc(t('Exam report'))} {esc(report.head.id)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{esc(t('Exam report'))}</h1><ul>"
    yield from (f"<li>{esc(line)}</li>" for line in summary_lines(report))
    yield f"</ul><h2>{esc(t('By skill'))}</h2><table>"
    yield f"<tr><th>{esc(t('skill'))}</th><th>{esc(t('points'))}</th></tr>"
    for score in report.skills:
        share = f"{points(score.points)} / {score.count}"
        yield f"<tr><td>{esc(skill_name(score.skill))}</td><td>{share}</td></tr>"
    yield "</table>"
    if report.mistakes:
        yield f"<h2>{esc(t('By mistake'))}</h2><ul>"
        yield from (
            f"<li>{times} × <code>{esc(slug)}</code> {esc(mistake_words(slug))}</li>"
            for slug, times in report.mistakes
        )
        yield "</ul>"
    for each in report.questions:
        title = f"{SIGNS[each.verdict]} {esc(each.title)} · {esc(skill_name(each.skill))}"
        yield f"<h2>{each.number}. {title}</h2>"
        yield f"<p>{esc(each.prompt)}</p>"
        if each.listing:
            yield f"<pre>{esc(each.listing)}</pre>"
        yield "<ul>"
        for line in each.answers:
            right = (
                f" · {esc(t('right'))}: <b>{esc(line.right)}</b>"
                if line.verdict != "right" and line.right
                else ""
            )
            yield f"<li>{SIGNS[line.verdict]} {esc(line.label)}: <b>{esc(own_answer(line))}</b>{right}</li>"
        yield "</ul>"
        if each.mistakes:
            named = ", ".join(f"<code>{esc(slug)}</code>" for slug in each.mistakes)
            yield f"<p>{esc(t('Mistake'))}: {named}</p>"
        yield from (f"<blockquote>{esc(said)}</blockquote>" for said in each.feedback)
        if each.changed:
            yield f"<p>{esc(t('The course has changed since; the points are those of that day.'))}</p>"
        yield f"<h3>{esc(t('Working'))}</h3><ul>"
        for step in each.working:
            if step.code:
                yield f"<li><code>{esc(str(step.text))}</code></li>"
                continue
            where = f"<b>{esc(str(step.where))}</b> " if step.where else ""
            working = f"<br><code>{esc(str(step.working))}</code>" if step.working is not None else ""
            yield f"<li>{where}{esc(str(step.text))}{working}</li>"
        yield "</ul>"
    yield "</body></html>"
