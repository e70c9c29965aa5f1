"""Mistakes in counting the parameters of one layer.

In the formulas k is the kernel's height and width, c the input channels of one filter, f the filters:
a convolution has (k · k · c + 1) · f parameters; a dense layer of n inputs and u units (n + 1) · u.
"""

import math

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.quiz.rules.slip import Inputs, Quantity, Rule, Slip, Slips, product

Pooling = (MaxPooling2D, AveragePooling2D)


def _no_bias(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """k · k · c · f, or n · u."""
    weights = _weights(layer, inputs, quantity)
    return (Slip(math.prod(weights), product(*weights)),) if weights and _has_bias(layer) else ()


def _one_bias(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """k · k · c · f + 1, or n · u + 1."""
    weights = _weights(layer, inputs, quantity)
    if not weights or not _has_bias(layer):
        return ()
    return (Slip(math.prod(weights) + 1, f"{product(*weights)} + 1"),)


def _bias_per_input(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """n · u + n."""
    if quantity != "params" or not isinstance(layer, Dense) or not layer.use_bias:
        return ()
    count = inputs[0][-1]
    return (Slip(count * layer.units + count, f"{product(count, layer.units)} + {count}"),)


def _no_input_channels(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """(k · k + 1) · f."""
    if quantity != "params" or not isinstance(layer, Conv2D):
        return ()
    height, width = layer.kernel_size
    return (_filters(layer, height * width, product(height, width)),)


def _kernel_side_once(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """(k · c + 1) · f."""
    if quantity != "params" or not isinstance(layer, Conv2D):
        return ()
    channels = inputs[0][2] // layer.groups
    sides = dict.fromkeys(layer.kernel_size)
    return tuple(_filters(layer, side * channels, product(side, channels)) for side in sides)


def _filters_squared(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """(k · k · f + 1) · f: the filters taken for the input channels."""
    if quantity != "params" or not isinstance(layer, Conv2D):
        return ()
    height, width = layer.kernel_size
    return (_filters(layer, height * width * layer.filters, product(height, width, layer.filters)),)


def _groups_ignored(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """(k · k · all input channels + 1) · f."""
    if quantity != "params" or not isinstance(layer, Conv2D) or layer.groups == 1:
        return ()
    one = (*layer.kernel_size, inputs[0][2])
    return (_filters(layer, math.prod(one), product(*one)),)


def _one_filter(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """k · k · c + 1, or n + 1."""
    weights = _weights(layer, inputs, quantity)
    if not weights:
        return ()
    bias = " + 1" if _has_bias(layer) else ""
    return (Slip(math.prod(weights[:-1]) + _has_bias(layer), product(*weights[:-1]) + bias),)


def _not_shared(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """places · (k · k · c + 1) · f: every place of the output with weights of its own."""
    if quantity != "params" or not isinstance(layer, Conv2D):
        return ()
    places = layer.output_shape(inputs)[:2]
    shared = _filters(layer, *_one_filter_weights(layer, inputs))
    own = Slip(math.prod(places) * _count(shared), f"{product(*places)} · {shared.working}")
    if not layer.use_bias:
        return (own,)
    weights = (*places, *layer.kernel_size, inputs[0][2] // layer.groups, layer.filters)
    return (own, Slip(math.prod(weights) + layer.filters, f"{product(*weights)} + {layer.filters}"))


def _pooling_has_weights(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """k · k, k · k · c, (k · k + 1) · c, (k · k · c + 1) · c, or a factor and a bias a channel."""
    if quantity != "params":
        return ()
    if isinstance(layer, Pooling):
        window = layer.pool_size
    elif isinstance(layer, GlobalAveragePooling2D):
        window = (inputs[0][0], inputs[0][1])
    else:
        return ()
    channels, size = inputs[0][2], math.prod(window)
    ways = (
        Slip(size, product(*window)),
        Slip(size * channels, product(*window, channels)),
        Slip((size + 1) * channels, f"({product(*window)} + 1) · {channels}"),
        Slip((size * channels + 1) * channels, f"({product(*window, channels)} + 1) · {channels}"),
        Slip(2 * channels, product(2, channels)),
    )
    return tuple({way.value: way for way in reversed(ways)}.values())[::-1]


def _bn_two(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """2 · c where there are 4 vectors."""
    if (
        quantity != "params"
        or not isinstance(layer, BatchNormalization)
        or not (layer.scale and layer.center)
    ):
        return ()
    channels = layer.parameters(inputs) // 4
    return (Slip(2 * channels, product(2, channels)),)


def _values_for_params(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """The number of output values."""
    if quantity != "params" or not isinstance(layer, (Conv2D, *Pooling)):
        return ()
    try:
        output = layer.output_shape(inputs)
    except LayerError:
        return ()
    return (Slip(math.prod(output), product(*output)),)


def _weights(layer: Layer, inputs: Inputs, quantity: Quantity) -> tuple[int, ...]:
    """Return the factors of the number of weights, filters or units last; () for other layers."""
    if quantity == "params" and isinstance(layer, Conv2D):
        return (*layer.kernel_size, inputs[0][2] // layer.groups, layer.filters)
    if quantity == "params" and isinstance(layer, Dense):
        return (inputs[0][-1], layer.units)
    return ()


def _has_bias(layer: Layer) -> bool:
    """Return whether a convolution or a dense layer has biases."""
    return isinstance(layer, (Conv2D, Dense)) and layer.use_bias


def _one_filter_weights(layer: Conv2D, inputs: Inputs) -> tuple[int, str]:
    """Return the weights of one filter and how they are written."""
    one = (*layer.kernel_size, inputs[0][2] // layer.groups)
    return math.prod(one), product(*one)


def _filters(layer: Conv2D, weights: int, written: str) -> Slip:
    """Return the count for filters of so many weights, each with its bias where the layer has them."""
    if layer.use_bias:
        return Slip((weights + 1) * layer.filters, f"({written} + 1) · {layer.filters}")
    return Slip(weights * layer.filters, f"{written} · {layer.filters}")


def _count(slip: Slip) -> int:
    """Return the value of a slip that is a count."""
    if not isinstance(slip.value, int):
        raise TypeError(f"{slip} is no count")
    return slip.value


PARAMETER_RULES = (
    Rule("no-bias", msg("You left out the biases: every filter and every unit has one."), _no_bias),
    Rule(
        "no-input-channels",
        msg("You left out the input channels: a filter reaches through all of them."),
        _no_input_channels,
    ),
    Rule("one-filter", msg("You counted a single filter or unit: there are more of them."), _one_filter),
    Rule(
        "one-bias",
        msg("You counted one bias for the whole layer: every filter and every unit has its own."),
        _one_bias,
    ),
    Rule(
        "pooling-has-weights",
        msg("You gave the pooling layer weights: it takes a maximum or a mean and has nothing to learn."),
        _pooling_has_weights,
    ),
    Rule(
        "kernel-side-once",
        msg("You counted one side of the kernel: it has a height and a width."),
        _kernel_side_once,
    ),
    Rule(
        "not-shared",
        msg("You gave every place of the output its own weights: a filter uses the same ones everywhere."),
        _not_shared,
    ),
    Rule(
        "bias-per-input",
        msg("You counted one bias for each input: there is one for each unit."),
        _bias_per_input,
    ),
    Rule(
        "groups-ignored",
        msg("You let every filter see all channels: with groups it sees those of its own group."),
        _groups_ignored,
    ),
    Rule(
        "filters-squared",
        msg("You took the number of filters for the depth of a filter: its depth is the input's channels."),
        _filters_squared,
    ),
    Rule(
        "bn-two",
        msg("You counted two numbers a channel: moving mean and moving variance are counted too."),
        _bn_two,
    ),
    Rule(
        "values-for-params",
        msg("You counted the values of the output: asked are the numbers that are learned."),
        _values_for_params,
        network_wide=False,
    ),
)
"""The mistakes in counting parameters, likelier ones first."""
