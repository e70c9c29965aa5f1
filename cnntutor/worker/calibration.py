"""python -m cnntutor.worker.calibration: times a small run and small networks on the device a run would take.

Reads a CalibrationRequest from standard input, writes a CalibrationReply to standard output, a line each.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from cnntutor.lab.calibration import CalibrationReply, CalibrationRequest, ProbeRequest, Timing
from cnntutor.lab.devices import CPU
from cnntutor.lab.folder import create_run_folder
from cnntutor.lab.pace import GPU_PACE, Pace
from cnntutor.lab.record import read_record_of
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker import environment

CALLS = 10
"""Calls timed of each network; a call is one batch or several."""
SECONDS = 2.0
"""No network is timed for longer, once it has three calls."""


def main() -> int:
    """Answer one request."""
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=CalibrationRequest)
    output = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    epoch = _run(request.run)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment.prepare(request.run.settings.device)
    device = environment.settle(request.run.settings.device)
    reply = CalibrationReply(
        device=device,
        run=used.ru_utime + used.ru_stime,
        epoch=epoch,
        memory=used.ru_maxrss * 1024,
        timings=tuple(_time(each, device) for each in request.probes),
    )
    os.write(output, msgspec.json.encode(reply) + b"\n")
    return 0


def _run(spec: RunSpec) -> float:
    """Do a small run as a learner's, in a worker of its own, and return the seconds of its quickest epoch."""
    with tempfile.TemporaryDirectory(prefix="cnntutor-") as folder:
        run = create_run_folder(Path(folder), spec)
        with run.log_file.open("wb") as log:
            subprocess.run(
                [sys.executable, "-P", "-m", "cnntutor.worker", str(run.path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=True,
            )
        return min(epoch.seconds for epoch in read_record_of(run).epochs)


def _time(probe: ProbeRequest, device: str) -> Timing:
    """Train and test one network on noise, fed as in a run, and return what it took."""
    import keras
    import numpy as np

    from cnntutor.worker.build import build_model
    from cnntutor.worker.feeding import EpochNumber, batches

    keras.utils.set_random_seed(0)
    model = build_model(probe.network)
    pace = Pace(probe.jit, probe.steps) if device == CPU else GPU_PACE
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile="auto" if pace.jit is None else pace.jit,
        steps_per_execution=pace.steps,
    )
    random = np.random.default_rng(0)
    count = probe.batch_size * pace.steps * (CALLS + 1)
    images = random.random((count, *model.input_shape[1:]), dtype=np.float32)
    labels = random.integers(0, model.output_shape[-1], count)
    watch, number = _Watch(keras), EpochNumber()
    data = batches((images, labels), probe.batch_size, 0, number)
    began = time.process_time()
    model.fit(data, epochs=1, steps_per_epoch=pace.steps, callbacks=[number], verbose=0)
    model.evaluate(
        images[: probe.batch_size], labels[: probe.batch_size], batch_size=probe.batch_size, verbose=0
    )
    first = time.process_time() - began
    model.fit(data, epochs=1, callbacks=[number, watch.callback], verbose=0)
    model.evaluate(images, labels, batch_size=probe.batch_size, callbacks=[watch.callback], verbose=0)
    keras.backend.clear_session()
    return Timing(
        first=first,
        step=min(watch.training[1:]) / pace.steps,
        tested=min(watch.testing[1:]) / pace.steps,
    )


class _Watch:
    """Takes the time of every call, and ends a network that is slow."""

    def __init__(self, keras: Any) -> None:
        self.training: list[float] = []
        self.testing: list[float] = []
        watch = self

        class Callback(keras.callbacks.Callback):  # type: ignore[misc]
            def on_train_begin(self, logs: Any = None) -> None:
                watch.last = time.perf_counter()

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
                watch.note(watch.training)
                if len(watch.training) > 3 and sum(watch.training[1:]) > SECONDS:
                    self.model.stop_training = True

            def on_test_begin(self, logs: Any = None) -> None:
                watch.last = time.perf_counter()

            def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
                watch.note(watch.testing)

        self.last = 0.0
        self.callback = Callback()

    def note(self, times: list[float]) -> None:
        """Add the time since the last note."""
        now = time.perf_counter()
        times.append(now - self.last)
        self.last = now


if __name__ == "__main__":
    sys.exit(main())
