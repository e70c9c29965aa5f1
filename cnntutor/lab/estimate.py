"""What a run will take on this machine, time and memory: from runs like it, else from its network's costs."""

import math
import platform
import statistics
from collections.abc import Iterable, Sequence

import msgspec

from cnntutor.calc.analysis import analyse
from cnntutor.calc.memory import training_memory
from cnntutor.calc.shapes import size
from cnntutor.i18n import Message, Text, msg, storage
from cnntutor.lab.calibration import Calibration, cost_of
from cnntutor.lab.cost_model import cost_model
from cnntutor.lab.devices import CPU
from cnntutor.lab.history import PastRun
from cnntutor.lab.network_record import restore_network
from cnntutor.lab.pace import TEST_BATCH, pace_of
from cnntutor.lab.parts import parts
from cnntutor.lab.run_spec import Estimate, RunSpec, TrainingSettings

MOST_RUNS = 8
"""Earlier runs that an estimate rests on at most."""
NARROWEST = 0.15
"""No estimate claims to be nearer than this (the natural logarithm of a ratio), however alike the runs."""
UNPROVED = 0.5
"""How wide an estimate is that no run has borne out yet."""
_DOUBTS = 2
"""So many runs that missed by that much are thought beside those that were done."""
_OF_NO_WEIGHT = {"epochs", "seed", "split_seed", "learning_rate", "momentum", "patience", "min_delta"}
"""Settings that change nothing in what an epoch takes."""
_FLOAT = 4
_COPIES = 2
"""The images are held as an array and as a tensor."""


def estimate(
    spec: RunSpec,
    past: Iterable[PastRun] = (),
    calibration: Calibration | None = None,
    crowded: float = 1.0,
) -> Estimate | None:
    """Return what a run will take; None where nothing is known of this machine yet.

    Args:
        spec: The run.
        past: Runs that have ended, newest first; those of other machines are left out.
        calibration: The measurement of this machine and device.
        crowded: How many times as long work takes here now, because others compute too.
    """
    here = [
        run
        for run in past
        if run.spec.submitter.host == platform.node()
        and run.spec.settings.device == spec.settings.device
        and run.result.epochs_done == run.spec.settings.epochs
        and run.result.state == "finished"
    ]
    modelled = None if calibration is None or spec.method != "train" else _modelled(spec, calibration)
    alike = [run for run in here if _alike(run.spec, spec)][:MOST_RUNS]
    if alike:
        return _from_alike(spec, alike, modelled, crowded)
    if modelled is None or calibration is None:
        return None
    proved = [
        math.log(run.result.seconds / (run.spec.estimate.modelled * run.spec.estimate.crowded))
        for run in here
        if run.spec.estimate is not None and run.spec.estimate.modelled and run.result.seconds > 0
    ][:MOST_RUNS]
    centre, width = _spread(proved, UNPROVED)
    seconds, low, high = _range(modelled * math.exp(centre), width, crowded)
    return Estimate(
        seconds=seconds,
        low=low,
        high=high,
        memory=_memory(spec, calibration),
        basis="machine",
        runs=len(proved),
        modelled=modelled,
        crowded=crowded,
    )


def _spread(logs: Sequence[float], doubt: float) -> tuple[float, float]:
    """Return the middle of what runs took and how far from it the next may be, as logarithms."""
    if not logs:
        return 0.0, doubt
    centre = statistics.fmean(logs)
    squares = sum((each - centre) ** 2 for each in logs) + _DOUBTS * doubt**2
    return centre, max(NARROWEST, math.sqrt(squares / (len(logs) + _DOUBTS - 1)))  # the centre is theirs


def _range(alone: float, width: float, crowded: float) -> tuple[float, float, float]:
    """Return what is expected, the least where those that compute too stop, and the most where they go on."""
    return alone * crowded, alone * math.exp(-width), alone * crowded * math.exp(width)


def one_after_the_other(told: Sequence[Estimate]) -> Estimate:
    """Return what several runs take together, each begun when the one before has ended."""
    peaks = [each.memory for each in told if each.memory is not None]
    return Estimate(
        seconds=sum(each.seconds for each in told),
        low=sum(each.low for each in told),
        high=sum(each.high for each in told),
        memory=max(peaks, default=None),
        basis="runs" if all(each.basis == "runs" for each in told) else "machine",
        runs=min(each.runs for each in told),
        modelled=None,
    )


def _alike(run: RunSpec, spec: RunSpec) -> bool:
    """Return whether a run took what another of these settings takes, but for the number of epochs."""
    if run.method != spec.method or run.network.params != spec.network.params:
        return False
    if any(
        getattr(run.settings, name) != getattr(spec.settings, name)
        for name in TrainingSettings.__struct_fields__
        if name not in _OF_NO_WEIGHT
    ):
        return False
    # Written out, for what was read back has lists where a fresh record has tuples.
    return msgspec.json.encode(run.network.nodes) == msgspec.json.encode(spec.network.nodes)


def _from_alike(spec: RunSpec, alike: list[PastRun], modelled: float | None, crowded: float) -> Estimate:
    """Return what runs like this one took: a fixed part, and a part for each epoch."""
    logs = []
    for run in alike:
        epochs = run.result.training_seconds or run.result.seconds
        rest = max(0.0, run.result.seconds - epochs)
        taken = rest + epochs / run.result.epochs_done * spec.settings.epochs
        then = run.spec.estimate.crowded if run.spec.estimate is not None else 1.0
        logs.append(math.log(max(taken / then, 0.1)))
    centre, width = _spread(logs, 2 * NARROWEST)
    seconds, low, high = _range(math.exp(centre), width, crowded)
    peaks = [run.result.peak_memory for run in alike if run.result.peak_memory]
    return Estimate(
        seconds=seconds,
        low=low,
        high=high,
        memory=max(peaks, default=None),
        basis="runs",
        runs=len(logs),
        modelled=modelled,
        crowded=crowded,
    )


def _modelled(spec: RunSpec, calibration: Calibration) -> float:
    """Return the seconds a run takes by the costs of its network alone."""
    settings, cost = spec.settings, cost_of(analyse(restore_network(spec.network)))
    model = cost_model(calibration)
    images, held, test = parts(settings)
    pace = pace_of(spec, images, gpu=calibration.device != CPU)
    return (
        model.fixed
        + model.prepared(cost, pace)
        + settings.epochs * model.trained(cost, settings, images, held, pace)
        + test / TEST_BATCH * model.tested(cost, TEST_BATCH, pace)
    )


def _memory(spec: RunSpec, calibration: Calibration) -> int:
    """Return the bytes a worker will hold: Keras itself, a training step, the images."""
    settings, report = spec.settings, analyse(restore_network(spec.network))
    step = training_memory(report, batch=settings.batch_size, optimizer=settings.optimizer.lower())
    images = sum(parts(settings)) * size(report.network.input_shape)
    return calibration.memory + step.total + images * _FLOAT * _COPIES


def memory_warning(found: Estimate, free: int | None) -> Message | None:
    """Return a sentence where a run will not fit into the memory that is free; None where it will.

    Args:
        found: The estimate.
        free: Bytes that are free; None where the system does not say.
    """
    if found.memory is None or free is None or found.memory <= free:
        return None
    return msg(
        "The run will take about {needed} of memory and {free} are free: it may be killed; take a smaller"
        " batch_size, fewer train_images or a narrower network, or end something else.",
        needed=_storage(found.memory),
        free=_storage(free),
    )


def _storage(count: int) -> Text:
    """Return bytes as each language writes them."""
    return Text(storage(count, "en"), storage(count, "vi"))
