"""Mistakes in the multiply-adds of one layer and in the last window's part of a receptive field.

A convolution needs out_h · out_w · f · k · k · c multiply-adds, a dense layer n · u. Mistakes in factors that
parameters have as well are in parameters.py.
"""

from dataclasses import replace

from cnntutor.calc.layers.axes import spatial
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg
from cnntutor.quiz.rules.models import KERNELS, POOLING, TRANSPOSED, parameter_terms, places, recipe_of
from cnntutor.quiz.rules.recipe import Count, Fixed, Recipe, Sides, Term
from cnntutor.quiz.rules.rule import Rule
from cnntutor.quiz.rules.shapes import SHAPE_RULES

Ways = tuple[Recipe, ...]
_SHAPES = {rule.slug: rule for rule in SHAPE_RULES}


def _params_for_macs(recipe: Recipe) -> Ways:
    """The parameters, with or without the biases."""
    if not _multiplies(recipe) or not isinstance(recipe, Count):
        return ()
    params = replace(recipe, terms=parameter_terms(recipe.subject))
    return (params, params.drop("bias")) if params.find("bias") else (params,)


def _flops_for_macs(recipe: Recipe) -> Ways:
    """Twice the multiply-adds."""
    return (recipe.times("two", (2,)),) if _multiplies(recipe) and isinstance(recipe, Count) else ()


def _input_size_for_output_size(recipe: Recipe) -> Ways:
    """in_h · in_w for out_h · out_w."""
    if not isinstance(recipe, Count) or not _slides(recipe):
        return ()
    layer = recipe.subject.layer
    sides = spatial(recipe.subject.inputs[0], getattr(layer, "data_format", None))
    return (recipe.swap("place", sides),)


def _output_size_for_input_size(recipe: Recipe) -> Ways:
    """out_h · out_w for in_h · in_w in a transposed convolution."""
    if not isinstance(recipe, Count) or not _multiplies(recipe):
        return ()
    return (recipe.swap("place", places(recipe.subject)),) if recipe.subject.layer.kind in TRANSPOSED else ()


def _bias_counted(recipe: Recipe) -> Ways:
    """One multiply-add more for each output value."""
    if not _multiplies(recipe) or not isinstance(recipe, Count):
        return ()
    biases = [each for each in parameter_terms(recipe.subject) if each.role == "bias"]
    if not biases:
        return ()
    there = tuple(each for each in recipe.terms[0].factors if each.role == "place")
    return (recipe.plus(*(Term("bias", (*there, *each.factors)) for each in biases)),)


def _through_shape(slug: str) -> Rule:
    """Return a mistake in the output shape as it shows in the multiply-adds."""
    rule = _SHAPES[slug]

    def change(recipe: Recipe) -> Ways:
        if not isinstance(recipe, Count) or not _slides(recipe):
            return ()
        try:
            shape = recipe_of(replace(recipe.subject, quantity="output_shape"))
        except LayerError:
            return ()
        wrong = [each for each in rule.change(shape) if isinstance(each, Sides)]
        return tuple(recipe.swap("place", tuple(side.length for side in each.sides)) for each in wrong)

    return Rule(slug, rule.mistake, change, rule.network_wide)


def _last_kernel_only(recipe: Recipe) -> Ways:
    """What the layer's own window spans."""
    subject = recipe.subject
    fits = subject.quantity == "receptive_field" and subject.layer.kind in KERNELS | POOLING
    return (recipe,) if fits and isinstance(recipe, Fixed) and recipe.value != () else ()


def _multiplies(recipe: Recipe) -> bool:
    """Return whether it is a number of multiply-adds that a model takes apart."""
    return (
        isinstance(recipe, Count)
        and recipe.subject.quantity == "macs"
        and bool(recipe.terms)
        and not recipe.has("all")
    )


def _slides(recipe: Recipe) -> bool:
    """Return whether it is the multiply-adds of a kernel that slides over the input."""
    return _multiplies(recipe) and recipe.subject.layer.kind in KERNELS - TRANSPOSED


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
    Rule(
        "output-size-for-input-size",
        msg(
            "You took the places of the output: a transposed kernel is laid down once for every input place."
        ),
        _output_size_for_input_size,
    ),
    Rule("bias-counted", msg("You counted adding the biases: multiply-adds leave it out."), _bias_counted),
    *(
        _through_shape(slug)
        for slug in (
            *("no-plus-one", "same-for-valid", "valid-for-same", "stride-ignored", "ceil-for-floor"),
            *("dilation-ignored", "divided-by-kernel"),
        )
    ),
    Rule(
        "last-kernel-only",
        msg("You gave the last window alone: through it an output sees the windows before it as well."),
        _last_kernel_only,
        network_wide=False,
    ),
)
"""The mistakes in multiply-adds and receptive fields, likelier ones first."""
