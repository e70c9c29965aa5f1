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


def first(shape: Shape) -> Shape:
    """A shape with its channels in front."""
    return (shape[-1], *shape[:-1]) if len(shape) == 3 else shape


def compare(network: Network) -> None:
    report = analyse(network)
    shapes = {each.name: each.output_shape for each in report.layers}
    inputs = [node.layer.shape for node in network.nodes if isinstance(node.layer, Input)]
    outputs, trained, frozen = run_module(write_pytorch_code(network), *map(first, inputs))
    assert outputs == [first(shapes[name]) for name in network.outputs]
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
