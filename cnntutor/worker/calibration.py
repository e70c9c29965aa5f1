"""python -m cnntutor.worker.calibration: times small networks on the device a run would take.

Reads a CalibrationRequest from standard input, writes a CalibrationReply to standard output, a line each.
"""

import os
import resource
import sys
import time
from typing import Any

import msgspec

from cnntutor.lab.calibration import CalibrationReply, CalibrationRequest, ProbeRequest, Timing
from cnntutor.worker import environment

STEPS = 12
"""Steps timed of each network."""
SECONDS = 2.0
"""No network is timed for longer, once it has three steps."""


def main() -> int:
    """Answer one request."""
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=CalibrationRequest)
    output = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    environment.prepare(request.device)
    device = environment.settle(request.device)
    # Importing and preparing keep one processor busy; its own time says what they take on a quiet machine.
    started = time.process_time()
    timings, memory = [], 0
    for each in request.probes:
        timings.append(_time(each))
        memory = memory or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    reply = CalibrationReply(device=device, started=started, memory=memory, timings=tuple(timings))
    os.write(output, msgspec.json.encode(reply) + b"\n")
    return 0


def _time(probe: ProbeRequest) -> Timing:
    """Train and test one network on noise and return what it took."""
    import keras
    import numpy as np

    from cnntutor.worker.build import build_model

    keras.utils.set_random_seed(0)
    model = build_model(probe.network)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    random = np.random.default_rng(0)
    images = random.random((probe.batch_size, *model.input_shape[1:]), dtype=np.float32)
    labels = random.integers(0, model.output_shape[-1], probe.batch_size)
    watch = _Watch(keras)
    data = _repeated(images, labels)
    began = time.process_time()
    model.fit(data, epochs=1, steps_per_epoch=1, verbose=0)
    first = time.process_time() - began
    model.fit(data, epochs=1, steps_per_epoch=STEPS + 1, callbacks=[watch.callback], verbose=0)
    model.evaluate(data, steps=STEPS + 1, callbacks=[watch.callback], verbose=0)
    keras.backend.clear_session()
    return Timing(
        first=first,
        step=min(watch.training[1:]),
        tested=min(watch.testing[1:]),
    )


def _repeated(images: Any, labels: Any) -> Any:
    """Return the same batch over and over, as the worker would feed it."""
    import tensorflow as tf

    return tf.data.Dataset.from_tensors((images, labels)).repeat()


class _Watch:
    """Takes the time of every step, and ends a network that is slow."""

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
