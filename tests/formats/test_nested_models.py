"""Nested and shared models in both dialects: their calls are counted as Keras counts them."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.nesting import ModelReport, nested_rows
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.library import find_network

SOURCES = {
    "a base and a head": """
import keras
from keras import layers
i = keras.Input((8, 8, 3))
base = keras.Model(i, layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(i)), name="base")
j = keras.Input((8, 8, 3))
model = keras.Model(j, base(j))
""",
    "an output of the second call": """
import keras
from keras import layers
i = keras.Input((6,))
base = keras.Model(i, layers.Dense(6, name="in")(i), name="base")
j = keras.Input((6,))
model = keras.Model(j, [base(layers.ReLU()(base(j))), layers.Dense(2)(base(j))])
""",
    "a Sequential as an output": """
import keras
from keras import layers
head = keras.Sequential([keras.Input((6,)), layers.Dense(3)], name="head")
j = keras.Input((6,))
model = keras.Model(j, [head(j), layers.Dense(6)(head(layers.Dense(6)(j)))])
""",
    "its own input": """
import keras
from keras import layers
i = keras.Input((4,))
base = keras.Model(i, layers.Dense(2)(i), name="base")
model = keras.Model(i, [base(i), layers.Dense(3)(i)])
""",
    "two in, two out": """
import keras
from keras import layers
a, b = keras.Input((4,)), keras.Input((5,))
both = keras.Model([a, b], [layers.Dense(2)(b), layers.Dense(3)(a)], name="both")
c, d = keras.Input((4,)), keras.Input((5,))
x, y = both([c, d])
model = keras.Model([c, d], [y, layers.Concatenate()([x, y])])
""",
    "deeper": """
import keras
from keras import layers
def block(size, name):
    i = keras.Input((4,))
    return keras.Model(i, layers.Dense(size)(layers.Dense(4)(i)), name=name)
k = keras.Input((4,))
middle = keras.Model(k, block(4, "low")(block(4, "lower")(k)), name="middle")
model = keras.Sequential([keras.Input((4,)), middle, layers.Dense(3)])
""",
}


def built(name: str) -> Any:
    pytest.importorskip("keras")
    scope: dict[str, Any] = {}
    exec(SOURCES[name], scope)
    return scope["model"]


@pytest.mark.parametrize("suffix", [".json", ".keras", ".h5"])
@pytest.mark.parametrize("name", SOURCES)
def test_as_keras_saves_them(
    *, name: str, suffix: str, keras: Any, keras_counts: Any, our_counts: Any, tmp_path: Path
) -> None:
    model = built(name)
    path = tmp_path / f"model{suffix}"
    if suffix == ".json":
        path.write_text(model.to_json(), encoding="utf-8")
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.save(path)
    report = analyse(find_network(str(path)).network)
    shapes = {row.name: row.output_shape for row in report.layers}
    assert our_counts(report) == keras_counts(model)
    assert report.total_params == model.count_params()
    assert [shapes[end] for end in report.network.outputs] == [tuple(end.shape[1:]) for end in model.outputs]


@pytest.mark.parametrize("name", SOURCES)
def test_code_says_the_same_as_its_json(name: str, keras: Any) -> None:
    from_code = parse_keras_source(SOURCES[name], "model.py").network
    from_json = parse_keras_json(built(name).to_json(), "model.json").network
    for ours, theirs in zip(from_code.outputs, from_json.outputs, strict=True):
        assert analyse(from_code).layer(ours).output_shape == analyse(from_json).layer(theirs).output_shape
    assert analyse(from_code).total_params == analyse(from_json).total_params
    again = parse_keras_json(write_keras_json(from_json), "again.json").network
    assert sorted(map(repr, again.nodes)) == sorted(map(repr, from_json.nodes))


def layer(kind: str, name: str, calls: list[object], **config: object) -> dict[str, object]:
    own = {"name": name, "trainable": True, **config}
    return {"class_name": kind, "config": own, "name": name, "inbound_nodes": calls}


def keras2(first_call: int, kind: str = "Functional") -> str:
    """A model of Keras 2 that calls an inner one twice; which calls its outputs are begins at first_call."""
    first = layer("InputLayer", "in", [], batch_input_shape=[None, 4])
    inner: dict[str, object] = {"layers": [first, layer("Dense", "dense", [[["in", 0, 0, {}]]], units=4)]}
    if kind == "Functional":
        inner |= {"input_layers": [["in", 0, 0]], "output_layers": [["dense", 0, 0]]}
    calls: list[object] = [[["in", 0, 0, {}]], [["wide", 0, 0, {}]]]
    layers = [
        first,
        layer("Dense", "wide", [[["inner", first_call, 0, {}]]], units=4),
        layer(kind, "inner", calls, **inner),
    ]
    ends = [["inner", first_call + 1, 0]]
    config = {"name": "old", "layers": layers, "input_layers": [["in", 0, 0]], "output_layers": ends}
    return json.dumps({"class_name": "Model", "config": config, "keras_version": "2.4.0"})


@pytest.mark.parametrize("kind", ["Functional", "Sequential"])
@pytest.mark.parametrize("first_call", [0, 1])
def test_calls_of_keras_2(first_call: int, kind: str) -> None:
    network = parse_keras_json(keras2(first_call, kind), "old.json").network
    assert [(node.name, node.inputs) for node in network.nodes] == [
        *(("in", ()), ("inner.dense", ("in",)), ("wide", ("inner.dense",))),
        ("inner_1.dense", ("wide",)),
    ]
    assert network.outputs == ("inner_1.dense",)
    rows = nested_rows(analyse(network))
    assert [(row.name, row.kind, isinstance(row, ModelReport)) for row in rows] == [
        *(("inner", kind, True), ("wide", "Dense", False), ("inner_1", kind, True)),
    ]
