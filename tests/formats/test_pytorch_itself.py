"""PyTorch code run by PyTorch itself, where it is installed: shapes and learnable parameters are ours."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.library import find_network, networks_dir
from cnntutor.formats.pytorch_code import write_pytorch_code
from cnntutor.formats.pytorch_layers import CALLS, MODULES
from cnntutor.formats.pytorch_order import is_channels_first
from tests.calc.layer_cases import CASES, layers_of

torch: Any = pytest.importorskip(
    "torch", reason="PyTorch is not installed: its code is run on a stand-in only"
)
KINDS = sorted({*CALLS, *MODULES} & set(CASES))
SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
LARGEST = 2_000_000_000
"""Multiply-adds of a network that is run."""


def first(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[-1], *shape[:-1]) if len(shape) == 3 else shape


def compare(network: Network) -> None:
    order = tuple if is_channels_first(network) else first
    report = analyse(network)
    scope: dict[str, Any] = {}
    exec(write_pytorch_code(network), scope)
    net = scope["Net"]().eval()
    words = any(node.layer.kind == "Embedding" for node in network.nodes)
    inputs = [
        torch.zeros(2, *order(node.layer.shape), dtype=torch.long if words else torch.float32)
        for node in network.nodes
        if isinstance(node.layer, Input)
    ]
    with torch.no_grad():
        found = net(*inputs)
    outputs = found if isinstance(found, tuple) else (found,)
    shapes = {row.name: row.output_shape for row in report.layers}
    assert [tuple(each.shape[1:]) for each in outputs] == [order(shapes[name]) for name in network.outputs]
    learnable = sum(each.numel() for each in net.parameters() if each.requires_grad)
    assert learnable == report.trainable_params


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_every_kind(kind: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(layers_of(kind))
    inputs = [Node(f"in{number}", Input(shape)) for number, shape in enumerate(shapes)]
    trainable = data.draw(st.booleans())
    names = tuple(node.name for node in inputs)
    network = Network("one", (*inputs, Node("layer", layer, names, trainable=trainable)))
    if math.prod(layer.output_shape(shapes)) == 0:
        return
    try:
        write_pytorch_code(network)
    except NotUnderstood:
        return
    compare(network)


@pytest.mark.parametrize("slug", SLUGS)
def test_networks_of_the_course(slug: str) -> None:
    network = find_network(slug).network
    if analyse(network).macs <= LARGEST:
        compare(network)


NETWORKS = {
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


@pytest.mark.parametrize("name", NETWORKS)
def test_whole_networks(name: str) -> None:
    source = "import keras\nfrom keras import layers\n" + NETWORKS[name]
    compare(parse_keras_source(source, "model.py").network)


def test_values_that_lie_otherwise_and_states_are_refused() -> None:
    for source, what in (
        ("i = keras.Input((4, 4, 2))\nx = layers.Flatten(data_format='channels_first')(i)", "channels_first"),
        (
            "i = keras.Input((4, 2))\n_, h = layers.GRU(3, return_state=True)(i)\n"
            "x = layers.GRU(3)(i, initial_state=[h])",
            "initial_state|State",
        ),
        (
            "i = keras.Input((2, 4, 4))\nx = layers.Conv2D(3, 3, data_format='channels_first')(i)\n"
            "x = layers.Dense(3)(x)",
            "images of channels first",
        ),
    ):
        code = f"import keras\nfrom keras import layers\n{source}\nmodel = keras.Model(i, x)\n"
        with pytest.raises(NotUnderstood, match=what):
            write_pytorch_code(parse_keras_source(code, "model.py").network)
