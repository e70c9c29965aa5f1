"""Runs side by side: which settings differ, what each reached, and the spread over seeds."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from cnntutor.i18n import Message, Text, decimal, msg
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.history import last_result
from cnntutor.lab.result_words import percent
from cnntutor.lab.run_spec import RunSpec

SEEDS = ("seed", "split_seed")
"""Settings that only draw; runs that differ in nothing else are one group."""


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One run of a comparison."""

    run: str
    spec: RunSpec
    result: ResultEvent | None
    """None where the run has not ended by itself."""
    settings: dict[str, object]
    """Those that differ between the runs, and the recipe and the network where they do."""


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that differ in their seeds only."""

    runs: tuple[str, ...]
    settings: dict[str, object]
    """Those that differ between the groups."""
    count: int
    """Runs with a test accuracy."""
    mean: float | None
    spread: float | None
    """Standard deviation over the runs, n − 1 below the line; None for fewer than two."""
    low: float | None
    high: float | None


def spread_words(group: Group, names: Iterable[str]) -> Message | None:
    """Say where the runs of a group ended; None where fewer than two came to a test accuracy.

    Args:
        group: The group.
        names: What its runs are called here.
    """
    if group.mean is None or group.spread is None or group.low is None or group.high is None:
        return None
    return msg(
        "Runs {runs} differ in their seeds only: mean {mean}, spread {spread} points, {low} to {high}.",
        runs=", ".join(names),
        mean=percent(group.mean),
        spread=Text(decimal(100 * group.spread, 2, "en"), decimal(100 * group.spread, 2, "vi")),
        low=percent(group.low),
        high=percent(group.high),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs side by side."""

    changed: tuple[str, ...]
    """Settings that differ, in the order of the settings."""
    rows: tuple[ComparedRun, ...]
    groups: tuple[Group, ...]


def compare_runs(runs: tuple[RunFolder, ...]) -> Comparison:
    """Return a comparison of runs as they are on disk now.

    Raises:
        NotUnderstood: a run.json cannot be read.
    """
    return compare([(run.name, run.spec, last_result(run)) for run in runs])


def compare(runs: list[tuple[str, RunSpec, ResultEvent | None]]) -> Comparison:
    """Return a comparison of (name, what was asked, what came out)."""
    told = [_told(spec) for _, spec, _ in runs]
    keys = list(dict.fromkeys(key for each in told for key in each))
    changed = tuple(key for key in keys if len({str(each.get(key)) for each in told}) > 1)
    rows = tuple(
        ComparedRun(name, spec, result, {key: each.get(key) for key in changed})
        for (name, spec, result), each in zip(runs, told, strict=True)
    )
    fixed = tuple(key for key in changed if key not in SEEDS)
    groups: dict[str, list[ComparedRun]] = {}
    for row in rows:
        groups.setdefault(repr([row.settings[key] for key in fixed]), []).append(row)
    return Comparison(changed, rows, tuple(_group(members, fixed) for members in groups.values()))


def _told(spec: RunSpec) -> dict[str, object]:
    """Return everything that may differ between two runs."""
    network = {"network": spec.network.slug, "params": spec.network.params}
    return {"recipe": spec.recipe} | msgspec.structs.asdict(spec.settings) | network


def _group(members: list[ComparedRun], fixed: tuple[str, ...]) -> Group:
    """Return the runs of one group with their mean and spread."""
    reached = [
        row.result.test_accuracy
        for row in members
        if row.result is not None and row.result.test_accuracy is not None
    ]
    count = len(reached)
    mean = sum(reached) / count if count else None
    spread = None
    if mean is not None and count > 1:
        spread = math.sqrt(sum((each - mean) ** 2 for each in reached) / (count - 1))
    return Group(
        runs=tuple(row.run for row in members),
        settings={key: members[0].settings[key] for key in fixed},
        count=count,
        mean=mean,
        spread=spread,
        low=min(reached, default=None),
        high=max(reached, default=None),
    )
