"""Mistakes in the output shape of one layer.

A window of side k that steps by s has ⌊(n − k) / s⌋ + 1 places on a side of n without padding (valid), and
⌈n / s⌉ with Keras's padding same.
"""

import math
from collections.abc import Callable

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.pooling import AveragePooling2D, MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten, ZeroPadding2D
from cnntutor.calc.layers.sliding import Sliding
from cnntutor.i18n import msg
from cnntutor.quiz.rules.slip import Inputs, Quantity, Rule, Slip, Slips, product

Along = Callable[[int, int, int, int], tuple[int, str]]
"""(side of the input, what the window spans, stride, kernel side) → (places, working)."""


def _sliding(layer: Layer, quantity: Quantity, padding: str = "") -> Sliding | None:
    """Return the window of a layer that has one, where its padding is the one named."""
    if quantity != "output_shape" or not isinstance(layer, (Conv2D, MaxPooling2D, AveragePooling2D)):
        return None
    window = layer.sliding
    return window if padding in ("", window.padding) else None


def _depth(layer: Layer, inputs: Inputs) -> int:
    """Return the channels of the output."""
    return layer.filters if isinstance(layer, Conv2D) else inputs[0][2]


def _slid(layer: Layer, inputs: Inputs, window: Sliding, along: Along) -> Slips:
    """Return the shape whose height and width are counted by `along`; () where nothing would be left."""
    sides: list[int] = []
    workings: list[str] = []
    for axis in range(2):
        places, working = along(
            inputs[0][axis], window.extent[axis], window.strides[axis], window.kernel[axis]
        )
        sides.append(places)
        workings.append(working if working[-1] in "⌋⌉" or " " not in working else f"({working})")
    if min(sides) < 1:
        return ()
    depth = _depth(layer, inputs)
    return (Slip((*sides, depth), " × ".join((*workings, str(depth)))),)


def _no_plus_one(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """⌊(n − k) / s⌋."""
    window = _sliding(layer, quantity, "valid")
    if window is None:
        return ()
    return _slid(layer, inputs, window, lambda n, k, s, _: ((n - k) // s, f"⌊({n} − {k}) / {s}⌋"))


def _ceil_for_floor(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """⌈(n − k) / s⌉ + 1; with a stride of 1 there is nothing to round."""
    window = _sliding(layer, quantity, "valid")
    if window is None or window.strides == (1, 1):
        return ()
    return _slid(layer, inputs, window, lambda n, k, s, _: (-(-(n - k) // s) + 1, f"⌈({n} − {k}) / {s}⌉ + 1"))


def _stride_ignored(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """n − k + 1, or n with padding same."""
    window = _sliding(layer, quantity)
    if window is None or window.strides == (1, 1):
        return ()
    if window.padding == "same":
        return _slid(layer, inputs, window, lambda n, _k, _s, _: (n, f"{n}"))
    return _slid(layer, inputs, window, lambda n, k, _s, _: (n - k + 1, f"{n} − {k} + 1"))


def _dilation_ignored(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """The kernel's side for what it spans."""
    window = _sliding(layer, quantity, "valid")
    if window is None or window.dilation == (1, 1):
        return ()
    return _slid(
        layer, inputs, window, lambda n, _k, s, side: ((n - side) // s + 1, f"⌊({n} − {side}) / {s}⌋ + 1")
    )


def _same_for_valid(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """⌈n / s⌉ where the window must lie on the image."""
    window = _sliding(layer, quantity, "valid")
    if window is None:
        return ()
    return _slid(layer, inputs, window, lambda n, _k, s, _: (-(-n // s), f"⌈{n} / {s}⌉"))


def _valid_for_same(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """⌊(n − k) / s⌋ + 1 where the image is padded."""
    window = _sliding(layer, quantity, "same")
    if window is None:
        return ()
    return _slid(layer, inputs, window, lambda n, k, s, _: ((n - k) // s + 1, f"⌊({n} − {k}) / {s}⌋ + 1"))


def _divided_by_kernel(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """⌊n / k⌋; a window that steps by its own side is rightly divided by it."""
    window = _sliding(layer, quantity, "valid")
    if window is None or window.strides == window.kernel:
        return ()
    return _slid(layer, inputs, window, lambda n, _k, _s, side: (n // side, f"⌊{n} / {side}⌋"))


def _padding_ignored(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """The input as it was."""
    if quantity != "output_shape" or not isinstance(layer, ZeroPadding2D):
        return ()
    return (Slip(inputs[0], " × ".join(str(side) for side in inputs[0])),)


def _padding_once(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """n + p for n + 2p."""
    if quantity != "output_shape" or not isinstance(layer, ZeroPadding2D):
        return ()
    height, width, channels = inputs[0]
    (top, _), (left, _) = layer.padding
    working = f"({height} + {top}) × ({width} + {left}) × {channels}"
    return (Slip((height + top, width + left, channels), working),)


def _channels_kept(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """As many channels as the input had."""
    if quantity != "output_shape" or not isinstance(layer, Conv2D):
        return ()
    height, width, _ = layer.output_shape(inputs)
    return (Slip((height, width, inputs[0][2]), f"{height} × {width} × {inputs[0][2]}"),)


def _channels_multiplied(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """Input channels · filters."""
    if quantity != "output_shape" or not isinstance(layer, Conv2D):
        return ()
    height, width, filters = layer.output_shape(inputs)
    depth = product(inputs[0][2], filters)
    return (Slip((height, width, inputs[0][2] * filters), f"{height} × {width} × ({depth})"),)


def _flatten_forgotten(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """Flatten's input as its output; whoever stands on it sees the channels only."""
    if quantity != "output_shape" or not isinstance(layer, Flatten) or len(inputs[0]) == 1:
        return ()
    shape = inputs[0]
    kept = Slip(shape, " × ".join(str(side) for side in shape))
    return (kept, Slip(shape[-1:], str(shape[-1])))


def _channels_not_flattened(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """height · width, the channels left out."""
    if quantity != "output_shape" or not isinstance(layer, Flatten) or len(inputs[0]) != 3:
        return ()
    plane = inputs[0][:2]
    return (Slip((math.prod(plane),), product(*plane)),)


def _flatten_before_pool(layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """The last pooling before Flatten left out; that it is the last is for who knows the network to see."""
    if quantity != "output_shape" or not isinstance(layer, (MaxPooling2D, AveragePooling2D)):
        return ()
    return (Slip(inputs[0], " × ".join(str(side) for side in inputs[0])),)


SHAPE_RULES = (
    Rule("no-plus-one", msg("You forgot the + 1: the window's first place counts too."), _no_plus_one),
    Rule(
        "same-for-valid",
        msg("You took the padding to be same: here nothing is padded, and the window must fit on the image."),
        _same_for_valid,
    ),
    Rule(
        "valid-for-same",
        msg("You took the padding to be valid: with padding same only the stride makes the image smaller."),
        _valid_for_same,
    ),
    Rule("stride-ignored", msg("You ignored the stride."), _stride_ignored),
    Rule(
        "ceil-for-floor",
        msg("You rounded up: a window that would reach over the edge is left out, so round down."),
        _ceil_for_floor,
    ),
    Rule(
        "channels-kept",
        msg("You kept the input's channels: a convolution puts out one channel for each filter."),
        _channels_kept,
        network_wide=False,
    ),
    Rule(
        "channels-multiplied",
        msg("You multiplied channels by filters: each filter adds its channels up into one output channel."),
        _channels_multiplied,
        network_wide=False,
    ),
    Rule(
        "flatten-forgotten",
        msg("You forgot to flatten: the dense layer sees every value, not the channels alone."),
        _flatten_forgotten,
    ),
    Rule(
        "flatten-before-pool",
        msg("You flattened what goes into the last pooling layer: it is what comes out of it."),
        _flatten_before_pool,
        network_wide=False,
    ),
    Rule("padding-ignored", msg("You ignored the padding."), _padding_ignored),
    Rule("padding-once", msg("You padded one end of each side: zeros go on both."), _padding_once),
    Rule("dilation-ignored", msg("You ignored the dilation: it stretches the kernel."), _dilation_ignored),
    Rule(
        "divided-by-kernel",
        msg("You divided by the kernel's side: divide by the stride."),
        _divided_by_kernel,
    ),
    Rule(
        "no-input-channels",
        msg("You left out the channels: Flatten puts those into the row as well."),
        _channels_not_flattened,
    ),
)
"""The mistakes in output shapes, likelier ones first."""
