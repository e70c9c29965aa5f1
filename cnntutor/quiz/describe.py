"""Layers in a few of Keras's own words, the same in every language."""

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Activation, Dense, Dropout
from cnntutor.calc.layers.pooling import AveragePooling2D, MaxPooling2D
from cnntutor.calc.layers.reshaping import ZeroPadding2D


def describe(layer: Layer) -> str:
    """Return a layer in a few words: Conv2D 6, 5×5 for six filters of 5×5; /2 is a stride of 2."""
    if isinstance(layer, Conv2D):
        parts = [f"{layer.kind} {layer.filters}", _pair(layer.kernel_size) + _step(layer.strides, (1, 1))]
        if layer.padding == "same":
            parts.append("same")
        if layer.dilation_rate != (1, 1):
            parts.append(f"dilation_rate {_pair(layer.dilation_rate)}")
        if layer.groups > 1:
            parts.append(f"groups {layer.groups}")
        if not layer.use_bias:
            parts.append("use_bias False")
        return ", ".join(parts)
    if isinstance(layer, (MaxPooling2D, AveragePooling2D)):
        window = _pair(layer.pool_size) + _step(layer.strides, (0, 0))
        return f"{layer.kind} {window}" + (", same" if layer.padding == "same" else "")
    if isinstance(layer, Dense):
        return f"{layer.kind} {layer.units}" + ("" if layer.use_bias else ", use_bias False")
    if isinstance(layer, Activation):
        return f"{layer.kind} {layer.activation}"
    if isinstance(layer, Dropout):
        return f"{layer.kind} {layer.rate:g}"
    if isinstance(layer, ZeroPadding2D):
        (top, bottom), (left, right) = layer.padding
        sides = {top, bottom, left, right}
        return f"{layer.kind} {top}" if len(sides) == 1 else f"{layer.kind} {layer.padding}"
    return layer.kind


def _pair(sides: tuple[int, int]) -> str:
    """Return height and width: 5×5."""
    return f"{sides[0]}×{sides[1]}"


def _step(strides: tuple[int, int], unsaid: tuple[int, int]) -> str:
    """Return the strides behind a slash; nothing where they are the unsaid ones."""
    if strides == unsaid:
        return ""
    return f"/{strides[0]}" if strides[0] == strides[1] else f"/{_pair(strides)}"
