"""Recipes of the learner's own: a recipe of the course with changed settings, kept as a file."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from cnntutor.errors import Failed, NotUnderstood
from cnntutor.i18n import Text, msg
from cnntutor.lab.folder import replace_file
from cnntutor.lab.recipe import Preset, Recipe, load_recipe, own_recipes_dir, recipe_slugs, recipes_dir
from cnntutor.lab.settings_change import changed_settings


def save_own(recipe: Recipe, preset: Preset, overrides: Mapping[str, str], name: str) -> Path:
    """Write a recipe of the learner's own and return its file; one of the same name is replaced.

    Args:
        recipe: What it is made from.
        preset: Which of its presets.
        overrides: Settings to change, as they were typed.
        name: The new slug.

    Raises:
        NotUnderstood: the name or an override will not do, or the course has a recipe of that name. Nothing
            is written then.
        Failed: the file cannot be written.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > 60:
        raise NotUnderstood(
            msg(
                "{name} is no name for a recipe; take small letters, digits and hyphens, such as my-lenet.",
                name=name,
            )
        )
    if name in recipe_slugs(recipes_dir()):
        raise NotUnderstood(msg("The course has a recipe {name} already; take another name.", name=name))
    settings = changed_settings(preset.settings, overrides)
    values = {key: value for key, value in msgspec.structs.asdict(settings).items() if value is not None}
    title = Text(f"{recipe.title.en}: {name}", f"{recipe.title.vi}: {name}")
    note = Text(
        f"Made from {recipe.slug}, preset {preset.name}.", f"Từ {recipe.slug}, cấu hình {preset.name}."
    )
    lines = [
        "format_version = 1",
        f"slug = {_value(name)}",
        f"network = {_value(recipe.network)}",
        f"method = {_value(recipe.method)}",
        f"title = {_text(title)}",
        f"note = {_text(note)}",
        "",
        "[settings]",
        *(f"{key} = {_value(value)}" for key, value in values.items()),
        "",
        "[presets.own]",
        f"title = {_text(Text('Your own settings', 'Thiết lập của bạn'))}",
        "settings = {}",
    ]
    path = own_recipes_dir() / f"{name}.toml"
    text = "\n".join(lines) + "\n"
    load_recipe(path, text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode())
    except OSError as problem:
        raise Failed(
            msg(
                "{folder} cannot be written ({problem}); free some space or choose another folder with"
                " CNNTUTOR_HOME.",
                folder=path.parent,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    return path


def _value(value: object) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _text(text: Text) -> str:
    return f"{{ en = {_value(text.en)}, vi = {_value(text.vi)} }}"
