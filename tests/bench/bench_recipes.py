"""Run recipes to their end as a learner would, and keep what came out in content/results.toml.

    python tests/bench/bench_recipes.py [RECIPE...] [--preset quick] --data DIR --photos DIR --labelled DIR

Without names every recipe is run, one after the other, each by its own worker. A result replaces the one that
was there for the same recipe and preset. Prints one line a run: recipe, result, reported figure.
"""

import argparse
import os
import platform
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from cnntutor import locations
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.history import last_result, list_runs
from cnntutor.lab.lab import Lab
from cnntutor.lab.recipe import find_recipe, recipe_slugs, recipes_dir
from cnntutor.lab.results import (
    RESULTS_FILE,
    Measured,
    MeasuredNetwork,
    Results,
    digest,
    read_results,
    results_toml,
)


def main() -> int:
    """Run, keep and print; 1 where a run did not finish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipes", nargs="*", help="without any, all")
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--data", type=Path, help="folder of data sets and weights, as CNNTUTOR_DATA")
    parser.add_argument("--photos", type=Path, help="photos of a few labels, for transfer learning")
    parser.add_argument("--labelled", type=Path, help="photos labelled with classes of ImageNet")
    parser.add_argument("--weights", help="for imagenet-topk: FILE,FILE")
    parser.add_argument("--past", type=Path, help="run nothing: keep finished runs of this folder of runs")
    chosen = parser.parse_args()
    if chosen.data is not None:
        os.environ["CNNTUTOR_DATA"] = str(chosen.data.absolute())
    if chosen.past is not None:
        keep_past(chosen.past)
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["CNNTUTOR_HOME"] = home
        for slug in chosen.recipes or recipe_slugs(recipes_dir()):
            overrides: dict[str, str] = {}
            if slug.startswith("transfer"):
                overrides = {"photos": str(chosen.photos)}
            if slug == "imagenet-topk":
                overrides = {"photos": str(chosen.labelled)}
                if chosen.weights:
                    overrides["weights"] = chosen.weights
            measured = measure(slug, chosen.preset, overrides)
            failed += measured is None
            if measured is not None:
                keep(measured)
                print(line(measured), flush=True)
    return 1 if failed else 0


def measure(slug: str, preset: str, overrides: dict[str, str]) -> Measured | None:
    """Return what a run gave; None, said on stderr, where it did not finish."""
    lab = Lab()
    run = lab.submit(slug, preset, overrides, force=True)
    pause = threading.Event()
    while not lab.observe(run).state.over:
        pause.wait(0.5)
    measured = measured_of(run)
    if measured is None:
        print(f"{slug}: {lab.observe(run).state} {lab.observe(run).reason}", file=sys.stderr, flush=True)
    return measured


def keep_past(runs: Path) -> None:
    """Keep the newest finished run of every preset as it is now that has no result yet."""
    for run in list_runs(runs):
        spec = run.spec
        measured = measured_of(run)
        recipe = find_recipe(spec.recipe)
        if measured is None or spec.preset not in [each.name for each in recipe.presets]:
            continue
        now = digest(recipe.preset(spec.preset).settings)
        known = read_results().of(spec.recipe, spec.preset)
        if measured.settings == now and (known is None or known.settings != now):
            keep(measured)
            print(line(measured), flush=True)


def measured_of(run: RunFolder) -> Measured | None:
    """Return what a run gave; None where it did not finish."""
    result = last_result(run)
    if result is None or result.state != "finished" or result.data is None:
        return None
    low, high = result.test_interval or (None, None)
    return Measured(
        recipe=run.spec.recipe,
        preset=run.spec.preset,
        date=time.strftime("%Y-%m-%d", time.gmtime(result.time)),
        machine=machine(),
        versions=", ".join(f"{name} {run.spec.versions[name]}" for name in ("keras", "tensorflow")),
        settings=digest(run.spec.settings),
        data=result.data.name,
        provenance=result.data.provenance,
        train=result.data.train,
        validation=result.data.validation,
        test=result.data.test,
        seconds=round(result.seconds, 1),
        epochs_done=result.epochs_done,
        best_epoch=result.best_epoch,
        tested_epoch=result.tested_epoch,
        test_accuracy=None if result.test_accuracy is None else round(result.test_accuracy, 6),
        test_loss=result.test_loss,
        low=low,
        high=high,
        words=" ".join(result.spelled.values()) if result.spelled else None,
        networks=tuple(
            MeasuredNetwork(network=each.network, top1=each.top1, top5=each.top5, count=each.count)
            for each in result.networks
        ),
    )


def machine() -> str:
    """Return what machine this is, without its name; times on it depend on who else was at work."""
    return f"{len(os.sched_getaffinity(0))} × {platform.machine()}, shared"


def keep(measured: Measured) -> None:
    """Put a result into the file, in the place of an older one."""
    path = locations.content_dir() / RESULTS_FILE
    others = [
        each
        for each in read_results().results
        if (each.recipe, each.preset) != (measured.recipe, measured.preset)
    ]
    part = path.with_suffix(".part")
    part.write_text(results_toml(Results(results=(*others, measured))), encoding="utf-8")
    part.replace(path)


def line(measured: Measured) -> str:
    """Return a result beside the reported figure as one line."""
    reported = find_recipe(measured.recipe).reported
    told = "–"
    if reported is not None:
        figures = [
            *([] if reported.test_accuracy is None else [f"{reported.test_accuracy:.2%}"]),
            *([] if reported.loss is None else [f"loss {reported.loss}"]),
        ]
        told = ", ".join(figures) or str(reported.figure or "–")
    ours = (
        msgspec.json.encode(measured.networks).decode()
        if measured.networks
        else (f"{measured.test_accuracy:.2%} loss {measured.test_loss}")
    )
    return (
        f"{measured.recipe} ({measured.preset}): {ours}; epochs {measured.epochs_done}, best"
        f" {measured.best_epoch}, {measured.data} {measured.train}/{measured.test}, {measured.seconds} s;"
        f" reported {told}"
    )


if __name__ == "__main__":
    sys.exit(main())
