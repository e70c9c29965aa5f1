"""Training throughput with events, status and kept weights against the bare `fit` loop, in one process.

Run it: python tests/bench/bench_training.py [--pairs 7] [--epochs 4]. The two take turns on the same compiled
model and the same images. Prints the median of the ratios of neighbours, events to bare, in images a second
(`ratio`, for a quiet machine) and in images a second of processor time (`processor_ratio`, which neighbours
on a busy machine disturb less); exits 1 where the first is below 0.98.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

GOAL = 0.98


def main() -> int:
    """Measure, print one JSON object, and say whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="lenet5-mnist")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=6)
    chosen = parser.parse_args()

    from cnntutor.worker import environment

    environment.prepare("auto")
    import keras

    from cnntutor.lab.folder import create_run_folder
    from cnntutor.lab.recipe import find_recipe, resolve
    from cnntutor.worker.artifacts import Keeper
    from cnntutor.worker.build import build_model, compile_model
    from cnntutor.worker.control import Control
    from cnntutor.worker.datasets.images import load_images
    from cnntutor.worker.journal import Journal
    from cnntutor.worker.reporter import Reporter

    def fit(callbacks: list[Any]) -> None:
        model.fit(
            images.train.images,
            images.train.labels,
            batch_size=spec.settings.batch_size,
            epochs=chosen.epochs,
            validation_data=(images.validation.images, images.validation.labels),
            callbacks=callbacks,
            verbose=0,
        )

    def with_events() -> tuple[float, float]:
        control = Control(run.stop_file)
        journal = Journal(run, control)
        reporter = Reporter(
            journal,
            control,
            epochs=chosen.epochs,
            batch_size=spec.settings.batch_size,
            images=images.record.train,
            keep=Keeper(model, run).keep,
        )
        journal.begin("training", state="running")
        try:
            return timed([reporter])
        finally:
            journal.end("requeued")

    def timed(callbacks: list[Any]) -> tuple[float, float]:
        begin, processor = time.perf_counter(), time.process_time()
        fit(callbacks)
        return time.perf_counter() - begin, time.process_time() - processor

    with tempfile.TemporaryDirectory() as folder:
        spec = resolve(find_recipe(chosen.recipe), "quick", {"epochs": str(chosen.epochs)})
        run = create_run_folder(Path(folder), spec)
        images = load_images(spec, lambda: None)
        keras.utils.set_random_seed(0)
        model = build_model(spec.network)
        compile_model(model, spec.settings)
        fit([])
        with_events()
        bare: list[tuple[float, float]] = []
        told: list[tuple[float, float]] = []
        for pair in range(chosen.pairs):
            # Who goes first changes, so that neither profits from a machine that grows warm or busy.
            if pair % 2:
                told.append(with_events())
                bare.append(timed([]))
            else:
                bare.append(timed([]))
                told.append(with_events())
        lines = run.events_file.read_bytes().count(b"\n")

    ratios, processor_ratios = (
        [plain[clock] / reported[clock] for plain, reported in zip(bare, told, strict=True)]
        for clock in (0, 1)
    )
    ratio = statistics.median(ratios)
    seen = images.record.train * chosen.epochs
    report = {
        "recipe": chosen.recipe,
        "images_per_second": {
            "bare": round(seen / statistics.median(wall for wall, _ in bare)),
            "events": round(seen / statistics.median(wall for wall, _ in told)),
        },
        "ratio": round(ratio, 4),
        "ratios": [round(each, 3) for each in ratios],
        "processor_ratio": round(statistics.median(processor_ratios), 4),
        "event_lines": lines,
        "goal": GOAL,
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(report))
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
