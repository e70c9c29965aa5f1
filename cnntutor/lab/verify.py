"""The calculator held against the installed Keras: one network, layer by layer, shapes and parameters.

    verification = verify(network, file, run_task)        # or Tasks.run for a screen

Keras builds in a process of its own (lab.tasks): from the model's very file where there is one and Keras
takes it, else from the network value.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from cnntutor.calc.analysis import LayerReport, NetworkReport, analyse
from cnntutor.calc.layers.given import Lambda
from cnntutor.calc.layers.states import State
from cnntutor.calc.network import Network
from cnntutor.errors import CnntutorError, Failed, Missing, NotUnderstood
from cnntutor.formats.files import check_file
from cnntutor.formats.keras_code import keras_name
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.i18n import Text, msg, number, shape, t
from cnntutor.lab.network_record import record_value
from cnntutor.needs import BuildTask, BuiltLayer, BuiltModel, Fault, Reply, Request

MODEL_FILES = (".keras", ".h5", ".hdf5", ".json")
"""Ends of the names of files that Keras loads itself."""

Quantity = Literal["layer", "output_shape", "trainable_params", "non_trainable_params"]
Shape = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One number on which the calculator and Keras do not agree."""

    layer: str
    """Empty for a total."""
    quantity: Quantity
    calculator: int | Shape | str | None
    """None where the calculator has no such layer."""
    keras: int | Shape | str | None
    """None where Keras has no such layer."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of holding a network against Keras."""

    report: NetworkReport
    differences: tuple[Difference, ...]
    built_from: Literal["file", "network"]
    """What Keras built: the file itself, or the network as the calculator read it."""
    refused: str
    """Why Keras did not take the file, in its own words; empty where it did or there was none."""
    keras_version: str
    keras_total: int
    ran: tuple[str, ...] = ()
    """The layers whose own code Keras ran; their output shapes are Keras's and were not compared."""

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def verify(network: Network, file: Path | None, run: Callable[[Request], Reply]) -> Verification:
    """Build a network with the installed Keras and compare every layer.

    Args:
        network: As the calculator read it.
        file: The file it was read from, where Keras should load that very one.
        run: Does a task.

    Raises:
        Missing: Keras is not installed.
        NotUnderstood: Keras refuses the network or has no such layer.
        Failed: the task took too much.
    """
    report, refused = analyse(network), ""
    if file is not None and file.suffix.lower() in MODEL_FILES:
        reply = run(BuildTask(file=str(file.absolute())))
        if reply.model is not None:
            return _verification(report, reply.model, "file", "")
        fault = reply.fault or Fault(kind="crash")
        if fault.kind not in ("unreadable", "not-built", "untrusted"):
            raise _error(fault, reply)
        refused = fault.text
    record = record_value(network, network.name, Text(network.name, network.name))
    reply = run(BuildTask(network=msgspec.json.encode(record).decode()))
    if reply.model is None:
        raise _error(reply.fault or Fault(kind="crash"), reply)
    return _verification(report, reply.model, "network", refused)


def verify_trusted(
    file: Path, run: Callable[[Request], Reply], input_shape: tuple[int, ...] | None = None
) -> Verification:
    """Let Keras load a file and run the code in it, that of its Lambda layers, and compare the rest.

    The task keeps the code apart as it does a learner's: from the network, and from files but its own.

    Args:
        file: A .keras, .h5 or .json file, which is trusted.
        run: Does a task.
        input_shape: Stands for the shape of the first input.

    Raises:
        Missing: Keras is not installed.
        NotUnderstood: Keras refuses the file, or the calculator does for more than the code in it.
        Failed: the task took too much.
    """
    if file.suffix.lower() not in MODEL_FILES:
        ends = ", ".join(MODEL_FILES)
        raise NotUnderstood(
            msg(
                "--trust is for files that Keras loads itself ({ends}), received {file}.",
                ends=ends,
                file=str(file),
            )
        )
    check_file(file)
    reply = run(BuildTask(file=str(file.absolute()), trust=True))
    if reply.model is None:
        raise _error(reply.fault or Fault(kind="crash"), reply)
    ran = {
        row.name: tuple(side for side in row.output_shape if side is not None)
        for row in reply.model.layers
        if row.kind == Lambda.kind and row.output_shape is not None
    }
    network = parse_keras_json(reply.model.config, str(file), input_shape, ran).network
    return _verification(analyse(network), reply.model, "file", "", tuple(ran))


def _verification(
    report: NetworkReport,
    built: BuiltModel,
    source: Literal["file", "network"],
    refused: str,
    ran: tuple[str, ...] = (),
) -> Verification:
    """Return what the comparison comes to."""
    differences = tuple(compare(report, built))
    return Verification(report, differences, source, refused, built.keras_version, built.total_params, ran)


def compare(report: NetworkReport, built: BuiltModel) -> Iterator[Difference]:
    """Yield what differs between the calculator's report and a model of Keras; totals last."""
    rows = {row.name: row for row in built.layers}
    calls: dict[str, int] = {}
    matched: set[str] = set()
    for layer in report.layers:
        if layer.kind == State.kind:
            continue  # in Keras no layer but a further output of one
        owner = report.network.node(layer.name).shares or layer.name
        count = calls[owner] = calls.get(owner, -1) + 1
        named = (keras_name(layer.name), f"{keras_name(owner)}_{count}")
        found = next((rows[name] for name in named if name in rows and name not in matched), None)
        if found is None:
            yield Difference(layer.name, "layer", layer.kind, None)
            continue
        matched.add(found.name)
        yield from _compare_layer(layer, found)
    for row in built.layers:
        if row.name not in matched:
            yield Difference(row.name, "layer", None, row.kind)
    if report.trainable_params != built.trainable_params:
        yield Difference("", "trainable_params", report.trainable_params, built.trainable_params)
    if report.non_trainable_params != built.non_trainable_params:
        yield Difference("", "non_trainable_params", report.non_trainable_params, built.non_trainable_params)


def _compare_layer(layer: LayerReport, found: BuiltLayer) -> Iterator[Difference]:
    """Yield what differs at one layer; sides that Keras leaves open agree with any."""
    shape = found.output_shape
    if shape is not None and not _fits(layer.output_shape, shape):
        yield Difference(layer.name, "output_shape", layer.output_shape, shape)
    if layer.trainable != found.trainable_params:
        yield Difference(layer.name, "trainable_params", layer.trainable, found.trainable_params)
    if layer.non_trainable != found.non_trainable_params:
        yield Difference(layer.name, "non_trainable_params", layer.non_trainable, found.non_trainable_params)


def in_words(difference: Difference) -> tuple[str, str, str, str]:
    """Return the cells of a difference as they are shown: layer, quantity, calculator, Keras."""
    words = {
        "layer": t("kind of layer"),
        "output_shape": t("output shape"),
        "trainable_params": t("trainable"),
        "non_trainable_params": t("not trainable"),
    }
    name = difference.layer or t("Total")
    return (name, words[difference.quantity], _cell(difference.calculator), _cell(difference.keras))


def _cell(value: object) -> str:
    """Return a value as it is shown."""
    if isinstance(value, tuple):
        return "×".join("?" if side is None else shape((side,)) for side in value) or "1"
    if isinstance(value, int):
        return number(value)
    return "–" if value is None else str(value)


def _fits(ours: tuple[int, ...], theirs: Shape) -> bool:
    """Whether two shapes are one."""
    return len(ours) == len(theirs) and all(
        side in (None, own) for own, side in zip(ours, theirs, strict=True)
    )


def _error(fault: Fault, reply: Reply) -> CnntutorError:
    """Return the error of a task that brought no model."""
    if fault.kind == "missing":
        return Missing(msg("Keras cannot be imported ({problem}); install it again.", problem=fault.text))
    if fault.kind == "time":
        return Failed(msg("Keras did not build the network in {seconds} s.", seconds=f"{reply.seconds:.0f}"))
    if fault.kind == "memory":
        return Failed(
            msg("Keras needs more memory than it may take here: {most} MB.", most=number(reply.peak_mb))
        )
    refused = msg("Keras does not build the network: {problem}", problem=fault.text or fault.kind)
    return Failed(refused) if fault.kind == "crash" else NotUnderstood(refused)
