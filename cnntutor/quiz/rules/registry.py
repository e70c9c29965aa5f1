"""Every mistake the tutor knows by name, and what a layer's number comes to with each."""

from collections.abc import Iterator

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import Message, msg
from cnntutor.quiz.rules.costs import COST_RULES
from cnntutor.quiz.rules.models import POOLING
from cnntutor.quiz.rules.parameters import PARAMETER_RULES
from cnntutor.quiz.rules.rule import Rule
from cnntutor.quiz.rules.shapes import SHAPE_RULES
from cnntutor.quiz.rules.slip import Inputs, Quantity, Slip, Slips

RULES: tuple[Rule, ...] = (*PARAMETER_RULES, *SHAPE_RULES, *COST_RULES)
"""Mistakes in one layer's number; those of one quantity in the order of their likelihood.

A slug may stand here more than once: the same mistake shows differently in different quantities.
"""

LAYER_LEFT_OUT = "layer-left-out"
RUNNING_TOTAL_SLIP = "running-total-slip"
SUM_OF_KERNELS = "sum-of-kernels"
OWN_STRIDE_COUNTED = "own-stride-counted"
KERNELS_MULTIPLIED = "kernels-multiplied"
AREA_FOR_SIDE = "area-for-side"
SIDE_ONCE = "side-once"
MAPS_FORGOTTEN = "maps-forgotten"
CHANNELS_FIRST = "channels-first"
DILATION_IGNORED = "dilation-ignored"
NON_TRAINABLE_FORGOTTEN = "non-trainable-forgotten"
NOT_FLOORED = "not-floored"

NETWORK_MISTAKES: dict[str, Message] = {
    LAYER_LEFT_OUT: msg("You left a layer out of the sum."),
    RUNNING_TOTAL_SLIP: msg("Your layers are right, but the adding up went astray."),
    SUM_OF_KERNELS: msg("You ignored the strides: behind a stride of 2 every step is two pixels wide."),
    OWN_STRIDE_COUNTED: msg("You counted a layer's own stride: it widens the steps of the layers after it."),
    KERNELS_MULTIPLIED: msg("You multiplied the windows: each adds (k − 1) steps to what is seen before."),
    AREA_FOR_SIDE: msg("You gave the number of pixels that are seen: asked is how far it reaches, its side."),
    CHANNELS_FIRST: msg("You put the channels first: here they come last, behind height and width."),
    SIDE_ONCE: msg("You counted one side of the maps: they have a height and a width."),
    MAPS_FORGOTTEN: msg("You counted the values of one map: there is a map for every channel."),
    DILATION_IGNORED: msg("You ignored the dilation: it stretches the kernel."),
    NON_TRAINABLE_FORGOTTEN: msg(
        "You left out what is not trained: parameters that are only kept count as well."
    ),
    NOT_FLOORED: msg("A side is a whole number: round down, for a window that would reach over is left out."),
}
"""Mistakes that need more than one layer, or none, to be made."""

SLUGS: tuple[str, ...] = tuple(dict.fromkeys((*(rule.slug for rule in RULES), *NETWORK_MISTAKES)))
"""The slug of every mistake."""


_RANKS = {slug: rank for rank, slug in enumerate(SLUGS)}


def unlikely(slug: str, layer: Layer) -> int:
    """Return how unlikely a mistake is in a layer, beside the others that may be made there.

    Rounding up and padding same often give one number: who pools rounds, who convolves pads.
    """
    if slug == "ceil-for-floor" and layer.kind in POOLING:
        return _RANKS["no-plus-one"]
    return _RANKS[slug]


def slips(slug: str, layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
    """Return what a layer's number comes to with a mistake; () where it cannot be made.

    Args:
        slug: The mistake.
        layer: The layer.
        inputs: The shapes of its inputs, batch left out.
        quantity: What is counted.

    Raises:
        ValueError: there is no mistake of this slug.
    """
    if slug not in SLUGS:
        raise ValueError(f"slug must be one of {', '.join(SLUGS)}, received {slug!r}")
    return tuple(slip for rule, slip in all_slips(layer, inputs, quantity) if rule.slug == slug)


def all_slips(layer: Layer, inputs: Inputs, quantity: Quantity) -> Iterator[tuple[Rule, Slip]]:
    """Yield what a layer's number comes to with each mistake, the likelier mistakes first."""
    for rule in RULES:
        try:
            found = rule.apply(layer, inputs, quantity)
        except LayerError:
            continue
        for slip in found:
            yield rule, slip
