"""PyTorch code written: run on a stand-in of PyTorch that knows shapes and counts, it gives ours."""

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.recurrent import GRU, LSTM, LSTMCell, SimpleRNN
from cnntutor.calc.layers.rnn import RNN
from cnntutor.calc.network import Network, sequential
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.library import find_network, networks_dir
from cnntutor.formats.pytorch_code import write_pytorch_code
from cnntutor.formats.pytorch_order import is_channels_first
from tests.formats.fake_torch import Shape, run_module
from tests.formats.networks import CHAIN, GRAPH

SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
MOBILE = """
import keras
from keras import layers
i = keras.Input((33, 31, 3))
x = layers.SeparableConv2D(8, 3, strides=2, padding="same")(i)
y = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, use_bias=False)(x)
y = layers.Conv2D(8, 1)(layers.ReLU(max_value=6.0)(y))
z = layers.GlobalMaxPooling2D(keepdims=True)(layers.Multiply()([x, y]))
model = keras.Model(i, layers.Dense(4, activation="softmax")(z))
"""


WHOLE = {
    "channels first": """
i = keras.Input((3, 13, 11))
x = layers.Conv2D(4, 3, data_format="channels_first", padding="same", activation="relu")(i)
x = layers.BatchNormalization(axis=1)(x)
y = layers.Conv2D(4, 1, data_format="channels_first", use_bias=False)(x)
x = layers.Concatenate(axis=1)([layers.Add()([x, y]), y])
x = layers.MaxPooling2D(2, data_format="channels_first")(layers.ReLU()(x))
model = keras.Model(i, layers.Dense(5, activation="softmax")(layers.Flatten()(x)))
""",
    "channels first, flattened as channels last": """
i = keras.Input((3, 9, 7))
x = layers.DepthwiseConv2D(3, data_format="channels_first")(i)
model = keras.Model(i, layers.Dense(5)(layers.Flatten(data_format="channels_first")(x)))
""",
    "a volume": """
i = keras.Input((8, 9, 10, 2))
x = layers.Conv3D(4, 3, strides=(1, 2, 1), padding="same", activation="relu")(i)
x = layers.BatchNormalization()(layers.MaxPooling3D(2)(x))
x = layers.UpSampling3D((1, 2, 1))(layers.Conv3DTranspose(3, 3, strides=2, padding="same")(x))
model = keras.Model(i, layers.Dense(3)(layers.GlobalAveragePooling3D()(x)))
""",
    "an encoder": """
i = keras.Input((16, 12))
x = layers.LayerNormalization()(i)
x = layers.Add()([i, layers.MultiHeadAttention(3, 5, value_dim=4, dropout=0.1)(x, x)])
y = layers.Dense(12)(layers.Dense(24, activation="gelu")(layers.LayerNormalization()(x)))
x = layers.GlobalAveragePooling1D()(layers.Add()([x, y]))
model = keras.Model(i, layers.Dense(4)(layers.Dropout(0.5)(x)))
""",
    "frames": """
cnn = keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(4, 3, strides=2, activation="relu"),
                        layers.BatchNormalization(), layers.MaxPooling2D(2), layers.Flatten(),
                        layers.Dense(5)])
model = keras.Sequential([keras.Input((6, 12, 12, 3)), layers.TimeDistributed(cnn), layers.LSTM(7),
                          layers.Dense(2)])
""",
}
"""Whole networks, as Keras code."""
REFUSED = {
    "Flatten with": "i = keras.Input((4, 4, 2))\nx = layers.Flatten(data_format='channels_first')(i)",
    "State|initial_state": (
        "i = keras.Input((4, 2))\n_, h = layers.GRU(3, return_state=True)(i)\n"
        "x = layers.GRU(3)(i, initial_state=[h])"
    ),
    "images of channels first": (
        "i = keras.Input((2, 4, 4))\nx = layers.Conv2D(3, 3, data_format='channels_first')(i)\n"
        "x = layers.Dense(3)(x)"
    ),
}


def whole_network(name: str) -> Network:
    return parse_keras_source("import keras\nfrom keras import layers\n" + WHOLE[name], "model.py").network


def first(shape: Shape) -> Shape:
    """A shape with its channels in front."""
    return (shape[-1], *shape[:-1]) if len(shape) == 3 else shape


def compare(network: Network) -> None:
    report = analyse(network)
    shapes = {each.name: each.output_shape for each in report.layers}
    inputs = [node.layer.shape for node in network.nodes if isinstance(node.layer, Input)]
    as_they_are = is_channels_first(network)

    def order(shape: Shape) -> Shape:
        return shape if as_they_are else first(shape)

    outputs, trained, frozen = run_module(write_pytorch_code(network), *map(order, inputs))
    assert outputs == [order(shapes[name]) for name in network.outputs]
    moving = sum(
        weight.size
        for row in report.layers
        if not network.node(row.name).shares
        for weight in network.node(row.name).layer.weights(row.input_shapes)
        if weight.name.startswith("moving_") or weight.name == "count"
    )
    assert trained == report.trainable_params
    assert frozen == report.non_trainable_params - moving


@pytest.mark.parametrize("slug", SLUGS)
def test_networks_of_the_course(slug: str) -> None:
    compare(find_network(slug).network)


@pytest.mark.parametrize("name", WHOLE)
def test_whole_networks(name: str) -> None:
    compare(whole_network(name))


@pytest.mark.parametrize("what", REFUSED)
def test_values_that_lie_otherwise_and_states_are_refused(what: str) -> None:
    code = f"import keras\nfrom keras import layers\n{REFUSED[what]}\nmodel = keras.Model(i, x)\n"
    with pytest.raises(NotUnderstood, match=what):
        write_pytorch_code(parse_keras_source(code, "model.py").network)


@pytest.mark.parametrize("network", [CHAIN, GRAPH], ids=lambda network: network.name)
def test_graphs(network: Network) -> None:
    compare(network)


def test_separable_and_depthwise() -> None:
    compare(parse_keras_source(MOBILE, "mobile.py").network)


def test_what_pytorch_has_besides_is_kept_fixed() -> None:
    for layer in (BatchNormalization(center=False), BatchNormalization(scale=False)):
        compare(sequential("s", (8, 8, 3), [("bn", layer)]))
    for recurrent in (LSTM(4), GRU(4), SimpleRNN(4), LSTM(4, return_sequences=True)):
        compare(sequential("s", (8, 3), [("recurrent", recurrent)]))


def test_what_has_no_counterpart_is_refused() -> None:
    for network, what in (
        (sequential("s", (8, 3), [("lstm", LSTM(4, dropout=0.5))]), r"LSTM with dropout = 0\.5"),
        (sequential("s", (8, 3), [("gru", GRU(4, reset_after=False))]), "GRU with reset_after = False"),
        (sequential("s", (8, 3), [("lstm", RNN(LSTMCell(4)))]), "RNN with any arguments"),
        (sequential("s", (8, 8, 3), [("bn", BatchNormalization(1))]), "axis = 1"),
        (sequential("s", (8, 8, 3), [("c", Conv2D(2, (1, 1), activation="sparsemax"))]), "sparsemax"),
    ):
        with pytest.raises(NotUnderstood, match=what):
            write_pytorch_code(network)
