"""Layers in a few of Keras's own words, the same in every language."""

from typing import Any

from cnntutor.calc.layers.base import Layer
from cnntutor.quiz.rules.models import DEPTHWISE, KERNELS, PADDING, POOLING


def describe(layer: Layer) -> str:
    """Return a layer in a few words: Conv2D 6, 5×5 for six filters of 5×5; /2 is a stride of 2."""
    kind: Any = layer
    if layer.kind in KERNELS:
        return ", ".join(_kernel(kind))
    if layer.kind in POOLING:
        window = _sides(kind.pool_size)
        stepped = kind.sliding.strides
        step = "" if stepped == kind.pool_size else _step(stepped)
        return f"{layer.kind} {window}{step}" + (", same" if kind.padding == "same" else "")
    if layer.kind in PADDING:
        ends = {end for pair in kind.padding for end in pair}
        return f"{layer.kind} {ends.pop() if len(ends) == 1 else kind.padding}"
    if layer.kind == "Activation":
        return f"{layer.kind} {kind.activation}"
    if layer.kind == "Dropout":
        return f"{layer.kind} {kind.rate:g}"
    if layer.kind in ("Bidirectional", "TimeDistributed"):
        return f"{layer.kind} {describe(kind.layer)}"
    if layer.kind == "Embedding":
        return f"{layer.kind} {kind.input_dim} → {kind.output_dim}"
    if hasattr(layer, "units"):
        bias = "" if kind.use_bias else ", use_bias False"
        whole = ", return_sequences" if getattr(layer, "return_sequences", False) else ""
        return f"{layer.kind} {kind.units}{bias}{whole}"
    return layer.kind


def _kernel(layer: Any) -> list[str]:
    """Return the parts of a layer that slides a kernel."""
    step = "" if max(layer.strides) == 1 else _step(layer.strides)
    window = _sides(layer.kernel_size) + step
    if layer.kind in DEPTHWISE:
        parts = [f"{layer.kind} {window}"]
    else:
        parts = [f"{layer.kind} {layer.filters}", window]
    if layer.padding != "valid":
        parts.append(layer.padding)
    if getattr(layer, "depth_multiplier", 1) > 1:
        parts.append(f"depth_multiplier {layer.depth_multiplier}")
    if max(layer.dilation_rate) > 1:
        parts.append(f"dilation_rate {_sides(layer.dilation_rate)}")
    if getattr(layer, "groups", 1) > 1:
        parts.append(f"groups {layer.groups}")
    if not layer.use_bias:
        parts.append("use_bias False")
    return parts


def _sides(sides: tuple[int, ...]) -> str:
    """Return height and width: 5×5."""
    return "×".join(str(side) for side in sides)


def _step(strides: tuple[int, ...]) -> str:
    """Return the strides behind a slash."""
    return f"/{strides[0]}" if len(set(strides)) == 1 else f"/{_sides(strides)}"
