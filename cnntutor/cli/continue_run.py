"""cnntutor runs resume and runs note: go on with a run, and write about it."""

import sys

import click
import msgspec

from cnntutor.cli.follow import follow
from cnntutor.cli.turn import check_turn
from cnntutor.i18n import t
from cnntutor.lab.lab import Lab
from cnntutor.lab.notes import read_notes, write_notes


@click.command()
@click.argument("run")
@click.option(
    "--follow/--detach",
    "following",
    default=None,
    help="Print what happens until the run is over (on a terminal), or return at once (elsewhere).",
)
@click.option("--force", is_flag=True, help="Go on beside a run that is still at work.")
@click.option("--wait", is_flag=True, help="Stand in line: go on when the runs at work are over.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def resume(
    ctx: click.Context, run: str, *, following: bool | None, force: bool, wait: bool, as_json: bool
) -> None:
    """Go on with RUN, which was stopped, killed or lost, from its last checkpoint.

    It ends with the same result as a run without a break: weights, optimizer, Dropout, the order of the
    images and early stopping go on where they stood.
    """
    check_turn(force, wait)
    lab = Lab()
    found = lab.find(run)
    lab.resume(found, force=force, wait=wait)
    if following is None:
        following = sys.stdout.isatty()
    if following:
        ctx.exit(follow(lab, found, as_json=as_json))
    if as_json:
        click.echo(msgspec.json.encode({"run": found.name, "path": str(found.path)}))
        return
    click.echo(t("Run {run} goes on; follow it with `cnntutor runs attach {run}`.", run=found.name))


@click.command()
@click.argument("run")
@click.argument("text", required=False)
def note(run: str, text: str | None) -> None:
    """Add TEXT to the notes on RUN, or print them."""
    found = Lab().find(run)
    before = read_notes(found)
    if text is None:
        if before:
            click.echo(before)
        return
    write_notes(found, f"{before}\n{text}".strip(), before)
