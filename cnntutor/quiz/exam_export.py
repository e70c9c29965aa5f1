"""The report of an exam as JSON and as Markdown; the keys of the JSON are an interface."""

from collections.abc import Iterator

from cnntutor.course.skills import skill_name
from cnntutor.i18n import decimal, t
from cnntutor.quiz.exam_report import AnswerLine, ExamReport, QuestionReport
from cnntutor.quiz.mistakes import mistake_sentence

SIGNS = {"right": "✓", "wrong": "✗", "carried": "~", "not_understood": "?", "open": "–"}
"""The sign of a verdict."""


def as_object(report: ExamReport) -> dict[str, object]:
    """Return the report as a JSON object, its texts in the language now in force."""
    head = report.head
    return {
        "format_version": 1,
        "id": head.id,
        "seed": head.seed,
        "scope": head.scope,
        "minutes": head.minutes,
        "started": head.started.isoformat(),
        "ended": head.ended.isoformat(),
        "ended_by": "time" if head.by_time else "learner",
        "seconds": round(head.seconds),
        "command": head.command,
        "points": round(report.points, 4),
        "questions_count": report.count,
        "percent": round(report.percent, 2),
        "skills": [
            {
                "skill": each.skill,
                "name": skill_name(each.skill),
                "points": round(each.points, 4),
                "questions": each.count,
            }
            for each in report.skills
        ],
        "mistakes": [
            {"mistake": slug, "sentence": mistake_words(slug), "times": times}
            for slug, times in report.mistakes
        ],
        "questions": [_question_object(each) for each in report.questions],
    }


def _question_object(each: QuestionReport) -> dict[str, object]:
    return {
        "number": each.number,
        "question": each.question,
        "title": each.title,
        "seed": each.seed,
        "skill": each.skill,
        "verdict": each.verdict,
        "points": each.points,
        "mistakes": list(each.mistakes),
        "seconds": round(each.seconds),
        "prompt": each.prompt,
        "listing": each.listing or None,
        "answers": [
            {"field": line.label, "given": line.given, "right": line.right, "verdict": line.verdict}
            for line in each.answers
        ],
        "feedback": list(each.feedback),
        "working": [
            {
                "where": line.where,
                "text": str(line.text),
                "working": None if line.working is None else str(line.working),
                "code": line.code,
            }
            for line in each.working
        ],
        "changed": each.changed,
    }


def points(value: float) -> str:
    """Return points with no more decimals than they need: 1, 0.5, 0.33."""
    if value == int(value):
        return str(int(value))
    return decimal(value, 1 if round(value, 2) == round(value, 1) else 2)


def mistake_words(slug: str) -> str:
    """Return a mistake in a sentence; empty for one that has words only where it is made."""
    sentence = mistake_sentence(slug)
    return "" if sentence is None else str(sentence)


def summary_lines(report: ExamReport) -> list[str]:
    """Return what the head of a report says, a sentence a line."""
    head = report.head
    minutes, seconds = divmod(round(head.seconds), 60)
    took = f"{minutes}:{seconds:02d}"
    end = (
        t("ended by the clock after {time}", time=took)
        if head.by_time
        else t("handed in after {time}", time=took)
    )
    return [
        t(
            "{points} of {count} points, {percent} %",
            points=points(report.points),
            count=report.count,
            percent=decimal(report.percent, 1),
        ),
        t(
            "About {scope} · seed {seed} · {minutes} minutes, {end}",
            scope=head.scope,
            seed=str(head.seed),
            minutes=head.minutes,
            end=end,
        ),
        t("Begun {time} UTC", time=f"{head.started:%Y-%m-%d %H:%M}"),
        t("The same exam again: {command}", command=head.command),
    ]


def own_answer(line: AnswerLine) -> str:
    """Return what was given, or that nothing was."""
    return line.given or t("no answer")


def as_markdown(report: ExamReport) -> str:
    """Return the report as Markdown."""
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: ExamReport) -> Iterator[str]:
    yield f"# {t('Exam report')}"
    yield ""
    yield from (f"- {line}" for line in summary_lines(report))
    yield from ("", f"## {t('By skill')}", "")
    yield f"| {t('skill')} | {t('points')} |"
    yield "|---|---|"
    yield from (
        f"| {skill_name(each.skill)} | {points(each.points)} / {each.count} |" for each in report.skills
    )
    if report.mistakes:
        yield from ("", f"## {t('By mistake')}", "")
        yield from (f"- {times} × `{slug}` {mistake_words(slug)}" for slug, times in report.mistakes)
    for each in report.questions:
        yield from (
            "",
            f"## {each.number}. {SIGNS[each.verdict]} {each.title} · {skill_name(each.skill)}",
            "",
        )
        yield each.prompt
        if each.listing:
            yield from ("", "```python", each.listing, "```")
        yield ""
        for line in each.answers:
            yield f"- {SIGNS[line.verdict]} {line.label}: **{_cell(own_answer(line))}**"
            if line.verdict != "right" and line.right:
                yield f"  - {t('right')}: **{_cell(line.right)}**"
        if each.mistakes:
            yield from ("", f"{t('Mistake')}: {', '.join(f'`{slug}`' for slug in each.mistakes)}")
        for said in each.feedback:
            yield from ("", f"> {_cell(said)}")
        if each.changed:
            yield from ("", t("The course has changed since; the points are those of that day."))
        yield from ("", f"### {t('Working')}", "")
        yield from _markdown_working(each)


def _markdown_working(each: QuestionReport) -> Iterator[str]:
    code = False
    for line in each.working:
        if line.code != code:
            yield "```" if code else "```python"
            code = line.code
        if line.code:
            yield str(line.text)
            continue
        where = f"**{line.where}** " if line.where else ""
        yield f"- {where}{_cell(str(line.text))}"
        if line.working is not None:
            yield f"  - `{line.working}`"
    if code:
        yield "```"


def _cell(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())
