"""What training really takes, against the calculator's estimate: Keras on the CPU, each case in a process.

    python -m tests.bench.bench_memory [CASE ...] [--optimizer adam] [--factor 2.0]

A case is NETWORK:BATCH or NETWORK@SHAPE:BATCH. What it takes is the peak of the process's resident memory
over three steps of fit, less what the process held once Keras was imported and had trained a tiny network
of convolution, normalisation, pooling and dense: TensorFlow's own libraries and threads are not counted.
Prints one JSON object a line, and exits 1 where what was taken is not between the estimate and --factor times
as much, of the cases that take more than FLOOR.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CASES = (
    *("lenet5-28-same:2048", "zfnet28:32", "base-cnn:512", "vgg16-32-fixed:64"),
    *("mobilenet@96x96x3:16", "resnet18@64x64x3:32"),
)
FLOOR = 200_000_000
"""Bytes below which TensorFlow's own pools decide, not the network."""
STEPS = 3


def measured(case: str, optimizer: str) -> dict[str, Any]:
    """Return the bytes that training takes and those estimated, from a process of its own."""
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    arguments = [sys.executable, "-m", "tests.bench.bench_memory", "--alone", "--optimizer", optimizer, case]
    done = subprocess.run(arguments, env=quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{case}: {done.stderr[-800:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def alone(case: str, optimizer: str) -> dict[str, Any]:
    """Train in this process and return what it took."""
    import keras
    import numpy as np

    from cnntutor.calc.analysis import analyse
    from cnntutor.calc.memory import training_memory
    from cnntutor.calc.network import with_input_shape
    from cnntutor.calc.optimizers import OPTIMIZERS
    from cnntutor.calc.shapes import parse_shape
    from cnntutor.formats.keras_code import write_keras_code
    from cnntutor.formats.library import find_network

    name, _, count = case.rpartition(":")
    name, _, shape = name.partition("@")
    batch = int(count)
    network = find_network(name).network
    if shape:
        network = with_input_shape(network, parse_shape(shape))
    estimate = training_memory(analyse(network), batch=batch, optimizer=optimizer)
    images = np.random.default_rng(1).random((batch, *network.input_shape), dtype="float32")
    code = f"optimizers.{OPTIMIZERS[optimizer].code}"  # our own constant
    tiny = keras.Sequential(
        [
            *(keras.Input((16, 16, 3)), keras.layers.Conv2D(8, 3), keras.layers.BatchNormalization()),
            *(keras.layers.MaxPooling2D(2), keras.layers.Flatten(), keras.layers.Dense(3)),
        ]
    )
    tiny.compile(eval(code, {"optimizers": keras.optimizers}), "mse")
    tiny.fit(np.zeros((8, 16, 16, 3)), np.zeros((8, 3)), verbose=0)
    before = _status("VmRSS")
    given: dict[str, Any] = {}
    exec(write_keras_code(network), given)
    model = given["model"]
    model.compile(eval(code, {"optimizers": keras.optimizers}), "mse")
    targets = [np.zeros((batch, *each.shape[1:]), "float32") for each in model.outputs]
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    model.fit(images, targets if len(targets) > 1 else targets[0], batch_size=batch, epochs=STEPS, verbose=0)
    return {
        "case": case,
        "optimizer": optimizer,
        "taken": _status("VmHWM") - before,
        "estimate": estimate.total,
        "activations": estimate.activations,
        "weights": estimate.weights,
    }


def _status(name: str) -> int:
    """Return one of the kernel's figures about this process, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=CASES)
    parser.add_argument("--optimizer", default="adam")
    parser.add_argument("--factor", type=float, default=2.0)
    parser.add_argument("--alone", action="store_true", help="in this process, for one case")
    chosen = parser.parse_args()
    if chosen.alone:
        print(json.dumps(alone(chosen.cases[0], chosen.optimizer)))
        return 0
    missed = 0
    for case in chosen.cases:
        figures = measured(case, chosen.optimizer)
        times = figures["taken"] / figures["estimate"]
        missed += figures["taken"] > FLOOR and not 1.0 <= times <= chosen.factor
        print(json.dumps({**figures, "taken_of_estimate": round(times, 2)}), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
