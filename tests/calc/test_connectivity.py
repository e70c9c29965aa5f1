"""One convolution as dense, as local and with shared weights; counted against brute force."""

import math
from itertools import product

import pytest

from cnntutor.calc.connectivity import compare_connectivity
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.problems import LayerError


def test_the_first_convolution_of_lenet() -> None:
    counts = compare_connectivity(Conv2D(6, (5, 5)), (32, 32, 1))
    assert counts.output_shape == (28, 28, 6)
    assert (counts.dense.params, counts.dense.connections) == (4_821_600, 4_821_600)
    assert (counts.local.params, counts.local.connections) == (122_304, 122_304)
    assert (counts.shared.params, counts.shared.connections) == (156, 122_304)
    assert (counts.dense.per_output, counts.local.per_output, counts.shared.per_output) == (1_025, 26, 26)


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("strides", [(1, 1), (2, 1)])
def test_against_a_list_of_all_connections(strides: tuple[int, int], use_bias: bool) -> None:
    shape, layer = (6, 5, 2), Conv2D(3, (3, 2), strides, use_bias=use_bias)
    height, width, filters = layer.output_shape((shape,))
    local = {
        (i, j, each, i * strides[0] + row, j * strides[1] + column, channel)
        for i, j, each in product(range(height), range(width), range(filters))
        for row, column, channel in product(range(3), range(2), range(2))
    }
    shared = {(each, p - i * strides[0], q - j * strides[1], channel) for i, j, each, p, q, channel in local}
    outputs = height * width * filters
    counts = compare_connectivity(layer, shape)
    assert counts.local.connections == len(local) + outputs * use_bias
    assert counts.shared.params == len(shared) + filters * use_bias
    assert counts.dense.params == outputs * (math.prod(shape) + use_bias)


def test_a_kernel_that_does_not_fit() -> None:
    with pytest.raises(LayerError):
        compare_connectivity(Conv2D(1, (5, 5)), (4, 4, 1))
