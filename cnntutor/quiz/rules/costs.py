"""Mistakes in the multiply-adds of one layer and in the last window's part of a receptive field.

A convolution needs out_h · out_w · f · k · k · c multiply-adds, a dense layer n · u.
"""

import math
from dataclasses import replace

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.pooling import AveragePooling2D, MaxPooling2D
from cnntutor.i18n import msg
from cnntutor.quiz.rules.parameters import PARAMETER_RULES
from cnntutor.quiz.rules.shapes import SHAPE_RULES
from cnntutor.quiz.rules.slip import Inputs, Quantity, Rule, Slip, Slips, product

_SHAPES = {rule.slug: rule for rule in SHAPE_RULES}
_PARAMETERS = {rule.slug: rule for rule in PARAMETER_RULES}


def _params_for_macs(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """The parameters, with or without the biases."""
    if quantity != "macs" or not isinstance(layer, (Conv2D, Dense)):
        return ()
    derivation = layer.derive_params(inputs)
    counted = Slip(layer.parameters(inputs), derivation.numbers)
    if isinstance(layer, Dense) or not layer.use_bias:
        return (counted,)
    bare = replace(layer, use_bias=False)
    return (counted, Slip(bare.parameters(inputs), bare.derive_params(inputs).numbers))


def _flops_for_macs(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """Twice the multiply-adds."""
    if quantity != "macs" or not isinstance(layer, (Conv2D, Dense)):
        return ()
    return (Slip(2 * layer.macs(inputs), f"2 · {layer.derive_macs(inputs).numbers}"),)


def _input_size_for_output_size(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """in_h · in_w for out_h · out_w."""
    if quantity != "macs" or not isinstance(layer, Conv2D):
        return ()
    return (_conv_macs(layer, inputs, (inputs[0][0], inputs[0][1], layer.filters)),)


def _bias_counted(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """One multiply-add more for each output value."""
    if quantity != "macs" or not isinstance(layer, (Conv2D, Dense)) or not layer.use_bias:
        return ()
    outputs = math.prod(layer.output_shape(inputs))
    return (Slip(layer.macs(inputs) + outputs, f"{layer.derive_macs(inputs).numbers} + {outputs}"),)


def _no_input_channels(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """out_h · out_w · f · k · k."""
    if quantity != "macs" or not isinstance(layer, Conv2D):
        return ()
    factors = (*layer.output_shape(inputs), *layer.kernel_size)
    return (Slip(math.prod(factors), product(*factors)),)


def _kernel_side_once(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """out_h · out_w · f · k · c."""
    if quantity != "macs" or not isinstance(layer, Conv2D):
        return ()
    channels = inputs[0][2] // layer.groups
    ways = [(*layer.output_shape(inputs), side, channels) for side in dict.fromkeys(layer.kernel_size)]
    return tuple(Slip(math.prod(factors), product(*factors)) for factors in ways)


def _one_filter(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """out_h · out_w · k · k · c."""
    if quantity != "macs" or not isinstance(layer, Conv2D):
        return ()
    height, width, _ = layer.output_shape(inputs)
    return (_conv_macs(layer, inputs, (height, width)),)


def _through_shape(slug: str) -> Rule:
    """Return a mistake in the output shape as it shows in the multiply-adds."""
    rule = _SHAPES[slug]

    def apply(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
        if quantity != "macs" or not isinstance(layer, Conv2D):
            return ()
        shapes = [slip.value for slip in rule.apply(layer, inputs, "output_shape")]
        return tuple(_conv_macs(layer, inputs, shape) for shape in shapes if isinstance(shape, tuple))

    return Rule(slug, rule.mistake, apply, rule.network_wide)


def _conv_macs(layer: Conv2D, inputs: Inputs, output: tuple[int, ...]) -> Slip:
    """Return the multiply-adds for another output."""
    factors = (*output, *layer.kernel_size, inputs[0][2] // layer.groups)
    return Slip(math.prod(factors), product(*factors))


def _last_kernel_only(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """What the layer's own window spans."""
    if quantity != "receptive_field" or not isinstance(layer, (Conv2D, MaxPooling2D, AveragePooling2D)):
        return ()
    extent = layer.sliding.extent
    return (Slip(extent, " × ".join(str(side) for side in extent)),)


COST_RULES = (
    Rule(
        "params-for-macs",
        msg("You counted the parameters: each is used once for every place of the output."),
        _params_for_macs,
    ),
    Rule(
        "flops-for-macs",
        msg("You counted multiplications and additions apart: one multiply-add counts one here."),
        _flops_for_macs,
    ),
    Rule(
        "input-size-for-output-size",
        msg("You took the places of the input: the filter is used once for every place of the output."),
        _input_size_for_output_size,
    ),
    Rule("bias-counted", msg("You counted adding the biases: multiply-adds leave it out."), _bias_counted),
    Rule("no-input-channels", _PARAMETERS["no-input-channels"].mistake, _no_input_channels),
    Rule("one-filter", _PARAMETERS["one-filter"].mistake, _one_filter),
    Rule("kernel-side-once", _PARAMETERS["kernel-side-once"].mistake, _kernel_side_once),
    *(
        _through_shape(slug)
        for slug in ("no-plus-one", "same-for-valid", "valid-for-same", "stride-ignored", "ceil-for-floor")
    ),
    Rule(
        "last-kernel-only",
        msg("You gave the last window alone: through it an output sees the windows before it as well."),
        _last_kernel_only,
        network_wide=False,
    ),
)
"""The mistakes in multiply-adds and receptive fields, likelier ones first."""
