"""Keras is the oracle: the same networks built in Keras give the same shapes and counts, layer by layer."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Activation, Dense, Dropout, ReLU
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add, Concatenate
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten, ZeroPadding2D
from cnntutor.calc.network import Network, Node, sequential
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.formats.library import find_network, networks_dir

KerasNumbers = dict[str, tuple[tuple[int, ...], int, int]]
Oracle = Callable[[Network], KerasNumbers]

SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
LARGE = {
    *("resnet34", "resnet50", "resnet50-torchvision", "resnet101", "resnet152", "googlenet-aux"),
    *("googlenet-torchvision", "googlenet-torchvision-aux", "inception-v3", "xception", "mobilenet"),
    *("mobilenet-v2", "densenet121", "efficientnet-b0", "squeezenet", "unet", "xception-32-seed"),
}
"""Networks that Keras builds slowly."""
PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ours(network: Network) -> KerasNumbers:
    report = analyse(network)
    assert report.total_params == report.trainable_params + report.non_trainable_params
    assert report.total_params == sum(layer.params for layer in report.layers)
    assert report.trainable_params == sum(layer.trainable for layer in report.layers)
    assert report.macs == sum(layer.macs for layer in report.layers)
    return {layer.name: (layer.output_shape, layer.trainable, layer.non_trainable) for layer in report.layers}


@pytest.mark.parametrize(
    "slug", [pytest.param(slug, marks=pytest.mark.slow if slug in LARGE else ()) for slug in SLUGS]
)
def test_every_network_of_the_course(slug: str, keras_numbers: Oracle) -> None:
    network = find_network(slug).network
    assert ours(network) == keras_numbers(network)


def test_grouped_alexnet_is_smaller_than_ungrouped(keras_numbers: Oracle) -> None:
    totals = {
        name: sum(trained + kept for _, trained, kept in keras_numbers(find_network(name).network).values())
        for name in ("alexnet", "alexnet-grouped")
    }
    assert totals == {"alexnet": 62_378_344, "alexnet-grouped": 60_965_224}


sides = st.integers(1, 4)
pairs = st.tuples(sides, sides)
paddings = st.sampled_from(["valid", "same"])
booleans = st.booleans()


@st.composite
def convolutions(draw: st.DrawFn, shape: Shape) -> Conv2D:
    padding = draw(paddings)
    kernel = draw(pairs)
    strides, dilation = draw(pairs), (1, 1)
    if draw(booleans):
        strides, dilation = (1, 1), draw(pairs)
    if padding == "valid":
        kernel = (
            min(kernel[0], (shape[0] - 1) // dilation[0] + 1),
            min(kernel[1], (shape[1] - 1) // dilation[1] + 1),
        )
    groups = draw(st.sampled_from([each for each in range(1, shape[2] + 1) if shape[2] % each == 0]))
    filters = groups * draw(sides)
    activation = draw(st.sampled_from([None, "relu", "tanh", "softmax"]))
    return Conv2D(filters, kernel, strides, padding, dilation, groups, draw(booleans), activation)


@st.composite
def poolings(draw: st.DrawFn, shape: Shape) -> MaxPooling2D | AveragePooling2D:
    kind: type[MaxPooling2D] | type[AveragePooling2D] = MaxPooling2D if draw(booleans) else AveragePooling2D
    padding = draw(paddings)
    size = draw(pairs)
    if padding == "valid":
        size = (min(size[0], shape[0]), min(size[1], shape[1]))
    return kind(size, padding=padding) if draw(booleans) else kind(size, draw(pairs), padding)


@st.composite
def unary_layers(draw: st.DrawFn, shape: Shape) -> Layer:
    plain: list[Layer] = [
        Dense(draw(st.integers(1, 9)), draw(booleans), draw(st.sampled_from([None, "softmax"]))),
        Activation(draw(st.sampled_from(["relu", "tanh", "sigmoid"]))),
        ReLU(),
        Dropout(draw(st.sampled_from([0.0, 0.5]))),
        BatchNormalization(
            axis=draw(st.sampled_from([-1, 1, len(shape)])), center=draw(booleans), scale=draw(booleans)
        ),
        Flatten(),
    ]
    if len(shape) != 3:
        return draw(st.sampled_from(plain))
    spatial: list[Layer] = [
        draw(convolutions(shape)),
        draw(convolutions(shape)),
        draw(poolings(shape)),
        ZeroPadding2D(draw(st.tuples(pairs, pairs))),
        GlobalAveragePooling2D(draw(booleans)),
    ]
    return draw(st.sampled_from(spatial if draw(st.integers(0, 3)) else plain))


@st.composite
def sequential_networks(draw: st.DrawFn) -> Network:
    shape: Shape = draw(st.tuples(st.integers(1, 20), st.integers(1, 20), st.integers(1, 6)))
    nodes = [Node("input", Input(shape))]
    for number in range(draw(st.integers(1, 6))):
        layer = draw(unary_layers(shape))
        nodes.append(Node(f"layer{number}", layer, (nodes[-1].name,)))
        shape = layer.output_shape((shape,))
    return Network("random", tuple(nodes))


@st.composite
def branched_networks(draw: st.DrawFn) -> Network:
    first = draw(st.tuples(st.integers(4, 12), st.integers(4, 12), st.integers(1, 4)))
    nodes = [Node("input", Input(first))]
    shapes: dict[str, Shape] = {"input": first}

    def grow(name: str, layer: Layer, inputs: tuple[str, ...], shares: str = "") -> None:
        nodes.append(Node(name, layer, inputs, shares))
        shapes[name] = layer.output_shape(tuple(shapes[each] for each in inputs))

    for number in range(draw(st.integers(2, 8))):
        name = f"layer{number}"
        source = draw(st.sampled_from(sorted(shapes)))
        shape = shapes[source]
        same = [each for each in sorted(shapes) if shapes[each] == shape]
        beside = [each for each in sorted(shapes) if shapes[each][:-1] == shape[:-1]]
        used = draw(st.integers(0, 3))
        if used == 0 and len(same) > 1:
            grow(name, Add(), tuple(draw(st.lists(st.sampled_from(same), min_size=2, max_size=3))))
        elif used == 1:
            grow(name, Concatenate(), (source, *draw(st.lists(st.sampled_from(beside), max_size=2))))
        elif used == 2 and len(shape) == 3:
            filters = draw(sides)
            grow(name, Conv2D(filters, (3, 3), padding="same"), (source,))
            grow(f"{name}_again", Conv2D(filters, (3, 3), padding="same"), (source,), name)
        else:
            grow(name, draw(unary_layers(shape)), (source,))
    return Network("random", tuple(nodes))


@PROPERTY
@given(network=sequential_networks())
def test_random_sequential_networks(network: Network, keras_numbers: Oracle) -> None:
    assert ours(network) == keras_numbers(network)


@PROPERTY
@given(network=branched_networks())
def test_random_branched_networks(network: Network, keras_numbers: Oracle) -> None:
    assert ours(network) == keras_numbers(network)


@PROPERTY
@given(network=sequential_networks())
def test_multiply_adds_are_places_times_kernel(network: Network, build_in_keras: Any) -> None:
    tensors, layers = build_in_keras(network)
    for report in analyse(network).layers:
        kernel = getattr(layers[report.name], "kernel", None)
        places = math.prod(tensors[report.name].shape[1:-1])
        assert report.macs == (0 if kernel is None else places * math.prod(kernel.shape)), report


wild = st.integers(0, 5)


@PROPERTY
@given(
    shape=st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4)),
    filters=st.integers(0, 4),
    kernel=st.tuples(wild, wild),
    strides=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    padding=st.sampled_from(["valid", "same", "causal"]),
    dilation=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    groups=st.integers(0, 4),
)
def test_a_convolution_is_refused_where_keras_refuses_it(
    *,
    shape: Shape,
    filters: int,
    kernel: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    dilation: tuple[int, int],
    groups: int,
    keras: Any,
) -> None:
    try:
        layer = keras.layers.Conv2D(filters, kernel, strides, padding, dilation_rate=dilation, groups=groups)
        expected = tuple(layer(keras.Input(shape)).shape[1:])
    except (ValueError, ZeroDivisionError):
        expected = None
    try:
        found = sequential(
            "one", shape, [("conv", Conv2D(filters, kernel, strides, padding, dilation, groups))]
        )
        received = analyse(found).layers[0].output_shape
    except LayerError:
        received = None
    assert received == expected


@PROPERTY
@given(
    shape=st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 3)),
    size=st.tuples(wild, wild),
    padding=paddings,
)
def test_a_pooling_is_refused_where_keras_refuses_it(
    shape: Shape, size: tuple[int, int], padding: str, keras: Any
) -> None:
    try:
        layer = keras.layers.MaxPooling2D(size, padding=padding)
        expected = tuple(layer(keras.Input(shape)).shape[1:])
    except (ValueError, ZeroDivisionError):
        expected = None
    try:
        found = sequential("one", shape, [("pool", MaxPooling2D(size, padding=padding))])
        received = analyse(found).layers[0].output_shape
    except LayerError:
        received = None
    assert received == expected


@pytest.mark.parametrize(
    "shapes",
    [
        ((4, 4, 3), (4, 4, 3)),
        ((4, 4, 3), (1, 1, 3)),
        ((4, 4, 3), (4, 4, 1)),
        ((4, 4, 3), (4, 4, 2)),
        ((4, 4, 3), (3, 4, 3)),
        ((8,), (8,)),
        ((8,), (7,)),
    ],
)
def test_add_takes_the_shapes_keras_takes(shapes: tuple[Shape, Shape], keras: Any) -> None:
    try:
        expected = tuple(keras.layers.Add()([keras.Input(shape) for shape in shapes]).shape[1:])
    except ValueError:
        expected = None
    try:
        received = Add().output_shape(shapes)
    except LayerError:
        received = None
    assert received == expected


@pytest.mark.parametrize("axis", [-3, -2, -1, 1, 2, 3])
def test_concatenate_along_any_axis(axis: int, keras: Any) -> None:
    shapes = ((4, 5, 3), (4, 5, 3))
    merged = keras.layers.Concatenate(axis=axis)([keras.Input(shape) for shape in shapes])
    assert Concatenate(axis).output_shape(shapes) == tuple(merged.shape[1:])


def test_every_activation_is_known_to_keras(keras: Any) -> None:
    from cnntutor.calc.layers.arguments import ACTIVATIONS

    for name in sorted(ACTIVATIONS):
        assert callable(keras.activations.get(name)), name
