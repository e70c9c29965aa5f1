"""Every kind of layer in every form: what Keras writes is read, what is written is read back the same."""

import json
import math
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.augmentation import Augmentation
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network, Node
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.keras_code import NOT_IN_KERAS, write_keras_code
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.network_toml import parse_network, write_network
from cnntutor.i18n import Text
from tests.calc.layer_cases import CASES, Case, layers_of
from tests.calc.test_keras_layers import in_keras

CHECKED = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
ALONE = ("SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells")
"""Cells are no layers of a model by themselves."""
SIDES_OPEN = ("Hashing", "CategoryEncoding", "EinsumDense")
"""Kinds that want whole numbers, or of which Keras leaves sides open."""
COMPLETED = frozenset(
    {
        *("MultiHeadAttention", "AutoContrast", "AugMix", "ContrastLimitedAdaptiveHistogramEqualization"),
        *("CutMix", "Equalization", "MixUp", "RandAugment", "Solarization"),
        *(kind for kind in LAYER_KINDS if kind.startswith("Random")),
    }
)
"""Kinds of which Keras writes arguments in another form than it takes them: (0, 0.2) for 0.2."""


def network_of(case: Case) -> Network:
    layer, shapes = case
    inputs = [Node(f"in{number}", Input(shape)) for number, shape in enumerate(shapes)]
    return Network("one", (*inputs, Node("layer", layer, tuple(node.name for node in inputs))))


@pytest.mark.parametrize("kind", CASES)
@CHECKED
@given(data=st.data())
def test_written_and_read_back(kind: str, data: st.DataObject) -> None:
    network = network_of(data.draw(layers_of(kind)))
    entry = NetworkEntry("one", (), Text("One", "Một"), "", Text("", ""), Text("", ""), network)
    assert parse_network(write_network(entry), "one.toml") == entry
    if kind not in NOT_IN_KERAS:
        assert parse_keras_json(write_keras_json(network), "one.json").network == network
        assert parse_keras_source(write_keras_code(network), "one.py").network == network


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in CASES
        if kind not in (*ALONE, *NOT_IN_KERAS, *SIDES_OPEN)
        and not issubclass(LAYER_KINDS[kind], Augmentation)
    ],
)
@pytest.mark.filterwarnings("ignore")
@settings(CHECKED, max_examples=3)
@given(data=st.data())
def test_keras_run_on_what_is_written_counts_the_same(kind: str, data: st.DataObject, keras: Any) -> None:
    """The code, run, and the JSON, loaded; of augmentations, which leave its graph, Keras makes no models."""
    network = network_of(data.draw(layers_of(kind)))
    report = analyse(network)
    scope: dict[str, Any] = {}
    exec(write_keras_code(network), scope)
    for model in (scope["model"], keras.models.model_from_json(write_keras_json(network))):
        trained = sum(math.prod(weight.shape) for weight in model.trainable_weights)
        assert (model.count_params(), trained) == (report.total_params, report.trainable_params)
        assert tuple(model.outputs[0].shape[1:]) == report.layers[-1].output_shape
    keras.backend.clear_session(free_memory=False)


@pytest.mark.parametrize(
    "kind", [kind for kind in CASES if kind not in (*ALONE, "LocallyConnected1D", "LocallyConnected2D")]
)
@CHECKED
@given(data=st.data())
def test_what_keras_writes_is_read(kind: str, data: st.DataObject, keras: Any) -> None:
    layer, shapes = data.draw(layers_of(kind))
    if any(len(shape) > 6 for shape in shapes):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = in_keras(keras, layer)
    spec = json.loads(json.dumps(keras.saving.serialize_keras_object(theirs)))
    inputs = [
        {
            "class_name": "InputLayer",
            "name": f"in{number}",
            "config": {"batch_shape": [None, *shape], "name": f"in{number}"},
            "inbound_nodes": [],
        }
        for number, shape in enumerate(shapes)
    ]
    calls = [[[f"in{number}", 0, 0, {}] for number in range(len(shapes))]]
    document = {
        "class_name": "Functional",
        "config": {
            "name": "one",
            "layers": [*inputs, {**spec, "name": "layer", "inbound_nodes": calls}],
            "input_layers": [[f"in{number}", 0, 0] for number in range(len(shapes))],
            "output_layers": [["layer", 0, 0]],
        },
    }
    read = parse_keras_json(json.dumps(document), "keras.json").network.node("layer").layer
    if kind in COMPLETED:
        assert type(read) is type(layer)
        assert read.output_shape(shapes) == layer.output_shape(shapes)
        assert read.weights(shapes) == layer.weights(shapes)
    else:
        assert read == layer
