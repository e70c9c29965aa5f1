"""Mistakes in the output shape of one layer.

A window of side k that steps by s has ⌊(n − k) / s⌋ + 1 places on a side of n without padding (valid), and
⌈n / s⌉ with Keras's padding same.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from cnntutor.i18n import msg
from cnntutor.quiz.rules.models import DEPTHWISE, FILTERS, POOLING, in_channels
from cnntutor.quiz.rules.recipe import Fixed, Recipe, Sides
from cnntutor.quiz.rules.rule import Rule
from cnntutor.quiz.rules.sides import Along, Padded, Side, Spread
from cnntutor.quiz.rules.slip import product

Ways = tuple[Recipe, ...]


def _along(recipe: Recipe, change: Callable[[Along], Along | None]) -> Ways:
    """Return the shape with another count of places; () where it cannot be, or nothing would be left."""
    if not isinstance(recipe, Sides):
        return ()
    changed = [change(side) for side in recipe.sides if isinstance(side, Along)]
    sides = tuple(side for side in changed if side is not None)
    if len(sides) < len(recipe.sides) or min(side.length for side in sides) < 1:
        return ()
    return (replace(recipe, sides=sides),)


def _no_plus_one(recipe: Recipe) -> Ways:
    """⌊(n − k) / s⌋."""
    return _along(
        recipe, lambda side: replace(side, plus_one=False) if _valid(side) and side.plus_one else None
    )


def _ceil_for_floor(recipe: Recipe) -> Ways:
    """⌈(n − k) / s⌉ + 1; with a stride of 1 there is nothing to round."""
    if not isinstance(recipe, Sides) or _unstrided(recipe.sides):
        return ()
    return _along(recipe, lambda side: replace(side, up=True) if _valid(side) else None)


def _stride_ignored(recipe: Recipe) -> Ways:
    """n − k + 1, or n with padding same; behind a transposed convolution n + k − 1."""
    if not isinstance(recipe, Sides) or _unstrided(recipe.sides):
        return ()
    if all(isinstance(side, Spread) for side in recipe.sides):
        spread: tuple[Side, ...] = tuple(
            replace(side, stride=1, added=0) for side in recipe.sides if isinstance(side, Spread)
        )
        return (replace(recipe, sides=spread),)
    return _along(recipe, lambda side: None if side.by_kernel else replace(side, stride=1))


def _dilation_ignored(recipe: Recipe) -> Ways:
    """The kernel's side for what it spans."""
    if not isinstance(recipe, Sides) or not any(
        isinstance(side, Along) and side.dilation > 1 for side in recipe.sides
    ):
        return ()
    return _along(recipe, lambda side: replace(side, dilation=1) if _valid(side) else None)


def _same_for_valid(recipe: Recipe) -> Ways:
    """⌈n / s⌉ where the window must lie on the image; n · s behind a transposed convolution."""
    if isinstance(recipe, Sides) and all(
        isinstance(side, Spread) and side.padding == "valid" for side in recipe.sides
    ):
        spread: tuple[Side, ...] = tuple(
            replace(side, padding="same") for side in recipe.sides if isinstance(side, Spread)
        )
        return (replace(recipe, sides=spread),)
    return _along(recipe, lambda side: replace(side, padding="same") if _valid(side) else None)


def _valid_for_same(recipe: Recipe) -> Ways:
    """⌊(n − k) / s⌋ + 1 where the image is padded; (n − 1) · s + k behind a transposed convolution."""
    if isinstance(recipe, Sides) and all(
        isinstance(side, Spread) and side.padding == "same" for side in recipe.sides
    ):
        spread: tuple[Side, ...] = tuple(
            replace(side, padding="valid", added=max(side.stride - side.extent, 0))
            for side in recipe.sides
            if isinstance(side, Spread)
        )
        return (replace(recipe, sides=spread),)
    return _along(recipe, lambda side: None if side.padding == "valid" else replace(side, padding="valid"))


def _divided_by_kernel(recipe: Recipe) -> Ways:
    """⌊n / k⌋; a window that steps by its own side is rightly divided by it, and by 1 nobody divides."""
    if not isinstance(recipe, Sides) or all(
        isinstance(side, Along) and side.kernel in (1, side.stride) for side in recipe.sides
    ):
        return ()
    return _along(recipe, lambda side: replace(side, by_kernel=True) if _valid(side) else None)


def _transposed_as_conv(recipe: Recipe) -> Ways:
    """The window slides over the input instead of being laid down by it."""
    if not isinstance(recipe, Sides) or not all(isinstance(side, Spread) for side in recipe.sides):
        return ()
    sides: tuple[Side, ...] = tuple(
        Along(side.n, side.extent, side.stride, side.padding)
        for side in recipe.sides
        if isinstance(side, Spread)
    )
    return (replace(recipe, sides=sides),) if min(side.length for side in sides) > 0 else ()


def _padding_ignored(recipe: Recipe) -> Ways:
    """The input as it was."""
    return _padded(recipe, lambda side: replace(side, before=0, after=0))


def _padding_once(recipe: Recipe) -> Ways:
    """n + p for n + 2p."""
    return _padded(recipe, lambda side: replace(side, after=0))


def _padded(recipe: Recipe, change: Callable[[Padded], Padded]) -> Ways:
    """Return the shape with other padding."""
    if not isinstance(recipe, Sides) or not all(isinstance(side, Padded) for side in recipe.sides):
        return ()
    sides: tuple[Side, ...] = tuple(change(side) for side in recipe.sides if isinstance(side, Padded))
    return (replace(recipe, sides=sides),)


def _channels_kept(recipe: Recipe) -> Ways:
    """As many channels as the input had."""
    kinds = FILTERS | DEPTHWISE
    if not isinstance(recipe, Sides) or recipe.subject.layer.kind not in kinds:
        return ()
    depth = (in_channels(recipe.subject),)
    return (
        ()
        if recipe.subject.layer.kind in DEPTHWISE and recipe.depth == depth
        else (replace(recipe, depth=depth),)
    )


def _channels_multiplied(recipe: Recipe) -> Ways:
    """Input channels · filters."""
    if not isinstance(recipe, Sides) or recipe.subject.layer.kind not in FILTERS:
        return ()
    filters = getattr(recipe.subject.layer, "filters", 1)
    return (replace(recipe, depth=(in_channels(recipe.subject), filters)),)


def _channels_pooled(recipe: Recipe) -> Ways:
    """Channels divided by the stride."""
    if not isinstance(recipe, Sides) or recipe.subject.layer.kind not in POOLING:
        return ()
    step = max((side.stride for side in recipe.sides if isinstance(side, Along)), default=1)
    channels = in_channels(recipe.subject)
    return (replace(recipe, depth=(channels // step,)),) if 1 < step <= channels else ()


def _flatten_forgotten(recipe: Recipe) -> Ways:
    """Flatten's input as its output; whoever stands on it sees the channels only."""
    shape = recipe.subject.inputs[0]
    if not _flat(recipe) or len(shape) == 1:
        return ()
    kept = Fixed(recipe.subject, shape, " × ".join(str(side) for side in shape))
    return (kept, Fixed(recipe.subject, shape[-1:], str(shape[-1])))


def _channels_not_flattened(recipe: Recipe) -> Ways:
    """height · width, the channels left out."""
    if not _flat(recipe) or len(recipe.subject.inputs[0]) < 3:
        return ()
    plane = recipe.subject.inputs[0][:-1]
    return (Fixed(recipe.subject, (math.prod(plane),), product(*plane)),)


def _flatten_before_pool(recipe: Recipe) -> Ways:
    """The last pooling before Flatten left out; that it is the last is for who knows the network to see."""
    if not isinstance(recipe, Sides) or recipe.subject.layer.kind not in POOLING:
        return ()
    shape = recipe.subject.inputs[0]
    return (Fixed(recipe.subject, shape, " × ".join(str(side) for side in shape)),)


def _one_direction(recipe: Recipe) -> Ways:
    """The units of one direction."""
    layer = recipe.subject.layer
    if not isinstance(recipe, Fixed) or layer.kind != "Bidirectional" or not _asks_shape(recipe):
        return ()
    if getattr(layer, "merge_mode", "") != "concat":
        return ()
    inner = getattr(layer, "layer", layer).output_shape(recipe.subject.inputs)
    return (Fixed(recipe.subject, inner, " × ".join(str(side) for side in inner)),)


def _sequence_confused(recipe: Recipe) -> Ways:
    """The units of the last step for those of every step, or the other way round."""
    layer = recipe.subject.layer
    if not isinstance(recipe, Fixed) or not _asks_shape(recipe) or isinstance(recipe.value, int):
        return ()
    if layer.kind not in ("SimpleRNN", "LSTM", "GRU"):
        return ()
    whole = getattr(layer, "return_sequences", False)
    other = recipe.value[1:] if whole else (recipe.subject.inputs[0][0], *recipe.value)
    return (Fixed(recipe.subject, other, " × ".join(str(side) for side in other)),)


def _flat(recipe: Recipe) -> bool:
    """Return whether it is the output shape of Flatten."""
    return recipe.subject.layer.kind == "Flatten" and _asks_shape(recipe)


def _asks_shape(recipe: Recipe) -> bool:
    """Return whether it is an output shape."""
    return recipe.subject.quantity == "output_shape"


def _valid(side: Along) -> bool:
    """Return whether the window must lie on the input."""
    return side.padding == "valid" and not side.by_kernel


def _unstrided(sides: tuple[Side, ...]) -> bool:
    """Return whether every window steps by one."""
    return all(isinstance(side, Padded) or side.stride == 1 for side in sides)


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
        "transposed-as-conv",
        msg("You let the kernel slide as in a convolution: a transposed one makes the image larger."),
        _transposed_as_conv,
    ),
    Rule(
        "channels-pooled",
        msg("You pooled the channels as well: every channel is pooled by itself and stays."),
        _channels_pooled,
        network_wide=False,
    ),
    Rule(
        "no-input-channels",
        msg("You left out the channels: Flatten puts those into the row as well."),
        _channels_not_flattened,
    ),
    Rule(
        "one-direction",
        msg("You counted one direction: one copy of the layer reads forwards, one backwards."),
        _one_direction,
    ),
    Rule(
        "sequence-confused",
        msg("Mind return_sequences: without it only the last step comes out, with it every step does."),
        _sequence_confused,
    ),
)
"""The mistakes in output shapes, likelier ones first."""
