"""cnntutor run: start a training run from a recipe, and follow it or leave it."""

import sys

import click
import msgspec

from cnntutor.cli.compare import comparison_json, comparison_lines
from cnntutor.cli.follow import follow as follow_run
from cnntutor.errors import ExitCode, NotUnderstood
from cnntutor.i18n import msg, t
from cnntutor.lab.comparison import compare_runs
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
@click.option(
    "--predict", type=click.IntRange(1, 5), metavar="N", help="Your prediction: a choice of `recipe show`."
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Run N times, one seed after the other, and compare.",
)
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
    predict: int | None,
    seeds: int | None,
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
    name = preset or chosen.presets[0].name
    guess = None if predict is None else predict - 1
    choices = 0 if chosen.prediction is None else len(chosen.prediction.choices)
    if predict is not None and predict > choices:
        raise NotUnderstood(
            msg(
                "--predict {given}: this recipe has {count} choices; see them with `cnntutor recipe show"
                " {recipe}`.",
                given=str(predict),
                count=str(choices),
                recipe=recipe,
            )
        )
    if seeds is not None and seeds > 1:
        if following is False:
            raise NotUnderstood(
                msg("--seeds waits for each run to end before the next begins; leave --detach out.")
            )
        ctx.exit(_several(lab, recipe, name, overrides, seeds=seeds, as_json=as_json, force=force))
    started = lab.submit(recipe, name, overrides, force=force, predicted=guess)
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


def _several(
    lab: Lab,
    recipe: str,
    preset: str,
    overrides: dict[str, str],
    *,
    seeds: int,
    as_json: bool,
    force: bool,
) -> int:
    """Run a recipe once for each seed, one after the other, and set the runs side by side.

    Returns:
        The exit code: that of the first run that did not finish, else 0.
    """
    first = int(overrides.get("seed", "0")) if overrides.get("seed", "0").isdecimal() else 0
    runs = []
    for seed in range(first, first + seeds):
        started = lab.submit(recipe, preset, {**overrides, "seed": str(seed)}, force=force)
        runs.append(started)
        code = follow_run(lab, started, as_json=as_json)
        if code != ExitCode.OK:
            return int(code)
    found = compare_runs(tuple(runs))
    if as_json:
        click.echo(msgspec.json.encode({"type": "comparison", **comparison_json(found)}))
    else:
        click.echo()
        for line in comparison_lines(found):
            click.echo(line)
    return int(ExitCode.OK)
