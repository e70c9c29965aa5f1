"""cnntutor runs: list, show, attach to and stop training runs."""

import time
from typing import Any

import click
import msgspec

from cnntutor.cli.compare import compare
from cnntutor.cli.continue_run import note, resume
from cnntutor.cli.finding_text import finding_lines
from cnntutor.cli.follow import accuracy_text, event_line, exit_code, follow
from cnntutor.cli.models import evaluate, export
from cnntutor.cli.report import report
from cnntutor.cli.results import results
from cnntutor.errors import ExitCode
from cnntutor.i18n import t
from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.finding_pages import page_of
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.notes import read_notes
from cnntutor.lab.outcome import outcome
from cnntutor.lab.record import read_record_of
from cnntutor.lab.settings_change import setting_lines
from cnntutor.lab.state import RunState, state_words
from cnntutor.lab.summary import RunSummary, summaries, summary_of

STOP_SECONDS = 60.0
"""How long `runs stop` waits for the worker to end."""

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def runs() -> None:
    """See training runs, go back to one, or stop it.

    RUN is a run's id, a unique beginning or ending of it, or "last".
    """


runs.add_command(compare)
runs.add_command(resume)
runs.add_command(note)
runs.add_command(results)
runs.add_command(evaluate)
runs.add_command(export)
runs.add_command(report)


@runs.command("list")
@_json_option
def list_command(as_json: bool) -> None:
    """List all runs, newest first."""
    lab = Lab()
    rows = summaries(lab)
    if as_json:
        click.echo(msgspec.json.encode({"runs": [_row(lab, row) for row in rows]}))
        return
    if not rows:
        click.echo(t("There are no runs yet; start one with `cnntutor run lenet5-mnist --preset quick`."))
        return
    head = (t("Run"), t("State"), t("Preset"), t("Epoch"), t("Test accuracy"))
    table = [
        head,
        *(
            (
                row.run,
                state_words(RunState(row.state), row.ahead),
                row.preset or "",
                f"{row.epoch}/{row.epochs}" if row.epochs else "",
                accuracy_text(row.test_accuracy),
            )
            for row in rows
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in table)
    click.echo("\n".join(lines))


@runs.command()
@click.argument("run")
@_json_option
def show(run: str, as_json: bool) -> None:
    """Show what RUN was asked to do and what it reached."""
    lab = Lab()
    found = lab.find(run)
    if as_json:
        click.echo(msgspec.json.encode(_details(lab, found)))
        return
    spec, seen, record = found.spec, lab.observe(found), read_record_of(found)
    click.echo(t("Run {run}: {title}, preset {preset}", run=found.name, title=spec.title, preset=spec.preset))
    click.echo(t("State: {state}", state=seen.line))
    if seen.reason is not None:
        click.echo(str(seen.reason))
    shown = ", ".join(line.replace(" = ", "=") for line in setting_lines(spec.settings))
    click.echo(t("Settings: {settings}", settings=shown))
    click.echo(t("Folder: {folder}", folder=found.path))
    if notes := read_notes(found):
        click.echo()
        click.echo(notes)
    if record.epochs:
        click.echo()
    for epoch in record.epochs:
        click.echo(event_line(epoch))
    for line in finding_lines(spec, record):
        click.echo(line)
    if record.result is not None and seen.state is not RunState.FAILED:
        click.echo()
        for sentence in outcome(spec, record.result).lines:
            click.echo(str(sentence))


@runs.command()
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print the event lines as they are.")
@click.pass_context
def attach(ctx: click.Context, run: str, as_json: bool) -> None:
    """Follow RUN from its first event until it is over; Ctrl+C as in `cnntutor run`."""
    lab = Lab()
    ctx.exit(follow(lab, lab.find(run), as_json=as_json))


@runs.command()
@click.argument("run")
@_json_option
@click.pass_context
def stop(ctx: click.Context, run: str, as_json: bool) -> None:
    """Ask RUN to stop and wait until it has; it ends with the result of what it reached."""
    lab = Lab()
    found = lab.find(run)
    seen = lab.observe(found)
    was_over = seen.state.over
    if not was_over:
        lab.request_stop(found)
        deadline = time.monotonic() + STOP_SECONDS
        while not seen.state.over and time.monotonic() < deadline:
            time.sleep(0.1)
            seen = lab.observe(found)
    if as_json:
        click.echo(msgspec.json.encode({"run": found.name, "state": seen.state.value, "was_over": was_over}))
    elif was_over:
        click.echo(t("The run {run} was over already: {state}.", run=found.name, state=seen.state.label))
    elif seen.state.over:
        click.echo(t("The run {run} is over: {state}.", run=found.name, state=seen.state.label))
    else:
        click.echo(
            t("The run {run} is asked to stop but has not answered yet; look again later.", run=found.name)
        )
    stopped = was_over or seen.state in {RunState.CANCELLED, RunState.FINISHED}
    ctx.exit(ExitCode.FAILED if not seen.state.over or not stopped else ExitCode.OK)


def _row(lab: Lab, row: RunSummary) -> dict[str, Any]:
    """Return a row with the folder it stands for."""
    fields = msgspec.structs.asdict(row)
    return {"run": fields.pop("run"), "path": str(lab.runs_dir / row.run), **fields}


def _details(lab: Lab, run: RunFolder) -> dict[str, Any]:
    """Return one run with everything that is known about it."""
    spec, seen, record = run.spec, lab.observe(run), read_record_of(run)
    return _row(lab, summary_of(lab, run)) | {
        "reason": None if seen.reason is None else str(seen.reason),
        "exit_code": int(exit_code(seen)) if seen.state.over else None,
        "settings": spec.settings,
        "overrides": spec.overrides,
        "network": {"slug": spec.network.slug, "params": spec.network.params},
        "reported": spec.reported,
        "versions": spec.versions,
        "data": record.data,
        "notes": read_notes(run),
        "log": record.epochs,
        "result": record.result,
        "findings": [
            {
                "name": finding.name,
                "problem": finding.problem,
                "since": finding.since,
                "title": str(finding.title),
                "evidence": str(finding.evidence),
                "mend": str(finding.mend),
                "page": page_of(finding.name),
            }
            for finding in diagnose(spec, record)
        ],
        "outcome": None
        if record.result is None
        else [str(sentence) for sentence in outcome(spec, record.result).lines],
    }
