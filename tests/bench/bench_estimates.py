"""What a run was said to take beside what it took: from the measurement of the machine alone, and learning.

    python tests/bench/bench_estimates.py [RECIPE...] [--epochs 3] --data DIR

The machine is measured first, as `cnntutor calibrate` does. Then each recipe's quick preset is run once, as
the lab runs it. Its time is told twice beforehand: as if no run had ever ended here, and with those that have
ended by then. Prints one JSON object a recipe and the median errors; exits 1 where the range told from the
measurement alone does not hold for a recipe in three.
"""

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from cnntutor.lab.calibration import load_calibration
from cnntutor.lab.estimate import estimate
from cnntutor.lab.headroom import crowding
from cnntutor.lab.history import last_result, past_runs
from cnntutor.lab.lab import Lab
from cnntutor.lab.recipe import find_recipe, resolve

RECIPES = (
    "dense-relu-scaled-mnist",
    "lenet5-mnist",
    "base-cnn-dropout-mnist",
    "dense-cifar10",
    "char-rnn",
    "zfnet28-mnist",
    "alexnet28-mnist",
    "vgg16-cifar10-mended",
    "resnet-demo-cifar10-mended",
)


def main() -> int:
    """Measure the machine, run, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipes", nargs="*", default=RECIPES)
    parser.add_argument("--epochs", help="instead of the preset's")
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    if chosen.data is not None:
        os.environ["CNNTUTOR_DATA"] = str(chosen.data.absolute())
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNTUTOR_HOME"] = folder
        lab = Lab()
        began = time.perf_counter()
        lab.calibrate()
        print(json.dumps({"calibration_seconds": round(time.perf_counter() - began, 1)}), flush=True)
        reports = [measure(lab, slug, chosen.epochs) for slug in chosen.recipes]
    for basis in ("alone", "learning"):
        errors = [abs(math.log(report["took"] / report[basis]["seconds"])) for report in reports]
        held = [report[basis]["low"] <= report["took"] <= report[basis]["high"] for report in reports]
        print(
            json.dumps(
                {
                    "basis": basis,
                    "median_factor": round(math.exp(statistics.median(errors)), 2),
                    "largest_factor": round(math.exp(max(errors)), 2),
                    "held": f"{sum(held)} of {len(held)}",
                }
            )
        )
        if basis == "alone":
            enough = 3 * sum(held) >= 2 * len(held)
    return 0 if enough else 1


def measure(lab: Lab, slug: str, epochs: str | None) -> dict[str, Any]:
    """Return what a run was said to take and what it took, in seconds."""
    overrides = {"early_stopping": "none"} | ({"epochs": epochs} if epochs else {})
    spec = resolve(find_recipe(slug), "quick", overrides)
    calibration = load_calibration()
    past, crowded = past_runs(lab.runs_dir), crowding()
    told = {
        "alone": estimate(spec, (), calibration, crowded),
        "learning": estimate(spec, past, calibration, crowded),
    }
    run = lab.submit(slug, "quick", overrides, force=True)
    pause = threading.Event()
    while not lab.observe(run).state.over:
        pause.wait(0.2)
    result = last_result(run)
    assert result is not None and result.state == "finished", f"{slug} ended otherwise"
    report: dict[str, Any] = {"recipe": slug, "took": round(result.seconds, 1)}
    for basis, found in told.items():
        assert found is not None
        report[basis] = {name: round(getattr(found, name), 1) for name in ("seconds", "low", "high")}
    report["crowded"] = round(crowded, 2)
    print(json.dumps(report), flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main())
