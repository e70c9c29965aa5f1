"""How a run is compiled so that it is done soonest: with XLA or without, and how many batches in one call.

Neither changes what is computed, but the last digits may: so the choice follows from the run and the kind of
device alone, is told with the network, and is kept when the run goes on after a break. On a CPU, XLA takes
seconds to compile, makes the batches of networks with many weights cheaper and those of many convolutions
dearer; several batches in one call save the cost of calls. tests/bench/bench_notebook.py measures both
against plain notebook code.
"""

import math
from dataclasses import dataclass

from cnntutor.calc.analysis import analyse
from cnntutor.lab.devices import CPU
from cnntutor.lab.events import ModelEvent
from cnntutor.lab.network_record import restore_network
from cnntutor.lab.run_spec import RunSpec

PAYS_FROM = 500
"""Batches of a whole run from which compiling with XLA is paid back on a CPU."""
WEIGHTY = 10
"""Multiply-adds a parameter up to which XLA makes a batch cheaper: it joins the optimizer's many small steps,
and does convolutions no better."""
CALL_SECONDS = 0.05
"""One call takes about this long at most: a stop is heeded, and a line is told, between calls."""
BATCH_SECONDS = 0.003
"""What a batch of a small network takes on a CPU, whatever the network."""
MACS_PER_SECOND = 30e9
"""Multiply-adds a second, about, on two CPU cores."""
MOST = 32
TEST_BATCH = 256
"""Images that are tested in one step, once the training is done."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a model is compiled."""

    jit: bool | None = None
    """As Keras's jit_compile; None leaves it to Keras."""
    steps: int = 1
    """As Keras's steps_per_execution."""


GPU_PACE = Pace(None, MOST)
"""What suits a GPU, where there are so many batches."""


def kept_pace(model: ModelEvent | None, device: str) -> Pace | None:
    """Return how an earlier attempt of a run compiled its model.

    Args:
        model: What it told.
        device: Where the run is trained now.

    Returns:
        None before the first attempt, and where that had another kind of device.
    """
    if model is None or model.steps_per_execution is None or (model.device == CPU) != (device == CPU):
        return None
    return Pace(model.jit_compile, model.steps_per_execution)


def pace_of(spec: RunSpec, images: int, gpu: bool) -> Pace:
    """Return how to compile the model of a run; the same each time it is asked.

    Args:
        spec: The run.
        images: How many it trains on.
        gpu: Whether it has one.
    """
    settings = spec.settings
    batches = math.ceil(images / settings.batch_size)
    if gpu:
        return Pace(GPU_PACE.jit, max(1, min(GPU_PACE.steps, batches)))
    report = analyse(restore_network(spec.network))
    macs = report.macs * settings.batch_size
    # Backwards there are twice as many.
    steps = int(CALL_SECONDS / (BATCH_SECONDS + 3 * macs / MACS_PER_SECOND))
    jit = report.macs <= WEIGHTY * report.total_params and batches * settings.epochs >= PAYS_FROM
    return Pace(jit, max(1, min(MOST, steps, batches)))
