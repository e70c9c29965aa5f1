"""cnntutor run: start a training run from a recipe, and follow it or leave it."""

import sys
from pathlib import Path

import click
import msgspec

from cnntutor.cli.follow import follow as follow_run
from cnntutor.cli.run_several import leave, run_all
from cnntutor.cli.turn import check_turn
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg, t
from cnntutor.lab.data_way import download_ahead
from cnntutor.lab.estimate import memory_warning
from cnntutor.lab.estimate_words import estimate_sentence
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.headroom import free_memory
from cnntutor.lab.lab import Lab
from cnntutor.lab.line import ahead_of
from cnntutor.lab.run_spec import Estimate
from cnntutor.lab.settings_change import parse_overrides
from cnntutor.lab.sweep import plan_sweep


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
@click.option(
    "--sweep",
    "swept",
    multiple=True,
    metavar="KEY=V1,V2,…",
    help="Run once with each value of a setting, in all combinations, and compare.",
)
@click.option("--estimate", "only_estimate", is_flag=True, help="Say what the run would take, and leave it.")
@click.option("--force", is_flag=True, help="Start beside a run that is still at work.")
@click.option("--wait", is_flag=True, help="Stand in line: start by itself when the runs at work are over.")
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
    wait: bool,
    predict: int | None,
    seeds: int | None,
    only_estimate: bool,
    swept: tuple[str, ...],
) -> None:
    """Train a network by RECIPE; `cnntutor recipe list` shows what there is.

    The run belongs to a process of its own: it goes on when this command, the terminal or the connection
    ends. Ctrl+C while following asks whether the run shall stop too, and leaves it at work where nobody can
    be asked.

    \b
    cnntutor run lenet5-mnist
    cnntutor run lenet5-mnist --preset full --set epochs=2 --detach
    cnntutor run base-cnn-relu-mnist --wait --detach
    cnntutor run lenet5-mnist --sweep learning_rate=0.01,0.001 --seeds 3

    Exit codes: 0 finished, 1 failed or lost, 2 not understood, 3 something is missing, 130 stopped.
    """
    check_turn(force, wait)
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
    several = bool(swept) or (seeds or 1) > 1
    plan = plan_sweep(chosen, name, overrides, swept, seeds or 1) if several else (overrides,)
    if only_estimate:
        _tell_estimate(lab.expected(recipe, name, plan), as_json, len(plan))
        return
    if several:
        if following is False:
            arguments = [recipe, "--preset", name, *(["--force"] if force else ["--wait"] if wait else [])]
            arguments += [part for each in assignments for part in ("--set", each)]
            arguments += [part for each in swept for part in ("--sweep", each)]
            arguments += ["--seeds", str(seeds)] if seeds else []
            _tell_left(leave(arguments, len(plan)), len(plan), as_json)
            return
        ctx.exit(run_all(lab, recipe, name, plan, as_json=as_json, force=force, wait=wait))
    started = lab.submit(recipe, name, overrides, force=force, wait=wait, predicted=guess)
    if started.spec.estimate is not None and not as_json:
        _tell_estimate(started.spec.estimate, as_json)
    if following is None:
        following = sys.stdout.isatty()
    if following:
        ctx.exit(follow_run(lab, started, as_json=as_json))
    if as_json:
        click.echo(msgspec.json.encode({"run": started.name, "path": str(started.path)}))
    else:
        _tell_started(started)
    if needed := download_ahead(started.spec.settings):
        click.echo(needed, err=True)


def _tell_started(run: RunFolder) -> None:
    """Say that a run was left to itself, and whether it is at work or in line."""
    ahead = len(ahead_of(run))
    if ahead:
        click.echo(
            t(
                "Run {run} stands in line, {ahead} ahead, and starts by itself; follow it with `cnntutor runs"
                " attach {run}`, stop it with `cnntutor runs stop {run}`.",
                run=run.name,
                ahead=ahead,
            )
        )
        return
    click.echo(
        t(
            "Run {run} is started; follow it with `cnntutor runs attach {run}`, stop it with"
            " `cnntutor runs stop {run}`.",
            run=run.name,
        )
    )


def _tell_estimate(found: Estimate | None, as_json: bool, runs: int = 1) -> None:
    """Say what a run takes, or several together, and warn where it will not fit."""
    if as_json:
        click.echo(msgspec.json.encode({"estimate": found, "runs": runs}))
        return
    if found is None:
        click.echo(
            t("Nothing is known of this machine yet; `cnntutor calibrate` measures it in about a minute.")
        )
        return
    taken = estimate_sentence(found)
    if runs > 1:
        click.echo(t("Expected of all {count} together: {estimate}.", count=runs, estimate=taken))
    else:
        click.echo(t("Expected: {estimate}.", estimate=taken))
    warning = memory_warning(found, free_memory())
    if warning is not None:
        click.echo(str(warning), err=True)


def _tell_left(log: Path, count: int, as_json: bool) -> None:
    """Say that several runs were left to a program of their own."""
    if as_json:
        click.echo(msgspec.json.encode({"runs": count, "log": str(log)}))
        return
    click.echo(
        t(
            "{count} runs go on one after the other by themselves; `cnntutor runs list` shows them, stopping"
            " one ends them all, and their lines are in {log}.",
            count=str(count),
            log=str(log),
        )
    )
