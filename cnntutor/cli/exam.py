"""cnntutor exam: begin an exam on the screen, list exams, print their reports."""

import json
import random
from pathlib import Path

import click

from cnntutor import locations
from cnntutor.classroom.exam import begin as new_exam
from cnntutor.classroom.exam import report_of, seconds_left
from cnntutor.classroom.exam_desk import ExamDesk
from cnntutor.cli.text_file import print_or_write
from cnntutor.course.loader import load_course
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import decimal, language, msg, t
from cnntutor.progress.records import Exam
from cnntutor.progress.store import Store, utc_now
from cnntutor.quiz.exam import MINUTES_EACH, MOST_MINUTES, MOST_QUESTIONS, SEEDS, Scope, scope_name, scope_of
from cnntutor.quiz.exam_export import as_markdown, as_object
from cnntutor.quiz.exam_html import as_html
from cnntutor.quiz.exam_report import ExamReport

LATEST = "last"
"""Stands for the exam that was begun last."""

_COUNT = 10


@click.group()
def exam() -> None:
    """Take a timed exam, list exams, print a report.

    The same seed, scope and number of questions make the same exam on every machine with this course.

    \b
    cnntutor exam start --seed 4182 --unit foundations --questions 10 --minutes 20
    cnntutor exam list
    cnntutor exam report last --html report.html
    """


@exam.command()
@click.option("--seed", type=click.IntRange(0, SEEDS - 1), help="Which exam; left out: one nobody knows.")
@click.option("--unit", metavar="SLUG", help="Ask about this unit of the course only.")
@click.option("--skill", metavar="SLUG", help="Ask about this skill only.")
@click.option("--questions", type=click.IntRange(1, MOST_QUESTIONS), default=_COUNT, show_default=True)
@click.option(
    "--minutes", type=click.IntRange(1, MOST_MINUTES), help=f"Left out: {MINUTES_EACH} for each question."
)
@click.option("--show", is_flag=True, help="Print the questions instead of beginning; for who sets the exam.")
@click.pass_context
def start(  # noqa: PLR0917 (click hands options over by name)
    ctx: click.Context,
    seed: int | None,
    unit: str | None,
    skill: str | None,
    questions: int,
    minutes: int | None,
    show: bool,
) -> None:
    """Begin an exam on the screen; the time runs from now on, also while the program is closed."""
    if unit and skill:
        raise click.UsageError("Give --unit or --skill, not both.")
    scope = Scope("unit", unit) if unit else Scope("skill", skill) if skill else Scope()
    seed = random.randrange(1, SEEDS) if seed is None else seed
    minutes = minutes or min(MOST_MINUTES, MINUTES_EACH * questions)
    course = load_course()
    if show:
        for each in new_exam(course, scope, seed, questions, minutes, utc_now()).questions:
            click.echo(f"cnntutor exercise show {each.question} --seed {each.seed}")
        return
    from cnntutor.cli.screen import demand_terminal, open_screen

    demand_terminal()
    with _store() as store:
        begun = ExamDesk(course, store, utc_now, _raise).begin(scope, seed, questions, minutes)
    if len(begun.questions) < questions:
        click.echo(
            t("There are {count} questions about this; the exam has no more.", count=len(begun.questions)),
            err=True,
        )
    ctx.exit(open_screen("exam", begun.id))


@exam.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_exams(as_json: bool) -> None:
    """List every exam, the latest first."""
    course = load_course()
    with _store() as store:
        ExamDesk(course, store, utc_now, _raise).going()
        exams = store.exams()
    if as_json:
        click.echo(json.dumps({"exams": [_listed(each) for each in exams]}, ensure_ascii=False))
        return
    if not exams:
        click.echo(t("No exam was taken yet; cnntutor exam start begins one."))
    for each in exams:
        about = scope_name(course, scope_of(each.scope))
        click.echo(f"{each.id}  {each.started:%Y-%m-%d %H:%M} UTC  {_outcome(each)}  {about}")


@exam.command()
@click.argument("exam_id", metavar="ID")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--markdown", "form", flag_value="markdown", default=True, help="Markdown, as it is printed.")
@click.option("--json", "form", flag_value="json", help="One JSON object.")
@click.option("--html", "form", flag_value="html", help="A page that needs nothing else.")
def report(exam_id: str, file: Path | None, form: str) -> None:
    """Print the report of the exam ID, the beginning of an id or last; write it to FILE if one is given."""
    course = load_course()
    with _store() as store:
        ExamDesk(course, store, utc_now, _raise).going()
        found = _find(store.exams(), exam_id)
    if found.ended is None:
        left = round(seconds_left(found, utc_now()))
        raise NotUnderstood(
            msg(
                "The exam {id} still goes on for {left}; hand it in with cnntutor, then ask again.",
                id=found.id,
                left=f"{left // 60}:{left % 60:02d}",
            )
        )
    text = _as(form, report_of(course, found))
    if print_or_write(text, file):
        click.echo(t("The report is in {file}.", file=file))


def _as(form: str, told: ExamReport) -> str:
    """Return a report in one of its forms."""
    if form == "json":
        return json.dumps(as_object(told), ensure_ascii=False) + "\n"
    return as_html(told, language()) if form == "html" else as_markdown(told)


def _find(exams: tuple[Exam, ...], name: str) -> Exam:
    """Return the exam of an id, of its beginning, or the last.

    Raises:
        NotUnderstood: there is none, or more than one.
    """
    if not exams:
        raise NotUnderstood(msg("No exam was taken yet; cnntutor exam start begins one."))
    if name == LATEST:
        return exams[0]
    found = [each for each in exams if each.id.startswith(name)]
    if len(found) != 1:
        raise NotUnderstood(
            msg(
                "{count} exams begin with {name}; cnntutor exam list shows all.",
                count=len(found),
                name=name[:60],
            )
        )
    return found[0]


def _listed(each: Exam) -> dict[str, object]:
    return {
        "id": each.id,
        "started": each.started.isoformat(),
        "ended": None if each.ended is None else each.ended.isoformat(),
        "seed": each.seed,
        "scope": each.scope,
        "minutes": each.minutes,
        "questions": len(each.questions),
        "points": None if each.ended is None else round(sum(one.points for one in each.questions), 4),
    }


def _outcome(each: Exam) -> str:
    """Return what an exam came to, or that it goes on."""
    if each.ended is None:
        return t("goes on")
    points = sum(one.points for one in each.questions)
    return f"{decimal(points, 1)}/{len(each.questions)}"


def _store() -> Store:
    """Open the record, and say what happened to it where something did."""
    store = Store.open(locations.progress_file())
    if store.notice is not None:
        click.echo(f"cnntutor: {store.notice}", err=True)
    return store


def _raise(problem: Exception) -> None:
    raise problem
