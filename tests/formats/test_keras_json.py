"""Keras's own JSON: the counts Keras gives, layer by layer; both dialects; nested and shared."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import layer_arguments
from cnntutor.calc.layers.core import Activation
from cnntutor.calc.layers.operations import Mean
from cnntutor.calc.nesting import ModelReport, nested_rows
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.library import find_network


def compare(model: Any, keras_counts: Any, our_counts: Any) -> None:
    report = analyse(parse_keras_json(model.to_json(), "model.json").network)
    assert our_counts(report) == keras_counts(model)
    assert report.total_params == model.count_params()
    shapes = {each.name: each.output_shape for each in report.layers}
    for layer in model.layers:
        if layer.name in shapes and not isinstance(layer.output, (list, tuple)):
            assert shapes[layer.name] == tuple(layer.output.shape[1:]), layer.name


def test_a_graph_with_all_there_is(keras: Any, keras_counts: Any, our_counts: Any) -> None:
    layers = keras.layers
    left, right = keras.Input((8, 8, 3), name="left"), keras.Input((8, 8, 3), name="right")
    shared = layers.Conv2D(4, 3, padding="same", activation="relu", name="shared")
    inner = keras.Sequential(
        [
            keras.Input((8, 8, 4)),
            layers.Conv2D(4, 3, padding="same", name="conv"),
            layers.BatchNormalization(name="bn"),
        ],
        name="inner",
    )
    inner.layers[0].trainable = False
    summed = layers.Add(name="sum")([shared(left), shared(right)])
    twice = inner(inner(summed)) + summed
    pooled = keras.ops.mean(keras.ops.relu(twice), axis=(1, 2))
    outputs = [
        layers.Dense(3, name="first")(pooled),
        layers.Dense(2, name="second")(layers.Flatten()(summed)),
    ]
    model = keras.Model([right, left], outputs, name="All_of it")
    compare(model, keras_counts, our_counts)
    entry = parse_keras_json(model.to_json(), "model.json")
    network = entry.network
    assert (entry.slug, entry.title.en, network.outputs) == ("all-of-it", "All_of it", ("first", "second"))
    assert [node.name for node in network.nodes][:2] == ["right", "left"]
    assert network.node("inner_1.conv").shares == "inner.conv"
    assert not network.node("inner.conv").trainable
    assert network.node("inner.bn").trainable
    kinds = [node.layer for node in network.nodes]
    assert Activation("relu") in kinds
    assert Mean((1, 2)) in kinds


def test_inputs_called_by_name(keras: Any, keras_counts: Any, our_counts: Any) -> None:
    layers = keras.layers
    tensors = {name: keras.Input((size,), name=name) for name, size in (("b", 3), ("a", 5))}
    inside = keras.Model(
        tensors, layers.Concatenate()([tensors["b"], layers.Dense(2)(tensors["a"])]), name="in"
    )
    outer = {name: keras.Input((size,), name=name) for name, size in (("b", 3), ("a", 5))}
    model = keras.Model(outer, {"y": layers.Dense(1)(inside(outer)), "x": layers.Dense(4)(inside(outer))})
    compare(model, keras_counts, our_counts)


def test_a_sequential_built_late(keras: Any) -> None:
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)])
    with pytest.raises(NotUnderstood, match="add --input"):
        parse_keras_json(model.to_json(), "late.json")
    assert analyse(parse_keras_json(model.to_json(), "late.json", (4, 4)).network).total_params == 51
    model.build((None, 5, 5))
    assert analyse(parse_keras_json(model.to_json(), "late.json").network).total_params == 78


def test_an_open_input_needs_a_shape(keras: Any) -> None:
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(2, 3)])
    with pytest.raises(NotUnderstood, match=r"\?×\?×3 is open; add --input"):
        parse_keras_json(model.to_json(), "open.json")
    network = parse_keras_json(model.to_json(), "open.json", (9, 7, 3)).network
    assert analyse(network).layers[0].output_shape == (7, 5, 2)


def test_every_kind_is_read_from_keras_config(keras: Any) -> None:
    """Each kind that Keras can make without arguments or with the calculator's own comes back."""
    network = find_network("resnet18").network
    for node in network.nodes[1:]:
        arguments = {key: getattr(node.layer, key) for key in layer_arguments(type(node.layer))}
        layer = getattr(keras.layers, node.layer.kind)(**arguments)
        spec = {
            "class_name": "Sequential",
            "config": {"name": "one", "layers": [json.loads(json.dumps(keras.layers.serialize(layer)))]},
        }
        if node.layer.kind != "Add":
            read = parse_keras_json(
                json.dumps(spec), "one.json", (64, 64, 3) if len(node.layer.kind) != 5 else (9,)
            )
            assert read.network.nodes[1].layer == node.layer


KERAS2 = {
    "class_name": "Functional",
    "config": {
        "name": "old",
        "trainable": True,
        "layers": [
            {
                "class_name": "InputLayer",
                "config": {
                    "batch_input_shape": [None, 8, 8, 3],
                    "dtype": "float32",
                    "sparse": False,
                    "ragged": False,
                    "name": "in",
                },
                "name": "in",
                "inbound_nodes": [],
            },
            {
                "class_name": "Conv2D",
                "config": {
                    **{
                        "name": "conv",
                        "trainable": True,
                        "dtype": "float32",
                        "filters": 4,
                        "kernel_size": [3, 3],
                    },
                    **{"strides": [1, 1], "padding": "same", "data_format": "channels_last", "groups": 1},
                    **{
                        "dilation_rate": [1, 1],
                        "activation": "linear",
                        "use_bias": True,
                        "bias_constraint": None,
                    },
                    "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
                },
                "name": "conv",
                "inbound_nodes": [[["in", 0, 0, {}]], [["act", 0, 0, {}]]],
            },
            {
                "class_name": "TFOpLambda",
                "config": {
                    "name": "tf.nn.relu",
                    "trainable": True,
                    "dtype": "float32",
                    "function": "nn.relu",
                },
                "name": "tf.nn.relu",
                "inbound_nodes": [["conv", 0, 0, {"name": None}]],
            },
            {
                "class_name": "BatchNormalization",
                "config": {
                    "name": "bn",
                    "axis": [3],
                    "momentum": 0.99,
                    "epsilon": 0.001,
                    "center": True,
                    "scale": True,
                },
                "name": "bn",
                "inbound_nodes": [[["tf.nn.relu", 0, 0, {}]]],
            },
            {
                "class_name": "TFOpLambda",
                "config": {"name": "tf.__operators__.add", "function": "__operators__.add"},
                "name": "tf.__operators__.add",
                "inbound_nodes": [["bn", 0, 0, {"y": ["conv", 0, 0], "name": None}]],
            },
        ],
        "input_layers": [["in", 0, 0]],
        "output_layers": [["tf.__operators__.add", 0, 0]],
    },
    "keras_version": "2.11.0",
    "backend": "tensorflow",
}


def test_keras_2() -> None:
    document = json.loads(json.dumps(KERAS2))
    del document["config"]["layers"][1]["inbound_nodes"][1]
    report = analyse(parse_keras_json(json.dumps(document), "old.json").network)
    assert [each.name for each in report.layers] == ["conv", "tf.nn.relu", "bn", "tf.__operators__.add"]
    assert report.layers[-1].inputs == ("bn", "conv")
    assert (report.total_params, report.non_trainable_params) == (128, 8)


def test_keras_2_sequential_list() -> None:
    layers = [
        {
            "class_name": "Dense",
            "config": {"name": "a", "units": 4, "batch_input_shape": [None, 3], "activation": "relu"},
        },
        {"class_name": "Dropout", "config": {"name": "b", "rate": 0.5, "noise_shape": None, "seed": None}},
    ]
    for config in (layers, {"name": "s", "layers": layers}):
        text = json.dumps({"class_name": "Sequential", "config": config})
        assert analyse(parse_keras_json(text, "old.json").network).total_params == 16


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_random_models(data: st.DataObject, keras: Any, keras_counts: Any, our_counts: Any) -> None:
    layers = keras.layers
    source = keras.Input((8, 8, 2))
    tensors = [source]
    kept = [layers.Conv2D(2, 3, padding="same"), layers.BatchNormalization(), layers.ReLU()]
    for _ in range(data.draw(st.integers(1, 6))):
        tensor = data.draw(st.sampled_from(tensors))
        choice = data.draw(st.integers(0, 6))
        if choice == 0:
            tensors.append(
                layers.Conv2D(
                    2, data.draw(st.integers(1, 4)), padding="same", use_bias=data.draw(st.booleans())
                )(tensor)
            )
        elif choice == 1:
            tensors.append(layers.Add()([tensor, data.draw(st.sampled_from(tensors))]))
        elif choice == 2:
            tensors.append(data.draw(st.sampled_from(kept))(tensor))
        elif choice == 3:
            tensors.append(tensor + data.draw(st.sampled_from(tensors)))
        elif choice == 4:
            inner = keras.Sequential([keras.Input((8, 8, 2)), layers.Conv2D(2, 1), layers.Activation("tanh")])
            inner.trainable = data.draw(st.booleans())
            tensors.append(inner(tensor))
            kept.append(inner)
        elif choice == 5:
            both = layers.Concatenate()([tensor, data.draw(st.sampled_from(tensors))])
            tensors.append(layers.Conv2D(2, 1)(both))
        else:
            tensors.append(layers.Dropout(0.1)(tensor))
    model = keras.Model(source, [layers.GlobalAveragePooling2D()(tensors[-1]), tensors[-1]])
    compare(model, keras_counts, our_counts)


def test_a_file_is_found_by_its_name(tmp_path: Path, keras: Any) -> None:
    path = tmp_path / "mine.json"
    path.write_text(
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="mine").to_json(), encoding="utf-8"
    )
    assert analyse(find_network(str(path)).network).total_params == 8


def test_nested_models_are_rows_with_layers_inside(keras: Any) -> None:
    layers = keras.layers
    core = keras.Sequential([keras.Input((4,)), layers.Dense(4, name="one"), layers.Dense(4)], name="core")
    source = keras.Input((4,), name="in")
    middle = keras.Model(source, layers.Dense(3, name="end")(core(source)), name="middle")
    middle.trainable = False
    start = keras.Input((4,), name="start")
    more = layers.ReLU(name="more")(start)
    model = keras.Model(start, layers.Add(name="sum")([middle(start), middle(more)]))
    network = parse_keras_json(model.to_json(), "model.json").network
    rows = {row.name: row for row in nested_rows(analyse(network))}
    assert [(row.name, row.kind, row.params) for row in rows.values()] == [
        *(("more", "ReLU", 0), ("middle", "Functional", 55)),
        *(("middle_1", "Functional", 0), ("sum", "Add", 0)),
    ]
    assert sum(row.params for row in rows.values()) == model.count_params()
    assert not any(row.trainable for row in rows.values())
    inside = rows["middle"]
    assert isinstance(inside, ModelReport)
    assert [(row.name, row.kind) for row in inside.layers] == [
        ("middle.core", "Sequential"),
        ("middle.end", "Dense"),
    ]
    again = parse_keras_json(write_keras_json(network), "again.json").network
    assert sorted(map(repr, again.nodes)) == sorted(map(repr, network.nodes))  # repr says within, too
