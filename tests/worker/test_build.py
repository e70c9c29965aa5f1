"""The Keras model the worker builds, against the calculator's counts."""

from collections import Counter

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network, Node
from cnntutor.calc.shapes import Shape
from cnntutor.formats.library import NetworkEntry, list_networks
from cnntutor.lab.network_record import record_network, restore_network
from cnntutor.lab.run_spec import NetworkRecord
from cnntutor.worker.build import build_model, build_network, check_fit
from cnntutor.worker.problems import RunProblem
from tests.calc.layer_cases import CASES, layers_of

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


NO_GRAPH = ("SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells", "Equalization")
"""Cells stand inside an RNN only; Equalization gives its input back where Keras only traces shapes."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [kind for kind in CASES if kind not in NO_GRAPH])
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data(), trainable=st.booleans())
def test_any_kind_of_layer_is_built_as_the_calculator_has_it(
    kind: str, data: st.DataObject, trainable: bool
) -> None:
    layer, shapes = data.draw(layers_of(kind))
    names = tuple(f"in{number}" for number in range(len(shapes)))
    inputs = tuple(Node(name, Input(shape)) for name, shape in zip(names, shapes, strict=True))
    network = Network("one", (*inputs, Node("block/layer", layer, names, trainable=trainable)))
    model = build_network(network)
    row = analyse(network).layer("block/layer")
    trained = sum(weight.shape.num_elements() for weight in model.trainable_weights)
    assert (model.count_params(), trained) == (row.params, row.trainable)
    if kind != "EinsumDense":  # Keras leaves sides open that the input gives
        assert tuple(model.output_shape[1:]) == row.output_shape
    assert [each.name for each in model.operations][-1] == "block_layer"


OPERATION_CASES: dict[str, tuple[dict[str, object], tuple[Shape, ...]]] = {
    **{kind: ({"axis": (1, 2)}, ((4, 4, 3),)) for kind in ("Mean", "Sum", "Max", "Min")},
    **{kind: ({}, ((4, 3),)) for kind in ("Absolute", "Negative", "Square", "Sqrt", "Log")},
    **{kind: ({}, ((4, 3), (4, 3))) for kind in ("Divide", "TrueDivide")},
    "Matmul": ({}, ((4, 3), (3, 5))),
    "GetItem": ({"key": ":, 0, 1:3"}, ((4, 4, 3),)),
    "ExpandDims": ({"axis": 1}, ((4,),)),
    "Squeeze": ({"axis": 1}, ((1, 4),)),
}


@pytest.mark.parametrize("kind", OPERATION_CASES)
def test_operations_are_built_too(kind: str) -> None:
    arguments, shapes = OPERATION_CASES[kind]
    names = tuple(f"in{number}" for number in range(len(shapes)))
    inputs = tuple(Node(name, Input(shape)) for name, shape in zip(names, shapes, strict=True))
    network = Network("one", (*inputs, Node("step", LAYER_KINDS[kind](**arguments), names)))
    model = build_network(network)
    assert tuple(model.output_shape[1:]) == analyse(network).layer("step").output_shape
    assert model.operations[-1].name == "step"


def test_what_is_frozen_stays_frozen_and_what_is_shared_shared() -> None:
    network = Network(
        "twins",
        (
            Node("left", Input((8,))),
            Node("right", Input((8,))),
            Node("dense", Dense(4), ("left",), trainable=False),
            Node("again", Dense(4), ("right",), "dense"),
            Node("sum", Add(), ("dense", "again")),
        ),
    )
    model = build_network(network)
    assert (model.count_params(), len(model.trainable_weights)) == (36, 0)
    assert Counter(type(layer).__name__ for layer in model.layers) == {"InputLayer": 2, "Dense": 1, "Add": 1}
