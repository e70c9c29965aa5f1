"""The calculator's answers as JSON; the keys are an interface and stay English."""

import json

from cnntutor.calc.analysis import LayerReport, NetworkReport
from cnntutor.calc.derivation import QUANTITIES, derive
from cnntutor.calc.nesting import ModelReport, nested_rows
from cnntutor.formats.entry import NetworkEntry


def report_json(report: NetworkReport) -> str:
    """Return a network's numbers; shapes without batch, receptive_field is null once there is none."""
    return _dumps(
        {
            "network": report.network.name,
            "input_shape": report.input_shape,
            "layers": [_row(row) for row in nested_rows(report)],
            "total_params": report.total_params,
            "trainable_params": report.trainable_params,
            "non_trainable_params": report.non_trainable_params,
            "macs": report.macs,
        }
    )


def _row(row: LayerReport | ModelReport) -> dict[str, object]:
    """Return one row's numbers; a nested model is one row, its own rows inside it under layers."""
    if isinstance(row, ModelReport):
        return {**_layer(row), "layers": [_row(each) for each in row.layers]}
    return _layer(row)


def _layer(layer: LayerReport | ModelReport) -> dict[str, object]:
    """Return one layer's numbers; the receptive field's members are lists, one number an axis."""
    field = layer.receptive_field
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
        else {"size": field.size, "jump": field.jump, "start": field.start},
    }


def working_json(report: NetworkReport, name: str) -> str:
    """Return the derivations of one layer."""
    workings = {quantity: derive(report.network, name, quantity) for quantity in QUANTITIES}
    return _dumps(
        {
            "network": report.network.name,
            "layer": _layer(report.layer(name)),
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


def list_json(entries: tuple[NetworkEntry, ...]) -> str:
    """Return the networks of the course."""
    return _dumps(
        {
            "networks": [
                {
                    "network": entry.slug,
                    "aliases": entry.aliases,
                    "title": str(entry.title),
                    "input_shape": entry.network.input_shape,
                }
                for entry in entries
            ]
        }
    )


def _dumps(value: dict[str, object]) -> str:
    """Return one line of JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False)
