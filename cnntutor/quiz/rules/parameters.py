"""Mistakes in counting the parameters of one layer; those about factors show in multiply-adds as well.

In the formulas k is the kernel's sides, c the input channels of one filter, f the filters: a convolution has
(k · k · c + 1) · f parameters; a dense layer of n inputs and u units (n + 1) · u.
"""

from dataclasses import replace

from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.quiz.rules.families import FAMILY_RULES
from cnntutor.quiz.rules.models import (
    CONVOLUTIONS,
    GLOBAL_POOLING,
    KERNELS,
    LOCAL,
    POOLING,
    counts,
    in_channels,
    places,
)
from cnntutor.quiz.rules.recipe import Count, Recipe, Term, term
from cnntutor.quiz.rules.rule import Rule

Ways = tuple[Recipe, ...]


def _no_bias(recipe: Recipe) -> Ways:
    """k · k · c · f, or n · u."""
    return (recipe.drop("bias"),) if isinstance(recipe, Count) and recipe.find("bias") else ()


def _one_bias(recipe: Recipe) -> Ways:
    """k · k · c · f + 1, or n · u + 1."""
    if not isinstance(recipe, Count) or recipe.find("bias") is None:
        return ()
    return (recipe.drop("bias").plus(Term("bias", ())),)


def _bias_per_input(recipe: Recipe) -> Ways:
    """n · u + n."""
    if not isinstance(recipe, Count) or recipe.find("bias") is None or not recipe.has("inputs"):
        return ()
    return (recipe.drop("bias").plus(term("bias", inputs=recipe.subject.inputs[0][-1])),)


def _biases_multiplied(recipe: Recipe) -> Ways:
    """(k · k + 1) · c · f."""
    if not isinstance(recipe, Count) or recipe.find("bias") is None or not counts(recipe, CONVOLUTIONS):
        return ()
    if not recipe.has("depth"):
        return ()
    depth = next(each.value for one in recipe.terms for each in one.factors if each.role == "depth")
    if depth == 1:
        return ()  # nothing is multiplied
    return (recipe.swap("filters", (depth, getattr(recipe.subject.layer, "filters", 1)), ("bias",)),)


def _no_input_channels(recipe: Recipe) -> Ways:
    """(k · k + 1) · f."""
    if not isinstance(recipe, Count):
        return ()
    if recipe.has("channels") and recipe.has("kernel"):
        return (recipe.swap("channels", ()),)
    return (recipe.swap("depth", (), ("weights", "depthwise")),) if recipe.has("depth") else ()


def _kernel_side_once(recipe: Recipe) -> Ways:
    """(k · c + 1) · f; of three sides also two."""
    if not isinstance(recipe, Count) or not recipe.has("kernel"):
        return ()
    kernel = next(
        sides
        for sides in (
            tuple(each.value for each in one.factors if each.role == "kernel") for one in recipe.terms
        )
        if sides
    )
    if max(kernel) == 1:
        return ()  # a 1×1 kernel has nothing to count once
    ways = [(side,) for side in dict.fromkeys(kernel)] if len(kernel) > 1 else []
    return tuple(
        recipe.swap("kernel", sides) for sides in (*ways, *((kernel[1:],) if len(kernel) > 2 else ()))
    )


def _filters_squared(recipe: Recipe) -> Ways:
    """(k · k · f + 1) · f: the filters taken for the input channels."""
    if not isinstance(recipe, Count) or not counts(recipe, CONVOLUTIONS):
        return ()
    return (recipe.swap("depth", (getattr(recipe.subject.layer, "filters", 1),)),)


def _groups_ignored(recipe: Recipe) -> Ways:
    """(k · k · all input channels + 1) · f."""
    if not isinstance(recipe, Count) or getattr(recipe.subject.layer, "groups", 1) == 1:
        return ()
    return (recipe.swap("depth", (in_channels(recipe.subject),)),) if recipe.has("depth") else ()


def _one_filter(recipe: Recipe) -> Ways:
    """k · k · c + 1, or n + 1."""
    if not isinstance(recipe, Count):
        return ()
    for role in ("filters", "units", *(("channels",) if recipe.has("kernel") else ())):
        if recipe.has(role):
            return (recipe.swap(role, ()),)
    return ()


def _not_shared(recipe: Recipe) -> Ways:
    """places · (k · k · c + 1) · f: every place of the output with weights of its own."""
    if not isinstance(recipe, Count) or recipe.subject.quantity != "params":
        return ()
    layer, inputs = recipe.subject.layer, recipe.subject.inputs
    if layer.kind in KERNELS - LOCAL:
        there = places(recipe.subject)
    elif layer.kind == "TimeDistributed" or (recipe.has("state") and len(inputs[0]) == 2):
        there = inputs[0][:1]
    else:
        return ()
    own = recipe.times("place", there)
    if recipe.find("bias") is None:
        return (own,)
    weights = [each.role for each in recipe.terms if each.role != "bias"]
    return (own, recipe.times("place", there, weights))


def _pooling_has_weights(recipe: Recipe) -> Ways:
    """k · k, k · k · c, (k · k + 1) · c, (k · k · c + 1) · c, or a factor and a bias a channel."""
    if not isinstance(recipe, Count) or not counts(recipe, POOLING | GLOBAL_POOLING):
        return ()
    subject = recipe.subject
    channels = in_channels(subject)
    window = getattr(subject.layer, "pool_size", None)
    if window is None:
        first_is_depth = getattr(subject.layer, "data_format", None) == "channels_first"
        window = subject.inputs[0][1:] if first_is_depth else subject.inputs[0][:-1]
    if subject.quantity == "macs":
        there = places(subject) if subject.layer.kind in POOLING else ()
        return (recipe.plus(term("weights", place=there, channels=channels, kernel=window)),)
    bias = term("bias", channels=channels)
    return (
        recipe.plus(term("weights", kernel=window)),
        recipe.plus(term("weights", kernel=window, channels=channels)),
        recipe.plus(term("weights", kernel=window, channels=channels), bias),
        recipe.plus(Term("weights", (*term("", kernel=window, depth=channels).factors, *bias.factors)), bias),
        recipe.plus(term("weights", vectors=2, channels=channels)),
    )


def _values_for_params(recipe: Recipe) -> Ways:
    """The number of output values."""
    if (
        not isinstance(recipe, Count)
        or recipe.subject.quantity != "params"
        or not counts(recipe, KERNELS | POOLING | {"Flatten"})
    ):
        return ()
    try:
        output = recipe.subject.layer.output_shape(recipe.subject.inputs)
    except LayerError:
        return ()
    return (replace(recipe, terms=(term("values", values=output),)),)


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
    *FAMILY_RULES,
    Rule(
        "biases-multiplied",
        msg("You multiplied the biases by the channels as well: each filter has a single one."),
        _biases_multiplied,
    ),
    Rule(
        "values-for-params",
        msg("You counted the values of the output: asked are the numbers that are learned."),
        _values_for_params,
        network_wide=False,
    ),
)
"""The mistakes in counting parameters, likelier ones first."""
