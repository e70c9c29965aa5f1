"""How fast this machine trains: a small run and a few small networks, timed once by a worker, kept for each
device."""

import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cnntutor import locations
from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.errors import Failed
from cnntutor.i18n import Text, msg
from cnntutor.lab.calibration_networks import Probe, probes
from cnntutor.lab.folder import read_record, replace_file
from cnntutor.lab.headroom import processors
from cnntutor.lab.network_record import record_value
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import NetworkRecord, RunSpec

CALIBRATION_VERSION = 2
LONGEST = 600.0
"""Seconds after which a measurement is given up."""


class ProbeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A network to time."""

    network: NetworkRecord
    batch_size: int
    jit: bool | None
    steps: int
    """As Keras's jit_compile and steps_per_execution."""


class CalibrationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker reads, one line of JSON."""

    run: RunSpec
    """A run so small that it is almost all beginning and end."""
    probes: tuple[ProbeRequest, ...]


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """What one network took, in seconds."""

    first: float
    """Processor time of the first steps of training and test, in which TensorFlow prepares their graphs."""
    step: float
    """A training step after that, in the quickest of several calls: what the machine can, whatever else it
    did."""
    tested: float
    """A step of evaluation, likewise."""


class CalibrationReply(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker writes, one line of JSON."""

    device: str
    """CPU, or the name of the GPU."""
    run: float
    """Seconds of processor time of the small run."""
    epoch: float
    """Seconds of its quickest epoch."""
    memory: int
    """Bytes resident in it at most."""
    timings: tuple[Timing, ...]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The measurement of one device of one machine, as it is kept."""

    format_version: int
    machine: str
    device: str
    measured: float
    """Seconds since 1970."""
    run: float
    epoch: float
    memory: int
    timings: tuple[Timing, ...]
    """In the order of the probes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a network costs, in the units the times are made of."""

    layers: int
    params: int
    """Trainable."""
    activations: int
    """Values all layers put out for one image."""
    macs: int
    """Multiply-adds of one image."""


def cost_of(report: NetworkReport) -> Cost:
    """Return what a network costs."""
    return Cost(
        len(report.layers),
        report.trainable_params,
        sum(layer.activations for layer in report.layers),
        report.macs,
    )


def machine() -> str:
    """Return what machine this is: its name and how many processors may be used."""
    return f"{platform.node()}, {processors()} × {platform.machine()}"


def load_calibration(device: str = "auto") -> Calibration | None:
    """Return the measurement of this machine; None where there is none."""
    found = read_record(_file(device), Calibration)
    if found is None or found.format_version != CALIBRATION_VERSION or found.machine != machine():
        return None
    return found if len(found.timings) == len(probes()) else None


def small_run(device: str = "auto") -> RunSpec:
    """Return the run that shows what beginning, ending and an epoch take."""
    few = {"train_images": "320", "test_images": "100", "epochs": "6", "device": device}
    return resolve(find_recipe("lenet5-mnist"), "quick", few)


def calibrate(device: str = "auto") -> Calibration:
    """Time the small run and the small networks now, in about a minute, and keep what came out.

    Raises:
        Failed: the worker did not answer, or the measurement cannot be kept.
    """
    chosen = probes()
    request = CalibrationRequest(
        run=small_run(device),
        probes=tuple(
            ProbeRequest(
                network=record_value(
                    each.network, each.network.name, Text(each.network.name, each.network.name)
                ),
                batch_size=each.batch_size,
                jit=each.pace.jit,
                steps=each.pace.steps,
            )
            for each in chosen
        ),
    )
    reply = _ask(request)
    found = Calibration(
        format_version=CALIBRATION_VERSION,
        machine=machine(),
        device=reply.device,
        measured=time.time(),
        run=reply.run,
        epoch=reply.epoch,
        memory=reply.memory,
        timings=reply.timings,
    )
    file = _file(device)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, msgspec.json.format(msgspec.json.encode(found)))
    except OSError as problem:
        raise Failed(
            msg(
                "The measurement of this machine cannot be kept in {file} ({problem}); free some space.",
                file=file,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    return found


def _ask(request: CalibrationRequest) -> CalibrationReply:
    """Let a worker measure and return what it found.

    Raises:
        Failed: it found nothing, and why.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cnntutor.worker.calibration"],
            input=msgspec.json.encode(request) + b"\n",
            capture_output=True,
            cwd="/",
            timeout=LONGEST,
            check=False,
            start_new_session=True,
        )
        if done.stdout.strip():
            return msgspec.json.decode(done.stdout.splitlines()[-1], type=CalibrationReply)
        said = done.stderr.decode(errors="replace").strip().splitlines()
        problem = said[-1] if said else str(done.returncode)
    except (OSError, subprocess.TimeoutExpired, msgspec.MsgspecError) as trouble:
        problem = type(trouble).__name__
    raise Failed(msg("This machine could not be measured ({problem}); try again.", problem=problem))


def probe_costs() -> tuple[tuple[Cost, Probe], ...]:
    """Return what each of the small networks costs."""
    return tuple((cost_of(analyse(each.network)), each) for each in probes())


def _file(device: str) -> Path:
    """Return where the measurement of a device is kept."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{machine()}-{device}")
    return locations.home_dir() / "calibration" / f"{name}.json"
