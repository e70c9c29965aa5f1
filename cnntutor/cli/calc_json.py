"""The calculator's answers as JSON; the keys are an interface and stay English."""

import json

from cnntutor.calc.analysis import LayerReport, NetworkReport, clipped_fields
from cnntutor.calc.cost import flops, share
from cnntutor.calc.derivation import QUANTITIES, derive_from
from cnntutor.calc.memory import NetworkMemory, TrainingMemory, network_memory, training_memory
from cnntutor.calc.nesting import ModelReport, nested_rows
from cnntutor.formats.fact_card import FactCard
from cnntutor.formats.heading import NetworkHeading


def report_json(
    report: NetworkReport, *, dtype: str = "float32", batch: int = 32, optimizer: str = "adam"
) -> str:
    """Return a network's numbers; shapes without batch, receptive_field is null once there is none.

    Memory is in bytes: that of weights and activations for one sample, that of training for a batch.
    """
    memory = network_memory(report, dtype)
    training = training_memory(report, dtype=dtype, batch=batch, optimizer=optimizer)
    rows = _Rows(report, memory)
    return dumps(
        {
            "network": report.network.name,
            "input_shape": report.input_shape,
            "layers": [rows.row(row) for row in nested_rows(report)],
            "total_params": report.total_params,
            "trainable_params": report.trainable_params,
            "non_trainable_params": report.non_trainable_params,
            "macs": report.macs,
            "flops": flops(report.macs),
            "memory": {
                "dtype": memory.precision.name,
                "weight_bytes": memory.weights,
                "input_bytes": memory.inputs,
                "activation_bytes": memory.activations,
                "peak_bytes": memory.peak,
            },
            "training": _training(training),
        }
    )


def _training(training: TrainingMemory) -> dict[str, object]:
    """Return the estimate for training and what summary() shows after fit."""
    return {
        "dtype": training.precision.name,
        "batch": training.batch,
        "optimizer": training.state.optimizer.slug,
        "weight_bytes": training.weights,
        "gradient_bytes": training.gradients,
        "optimizer_bytes": training.slots,
        "input_bytes": training.inputs,
        "activation_bytes": training.activations,
        "working_bytes": training.working,
        "total_bytes": training.total,
        "optimizer_params": training.state.optimizer_params,
        "total_params_after_fit": training.state.total_params,
        "assumptions": [str(each) for each in training.assumptions],
    }


class _Rows:
    """The rows of one report, each with its place in the whole."""

    def __init__(self, report: NetworkReport, memory: NetworkMemory) -> None:
        self.report = report
        self.weight_bytes = memory.precision.variable_bytes
        self.activation_bytes = memory.precision.compute_bytes
        self.activations = sum(layer.activations for layer in report.layers)
        self.clipped = clipped_fields(report)

    def row(self, row: LayerReport | ModelReport) -> dict[str, object]:
        """Return one row's numbers; a nested model is one row, its own rows inside it under layers."""
        if isinstance(row, ModelReport):
            return {**self.numbers(row), "layers": [self.row(each) for each in row.layers]}
        return self.numbers(row)

    def numbers(self, layer: LayerReport | ModelReport) -> dict[str, object]:
        """Return one row's numbers; the receptive field's members are lists, one number an axis.

        Behind an upsampling, its phases are per axis the first and last pixels of the outputs of one period.
        """
        field = layer.receptive_field
        activations = _activations(layer)
        return {
            "name": layer.name,
            "kind": layer.kind,
            "inputs": layer.inputs,
            "output_shape": layer.output_shape,
            "params": layer.params,
            "trainable": layer.trainable,
            "non_trainable": layer.non_trainable,
            "macs": layer.macs,
            "receptive_field": None
            if field is None
            else {
                "size": field.size,
                "jump": [each if isinstance(each, int) else float(each) for each in field.jump],
                "start": field.start,
                **({"phases": field.phases} if field.phases else {}),
            },
            "receptive_field_clipped": self.clipped[layer.name] if isinstance(layer, LayerReport) else None,
            "flops": flops(layer.macs),
            "activations": activations,
            "weight_bytes": layer.params * self.weight_bytes,
            "activation_bytes": activations * self.activation_bytes,
            "share": {
                "params": share(layer.params, self.report.total_params),
                "macs": share(layer.macs, self.report.macs),
                "activations": share(activations, self.activations),
            },
        }


def _activations(row: LayerReport | ModelReport) -> int:
    """Return how many values a row puts out for one sample, the layers of a nested model added up."""
    if isinstance(row, ModelReport):
        return sum(_activations(each) for each in row.layers)
    return row.activations


def numbers_by_layer(report: NetworkReport, dtype: str) -> dict[str, dict[str, object]]:
    """Return the numbers of every layer by its name, as they stand in the network's."""
    rows = _Rows(report, network_memory(report, dtype))
    return {layer.name: rows.numbers(layer) for layer in report.layers}


def working_json(report: NetworkReport, name: str, dtype: str = "float32") -> str:
    """Return the derivations of one layer."""
    workings = {quantity: derive_from(report, name, quantity, dtype) for quantity in QUANTITIES}
    return dumps(
        {
            "network": report.network.name,
            "layer": numbers_by_layer(report, dtype)[name],
            "derivations": {
                quantity: {
                    "rule": str(working.rule),
                    "symbols": [
                        {"name": symbol.name, "meaning": str(symbol.meaning), "value": symbol.value}
                        for symbol in working.symbols
                    ],
                    "formula": working.formula,
                    "numbers": working.numbers,
                    "result": working.result,
                }
                for quantity, working in workings.items()
            },
        }
    )


def list_json(headings: tuple[NetworkHeading, ...], cards: tuple[FactCard, ...]) -> str:
    """Return the networks of the course, and its fact cards."""
    return dumps(
        {
            "networks": [
                {
                    "network": heading.slug,
                    "aliases": heading.aliases,
                    "title": str(heading.title),
                    "input_shape": heading.input_shape,
                }
                for heading in headings
            ],
            "cards": [
                {"network": card.slug, "title": str(card.title), "input_shape": card.input_shape}
                for card in cards
            ],
        }
    )


def dumps(value: dict[str, object]) -> str:
    """Return one line of JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False)
