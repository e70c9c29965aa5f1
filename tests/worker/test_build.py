"""The Keras model the worker builds, against the calculator's counts."""

import msgspec
import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.formats.library import NetworkEntry, list_networks
from cnntutor.lab.network_record import record_network, restore_network
from cnntutor.lab.run_spec import NetworkRecord
from cnntutor.worker.build import build_model, check_fit
from cnntutor.worker.problems import RunProblem

LARGEST = 3_000_000
"""Networks with more parameters are compared with Keras where the calculator is tested."""


def _small_networks() -> list[NetworkEntry]:
    return [entry for entry in list_networks() if analyse(entry.network).total_params <= LARGEST]


def _through_json(entry: NetworkEntry) -> NetworkRecord:
    return msgspec.json.decode(msgspec.json.encode(record_network(entry)), type=NetworkRecord)


@pytest.mark.parametrize("entry", _small_networks(), ids=lambda entry: entry.slug)
def test_the_model_of_a_record_is_the_network_the_calculator_counted(entry: NetworkEntry) -> None:
    record = _through_json(entry)
    model = build_model(record)
    report = analyse(restore_network(record))
    assert model.count_params() == report.total_params
    assert tuple(model.input_shape[1:]) == report.input_shape
    for row in report.layers:
        node = next(node for node in record.nodes if node.name == row.name)
        if not node.shares:
            layer = model.get_layer(row.name)
            assert type(layer).__name__ == row.kind
            assert layer.count_params() == row.params
            assert tuple(layer.output.shape[1:]) == row.output_shape


def _lenet() -> NetworkRecord:
    return _through_json(next(entry for entry in list_networks() if "lenet5-28" in entry.aliases))


def test_a_count_that_differs_from_the_calculators_stops_the_run() -> None:
    with pytest.raises(RunProblem, match="Keras counts 61,706 parameters"):
        build_model(msgspec.structs.replace(_lenet(), params=61_707))


def test_a_layer_keras_refuses_is_named() -> None:
    record = _lenet()
    first = record.nodes[1]
    wrong = msgspec.structs.replace(first, arguments=first.arguments | {"padding": "sideways"})
    with pytest.raises(RunProblem, match=f"refuses layer {first.name}"):
        build_model(msgspec.structs.replace(record, nodes=(record.nodes[0], wrong, *record.nodes[2:])))


def test_a_network_for_other_images_is_refused_with_both_shapes() -> None:
    record = _lenet()
    model = build_model(record)
    check_fit(model, (28, 28, 1), 10, record)
    with pytest.raises(RunProblem, match="takes 28×28×1 and gives 10, but the data need 32×32×3"):
        check_fit(model, (32, 32, 3), 10, record)
