"""What local connections and shared weights save: one convolution counted three ways.

All three turn the same input shape into the same output shape. Dense: every output sees every input value.
Local: every output sees one window, with weights of its own. Shared: the same windows, one set of weights
a filter, which is the convolution itself. A bias counts as one parameter and as one connection; windows
that reach into the padding count in full.
"""

import math
from dataclasses import dataclass

from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.shapes import Shape


@dataclass(frozen=True, slots=True)
class Connections:
    """Parameters to learn and connections to compute."""

    params: int
    connections: int
    per_output: int
    """Connections of one output value, its bias among them."""


@dataclass(frozen=True, slots=True)
class Connectivity:
    """One layer counted as dense, as local without sharing, and with shared weights."""

    input_shape: Shape
    output_shape: Shape
    dense: Connections
    local: Connections
    shared: Connections


def compare_connectivity(layer: Conv2D, input_shape: Shape) -> Connectivity:
    """Return the counts of a convolution on an input.

    Raises:
        LayerError: the convolution cannot stand on this input.
    """
    inputs = (input_shape,)
    output_shape = layer.output_shape(inputs)
    outputs = math.prod(output_shape)
    bias = 1 if layer.use_bias else 0
    everything = math.prod(input_shape) + bias
    window = layer.kernel_size[0] * layer.kernel_size[1] * (input_shape[2] // layer.groups) + bias
    return Connectivity(
        input_shape,
        output_shape,
        Connections(everything * outputs, everything * outputs, everything),
        Connections(window * outputs, window * outputs, window),
        Connections(layer.parameters(inputs), window * outputs, window),
    )
