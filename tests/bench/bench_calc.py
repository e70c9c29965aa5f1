"""How long `cnntutor calc vgg16` takes as a process, against a Keras script that prints the same summary.

Run it: python tests/bench/bench_calc.py [NETWORK] [--runs 5]. Prints both medians and their ratio; exits 1
where the ratio is below 20.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from cnntutor.calc.layers.base import layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.formats.library import find_network

GOAL = 20
"""Keras may take this many times as long, at the least."""


def keras_script(name: str) -> str:
    """Return a plain Keras script that builds a sequential network and prints its summary."""
    lines = ["import keras", "model = keras.Sequential(["]
    for node in find_network(name).network.nodes:
        if isinstance(node.layer, Input):
            lines.append(f"    keras.Input({node.layer.shape!r}),")
            continue
        given = {key: getattr(node.layer, key) for key in layer_arguments(type(node.layer))}
        arguments = ", ".join(f"{key}={value!r}" for key, value in {**given, "name": node.name}.items())
        lines.append(f"    keras.layers.{node.layer.kind}({arguments}),")
    return "\n".join([*lines, "])", "model.summary(line_length=100)", "print(model.count_params())"])


def seconds(command: list[str]) -> tuple[float, str]:
    """Return how long a command takes and what it prints."""
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return time.perf_counter() - start, done.stdout


def main() -> int:
    """Measure, print one JSON object, and say whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", nargs="?", default="vgg16")
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    commands = {
        "cnntutor": [sys.executable, "-m", "cnntutor", "--lang", "en", "calc", chosen.network],
        "keras": [sys.executable, "-c", keras_script(chosen.network)],
        "python": [sys.executable, "-c", "pass"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    totals: dict[str, str] = {}
    for _ in range(chosen.runs):
        for name, command in commands.items():
            took, printed = seconds(command)
            times[name].append(took)
            totals[name] = printed
    line = next(line for line in totals["cnntutor"].splitlines() if line.startswith("Parameters in all"))
    ours = int(line.split()[-1].replace(",", ""))
    theirs = int(totals["keras"].split()[-1])
    medians = {name: statistics.median(each) for name, each in times.items()}
    ratio = medians["keras"] / medians["cnntutor"]
    report = {
        "network": chosen.network,
        "same_total": ours == theirs,
        "parameters": ours,
        "seconds_median": {name: round(value, 3) for name, value in medians.items()},
        "ratio": round(ratio, 1),
        "goal": GOAL,
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(report))
    return 0 if ours == theirs and ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
