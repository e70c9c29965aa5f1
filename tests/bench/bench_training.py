"""Training throughput with events, status and kept weights against the bare `fit` loop, in one process.

Run it on a quiet machine: python tests/bench/bench_training.py [--pairs 7] [--epochs 6]. The two take turns
on the same compiled model and the same images. Prints the median of the ratios of neighbours, events to bare,
in images a second (`ratio`), and the part of the time of `fit` that the worker's callback took, measured
directly (`in_callbacks`), which a busy machine disturbs less. Exits 1 where the ratio is below 0.98.
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
    from cnntutor.worker.build import build_model
    from cnntutor.worker.control import Control
    from cnntutor.worker.datasets.images import load_images
    from cnntutor.worker.journal import Journal
    from cnntutor.worker.learning import compile_model, shaped
    from cnntutor.worker.reporter import Reporter

    def fit(callbacks: list[Any]) -> None:
        model.fit(
            *trained,
            batch_size=spec.settings.batch_size,
            epochs=chosen.epochs,
            validation_data=held_back,
            callbacks=callbacks,
            verbose=0,
        )

    spent = [0.0]

    def metered(method: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> None:
            begin = time.perf_counter()
            method(*arguments, **named)
            spent[0] += time.perf_counter() - begin

        return call

    def with_events() -> float:
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
        for name in ("on_epoch_begin", "on_train_batch_end", "on_test_batch_end", "on_epoch_end"):
            setattr(reporter, name, metered(getattr(reporter, name)))
        journal.begin("training", state="running")
        try:
            return timed([reporter])
        finally:
            journal.end("requeued")

    def timed(callbacks: list[Any]) -> float:
        begin = time.perf_counter()
        fit(callbacks)
        return time.perf_counter() - begin

    with tempfile.TemporaryDirectory() as folder:
        spec = resolve(find_recipe(chosen.recipe), "quick", {"epochs": str(chosen.epochs)})
        run = create_run_folder(Path(folder), spec)
        images = load_images(spec, lambda: None)
        keras.utils.set_random_seed(0)
        model = build_model(spec.network)
        compile_model(model, spec.settings)
        trained = shaped(model, images.train, spec.settings)
        held_back = shaped(model, images.validation, spec.settings) if images.validation else None
        fit([])
        with_events()
        spent[0] = 0.0
        bare: list[float] = []
        told: list[float] = []
        for pair in range(chosen.pairs):
            # Who goes first changes, so that neither profits from a machine that grows warm or busy.
            if pair % 2:
                told.append(with_events())
                bare.append(timed([]))
            else:
                bare.append(timed([]))
                told.append(with_events())
        lines = run.events_file.read_bytes().count(b"\n")

    ratios = [plain / reported for plain, reported in zip(bare, told, strict=True)]
    ratio = statistics.median(ratios)
    seen = images.record.train * chosen.epochs
    report = {
        "recipe": chosen.recipe,
        "images_per_second": {
            "bare": round(seen / statistics.median(bare)),
            "events": round(seen / statistics.median(told)),
        },
        "ratio": round(ratio, 4),
        "ratios": [round(each, 3) for each in ratios],
        "in_callbacks": round(spent[0] / sum(told), 4),
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
