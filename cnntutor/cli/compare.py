"""cnntutor runs compare: runs side by side, what differs between them, the spread over seeds."""

import shutil
import sys
from typing import Any

import click
import msgspec

from cnntutor.cli.follow import accuracy_text
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, decimal, msg, t
from cnntutor.lab.comparison import ComparedRun, Comparison, Group, compare_runs, spread_words
from cnntutor.lab.lab import Lab


@click.command()
@click.argument("runs", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(runs: tuple[str, ...], as_json: bool) -> None:
    """Set RUNS side by side: the settings that differ, results, and the spread over seeds.

    A run is named as in `runs show`; a recipe's name stands for all of its runs.
    """
    lab = Lab()
    everything = lab.runs()
    chosen = []
    for name in runs:
        of_recipe = [run for run in everything if run.name.split("-", 2)[-1].rsplit("-", 1)[0] == name]
        chosen += of_recipe or [lab.find(name)]
    chosen = list({run.name: run for run in chosen}.values())
    if len(chosen) < 2:
        raise NotUnderstood(msg("Name two runs or more to compare; `cnntutor runs list` shows them."))
    found = compare_runs(tuple(chosen))
    if as_json:
        click.echo(msgspec.json.encode(comparison_json(found)))
        return
    for line in comparison_lines(found):
        click.echo(line)


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON has it."""
    return {
        "changed": found.changed,
        "runs": [
            {
                "run": row.run,
                "settings": row.settings,
                "test_accuracy": None if row.result is None else row.result.test_accuracy,
                "test_interval": None if row.result is None else row.result.test_interval,
                "test_loss": None if row.result is None else row.result.test_loss,
                "best_epoch": None if row.result is None else row.result.best_epoch,
                "epochs_done": None if row.result is None else row.result.epochs_done,
            }
            for row in found.rows
        ],
        "groups": [
            {
                "runs": group.runs,
                "settings": group.settings,
                "count": group.count,
                "mean": group.mean,
                "spread": group.spread,
                "low": group.low,
                "high": group.high,
            }
            for group in found.groups
        ],
    }


def comparison_lines(found: Comparison) -> list[str]:
    """Return a comparison as lines: a table of the runs, then of groups with more than one run.

    On a terminal that is too narrow for a run a line, each run has a column.
    """
    head = [t("Run"), *found.changed, t("Test accuracy"), t("95 % interval"), t("Best epoch")]
    rows = [head, *(_row(row, found.changed) for row in found.rows)]
    lines = _table(rows)
    groups: list[str] = []
    if any(group.count > 1 for group in found.groups):
        keys = tuple(found.groups[0].settings)
        head = [*keys, t("Runs"), t("Mean"), t("Spread"), t("Lowest"), t("Highest")]
        groups = ["", *_table([head, *(_group(group, keys) for group in found.groups)])]
    if sys.stdout.isatty():
        room = shutil.get_terminal_size().columns
        if max(map(len, lines)) > room:
            lines = _in_columns(rows, room)
        if groups and max(map(len, groups)) > room:
            said = map(_group_words, found.groups)
            groups = ["", *(str(each) for each in said if each is not None)]
    lines += groups
    if not found.changed:
        lines += ["", t("Nothing differs between these runs.")]
    return lines


def _row(row: ComparedRun, changed: tuple[str, ...]) -> list[str]:
    result = row.result
    interval = None if result is None else result.test_interval
    return [
        row.run,
        *(_value(row.settings[key]) for key in changed),
        accuracy_text(None if result is None else result.test_accuracy),
        "" if interval is None else " – ".join(decimal(100 * each, 2) for each in interval),
        "" if result is None or result.best_epoch is None else str(result.best_epoch),
    ]


def _group(group: Group, keys: tuple[str, ...]) -> list[str]:
    return [
        *(_value(group.settings[key]) for key in keys),
        str(group.count),
        accuracy_text(group.mean),
        "" if group.spread is None else f"± {decimal(100 * group.spread, 2)}",
        accuracy_text(group.low),
        accuracy_text(group.high),
    ]


def _group_words(group: Group) -> Message | None:
    return spread_words(group, (run.rsplit("-", 1)[-1] for run in group.runs))


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _in_columns(rows: list[list[str]], room: int) -> list[str]:
    """Return a table with a column for each row, as many beside each other as there is room for."""
    head, *runs = rows
    runs = [[run[0].rsplit("-", 1)[-1], *run[1:]] for run in runs]
    label = max(map(len, head))
    lines: list[str] = []
    while runs:
        taken, width = 0, label
        while taken < len(runs) and (taken == 0 or width + 2 + max(map(len, runs[taken])) <= room):
            width += 2 + max(map(len, runs[taken]))
            taken += 1
        lines += [*([""] if lines else []), *_table([*map(list, zip(head, *runs[:taken], strict=True))])]
        runs = runs[taken:]
    return lines


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
