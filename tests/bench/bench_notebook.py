"""The worker against plain notebook code for the same recipes: whole runs, side by side, in turns.

    python tests/bench/bench_notebook.py [RECIPE...] [--pairs 3] --data DIR

The notebook code is what a learner would write: the network as `cnntutor calc --export keras` prints it, the
same images from one .npz file, compile and fit with Keras's defaults and its progress bar, evaluate. Each
side is a process of its own. Reported are medians of wall time and of processor time, import of TensorFlow
included, and the time of the epochs after the first alone. Processor time is what a busy machine disturbs
least, and of the wall times the quickest of each side, for others only ever add to them. Exits 1 where the
worker takes more processor time than the notebook code for a recipe.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECIPES = (
    "lenet5-mnist",
    "base-cnn-relu-mnist",
    "dense-relu-scaled-mnist",
    "alexnet28-mnist",
    "zfnet28-mnist",
    "vgg16-cifar10-mended",
)
EPOCHS = 3

NOTEBOOK = """
import time
import keras
import numpy as np

held = np.load(DATA)
x_train = held["x_train"].astype("float32") / 255
x_val = held["x_val"].astype("float32") / 255
x_test = held["x_test"].astype("float32") / 255
y_train, y_val, y_test = held["y_train"], held["y_val"], held["y_test"]
if LOSS != "sparse_categorical_crossentropy":
    y_train, y_val, y_test = (keras.utils.to_categorical(y, 10) for y in (y_train, y_val, y_test))
keras.utils.set_random_seed(0)
MODEL_CODE
shape = (-1, *model.input_shape[1:])
x_train, x_val, x_test = x_train.reshape(shape), x_val.reshape(shape), x_test.reshape(shape)
model.compile(optimizer=keras.optimizers.Adam(RATE), loss=LOSS, metrics=["accuracy"])
times = []
class Clock(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        times.append(time.perf_counter())
held_back = (x_val, y_val)
model.fit(x_train, y_train, batch_size=BATCH, epochs=EPOCHS, validation_data=held_back, callbacks=[Clock()])
print(model.evaluate(x_test, y_test))
print("later epochs", times[-1] - times[0])
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, in seconds."""

    wall: float
    processor: float
    later_epochs: float
    """Wall time of all epochs but the first."""


def main() -> int:
    """Measure, print one JSON object a recipe, and say whether the worker was ever dearer."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipes", nargs="*", default=RECIPES)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    if chosen.data is not None:
        os.environ["CNNTUTOR_DATA"] = str(chosen.data.absolute())
    dearer = 0
    for slug in chosen.recipes:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["CNNTUTOR_HOME"] = folder
            report = compare(slug, chosen.pairs, Path(folder))
        dearer += report["processor"]["ratio"] < 1
        print(json.dumps(report), flush=True)
    return 1 if dearer else 0


def compare(slug: str, pairs: int, folder: Path) -> dict[str, Any]:
    """Return the medians of both sides; a ratio above 1 says the worker is cheaper."""
    code = notebook_code(slug, folder)
    worker: list[Cost] = []
    notebook: list[Cost] = []
    for pair in range(pairs):
        for side in ("worker", "notebook") if pair % 2 else ("notebook", "worker"):
            if side == "worker":
                worker.append(run_worker(slug, folder, pair))
            else:
                notebook.append(run_notebook(code))
    report: dict[str, Any] = {"recipe": slug, "pairs": pairs, "epochs": EPOCHS}
    for name in ("wall", "processor", "later_epochs"):
        ours = [getattr(cost, name) for cost in worker]
        theirs = [getattr(cost, name) for cost in notebook]
        report[name] = {
            "worker": round(statistics.median(ours), 2),
            "notebook": round(statistics.median(theirs), 2),
            "ratio": round(statistics.median(theirs) / statistics.median(ours), 2),
            "ratio_of_quickest": round(min(theirs) / min(ours), 2),
        }
    report["load"] = round(os.getloadavg()[0], 1)
    return report


def notebook_code(slug: str, folder: Path) -> Path:
    """Write the notebook code of a recipe's quick preset and the images it reads; return the program."""
    made = subprocess.run(
        [sys.executable, __file__, "--write", slug, str(folder)], capture_output=True, text=True, check=True
    )
    told = json.loads(made.stdout.splitlines()[-1])
    code = NOTEBOOK
    for name, value in told.items():
        code = code.replace(name, value if name == "MODEL_CODE" else repr(value))
    path = folder / "notebook.py"
    path.write_text(code, encoding="utf-8")
    return path


def write(slug: str, folder: str) -> int:
    """Write the images of a recipe as bytes, and print what the notebook code needs to know."""
    import numpy as np

    from cnntutor.formats.keras_code import write_keras_code
    from cnntutor.lab.network_record import restore_network
    from cnntutor.lab.recipe import find_recipe, resolve
    from cnntutor.worker.datasets.images import load_images

    spec = resolve(find_recipe(slug), "quick", {"epochs": str(EPOCHS), "early_stopping": "none"})
    images = load_images(spec, lambda: None)
    assert images.validation is not None
    arrays = {}
    for name, part in (("train", images.train), ("val", images.validation), ("test", images.test)):
        arrays[f"x_{name}"] = np.rint(part.images * spec.settings.pixel_divisor).astype(np.uint8)
        arrays[f"y_{name}"] = part.labels
    np.savez(Path(folder) / "data.npz", **arrays)
    print(
        json.dumps(
            {
                "DATA": str(Path(folder) / "data.npz"),
                "LOSS": spec.settings.loss,
                "RATE": spec.settings.learning_rate,
                "BATCH": spec.settings.batch_size,
                "EPOCHS": EPOCHS,
                "MODEL_CODE": write_keras_code(restore_network(spec.network)),
            }
        )
    )
    return 0


def run_notebook(code: Path) -> Cost:
    """Run the notebook code, its output to a file as a notebook keeps it."""
    log = code.with_suffix(".txt")
    environment = os.environ | {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
    with log.open("w") as output:
        wall, processor = timed([sys.executable, "-P", str(code)], output.fileno(), environment)
    lines = log.read_text(encoding="utf-8").splitlines()
    return Cost(wall, processor, float(lines[-1].split()[-1]))


def run_worker(slug: str, folder: Path, number: int) -> Cost:
    """Do a run as the lab does, without the lab."""
    from cnntutor.lab.folder import create_run_folder
    from cnntutor.lab.recipe import find_recipe, resolve
    from cnntutor.lab.record import read_record_of

    spec = resolve(find_recipe(slug), "quick", {"epochs": str(EPOCHS), "early_stopping": "none"})
    run = create_run_folder(folder / f"runs-{number}", spec)
    with run.log_file.open("w") as output:
        wall, processor = timed(
            [sys.executable, "-P", "-m", "cnntutor.worker", str(run.path)], output.fileno(), dict(os.environ)
        )
    epochs = read_record_of(run).epochs
    assert len(epochs) == EPOCHS
    return Cost(wall, processor, epochs[-1].time - epochs[0].time)


def timed(command: list[str], output: int, environment: dict[str, str]) -> tuple[float, float]:
    """Return wall and processor seconds of a command; both sides step back as the worker does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, stdout=output, stderr=output, env=environment, check=True)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        sys.exit(write(*sys.argv[2:4]))
    sys.exit(main())
