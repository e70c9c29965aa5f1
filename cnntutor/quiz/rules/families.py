"""Mistakes in counting the parameters of layers that have more to them than one kernel.

Depthwise and separable convolutions, normalisations, recurrent layers, attention, unshared weights.
"""

from dataclasses import replace

from cnntutor.i18n import msg
from cnntutor.quiz.rules.models import DEPTHWISE, LOCAL, SEPARABLE, counts, in_channels, places
from cnntutor.quiz.rules.recipe import Count, Factor, Recipe, Term, term
from cnntutor.quiz.rules.rule import Rule

Ways = tuple[Recipe, ...]


def _depthwise_as_full(recipe: Recipe) -> Ways:
    """(k · k · c + 1) · f where every channel has kernels of its own."""
    if not isinstance(recipe, Count) or not counts(recipe, DEPTHWISE | SEPARABLE):
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
    depthwise = recipe.find("depthwise") if isinstance(recipe, Count) else None
    if not isinstance(recipe, Count) or depthwise is None or recipe.find("pointwise") is None:
        return ()
    bare = recipe.drop("pointwise", "bias")
    if recipe.find("bias") is None:
        return (bare,)
    own = Term("bias", tuple(each for each in depthwise.factors if each.role != "kernel"))
    return (bare, recipe.drop("pointwise"), bare.plus(own))


def _depthwise_forgotten(recipe: Recipe) -> Ways:
    """(c + 1) · f."""
    return (recipe.drop("depthwise"),) if isinstance(recipe, Count) and recipe.find("depthwise") else ()


def _bn_two(recipe: Recipe) -> Ways:
    """2 · c where there are 4 vectors."""
    if not isinstance(recipe, Count) or not counts(recipe, {"BatchNormalization"}):
        return ()
    trained = recipe.find("trained")
    whole = trained is not None and trained.factors[0].value == 2
    return (recipe.drop("moving"),) if whole and recipe.find("moving") else ()


def _per_value(recipe: Recipe) -> Ways:
    """4 · all values where there are 4 · c."""
    if not isinstance(recipe, Count) or not counts(recipe, {"BatchNormalization"}):
        return ()
    shape = recipe.subject.inputs[0]
    return (recipe.swap("channels", shape),) if len(shape) > 1 else ()


def _non_trainable_forgotten(recipe: Recipe) -> Ways:
    """The trained vectors only."""
    if not isinstance(recipe, Count) or recipe.find("moving") is None or recipe.find("trained") is None:
        return ()
    return (recipe.drop("moving"),)


def _norm_as_batch(recipe: Recipe) -> Ways:
    """4 · c where there are no moving statistics."""
    kinds = {"LayerNormalization", "GroupNormalization", "RMSNormalization"}
    if not isinstance(recipe, Count) or not counts(recipe, kinds) or not recipe.has("vectors"):
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
    if not isinstance(recipe, Count) or not counts(recipe, {"Dense"}) or len(recipe.subject.inputs[0]) < 2:
        return ()
    return (recipe.swap("inputs", recipe.subject.inputs[0]),) if recipe.subject.quantity == "params" else ()


def _shared_for_unshared(recipe: Recipe) -> Ways:
    """The weights of one place only."""
    if not isinstance(recipe, Count) or not counts(recipe, LOCAL) or recipe.subject.quantity != "params":
        return ()
    return (recipe.swap("place", ()),)


FAMILY_RULES = (
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
    Rule("per-value", msg("You counted four for every value: there are four for every channel."), _per_value),
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
)
"""The mistakes of these layers, likelier ones first."""
