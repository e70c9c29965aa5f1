"""Operations in functional models: read from Keras's JSON and from code, written, and run by Keras."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.operations import (
    Absolute,
    Divide,
    ExpandDims,
    GetItem,
    Matmul,
    Max,
    Mean,
    Min,
    Negative,
    Square,
    Squeeze,
    Sum,
    TrueDivide,
)
from cnntutor.calc.network import Network, Node
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_code import write_keras_code
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.library import find_network

LAYERS: dict[str, tuple[Layer, tuple[tuple[int, ...], ...]]] = {
    "place": (GetItem(":, 0"), ((8, 6, 4),)),
    "ranges": (GetItem(":, ::2, 1:3"), ((8, 6, 4),)),
    "last place": (GetItem("..., -1"), ((8, 6, 4),)),
    "new axis": (GetItem(":, None"), ((8, 6, 4),)),
    "mean": (Mean((1, 2)), ((8, 6, 4),)),
    "sum": (Sum(-1, True), ((8, 6, 4),)),
    "max": (Max(1), ((8, 6, 4),)),
    "min": (Min(2), ((8, 6, 4),)),
    "expand": (ExpandDims(1), ((8, 6),)),
    "squeeze": (Squeeze(1), ((1, 6),)),
    "matmul": (Matmul(), ((8, 6), (6, 4))),
    "divide": (Divide(), ((8, 6), (8, 6))),
    "true divide": (TrueDivide(), ((8, 6), (8, 1))),
    "absolute": (Absolute(), ((3,),)),
    "negative": (Negative(), ((3,),)),
    "square": (Square(), ((3,),)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_written_run_and_read_back(name: str, keras: Any) -> None:
    layer, shapes = LAYERS[name]
    inputs = [Node(f"in{number}", Input(shape)) for number, shape in enumerate(shapes)]
    network = Network("one", (*inputs, Node("found", layer, tuple(node.name for node in inputs))))
    text, code = write_keras_json(network), write_keras_code(network)
    scope: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, scope)
        models = (scope["model"], keras.models.model_from_json(text))
    for model in models:
        assert tuple(model.outputs[0].shape[1:]) == analyse(network).layers[-1].output_shape
        read = parse_keras_json(model.to_json(), "keras.json").network
        assert read.nodes[-1].layer == layer
    assert parse_keras_json(text, "one.json").network == network
    assert parse_keras_source(code, "one.py").network == network


SOURCE = """
import keras
from keras import layers, ops
i = keras.Input((8, 6, 4))
a = layers.Conv2D(4, 3, padding="same")(i)
b = (2 * a + 1 - a / 3) / (i ** 2) - (1 - i)
c = ops.maximum(b, 0.0) @ ops.transpose(-b, (0, 1, 3, 2))
d = ops.mean(ops.abs(c), 1)
e = ops.reshape(d[:, 1:, ...], (-1, 30))
model = keras.Model(i, ops.concatenate([layers.Dense(2)(e), e[:, :3]], axis=-1))
"""


def test_a_formula(keras: Any) -> None:
    report = analyse(parse_keras_source(SOURCE, "a.py").network)
    scope: dict[str, Any] = {}
    exec(SOURCE, scope)
    model = scope["model"]
    assert report.total_params == model.count_params()
    assert report.layers[-1].output_shape == tuple(model.outputs[0].shape[1:]) == (5,)
    assert analyse(parse_keras_json(model.to_json(), "a.json").network).total_params == report.total_params


@pytest.mark.parametrize(
    "code", ["i[0]", "ops.split(i, 2, axis=-1)[0]", "ops.fft(i)", "i[:, n]", "ops.mean(i)"]
)
def test_operations_without_a_rule_are_refused(code: str) -> None:
    text = (
        f"import keras\nfrom keras import ops\ni = keras.Input((8, 6, 4))\nmodel = keras.Model(i, {code})\n"
    )
    with pytest.raises(NotUnderstood, match=r"^a\.py, line 4"):
        parse_keras_source(text, "a.py")


TENSORFLOW: dict[str, tuple[str, dict[str, object], tuple[int, ...]]] = {
    "mean": ("math.reduce_mean", {"axis": [1, 2], "keepdims": True}, (1, 1, 4)),
    "constant": ("math.multiply", {"y": 0.5, "name": None}, (8, 6, 4)),
    "sum": ("__operators__.add", {"y": ["in", 0, 0], "name": None}, (8, 6, 4)),
    "slice": (
        "__operators__.getitem",
        {"slice_spec": [{"start": None, "stop": None, "step": None}, {"start": 1, "stop": 5, "step": 2}]},
        (2, 6, 4),
    ),
    "place": (
        "__operators__.getitem",
        {"slice_spec": [{"start": None, "stop": None, "step": None}, 0]},
        (6, 4),
    ),
    "reshape": ("reshape", {"shape": [-1, 48, 4]}, (48, 4)),
    "transpose": ("transpose", {"perm": [0, 2, 1, 3]}, (6, 8, 4)),
    "softmax": ("nn.softmax", {"axis": -1}, (8, 6, 4)),
}


@pytest.mark.parametrize("name", TENSORFLOW)
def test_operations_of_keras_2(name: str) -> None:
    function, kwargs, expected = TENSORFLOW[name]
    kind = "SlicingOpLambda" if "getitem" in function else "TFOpLambda"
    document = {
        "class_name": "Functional",
        "config": {
            "name": "old",
            "layers": [
                {
                    "class_name": "InputLayer",
                    "name": "in",
                    "config": {"batch_input_shape": [None, 8, 6, 4], "name": "in"},
                    "inbound_nodes": [],
                },
                {
                    "class_name": kind,
                    "name": "tf.op",
                    "config": {"name": "tf.op", "trainable": True, "dtype": "float32", "function": function},
                    "inbound_nodes": [["in", 0, 0, kwargs]],
                },
            ],
            "input_layers": [["in", 0, 0]],
            "output_layers": [["tf.op", 0, 0]],
        },
    }
    report = analyse(parse_keras_json(json.dumps(document), "old.json").network)
    assert report.layers[0].output_shape == expected


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_saved_models_with_operations(suffix: str, keras: Any, tmp_path: Path) -> None:
    """A .h5 file of Keras 3 names no modules, so that its operations must be told from layers."""
    scope: dict[str, Any] = {}
    exec(SOURCE + "model = keras.Model(i, [model(i), ops.relu6(i + 3.0) * (1 / 6) * i])\n", scope)
    path = tmp_path / f"model{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scope["model"].save(path)
    expected = parse_keras_json(scope["model"].to_json(), "model.json").network
    assert find_network(str(path)).network.nodes == expected.nodes
