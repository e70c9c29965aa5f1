"""Multiply-adds against TensorFlow's profiler: twice ours stand in its rows of convolutions and products."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.cost import flops
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.recurrent import SimpleRNN
from cnntutor.calc.network import Network
from cnntutor.formats.library import find_network, networks_dir

Profile = Callable[[Network], dict[str, int]]

QUICK = {
    *("lenet5-32-valid", "lenet5-rgb-28-same", "base-cnn", "dense-mnist-relu", "alexnet-grouped-paper"),
    *("char-rnn-keras", "inception-3a", "squeezenet", "mobilenet", "unet", "zfnet28", "lecture-39"),
}
SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
ROWS = ("Conv2D", "Conv2DBackpropInput", "DepthwiseConv2dNative", "MatMul")
"""Rows that hold multiply-adds; Conv2DBackpropInput is how a transposed convolution is computed. The others
(BiasAdd, pooling, normalisation, Softmax) are what our convention leaves out."""


@pytest.fixture(scope="module")
def profile(keras: Any, build_in_keras: Any) -> Profile:
    """A function that returns the floating-point operations TensorFlow's profiler counts, by row."""
    tensorflow: Any = pytest.importorskip("tensorflow")
    profiler = tensorflow.compat.v1.profiler

    class Grouped(keras.layers.Layer):  # type: ignore[misc]
        """A grouped convolution in one operation; Keras hides it in a function the profiler does not open."""

        def __init__(self, layer: Conv2D) -> None:
            super().__init__()
            self.layer = layer

        def build(self, shape: Any) -> None:
            depth = shape[-1] // self.layer.groups
            self.kernel = self.add_weight(shape=(*self.layer.kernel_size, depth, self.layer.filters))

        def call(self, values: Any) -> Any:
            return tensorflow.nn.conv2d(values, self.kernel, self.layer.strides, self.layer.padding.upper())

    def count(network: Network) -> dict[str, int]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tensors, layers = build_in_keras(network)
            for node in network.nodes:
                if isinstance(node.layer, Conv2D) and node.layer.groups > 1:
                    layers[node.name] = Grouped(node.layer)
                if isinstance(node.layer, SimpleRNN):
                    layers[node.name].unroll = True  # the profiler counts the body of a loop once
            tensors = _called(network, tensors, layers)
            inputs = [tensors[node.name] for node in network.nodes if isinstance(node.layer, Input)]
            model = keras.Model(inputs, [tensors[name] for name in network.outputs])
            traced = tensorflow.function(lambda image: model(image, training=False))
            shape = (1, *network.input_shape)
            graph = traced.get_concrete_function(tensorflow.TensorSpec(shape)).graph
            options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
            found = profiler.profile(graph, cmd="op", options=options.with_empty_output().build())
        keras.backend.clear_session(free_memory=False)
        return {row.name: int(row.float_ops) for row in _rows(found) if row.float_ops}

    return count


def _called(network: Network, tensors: dict[str, Any], layers: dict[str, Any]) -> dict[str, Any]:
    """The tensors of the layers as they are now, called anew."""
    found: dict[str, Any] = {}
    for node in network.nodes:
        if isinstance(node.layer, Input):
            found[node.name] = tensors[node.name]
            continue
        inputs = [found[name] for name in node.inputs]
        found[node.name] = layers[node.name](inputs if node.layer.most_inputs is None else inputs[0])
    return found


def _rows(profile: Any) -> Iterator[Any]:
    """Every row of a profile; each holds the next."""
    for row in profile.children:
        yield row
        yield from _rows(row)


@pytest.mark.parametrize(
    "slug", [pytest.param(slug, marks=() if slug in QUICK else pytest.mark.slow) for slug in SLUGS]
)
def test_the_profiler_counts_the_same(slug: str, profile: Profile) -> None:
    network = find_network(slug).network
    rows = profile(network)
    report = analyse(network)
    assert sum(rows.get(name, 0) for name in ROWS) == flops(report.macs), rows
    depthwise = sum(layer.macs for layer in report.layers if layer.kind == "DepthwiseConv2D")
    if depthwise:
        assert rows["DepthwiseConv2dNative"] == flops(depthwise)


def test_bias_is_in_a_row_of_its_own(profile: Profile) -> None:
    rows = profile(find_network("lenet5").network)
    assert rows["BiasAdd"] == 28 * 28 * 6 + 10 * 10 * 16 + 120 + 84 + 10
