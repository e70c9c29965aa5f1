"""How fast this machine trains: a few small networks timed once by a worker, kept for each device."""

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
from cnntutor.lab.calibration_networks import probes
from cnntutor.lab.folder import read_record, replace_file
from cnntutor.lab.headroom import processors
from cnntutor.lab.network_record import record_value
from cnntutor.lab.run_spec import NetworkRecord

CALIBRATION_VERSION = 1
LONGEST = 300.0
"""Seconds after which a measurement is given up."""


class ProbeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A network to time."""

    network: NetworkRecord
    batch_size: int


class CalibrationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker reads, one line of JSON."""

    device: str
    """auto, cpu or gpu."""
    probes: tuple[ProbeRequest, ...]


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """What one network took, in seconds."""

    first: float
    """Processor time of the first training step, in which Keras and TensorFlow prepare the graph."""
    step: float
    """A training step after that, the quickest of several: what the machine can, whatever else it did."""
    tested: float
    """A step of evaluation, likewise."""


class CalibrationReply(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker writes, one line of JSON."""

    device: str
    """CPU, or the name of the GPU."""
    started: float
    """Seconds of processor time until Keras was imported."""
    memory: int
    """Bytes resident once a small network was trained."""
    timings: tuple[Timing, ...]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The measurement of one device of one machine, as it is kept."""

    format_version: int
    machine: str
    device: str
    measured: float
    """Seconds since 1970."""
    started: float
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


def calibrate(device: str = "auto") -> Calibration:
    """Time the small networks now, which takes about half a minute, and keep what came out.

    Raises:
        Failed: the worker did not answer, or the measurement cannot be kept.
    """
    chosen = probes()
    request = CalibrationRequest(
        device=device,
        probes=tuple(
            ProbeRequest(
                network=record_value(
                    each.network, each.network.name, Text(each.network.name, each.network.name)
                ),
                batch_size=each.batch_size,
            )
            for each in chosen
        ),
    )
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
        reply = msgspec.json.decode(done.stdout.splitlines()[-1], type=CalibrationReply)
    except (OSError, subprocess.TimeoutExpired, IndexError, msgspec.MsgspecError) as problem:
        raise Failed(
            msg("This machine could not be measured ({problem}); try again.", problem=type(problem).__name__)
        ) from problem
    found = Calibration(
        format_version=CALIBRATION_VERSION,
        machine=machine(),
        device=reply.device,
        measured=time.time(),
        started=reply.started,
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


def probe_costs() -> tuple[tuple[Cost, int], ...]:
    """Return what each of the small networks costs, and its batch size."""
    return tuple((cost_of(analyse(each.network)), each.batch_size) for each in probes())


def _file(device: str) -> Path:
    """Return where the measurement of a device is kept."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{machine()}-{device}")
    return locations.home_dir() / "calibration" / f"{name}.json"
