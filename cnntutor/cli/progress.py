"""cnntutor progress: how the skills stand, and the whole record as a file that can be merged elsewhere."""

import html
import json
from pathlib import Path

import click

from cnntutor import locations
from cnntutor.cli.text_file import print_or_write
from cnntutor.course.skills import skill_name
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg, t
from cnntutor.progress.exchange import Exported, as_csv, as_json, from_json
from cnntutor.progress.records import SkillSummary
from cnntutor.progress.store import Store


@click.group()
def progress() -> None:
    """Show, export and merge what you have done.

    \b
    cnntutor progress show
    cnntutor progress export --json backup.json
    cnntutor progress import backup.json
    """


@progress.command()
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
def show(as_object: bool) -> None:
    """Show every skill: attempts, recent accuracy, frequent mistakes, and when its review is due."""
    with _store() as store:
        skills = store.skills()
    if as_object:
        click.echo(json.dumps({"skills": [_skill(each) for each in skills]}, ensure_ascii=False))
        return
    if not skills:
        click.echo(t("Nothing is answered yet."))
    for each in skills:
        line = t(
            "{skill}: {attempts} answers, {right} of the last {recent} right",
            skill=skill_name(each.skill),
            attempts=each.attempts,
            right=each.recent_right,
            recent=each.recent,
        )
        due = t("; review due {day}", day=each.due.date().isoformat()) if each.due else ""
        slips = t("; mistakes: {names}", names=", ".join(each.mistakes[:3])) if each.mistakes else ""
        click.echo(line + due + slips)


@progress.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "form", flag_value="json", default=True, help="Everything, to be imported again.")
@click.option("--csv", "form", flag_value="csv", help="Every answer as a line for a spreadsheet.")
@click.option("--html", "form", flag_value="html", help="A page to be read or printed.")
def export(file: Path | None, form: str) -> None:
    """Write the whole record to FILE, or print it."""
    with _store() as store:
        record = store.export()
        skills = store.skills()
    text = _as(form, record, skills)
    if print_or_write(text, file):
        click.echo(t("{count} answers written to {file}.", count=len(record.attempts), file=file))


@progress.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def import_record(file: Path) -> None:
    """Merge an exported record (JSON) into this one; nothing is lost, nothing doubled."""
    try:
        with click.open_file(str(file), encoding="utf-8") as opened:
            text = opened.read()
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or type(fault).__name__
        raise NotUnderstood(
            msg("{file} cannot be read ({reason}); give a file of text.", file=file, reason=reason)
        ) from None
    record = from_json(text, str(file))
    with _store() as store:
        new = store.merge(record)
    click.echo(
        t("{new} answers are new, {known} were here already.", new=new, known=len(record.attempts) - new)
    )


def _as(form: str, record: Exported, skills: tuple[SkillSummary, ...]) -> str:
    """Return the record in one of the forms."""
    if form == "html":
        return as_html(record, skills)
    return as_csv(record) if form == "csv" else as_json(record)


def as_html(record: Exported, skills: tuple[SkillSummary, ...]) -> str:
    """Return the record as a page that needs nothing beside it."""
    skill_rows = "".join(
        f"<tr><td>{html.escape(skill_name(each.skill))}<td>{each.attempts}<td>{each.recent_right}/{each.recent}"
        f"<td>{html.escape(', '.join(each.mistakes[:3]))}"
        for each in skills
    )
    rows = "".join(
        f"<tr><td>{each.when:%Y-%m-%d %H:%M}<td>{html.escape(each.question)}<td>{each.seed}"
        f"<td>{'✓' if each.verdict == 'right' else '✗'}<td>{html.escape(', '.join(each.mistakes))}"
        f"<td>{html.escape('; '.join(each.answers.values())[:200])}"
        for each in reversed(record.attempts)
    )
    heads = [t("skill"), t("answers"), t("latest right"), t("mistakes")]
    columns = [t("when"), t("exercise"), t("variant"), "", t("mistakes"), t("answer")]
    return (
        "<!doctype html>\n<meta charset=utf-8>\n<title>cnntutor</title>\n"
        "<style>body{font:16px sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}"
        "td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left}</style>\n"
        f"<h1>{html.escape(t('What was answered'))}</h1>\n"
        f"<table><tr>{_heads(heads)}{skill_rows}</table>\n<table><tr>{_heads(columns)}{rows}</table>\n"
    )


def _heads(names: list[str]) -> str:
    return "".join(f"<th>{html.escape(name)}" for name in names)


def _skill(summary: SkillSummary) -> dict[str, object]:
    return {
        "skill": summary.skill,
        "attempts": summary.attempts,
        "recent": summary.recent,
        "recent_right": summary.recent_right,
        "mistakes": list(summary.mistakes),
        "last": summary.last.isoformat(),
        "due": summary.due.isoformat() if summary.due else None,
    }


def _store() -> Store:
    """Open the record; what happened at opening goes to stderr."""
    store = Store.open(locations.progress_file())
    if store.notice is not None:
        click.echo(f"cnntutor: {store.notice}", err=True)
    return store
