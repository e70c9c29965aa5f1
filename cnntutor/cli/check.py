"""cnntutor check: lint a content folder."""

import json
from pathlib import Path

import click

from cnntutor import locations
from cnntutor.errors import ExitCode
from cnntutor.i18n import t


@click.command()
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--coverage", is_flag=True, help="Print which question covers which exercise of the list.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(ctx: click.Context, folder: Path | None, coverage: bool, as_json: bool) -> None:
    """Check all content of a course: the installed one, or that in DIR.

    One line a problem: file, line, what is wrong and the mend. Exit code 0: nothing is wrong; 1: something
    is; 2: DIR is not the folder of a course.
    """
    if coverage:
        from cnntutor.cli.check_coverage import print_coverage

        ctx.exit(print_coverage(folder or locations.content_dir(), as_json))
    from cnntutor.classroom.checker import check_content, place, sentence

    report = check_content(folder or locations.content_dir())
    if as_json:
        problems = [
            {
                "file": place(problem),
                "line": problem.line,
                "key": problem.key or None,
                "problem": sentence(problem),
            }
            for problem in report.problems
        ]
        found = {
            "folder": str(report.root),
            "ok": not problems,
            "checked": dict(report.counts),
            "problems": problems,
        }
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for problem in report.problems:
            line = f":{problem.line}" if problem.line else ""
            click.echo(f"{place(problem)}{line}: {sentence(problem)}")
        counted = t(
            "{lessons} lessons, {questions} questions, {terms} terms, {networks} networks, {recipes} recipes,"
            " {recordings} recordings",
            **report.counts,
        )
        if report.problems:
            click.echo(t("{counted}: {n} problems.", counted=counted, n=len(report.problems)))
        else:
            click.echo(t("{counted}: nothing is wrong.", counted=counted))
    ctx.exit(ExitCode.FAILED if report.problems else ExitCode.OK)
