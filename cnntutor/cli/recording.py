"""cnntutor recording: runs that happened, to be looked at without training; and to make one of a run."""

from pathlib import Path

import click
import msgspec

from cnntutor.cli.finding_text import finding_lines
from cnntutor.cli.follow import accuracy_text, event_line
from cnntutor.errors import Failed
from cnntutor.i18n import Text, msg, t
from cnntutor.lab.events import EpochEvent, ResultEvent
from cnntutor.lab.folder import replace_file
from cnntutor.lab.lab import Lab
from cnntutor.lab.outcome import outcome
from cnntutor.lab.record import RunRecord
from cnntutor.lab.recording import Recording, find_recording, record, recording_slugs


@click.group()
def recording() -> None:
    """Look at recorded runs: real ones, shipped with the course, that need no TensorFlow and no time."""


@recording.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_command(as_json: bool) -> None:
    """List all recordings."""
    found = [find_recording(slug) for slug in recording_slugs()]
    if as_json:
        click.echo(msgspec.json.encode({"recordings": [_summary(each) for each in found]}))
        return
    rows = [(each.slug, str(each.spec.title), accuracy_text(_accuracy(each))) for each in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@recording.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(name: str, as_json: bool) -> None:
    """Show what NAME recorded: where it ran, every epoch, the result beside the reported figure."""
    found = find_recording(name)
    if as_json:
        epochs = [event for event in found.events if isinstance(event, EpochEvent)]
        click.echo(msgspec.json.encode({**_summary(found), "epoch_events": epochs, "result": _result(found)}))
        return
    click.echo(t("Recording {name}: {title}, preset {preset}", **_headline(found)))
    click.echo(t("It ran on {day} on {machine}.", day=found.day, machine=found.machine))
    click.echo()
    for event in found.events:
        if isinstance(event, EpochEvent):
            click.echo(event_line(event))
    told = RunRecord()
    for event in found.events:
        told.absorb(event)
    for line in finding_lines(found.spec, told):
        click.echo(line)
    result = _result(found)
    if result is not None:
        click.echo()
        for sentence in outcome(found.spec, result).lines:
            click.echo(str(sentence))


@recording.command()
@click.argument("run")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The .jsonl file to write."
)
@click.option("--machine", "machine", required=True, help="What it ran on, in English.")
@click.option("--machine-vi", "machine_vi", required=True, help="The same in Vietnamese.")
def make(run: str, output: Path, machine: str, machine_vi: str) -> None:
    """Make a recording of RUN, which has to have finished; folders and names of yours are left out."""
    found = record(Lab().find(run), Text(machine, machine_vi))
    try:
        replace_file(output, found)
    except OSError as problem:
        raise Failed(
            msg(
                "{file} cannot be written: {problem}.",
                file=output,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    click.echo(t("{file}: {size} bytes.", file=output, size=len(found)))


def _headline(found: Recording) -> dict[str, object]:
    return {"name": found.slug, "title": found.spec.title, "preset": found.spec.preset}


def _summary(found: Recording) -> dict[str, object]:
    return {
        "recording": found.slug,
        "title": found.spec.title,
        "recipe": found.spec.recipe,
        "preset": found.spec.preset,
        "machine": found.machine,
        "day": found.day,
        "created": found.spec.created,
        "seconds": found.seconds,
        "epochs": found.spec.settings.epochs,
        "test_accuracy": _accuracy(found),
    }


def _result(found: Recording) -> ResultEvent | None:
    last = found.events[-1]
    return last if isinstance(last, ResultEvent) else None


def _accuracy(found: Recording) -> float | None:
    result = _result(found)
    return None if result is None else result.test_accuracy
