"""States of recurrent layers and models inside TimeDistributed: read, counted and written as Keras does."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.network import Network
from cnntutor.calc.receptive import ReceptiveField
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_code import write_keras_code
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.library import find_network
from cnntutor.formats.network_toml import parse_network, write_network
from cnntutor.lab.verify import compare
from cnntutor.worker.tasks.describe import describe_model

HEAD = "import keras\nfrom keras import layers\n"
SOURCES = {
    "translation": """
source = keras.Input((7, 5))
_, h, c = layers.LSTM(6, return_state=True, name="encoder")(source)
target = keras.Input((4, 3))
x = layers.LSTM(6, return_sequences=True, name="decoder")(target, initial_state=[h, c])
model = keras.Model([source, target], layers.Dense(2)(x))
""",
    "starred": """
source = keras.Input((7, 5))
outputs, *states = layers.GRU(6, return_state=True)(source)
target = keras.Input((4, 3))
x, state = layers.GRU(6, return_sequences=True, return_state=True)(target, initial_state=states)
model = keras.Model([source, target], [layers.Dense(2)(x), state])
""",
    "both directions": """
source = keras.Input((7, 5))
got = layers.Bidirectional(layers.LSTM(4, return_state=True))(source)
h = layers.Concatenate()([got[1], got[3]])
c = layers.Concatenate()([got[2], got[4]])
target = keras.Input((4, 3))
x = layers.LSTM(8)(target, initial_state=[h, c])
model = keras.Model([source, target], [x, got[0]])
""",
    "both directions begin": """
source = keras.Input((7, 5))
y, a, b, c, d = layers.Bidirectional(layers.LSTM(4, return_state=True), merge_mode="sum")(source)
x = layers.Bidirectional(layers.LSTM(4))(source, initial_state=[a, b, c, d])
model = keras.Model(source, [x, y])
""",
    "frames": """
cnn = keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(4, 3, strides=2), layers.BatchNormalization(),
                        layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(5)], name="cnn")
video = keras.Input((6, 12, 12, 3))
x = layers.TimeDistributed(cnn, name="each_frame")(video)
model = keras.Model(video, layers.LSTM(7)(x))
""",
    "frames with branches": """
i = keras.Input((8, 8, 3))
a = layers.Conv2D(4, 3, padding="same")(i)
b = layers.Conv2D(4, 1)(i)
cnn = keras.Model(i, layers.GlobalAveragePooling2D()(layers.Concatenate()([layers.Add()([a, b]), i])))
video = keras.Input((5, 8, 8, 3))
model = keras.Sequential([video, layers.TimeDistributed(cnn), layers.GRU(3), layers.Dense(2)])
""",
}


@pytest.fixture(scope="module")
def keras() -> Any:
    return pytest.importorskip("keras")


def built(keras: Any, source: str) -> Any:
    scope: dict[str, Any] = {}
    exec(HEAD + source, scope)
    return scope["model"]


def numbers(network: Network) -> list[tuple[object, ...]]:
    return [
        (row.name, row.kind, row.output_shape, row.trainable, row.non_trainable)
        for row in analyse(network).layers
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_source_and_files_are_read_alike_and_equal_keras(name: str, keras: Any, tmp_path: Path) -> None:
    keras.backend.clear_session()
    model = built(keras, SOURCES[name])
    from_source = parse_keras_source(HEAD + SOURCES[name], "model.py").network
    networks = [from_source, parse_keras_json(model.to_json(), "model.json").network]
    for suffix in (".keras", ".h5"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.save(tmp_path / f"model{suffix}")
        networks.append(find_network(str(tmp_path / f"model{suffix}")).network)
    for network in networks:
        report = analyse(network)
        assert report.total_params == model.count_params()
        assert list(compare(report, describe_model(model))) == []
        shapes = {row.name: row.output_shape for row in report.layers}
        assert [shapes[each] for each in network.outputs] == [tuple(each.shape[1:]) for each in model.outputs]
    assert numbers(networks[1]) == numbers(networks[2]) == numbers(networks[3])


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_written_is_the_same_network(name: str, keras: Any) -> None:
    keras.backend.clear_session()
    network = parse_keras_source(HEAD + SOURCES[name], "model.py").network
    for back in (
        parse_keras_json(write_keras_json(network), "model.json").network,
        parse_keras_source(write_keras_code(network), "model.py").network,
        parse_network(write_network(find_entry(network)), "model.toml").network,
    ):
        assert sorted(numbers(back)) == sorted(numbers(network))
    scope: dict[str, Any] = {}
    exec(write_keras_code(network), scope)
    assert scope["model"].count_params() == analyse(network).total_params
    again = keras.models.model_from_json(write_keras_json(network))
    assert list(compare(analyse(network), describe_model(again))) == []


def find_entry(network: Network) -> Any:
    from cnntutor.formats.entry import NetworkEntry
    from cnntutor.i18n import Text

    return NetworkEntry("network", (), Text("n", "n"), "source", Text("", ""), Text("", ""), network)


def test_the_steps_multiply_the_work_and_share_the_weights() -> None:
    network = parse_keras_source(HEAD + SOURCES["frames"], "model.py").network
    report = analyse(network)
    conv = report.layer("each_frame.conv2d")
    assert (conv.kind, conv.output_shape, conv.params) == (
        "TimeDistributed",
        (6, 5, 5, 4),
        (3 * 3 * 3 + 1) * 4,
    )
    assert conv.macs == 6 * 5 * 5 * 4 * 27
    assert conv.receptive_field == ReceptiveField((1, 3, 3), (1, 2, 2), (0, 0, 0))
    assert report.layers[-1].receptive_field == ReceptiveField((6, 9, 9), (0, 0, 0), (0, 0, 0))


def test_what_has_no_place_for_steps_is_refused() -> None:
    source = """
i = keras.Input((6, 4))
cnn = keras.Model(i, layers.Attention()([i, i]))
model = keras.Sequential([keras.Input((5, 6, 4)), layers.TimeDistributed(cnn)])
"""
    with pytest.raises(NotUnderstood, match="Attention stands in a model inside TimeDistributed"):
        parse_keras_source(HEAD + source, "model.py")


def test_states_that_are_not_there() -> None:
    source = "i = keras.Input((6, 4))\nx, h = layers.ConvLSTM1D(2, 3, return_state=True)(i)\n"
    with pytest.raises(NotUnderstood):
        parse_keras_source(HEAD + source + "model = keras.Model(i, h)\n", "model.py")
    short = "i = keras.Input((6, 4))\nh = layers.Dense(3)(layers.Flatten()(i))\n"
    short += "x = layers.LSTM(3)(i, initial_state=[h])\n"
    with pytest.raises(NotUnderstood, match="no states or all"):
        parse_keras_source(HEAD + short + "model = keras.Model(i, x)\n", "model.py")


def test_the_older_dialect_hands_states_over_as_inputs() -> None:
    def layer(kind: str, name: str, inputs: list[object], **config: object) -> dict[str, object]:
        own = {"name": name, "trainable": True, **config}
        return {"class_name": kind, "config": own, "name": name, "inbound_nodes": [inputs] if inputs else []}

    layers = [
        layer("InputLayer", "in", [], batch_input_shape=[None, 7, 5]),
        layer("LSTM", "encoder", [["in", 0, 0, {}]], units=6, return_state=True),
        layer(
            "LSTM",
            "decoder",
            [["in", 0, 0, {}], ["encoder", 0, 1, {}], ["encoder", 0, 2, {}]],
            units=6,
        ),
    ]
    config = {
        "name": "old",
        "layers": layers,
        "input_layers": [["in", 0, 0]],
        "output_layers": [["decoder", 0, 0]],
    }
    read = parse_keras_json(json.dumps({"class_name": "Functional", "config": config}), "old.json").network
    assert read.node("decoder").inputs == ("in", "encoder_state_1", "encoder_state_2")
