"""Mistakes in counting the parameters of one layer; those about factors show in multiply-adds as well.

In the formulas k is the kernel's sides, c the input channels of one filter, f the filters: a convolution has
(k · k · c + 1) · f parameters; a dense layer of n inputs and u units (n + 1) · u.
"""

from dataclasses import replace

from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.quiz.rules.models import (
    CONVOLUTIONS,
    DEPTHWISE,
    GLOBAL_POOLING,
    KERNELS,
    LOCAL,
    POOLING,
    SEPARABLE,
    in_channels,
    places,
)
from cnntutor.quiz.rules.recipe import Count, Factor, Recipe, Term, term
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
    ways = [(side,) for side in dict.fromkeys(kernel)] if len(kernel) > 1 else []
    return tuple(
        recipe.swap("kernel", sides) for sides in (*ways, *((kernel[1:],) if len(kernel) > 2 else ()))
    )


def _filters_squared(recipe: Recipe) -> Ways:
    """(k · k · f + 1) · f: the filters taken for the input channels."""
    if not isinstance(recipe, Count) or not _counts(recipe, CONVOLUTIONS):
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
    if not isinstance(recipe, Count) or not _counts(recipe, POOLING | GLOBAL_POOLING):
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


def _depthwise_as_full(recipe: Recipe) -> Ways:
    """(k · k · c + 1) · f where every channel has kernels of its own."""
    if not isinstance(recipe, Count) or not _counts(recipe, DEPTHWISE | SEPARABLE):
        return ()
    subject = recipe.subject
    depth = in_channels(subject)
    filters = getattr(subject.layer, "filters", depth * getattr(subject.layer, "depth_multiplier", 1))
    kernel = getattr(subject.layer, "kernel_size", ())
    if subject.quantity == "macs":
        full = term("weights", place=places(subject), filters=filters, kernel=kernel, depth=depth)
        return (replace(recipe, terms=(full,)),)
    bias = (term("bias", filters=filters),) if recipe.find("bias") else ()
    return (replace(recipe, terms=(term("weights", kernel=kernel, depth=depth, filters=filters), *bias)),)


def _pointwise_forgotten(recipe: Recipe) -> Ways:
    """k · k · c, with a bias for each filter, or with one for each channel."""
    if not isinstance(recipe, Count) or recipe.find("pointwise") is None:
        return ()
    bare = recipe.drop("pointwise", "bias")
    if recipe.find("bias") is None:
        return (bare,)
    depthwise = next(each for each in bare.terms if each.role == "depthwise")
    own = Term("bias", tuple(each for each in depthwise.factors if each.role != "kernel"))
    return (bare, recipe.drop("pointwise"), bare.plus(own))


def _depthwise_forgotten(recipe: Recipe) -> Ways:
    """(c + 1) · f."""
    return (recipe.drop("depthwise"),) if isinstance(recipe, Count) and recipe.find("depthwise") else ()


def _bn_two(recipe: Recipe) -> Ways:
    """2 · c where there are 4 vectors."""
    if not isinstance(recipe, Count) or not _counts(recipe, {"BatchNormalization"}):
        return ()
    trained = recipe.find("trained")
    whole = trained is not None and trained.factors[0].value == 2
    return (recipe.drop("moving"),) if whole and recipe.find("moving") else ()


def _non_trainable_forgotten(recipe: Recipe) -> Ways:
    """The trained vectors only."""
    if not isinstance(recipe, Count) or recipe.find("moving") is None or recipe.find("trained") is None:
        return ()
    return (recipe.drop("moving"),)


def _norm_as_batch(recipe: Recipe) -> Ways:
    """4 · c where there are no moving statistics."""
    kinds = {"LayerNormalization", "GroupNormalization", "RMSNormalization"}
    if not isinstance(recipe, Count) or not _counts(recipe, kinds) or not recipe.has("vectors"):
        return ()
    return (recipe.swap("vectors", (4,)),)


def _gates_forgotten(recipe: Recipe) -> Ways:
    """(features + units + 1) · units."""
    if not isinstance(recipe, Count) or not recipe.has("gate"):
        return ()
    bare = recipe.swap("gate", ())
    return (bare, bare.swap("rows", ())) if recipe.has("rows") else (bare,)


def _gate_left_out(recipe: Recipe) -> Ways:
    """One gate less: the candidate state is forgotten."""
    if not isinstance(recipe, Count) or not recipe.has("gate"):
        return ()
    gates = next(each.value for one in recipe.terms for each in one.factors if each.role == "gate")
    return (recipe.swap("gate", (gates - 1,)),)


def _recurrent_kernel_forgotten(recipe: Recipe) -> Ways:
    """gates · (features + 1) · units, or without the biases."""
    if not isinstance(recipe, Count) or recipe.find("recurrent") is None:
        return ()
    fed = recipe.drop("recurrent")
    return (fed, fed.drop("bias")) if fed.find("bias") else (fed,)


def _recurrent_bias_forgotten(recipe: Recipe) -> Ways:
    """One row of biases where there are two."""
    return (recipe.swap("rows", ()),) if isinstance(recipe, Count) and recipe.has("rows") else ()


def _one_direction(recipe: Recipe) -> Ways:
    """Half of it."""
    return (recipe.swap("directions", ()),) if isinstance(recipe, Count) and recipe.has("directions") else ()


def _one_head(recipe: Recipe) -> Ways:
    """key width for heads · key width."""
    return (recipe.swap("heads", ()),) if isinstance(recipe, Count) and recipe.has("heads") else ()


def _output_projection_forgotten(recipe: Recipe) -> Ways:
    """The projections of query, key and value alone."""
    if not isinstance(recipe, Count) or not recipe.has("heads"):
        return ()
    width = recipe.subject.inputs[0][-1]
    kept = tuple(
        each
        for each in recipe.terms
        if "output" not in each.role and each.factors != (Factor("width", width),)
    )
    return (replace(recipe, terms=kept),) if len(kept) < len(recipe.terms) else ()


def _flattened_for_last_axis(recipe: Recipe) -> Ways:
    """(all values + 1) · u where a dense layer sees the last axis only."""
    if not isinstance(recipe, Count) or not _counts(recipe, {"Dense"}) or len(recipe.subject.inputs[0]) < 2:
        return ()
    return (recipe.swap("inputs", recipe.subject.inputs[0]),) if recipe.subject.quantity == "params" else ()


def _shared_for_unshared(recipe: Recipe) -> Ways:
    """The weights of one place only."""
    if not isinstance(recipe, Count) or not _counts(recipe, LOCAL) or recipe.subject.quantity != "params":
        return ()
    return (recipe.swap("place", ()),)


def _values_for_params(recipe: Recipe) -> Ways:
    """The number of output values."""
    if (
        not isinstance(recipe, Count)
        or recipe.subject.quantity != "params"
        or not _counts(recipe, KERNELS | POOLING | {"Flatten"})
    ):
        return ()
    try:
        output = recipe.subject.layer.output_shape(recipe.subject.inputs)
    except LayerError:
        return ()
    return (replace(recipe, terms=(term("values", values=output),)),)


def _counts(recipe: Count, kinds: set[str] | frozenset[str]) -> bool:
    """Return whether it is the number of a layer of these kinds."""
    return recipe.subject.layer.kind in kinds


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
        "depthwise-as-full",
        msg("You counted a full convolution: here every channel has a kernel of its own, one deep."),
        _depthwise_as_full,
    ),
    Rule(
        "pointwise-forgotten",
        msg("You left out the 1×1 convolution that mixes the channels after the depthwise step."),
        _pointwise_forgotten,
    ),
    Rule(
        "depthwise-forgotten",
        msg("You left out the depthwise step: each channel has a kernel of its own before the mixing."),
        _depthwise_forgotten,
    ),
    Rule(
        "bn-two",
        msg("You counted two numbers a channel: moving mean and moving variance are counted too."),
        _bn_two,
    ),
    Rule(
        "non-trainable-forgotten",
        msg("You left out what is not trained: parameters that are only kept count as well."),
        _non_trainable_forgotten,
    ),
    Rule(
        "norm-as-batch",
        msg("You counted moving statistics: only BatchNormalization keeps those."),
        _norm_as_batch,
    ),
    Rule(
        "gates-forgotten",
        msg("You counted one gate: each gate, and the candidate state, has weights of its own."),
        _gates_forgotten,
    ),
    Rule(
        "gate-left-out",
        msg("You counted one gate too few: the candidate state has weights like the gates."),
        _gate_left_out,
    ),
    Rule(
        "recurrent-kernel-forgotten",
        msg("You left out the recurrent weights: every unit also sees all units of the step before."),
        _recurrent_kernel_forgotten,
    ),
    Rule(
        "recurrent-bias-forgotten",
        msg(
            "You counted one row of biases: with reset_after there are two, for the input and for the state."
        ),
        _recurrent_bias_forgotten,
    ),
    Rule(
        "one-direction",
        msg("You counted one direction: one copy of the layer reads forwards, one backwards."),
        _one_direction,
    ),
    Rule("one-head", msg("You counted a single head: every head has projections of its own."), _one_head),
    Rule(
        "output-projection-forgotten",
        msg("You left out the output projection, which puts the heads together again."),
        _output_projection_forgotten,
    ),
    Rule(
        "flattened-for-last-axis",
        msg("You flattened the input: a dense layer alone sees only the last axis, at every position."),
        _flattened_for_last_axis,
    ),
    Rule(
        "shared-for-unshared",
        msg("You shared the weights: this layer has weights of its own at every place."),
        _shared_for_unshared,
    ),
    Rule(
        "values-for-params",
        msg("You counted the values of the output: asked are the numbers that are learned."),
        _values_for_params,
        network_wide=False,
    ),
)
"""The mistakes in counting parameters, likelier ones first."""
