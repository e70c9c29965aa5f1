"""A sweep: one recipe run for every combination of a few values and seeds, planned before the first run."""

import itertools
from collections.abc import Mapping

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.recipe import Recipe
from cnntutor.lab.settings_change import changed_settings, parse_overrides

MOST_RUNS = 200
"""A sweep never has more."""


def plan_sweep(
    recipe: Recipe,
    preset: str,
    overrides: Mapping[str, str],
    swept: tuple[str, ...],
    seeds: int = 1,
) -> tuple[dict[str, str], ...]:
    """Return the settings to change for each run, seeds fastest, then the settings in the order given.

    Args:
        recipe: The recipe.
        preset: One of its presets.
        overrides: What is changed in every run.
        swept: Texts such as `learning_rate=0.1,0.01`: the values of a setting, commas between.
        seeds: How many seeds each combination is run with, from the one asked for on.

    Raises:
        NotUnderstood: a text, a setting or a value is not understood, one is both set and swept, or there are
            too many runs.
    """
    values = {key: typed.split(",") for key, typed in parse_overrides(swept, "--sweep").items()}
    for key, each in values.items():
        if key in overrides:
            raise NotUnderstood(
                msg("{key} is both set and swept; leave one of the two out.", key=key),
            )
        if len(set(each)) < len(each):
            raise NotUnderstood(msg("--sweep {key}: a value stands there twice; leave one out.", key=key))
    base = recipe.preset(preset).settings
    first = changed_settings(base, overrides).seed
    if seeds > 1 and "seed" not in values:
        values["seed"] = [str(first + number) for number in range(seeds)]
    elif seeds > 1:
        raise NotUnderstood(msg("--seeds and --sweep seed=… say the same; leave one of the two out."))
    plan = tuple(
        {**overrides, **dict(zip(values, combination, strict=True))}
        for combination in itertools.product(*values.values())
    )
    if len(plan) > MOST_RUNS:
        raise NotUnderstood(
            msg(
                "The sweep has {count} runs; {most} are the most, so sweep fewer values.",
                count=len(plan),
                most=str(MOST_RUNS),
            )
        )
    for changes in plan:
        changed_settings(base, changes)
    return plan
