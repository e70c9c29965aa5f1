"""Receptive fields of the course's networks against gradients, measured at their own size.

A network is measured with one channel and means for windows: which pixels reach an output does not depend on
channels, weights or activations, and no gradient can cancel or die.
"""

from typing import Any

import pytest

from cnntutor.calc.analysis import NetworkReport, analyse, clipped_field
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.pooling import GlobalAveragePooling2D
from cnntutor.calc.layers.reshaping import ZeroPadding2D
from cnntutor.calc.layers.resizing import Cropping2D, UpSampling2D
from cnntutor.calc.layers.transposed import Conv2DTranspose
from cnntutor.formats.library import find_network, list_headings

Span = tuple[int, int]
"""First and last pixel."""
UPSAMPLING = ("Conv2DTranspose", "UpSampling2D")
WINDOWS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D")
MERGES = ("Add", "Concatenate")
KEPT = ("BatchNormalization", "ReLU", "Activation", "Dropout", "Rescaling", "Normalization", "Reshape")
SLUGS = [heading.slug for heading in list_headings() if len(heading.input_shape) == 3]
LEFT_OVER = {"zfnet28", "zfnet-cifar10-expected"}
"""Networks whose windows without padding leave out the last pixels, which no output sees."""


def seen(report: NetworkReport, target: str) -> dict[tuple[int, int], tuple[Span, Span]]:
    """The pixels that outputs of a layer depend on: the first, some around the middle, the last."""
    tensorflow: Any = pytest.importorskip("tensorflow")
    image = tensorflow.Variable(tensorflow.ones((1, *report.input_shape[:2], 1), "float64"))
    fielded = {row.name for row in report.layers if row.receptive_field is not None}
    with tensorflow.GradientTape(persistent=True) as tape:
        values: dict[str, Any] = {}
        for node in report.network.nodes:
            if isinstance(node.layer, Input):
                values[node.name] = image
            elif node.name in fielded and all(name in values for name in node.inputs):
                inputs = [values[name] for name in node.inputs]
                values[node.name] = passed(tensorflow, node.layer, inputs)
            if node.name == target:
                break
        output = values[target]
        height, width = output.shape[1:3]
        places = {(0, 0), (height // 2, width // 2), ((height - 1) // 2, (width - 1) // 2)}
        field = report.layer(target).receptive_field
        assert field is not None
        if field.phases:  # of outputs that see different numbers of pixels, the one that sees most
            steps = field.steps(0)
            most = height // 2 // len(steps.spans) * len(steps.spans) + steps.largest
            places |= {(most, most)}
        outputs = {(i, j): output[0, i, j, 0] for i, j in places | {(height - 1, width - 1)}}
    spans: dict[tuple[int, int], tuple[Span, Span]] = {}
    for place, value in outputs.items():
        rows, columns = tape.gradient(value, image).numpy()[0, :, :, 0].nonzero()
        if len(rows):
            spans[place] = (
                (int(rows.min()), int(rows.max())),
                (int(columns.min()), int(columns.max())),
            )
    return spans


def passed(tensorflow: Any, layer: Layer, inputs: list[Any]) -> Any:
    """What a layer makes of one channel, as far as it matters which pixels reach where."""
    if layer.kind in MERGES:
        return tensorflow.add_n(inputs)
    if layer.kind == "Multiply":
        return inputs[0] * inputs[1]
    if layer.kind in KEPT:
        return inputs[0]
    if layer.kind in UPSAMPLING:
        return widened(tensorflow, layer, inputs[0])
    if isinstance(layer, ZeroPadding2D):
        return tensorflow.pad(inputs[0], [[0, 0], *layer.padding, [0, 0]])
    if isinstance(layer, Cropping2D):
        (top, bottom), (left, right) = layer.cropping
        return inputs[0][:, top : inputs[0].shape[1] - bottom, left : inputs[0].shape[2] - right]
    if isinstance(layer, GlobalAveragePooling2D):
        return tensorflow.reduce_mean(inputs[0], axis=(1, 2), keepdims=True)
    assert layer.kind in WINDOWS, layer
    sides = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    assert sides is not None
    kernel = tensorflow.ones((*sides, 1, 1), "float64") / (sides[0] * sides[1])
    dilations = getattr(layer, "dilation_rate", (1, 1))
    strides, padding = getattr(layer, "strides", (1, 1)), getattr(layer, "padding", "valid")
    return tensorflow.nn.conv2d(inputs[0], kernel, strides, padding.upper(), dilations=dilations)


def widened(tensorflow: Any, layer: Layer, image: Any) -> Any:
    """What an upsampling makes of one channel."""
    height, width = layer.output_shape(((*image.shape[1:3], 1),))[:2]
    if isinstance(layer, UpSampling2D):
        assert layer.interpolation == "nearest"
        return tensorflow.repeat(tensorflow.repeat(image, layer.size[0], axis=1), layer.size[1], axis=2)
    assert isinstance(layer, Conv2DTranspose)
    kernel = tensorflow.ones((*layer.kernel_size, 1, 1), "float64")
    return tensorflow.nn.conv2d_transpose(
        image, kernel, (1, height, width, 1), layer.strides, layer.padding.upper()
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_outputs_see_what_the_field_says(slug: str) -> None:
    report = analyse(find_network(slug).network)
    fielded = [
        row.name for row in report.layers if row.receptive_field is not None and len(row.output_shape) == 3
    ]
    if not fielded:
        pytest.skip("no layer of it has a field")
    for target in {fielded[-1], fielded[len(fielded) // 2]}:
        layer = report.layer(target)
        field, clipped = layer.receptive_field, clipped_field(report, layer)
        assert field is not None
        assert clipped is not None
        spans = seen(report, target)
        assert spans
        for place, axes in spans.items():
            for axis, (first, last) in enumerate(axes):
                start, end = field.span(axis, place[axis])
                where = (slug, target, place, axis, field)
                if start >= 0 and end < report.input_shape[axis]:
                    assert (first, last) == (start, end), where
                else:
                    assert start <= first, where
                    assert last <= end, where
        for axis in range(2):
            most = max(last - first + 1 for first, last in (axes[axis] for axes in spans.values()))
            assert most <= clipped[axis], (slug, target, axis, field, spans)
            assert most == clipped[axis] or slug in LEFT_OVER, (slug, target, axis, field, spans)
