"""cnntutor run: start a training run from a recipe, and follow it or leave it."""

import sys

import click
import msgspec

from cnntutor.cli.follow import follow as follow_run
from cnntutor.i18n import t
from cnntutor.lab.lab import Lab
from cnntutor.lab.settings_change import parse_overrides


@click.command()
@click.argument("recipe")
@click.option("--preset", metavar="NAME", help="A preset of the recipe; else its first, the quick one.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting: epochs=2.")
@click.option(
    "--follow/--detach",
    "following",
    default=None,
    help="Print what happens until the run is over (on a terminal), or return at once (elsewhere).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the event lines, or with --detach one object.")
@click.option("--force", is_flag=True, help="Start beside a run that is still at work.")
@click.pass_context
def run(
    ctx: click.Context,
    recipe: str,
    *,
    preset: str | None,
    assignments: tuple[str, ...],
    following: bool | None,
    as_json: bool,
    force: bool,
) -> None:
    """Train a network by RECIPE; `cnntutor recipe list` shows what there is.

    The run belongs to a process of its own: it goes on when this command, the terminal or the connection
    ends. Ctrl+C while following asks whether the run shall stop too, and leaves it at work where nobody can
    be asked.

    \b
    cnntutor run lenet5-mnist
    cnntutor run lenet5-mnist --preset full --set epochs=2 --detach

    Exit codes: 0 finished, 1 failed or lost, 2 not understood, 3 something is missing, 130 stopped.
    """
    lab = Lab()
    chosen = lab.recipe(recipe)
    overrides = parse_overrides(assignments)
    started = lab.submit(recipe, preset or chosen.presets[0].name, overrides, force=force)
    if following is None:
        following = sys.stdout.isatty()
    if following:
        ctx.exit(follow_run(lab, started, as_json=as_json))
    if as_json:
        click.echo(msgspec.json.encode({"run": started.name, "path": str(started.path)}))
        return
    click.echo(
        t(
            "Run {run} is started; follow it with `cnntutor runs attach {run}`, stop it with"
            " `cnntutor runs stop {run}`.",
            run=started.name,
        )
    )
