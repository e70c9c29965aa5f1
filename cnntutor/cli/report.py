"""cnntutor runs report: the lab report of runs, to be handed in."""

from pathlib import Path

import click
import msgspec

from cnntutor.errors import Failed
from cnntutor.i18n import language, msg, set_language, t
from cnntutor.lab.history import last_result
from cnntutor.lab.lab import Lab
from cnntutor.lab.report import build_report
from cnntutor.lab.report_files import write_report


@click.command()
@click.argument("runs", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to be made.")
@click.option("--lang", type=click.Choice(["en", "vi"]), help="Language of the report; else the program's.")
@click.option("--author", default="", help="Who hands it in; stands below the title.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def report(runs: tuple[str, ...], *, output: Path, lang: str | None, author: str, as_json: bool) -> None:
    """Write the lab report of RUNS: Markdown, HTML and PDF, the figures as PNG and SVG.

    A run is named as in `runs show`. With several, a table sets them side by side first.
    """
    lab = Lab()
    chosen = tuple({found.name: found for found in map(lab.find, runs)}.values())
    for run in chosen:
        if last_result(run) is None:
            raise Failed(
                msg(
                    "The run {run} has no result yet, so there is nothing to report; see `cnntutor runs show"
                    " {run}`.",
                    run=run.name,
                )
            )
    before = language()
    try:
        set_language(lang or before)
        document = build_report(chosen, author)
    finally:
        set_language(before)
    files = write_report(document, output.expanduser())
    if as_json:
        click.echo(
            msgspec.json.encode(
                {"runs": [run.name for run in chosen], "files": [str(file) for file in files]}
            )
        )
        return
    click.echo(t("The report is written:"))
    for file in files:
        click.echo(f"  {file}")
