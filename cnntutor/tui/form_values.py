"""What was typed into the form of a recipe: one value a setting, or several with commas, a run for each."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import t
from cnntutor.lab.recipe import Preset, Recipe
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.lab.settings_change import SETTING_HELP, changed_settings
from cnntutor.lab.sweep import plan_sweep

SEEDS = "seeds"
"""A field of the form that is no setting: how many seeds each combination is run with."""
ONE_SEED = "1"
MOST_RUNS = 26
"""So many runs of one form at most: each holds a process in line, and a letter where they are compared."""
_COMMA_INSIDE = frozenset({"network", "photos", "weights", "words"})
"""Settings whose value is a path or a text, in which a comma is a comma."""


def values_of(setting: str, text: str) -> list[str]:
    """Return the values that stand in a field."""
    return [text] if setting in _COMMA_INSIDE else [each.strip() for each in text.split(",")]


def problems_of(preset: Preset, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong, a sentence for each field with a mistake in it.

    Args:
        preset: The preset that is changed.
        typed: What differs from it, by key.
    """
    found = {setting: _problem(preset.settings, setting, text) for setting, text in typed.items()}
    found = {setting: sentence for setting, sentence in found.items() if sentence}
    if found:
        return found
    counts = {setting: _count(setting, text) for setting, text in typed.items()}
    counts = {setting: count for setting, count in counts.items() if count > 1}
    if "seed" in counts and SEEDS in counts:
        return {SEEDS: t("must be 1, for seed has several values")}
    runs = math.prod(counts.values())
    if runs > MOST_RUNS:
        return dict.fromkeys(counts, t("makes {runs} runs; {most} are the most", runs=runs, most=MOST_RUNS))
    return {}


def plan_of(recipe: Recipe, preset: Preset, typed: Mapping[str, str]) -> tuple[dict[str, str], ...]:
    """Return the settings to change for each run, in order; one run where no field has several values.

    Raises:
        NotUnderstood: a value is not understood; `problems_of` says which.
    """
    fixed = {setting: text for setting, text in typed.items() if setting != SEEDS}
    lists = {setting: values_of(setting, text) for setting, text in fixed.items()}
    swept = tuple(f"{setting}={','.join(each)}" for setting, each in lists.items() if len(each) > 1)
    for setting, each in lists.items():
        if len(each) > 1:
            del fixed[setting]
    return plan_sweep(recipe, preset.name, fixed, swept, int(typed.get(SEEDS, ONE_SEED)))


def _count(setting: str, text: str) -> int:
    """Return how many runs the value of a field makes."""
    return int(text) if setting == SEEDS else len(values_of(setting, text))


def _problem(base: TrainingSettings, setting: str, text: str) -> str:
    """Return what is wrong with a field by itself; empty for nothing."""
    if setting == SEEDS:
        fine = text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_RUNS
        return "" if fine else t("must be a whole number from 1 to {most}", most=str(MOST_RUNS))
    values = values_of(setting, text)
    try:
        meant = [getattr(changed_settings(base, {setting: value}), setting) for value in values]
    except NotUnderstood:
        return t("must be {allowed}", allowed=SETTING_HELP[setting])
    return t("has a value twice") if len(set(meant)) < len(meant) else ""
