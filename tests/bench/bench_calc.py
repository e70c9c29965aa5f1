"""How fast the calculator is against Keras, how its cost grows, and how much memory it takes.

Run it: python tests/bench/bench_calc.py [--network resnet50] [--model ResNet50] [--runs 5]. It prints one
JSON object and exits 1 where a goal is missed:

process: `cnntutor calc NETWORK`, against a script that builds the model of keras.applications without
weights from elsewhere and prints its summary; medians of fresh processes.
alone: every number of the network computed afresh, against building the model in a process that has Keras
imported and has built it once before; the fastest of each.
growth: processor time a layer in networks of 1,000 and of 10,000 layers.
memory: the most resident memory of the process `cnntutor calc NETWORK`.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.network import Network, Node
from cnntutor.errors import CnntutorError
from cnntutor.formats.library import find_network

PROCESS_GOAL, ALONE_GOAL = 20, 100
"""Keras may take this many times as long, at the least."""
GROWTH_GOAL = 1.5
"""A layer of a network of 10,000 may cost this much more than one of 1,000."""
MEMORY_GOAL = 60
"""Megabytes."""
SUMMARY = """
import keras
model = keras.applications.{model}(weights=None)
model.summary(line_length=100)
print(model.count_params())
"""
BUILDS = """
import json, pathlib, sys, time
import keras
seconds = []
for _ in range({runs} + 1):
    start = time.perf_counter()
    model = keras.applications.{model}(weights=None)
    seconds.append(time.perf_counter() - start)
    keras.backend.clear_session()
pathlib.Path(sys.argv[1]).write_text(model.to_json())
print(json.dumps(seconds[1:]))
"""
QUIET = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


def process(command: list[str]) -> tuple[float, str]:
    """Return how long a command takes and what it prints."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=QUIET, check=True)
    return time.perf_counter() - start, done.stdout


def fastest(task: Callable[[], object], runs: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds of the fastest of some runs."""
    found = []
    for _ in range(runs):
        start = clock()
        task()
        found.append(clock() - start)
    return min(found)


def residual(layers: int) -> Network:
    """Return blocks of convolution, normalisation, convolution and sum, so many layers in all."""
    nodes = [Node("image", Input((32, 32, 8)))]
    for number in range(layers // 4):
        below = nodes[-1].name
        nodes.append(Node(f"first{number}", Conv2D(8, (3, 3), padding="same"), (below,)))
        nodes.append(Node(f"norm{number}", BatchNormalization(), (f"first{number}",)))
        nodes.append(Node(f"second{number}", Conv2D(8, (3, 3), padding="same"), (f"norm{number}",)))
        nodes.append(Node(f"sum{number}", Add(), (f"second{number}", below)))
    return Network("residual", tuple(nodes))


def growth(runs: int) -> dict[str, object]:
    """Return what a layer costs in networks of 1,000 and of 10,000 layers."""
    costs = {}
    for layers in (1_000, 10_000):
        network = residual(layers)
        task = functools.partial(analyse, network)
        costs[layers] = fastest(task, 2 * runs, time.process_time) / layers
    return {
        "microseconds_a_layer": {str(layers): round(cost * 1e6, 1) for layers, cost in costs.items()},
        "ratio": round(costs[10_000] / costs[1_000], 2),
        "goal": GROWTH_GOAL,
    }


def measure(name: str, model: str, runs: int, folder: Path) -> dict[str, object]:
    """Return all figures; where the course has no such network, it is read from Keras's JSON."""
    path = folder / f"{model}.json"
    _, printed = process([sys.executable, "-c", BUILDS.format(runs=runs, model=model), str(path)])
    builds = json.loads(printed)
    try:
        find_network(name)
    except CnntutorError:
        name = str(path)
    commands = {
        "cnntutor": [sys.executable, "-m", "cnntutor", "--lang", "en", "calc", name],
        "keras": [sys.executable, "-c", SUMMARY.format(model=model)],
        "python": [sys.executable, "-c", "pass"],
    }
    times: dict[str, list[float]] = {each: [] for each in commands}
    texts: dict[str, str] = {}
    for _ in range(runs):
        for each, command in commands.items():
            took, texts[each] = process(command)
            times[each].append(took)
    memory = peak(commands["cnntutor"])
    line = next(line for line in texts["cnntutor"].splitlines() if line.startswith("Parameters in all"))
    totals = {"cnntutor": int(line.split()[-1].replace(",", "")), "keras": int(texts["keras"].split()[-1])}
    medians = {each: statistics.median(found) for each, found in times.items()}
    network = find_network(name).network
    alone = fastest(lambda: analyse(network), 10 * runs)
    return {
        "network": Path(name).name,
        "totals": totals,
        "process": {
            "seconds": {each: round(median, 3) for each, median in medians.items()},
            "ratio": round(medians["keras"] / medians["cnntutor"], 1),
            "goal": PROCESS_GOAL,
        },
        "alone": {
            "milliseconds": {"cnntutor": round(alone * 1e3, 2), "keras": round(min(builds) * 1e3)},
            "ratio": round(min(builds) / alone),
            "goal": ALONE_GOAL,
        },
        "growth": growth(runs),
        "memory": {"megabytes": round(memory, 1), "goal": MEMORY_GOAL},
        "load": round(os.getloadavg()[0], 1),
    }


def peak(command: list[str]) -> float:
    """Return the most resident megabytes of a command, measured by a small process around it."""
    around = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    _, printed = process([sys.executable, "-c", around, *command])
    return int(printed) / 1024


def main() -> int:
    """Measure, print one JSON object, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", default="resnet50")
    parser.add_argument("--model", default="ResNet50")
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = measure(chosen.network, chosen.model, chosen.runs, Path(folder))
    print(json.dumps(report))
    figures: dict[str, dict[str, float]] = report  # type: ignore[assignment]
    met = (
        figures["totals"]["cnntutor"] == figures["totals"]["keras"]
        and figures["process"]["ratio"] >= PROCESS_GOAL
        and figures["alone"]["ratio"] >= ALONE_GOAL
        and figures["growth"]["ratio"] <= GROWTH_GOAL
        and figures["memory"]["megabytes"] < MEMORY_GOAL
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
