"""Run folders whose files a test writes in place of a worker."""

import math
import time
from pathlib import Path
from typing import Any, cast

import msgspec

from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Job, Status

BATCHES = 50


class ScriptedRun:
    """A run and the pens of its worker and its submitter; the test's own process stands for the worker."""

    def __init__(
        self, runs_dir: Path, recipe: str = "lenet5-mnist", preset: str = "quick", **changes: str
    ) -> None:
        spec = resolve(find_recipe(recipe), preset, changes)
        self.folder: RunFolder = create_run_folder(runs_dir, spec)
        self.epochs = spec.settings.epochs
        self.time = time.time() - 1000
        self.attempt = 1

    @property
    def name(self) -> str:
        return self.folder.name

    def write(self, kind: str, later: float = 0.0, /, **fields: Any) -> None:
        """Append one event, some seconds after the last."""
        self.time += later
        line = {"type": kind, "time": self.time, "attempt": self.attempt, **fields}
        with self.folder.events_file.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")

    def status(self, state: str, **changes: Any) -> None:
        """Write status.json, and job.json where there is none."""
        worker = cast(Process, changes.pop("worker", this_process()))
        if not self.folder.job_file.exists():
            job = Job(backend="local", worker=worker, time=self.time)
            self.folder.job_file.write_bytes(msgspec.json.encode(job))
        status = Status(
            state=cast(Any, state),
            attempt=self.attempt,
            beat=1,
            time=self.time,
            phase=changes.pop("phase", "training"),
            epoch=changes.pop("epoch", 0),
            epochs=self.epochs,
            batch=0,
            batches=BATCHES,
            worker=worker,
            **changes,
        )
        self.folder.status_file.write_bytes(msgspec.json.encode(status))

    def begin(self) -> None:
        """All that comes before the first epoch."""
        self.write("phase", phase="reading-data")
        self.write("data", 1, data=self.data)
        self.write("phase", phase="importing")
        self.write("phase", 3, phase="building")
        self.write("model", params=61706, trainable=61706, device="CPU", keras="3.15.1", tensorflow="2.21.0")
        self.write("phase", phase="compiling")
        self.write("phase", 1, phase="training")
        self.status("running", epoch=1)

    @property
    def data(self) -> dict[str, Any]:
        """What the run says of its data."""
        return {
            "name": "mnist-5000",
            "provenance": "embedded",
            "source": "mnist_5k.csv.gz",
            "train": 3600,
            "validation": 400,
            "test": 1000,
            "classes": 10,
            "limited": False,
            "sha256": {},
        }

    def batch(self, epoch: int, batch: int) -> None:
        """One line of progress inside an epoch."""
        loss = 2.3 * math.exp(-(epoch - 1 + batch / BATCHES))
        self.write(
            "batch",
            0.1,
            epoch=epoch,
            epochs=self.epochs,
            batch=batch,
            batches=BATCHES,
            loss=loss,
            accuracy=1 - loss / 2.4,
            images_per_second=4900.0,
        )

    def epoch(self, epoch: int, **changes: Any) -> None:
        """A whole epoch with five lines of progress."""
        for batch in range(10, BATCHES + 1, 10):
            self.batch(epoch, batch)
        figures = {"loss": 0.5 / epoch, "accuracy": 1 - 0.3 / epoch, "val_loss": 0.4 / epoch + 0.01 * epoch}
        figures |= {"val_accuracy": 1 - 0.2 / epoch}
        self.write(
            "epoch",
            1,
            epoch=epoch,
            epochs=self.epochs,
            seconds=3.0,
            best=epoch <= 5,
            **{**figures, **changes},
        )
        self.status("running", epoch=epoch)

    def end(self, state: str = "finished", **changes: Any) -> None:
        """The last line, and the status that goes with it."""
        fields: dict[str, Any] = {
            "test_loss": 0.06,
            "test_accuracy": 0.981,
            "test_count": 1000,
            "test_correct": 981,
            "test_interval": [0.9706, 0.9878],
            "best_epoch": 3,
            "epochs_done": 3,
            "seconds": 31.0,
            "data": self.data,
            "problem": None,
        }
        self.write("result", 1, state=state, **{**fields, **changes})
        self.status(state, phase=None, epoch=self.epochs)
