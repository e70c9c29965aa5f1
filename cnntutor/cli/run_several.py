"""Several runs of one recipe, one after the other: a sweep over settings and seeds, then the comparison."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import msgspec

from cnntutor import locations
from cnntutor.cli.compare import comparison_json, comparison_lines
from cnntutor.cli.follow import follow as follow_run
from cnntutor.errors import ExitCode, Failed
from cnntutor.i18n import msg, t
from cnntutor.lab.comparison import compare_runs
from cnntutor.lab.lab import Lab


def run_all(
    lab: Lab,
    recipe: str,
    preset: str,
    plan: Sequence[Mapping[str, str]],
    *,
    as_json: bool,
    force: bool,
    wait: bool,
) -> int:
    """Run a recipe once for each entry of the plan and set the runs side by side.

    Args:
        lab: The lab.
        recipe: The recipe.
        preset: One of its presets.
        plan: The settings to change, run by run.
        as_json: Print event lines, and the comparison as one more.
        force: Start beside runs that are at work.
        wait: Stand in line behind them.

    Returns:
        The exit code: that of the first run that did not finish, else 0.
    """
    runs = []
    for number, overrides in enumerate(plan, start=1):
        if not as_json:
            click.echo(t("Run {number} of {count}", number=str(number), count=str(len(plan))))
        started = lab.submit(recipe, preset, overrides, force=force, wait=wait)
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


def leave(arguments: Sequence[str], count: int) -> Path:
    """Let a program of its own do the runs, which goes on when this one and the terminal end.

    Args:
        arguments: Those of `cnntutor run`, without --detach.
        count: How many runs there will be.

    Returns:
        The file it writes its lines to.

    Raises:
        Failed: it cannot be started.
    """
    folder = locations.home_dir() / "sweeps"
    log = folder / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            subprocess.Popen(
                [sys.executable, "-P", "-m", "cnntutor", "run", *arguments, "--follow"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as problem:
        raise Failed(
            msg(
                "The {count} runs cannot be started ({problem}); free some space or memory and try again.",
                count=str(count),
                problem=problem.strerror or str(problem),
            )
        ) from problem
    return log
