"""Receptive fields against gradients measured in Keras: the pixels an output really depends on."""

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add, Concatenate
from cnntutor.calc.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten, ZeroPadding2D
from cnntutor.calc.network import Network, Node, sequential
from cnntutor.calc.receptive import ReceptiveField
from cnntutor.formats.library import find_network
from tests.calc.measured import last_sides

SIDE = 41


def last_field(network: Network) -> ReceptiveField:
    field = analyse(network).layers[-1].receptive_field
    assert field is not None
    return field


def seen_pixels(network: Network, keras: Any) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
    """Per output position: (first, last) pixel seen along each axis, by gradients; all kernels are ones."""
    tensorflow: Any = pytest.importorskip("tensorflow")
    image = tensorflow.Variable(tensorflow.ones((1, *network.input_shape)))
    found: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}
    with tensorflow.GradientTape(persistent=True) as tape:
        values: dict[str, Any] = {}
        for node in network.nodes:
            layer = node.layer
            if isinstance(layer, Input):
                values[node.name] = image
                continue
            inputs = [values[name] for name in node.inputs]
            if isinstance(layer, Conv2D):
                made = keras.layers.Conv2D(
                    layer.filters,
                    layer.kernel_size,
                    layer.strides,
                    layer.padding,
                    dilation_rate=layer.dilation_rate,
                    kernel_initializer="ones",
                )
            elif isinstance(layer, AveragePooling2D):
                made = keras.layers.AveragePooling2D(layer.pool_size, layer.strides, layer.padding)
            elif isinstance(layer, ZeroPadding2D):
                made = keras.layers.ZeroPadding2D(layer.padding)
            else:
                made = getattr(keras.layers, layer.kind)()
            values[node.name] = made(inputs[0] if len(inputs) == 1 else inputs)
        output = values[network.nodes[-1].name]
        corners = {(i, j): output[0, i, j, 0] for i, j in _positions(output.shape[1], output.shape[2])}
    for position, value in corners.items():
        gradient = tape.gradient(value, image)
        if gradient is None:
            continue
        rows, columns = gradient.numpy()[0].sum(axis=-1).nonzero()
        if len(rows):
            found[position] = (
                (int(rows.min()), int(rows.max())),
                (int(columns.min()), int(columns.max())),
            )
    return found


def _positions(height: int, width: int) -> list[tuple[int, int]]:
    """The first, the middle and the last outputs."""
    return sorted(set(product({0, height // 2, height - 1}, {0, width // 2, width - 1})))


def check(network: Network, keras: Any) -> int:
    """Compare all positions; return how many lie wholly inside the image."""
    field = last_field(network)
    inside = 0
    for position, axes in seen_pixels(network, keras).items():
        for axis, (first, last) in enumerate(axes):
            start = field.start[axis] + position[axis] * field.jump[axis]
            end = start + field.size[axis] - 1
            if start >= 0 and end < network.input_shape[axis]:
                assert (first, last) == (start, end), (position, axis, field)
                inside += 1
            else:
                assert start <= first and last <= end, (position, axis, field)
    return inside


@st.composite
def spatial_networks(draw: st.DrawFn) -> Network:
    layers: list[tuple[str, Layer]] = []
    pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
    for number in range(draw(st.integers(1, 4))):
        padding = draw(st.sampled_from(["valid", "same"]))
        kind = draw(st.sampled_from(["conv", "dilated", "pool", "pad"]))
        if kind == "conv":
            layer: Layer = Conv2D(1, draw(pairs), draw(pairs), padding)
        elif kind == "dilated":
            layer = Conv2D(1, draw(pairs), padding=padding, dilation_rate=draw(pairs))
        elif kind == "pool":
            layer = AveragePooling2D(draw(pairs), draw(pairs), padding)
        else:
            layer = ZeroPadding2D(draw(st.tuples(pairs, pairs)))
        layers.append((f"layer{number}", layer))
    return sequential("random", (SIDE, SIDE, 1), layers)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(network=spatial_networks())
def test_random_networks_see_what_the_field_says(network: Network, keras: Any) -> None:
    assume(min(last_sides(network)) > 2)
    check(network, keras)


def test_branches_see_the_hull(keras: Any) -> None:
    network = Network(
        "branches",
        (
            Node("input", Input((SIDE, SIDE, 1))),
            Node("below", Conv2D(1, (2, 3), (2, 1)), ("input",)),
            Node("wide", Conv2D(1, (5, 3), padding="same"), ("below",)),
            Node("tall", Conv2D(1, (3, 1), padding="same", dilation_rate=(3, 1)), ("below",)),
            Node("both", Add(), ("wide", "tall", "below")),
        ),
    )
    assert last_field(network) == ReceptiveField((14, 5), (2, 1), (-6, -1))
    assert check(network, keras) > 0


def test_the_hull_of_three_branches() -> None:
    network = Network(
        "inception",
        (
            Node("input", Input((28, 28, 3))),
            Node("one", Conv2D(4, (1, 1), padding="same"), ("input",)),
            Node("three", Conv2D(4, (3, 3), padding="same"), ("input",)),
            Node("five", Conv2D(4, (5, 5), padding="same"), ("input",)),
            Node("merged", Concatenate(), ("one", "three", "five")),
        ),
    )
    assert last_field(network) == ReceptiveField((5, 5), (1, 1), (-2, -2))


def test_lenet_layer_by_layer() -> None:
    fields = {layer.name: layer.receptive_field for layer in analyse(find_network("lenet5").network).layers}
    assert fields["conv1"] == ReceptiveField((5, 5), (1, 1), (0, 0))
    assert fields["pool1"] == ReceptiveField((6, 6), (2, 2), (0, 0))
    assert fields["conv2"] == ReceptiveField((14, 14), (2, 2), (0, 0))
    assert fields["pool2"] == ReceptiveField((16, 16), (4, 4), (0, 0))
    assert fields["flatten"] is None
    assert fields["dense3"] == ReceptiveField((32, 32), (0, 0), (0, 0))


def test_vgg16_sees_212_pixels_after_its_last_pooling() -> None:
    field = analyse(find_network("vgg16").network).layer("block5_pool").receptive_field
    assert field is not None
    assert (field.size, field.jump) == ((212, 212), (32, 32))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Flatten(), None),
        (GlobalAveragePooling2D(), ReceptiveField((9, 9), (0, 0), (0, 0))),
        (GlobalAveragePooling2D(keepdims=True), ReceptiveField((9, 9), (0, 0), (0, 0))),
        (Dense(3), ReceptiveField((1, 1), (1, 1), (0, 0))),
        (MaxPooling2D((3, 3)), ReceptiveField((3, 3), (3, 3), (0, 0))),
        (ZeroPadding2D(((2, 0), (1, 0))), ReceptiveField((1, 1), (1, 1), (-2, -1))),
    ],
)
def test_one_layer(layer: Layer, expected: ReceptiveField | None) -> None:
    report = analyse(sequential("one", (9, 9, 2), [("layer", layer)]))
    assert report.layers[0].receptive_field == expected


def test_a_row_of_values_has_no_field() -> None:
    report = analyse(sequential("one", (9,), [("dense", Dense(3))]))
    assert report.layers[0].receptive_field is None


def test_side_by_side_concatenation_has_no_one_field() -> None:
    network = Network(
        "beside",
        (
            Node("input", Input((4, 4, 1))),
            Node("conv", Conv2D(1, (3, 3), padding="same"), ("input",)),
            Node("beside", Concatenate(axis=1), ("input", "conv")),
        ),
    )
    report = analyse(network)
    assert report.layer("beside").output_shape == (8, 4, 1)
    assert report.layer("beside").receptive_field is None
