"""Recipes: how a network is trained, in presets; `resolve` turns one and the learner's changes into a run."""

import difflib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cnntutor import locations, settings
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import find_network
from cnntutor.i18n import Message, Text, msg
from cnntutor.lab.folder import run_name
from cnntutor.lab.network_record import record_network
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe_file import convert, read_recipe_file
from cnntutor.lab.run_spec import RUN_FORMAT_VERSION, Reported, RunSpec, TrainingSettings
from cnntutor.lab.versions import installed_versions

SETTING_HELP: dict[str, Message] = {
    "data": msg("mnist or mnist-5000"),
    "epochs": msg("a whole number from 1 to 10,000"),
    "batch_size": msg("a whole number from 1 to 65,536"),
    "optimizer": msg("Adam, SGD or RMSprop"),
    "learning_rate": msg("a number above 0 and at most 10, such as 0.001"),
    "loss": msg("sparse_categorical_crossentropy"),
    "pixel_divisor": msg("a number above 0 and at most 1,000; 255 brings pixels to 0 to 1"),
    "validation_fraction": msg("a number above 0 and at most 0.5, such as 0.1"),
    "seed": msg("a whole number from 0 on"),
    "split_seed": msg("a whole number from 0 on"),
    "train_images": msg("a whole number from 10 on, or none for all"),
    "test_images": msg("a whole number from 10 on, or none for all"),
    "device": msg("auto, cpu or gpu"),
}
"""What each setting of a run takes, for --set and for the screen."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One way to run a recipe, its settings complete."""

    name: str
    title: Text
    settings: TrainingSettings


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe, checked."""

    slug: str
    title: Text
    note: Text
    """What is stated by the source and what is inferred."""
    network: str
    """Slug or alias of the network."""
    presets: tuple[Preset, ...]
    """In the order of the file; the first is the default."""
    reported: Reported | None

    def preset(self, name: str) -> Preset:
        """Return one preset.

        Raises:
            NotUnderstood: the recipe has none of that name.
        """
        for preset in self.presets:
            if preset.name == name:
                return preset
        raise NotUnderstood(
            msg(
                "The recipe {recipe} has no preset {preset}; it has: {presets}.",
                recipe=self.slug,
                preset=name,
                presets=", ".join(preset.name for preset in self.presets),
            )
        )


def recipes_dir() -> Path:
    """Return the folder of the recipe files."""
    return locations.content_dir() / "recipes"


def load_recipe(path: Path) -> Recipe:
    """Return the recipe a file holds.

    Raises:
        NotUnderstood: the file is malformed; names file, key and mend.
    """
    file = read_recipe_file(path)
    reported = file.reported
    return Recipe(
        slug=file.slug,
        title=file.title.text,
        note=file.note.text,
        network=file.network,
        presets=tuple(
            Preset(
                name,
                entry.title.text,
                convert(file.settings | entry.settings, TrainingSettings, path, f"presets.{name}.settings."),
            )
            for name, entry in file.presets.items()
        ),
        reported=None
        if reported is None
        else Reported(
            test_accuracy=reported.test_accuracy,
            source=reported.source.text,
            data=reported.data,
            epochs=reported.epochs,
        ),
    )


def list_recipes(folder: Path | None = None) -> tuple[Recipe, ...]:
    """Return all recipes, by slug.

    Raises:
        NotUnderstood: a file is malformed.
    """
    return tuple(load_recipe(path) for path in sorted((folder or recipes_dir()).glob("*.toml")))


def recipe_slugs(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all recipe files, whether they can be read or not."""
    return tuple(sorted(path.stem for path in (folder or recipes_dir()).glob("*.toml")))


def find_recipe(slug: str, folder: Path | None = None) -> Recipe:
    """Return one recipe.

    Raises:
        NotUnderstood: there is none of that name, or its file is malformed.
    """
    paths = {path.stem: path for path in sorted((folder or recipes_dir()).glob("*.toml"))}
    if slug in paths:
        return load_recipe(paths[slug])
    near = difflib.get_close_matches(slug, paths, n=1, cutoff=0.5)
    if near:
        raise NotUnderstood(
            msg("There is no recipe {recipe}; did you mean {near}?", recipe=slug, near=near[0])
        )
    raise NotUnderstood(
        msg(
            "There is no recipe {recipe}; `cnntutor recipe list` shows them: {known}.",
            recipe=slug,
            known=", ".join(paths) or "–",
        )
    )


def changed_settings(base: TrainingSettings, overrides: Mapping[str, str]) -> TrainingSettings:
    """Return the settings with some changed.

    Args:
        base: The preset's settings.
        overrides: New values as they were typed, by key.

    Raises:
        NotUnderstood: a key is unknown, or a value is not what it takes.
    """
    kinds = {field.name: field.type for field in msgspec.structs.fields(TrainingSettings)}
    changes: dict[str, object] = {}
    for key, typed in overrides.items():
        if key not in kinds:
            near = difflib.get_close_matches(key, kinds, n=1, cutoff=0.5)
            raise NotUnderstood(
                msg("--set {key}: there is no such setting; did you mean {near}?", key=key, near=near[0])
                if near
                else msg(
                    "--set {key}: there is no such setting; there are: {known}.",
                    key=key,
                    known=", ".join(kinds),
                )
            )
        value = typed.strip()
        try:
            # "null" is how msgspec reads None from a text.
            changes[key] = msgspec.convert(
                "null" if value.lower() == "none" else value, kinds[key], strict=False
            )
        except msgspec.ValidationError as problem:
            raise NotUnderstood(
                msg(
                    "--set {key}={value}: the value is not understood; {key} takes {takes}.",
                    key=key,
                    value=typed,
                    takes=SETTING_HELP[key],
                )
            ) from problem
    return msgspec.structs.replace(base, **changes)


def parse_overrides(assignments: tuple[str, ...]) -> dict[str, str]:
    """Return `key=value` texts as a mapping; the last one of a key counts.

    Raises:
        NotUnderstood: one has no key or no equals sign.
    """
    overrides: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key.strip():
            raise NotUnderstood(
                msg(
                    "--set {given} is not understood; write key=value, such as --set epochs=2.",
                    given=assignment,
                )
            )
        overrides[key.strip()] = value.strip()
    return overrides


def resolve(recipe: Recipe, preset: str, overrides: Mapping[str, str]) -> RunSpec:
    """Return the run a recipe makes: everything the worker needs, and a fresh id.

    Raises:
        NotUnderstood: the preset, an override, or the recipe's network is not understood.
    """
    chosen = recipe.preset(preset)
    training = changed_settings(chosen.settings, overrides)
    created = time.time()
    data_dir = settings.data_dir()
    if training.data == "mnist" and data_dir is not None and not data_dir.is_dir():
        raise NotUnderstood(
            msg(
                "The data folder {folder} is not there; correct CNNTUTOR_DATA, or make the folder.",
                folder=data_dir,
            )
        )
    return RunSpec(
        format_version=RUN_FORMAT_VERSION,
        run=run_name(recipe.slug, created),
        created=created,
        recipe=recipe.slug,
        title=recipe.title,
        preset=preset,
        overrides=dict(overrides),
        settings=training,
        network=record_network(find_network(recipe.network)),
        data_dir=None if data_dir is None else str(data_dir),
        embedded_preset=next(
            (each.name for each in recipe.presets if each.settings.data == "mnist-5000"), None
        ),
        reported=recipe.reported,
        versions=installed_versions(),
        submitter=this_process(),
    )
