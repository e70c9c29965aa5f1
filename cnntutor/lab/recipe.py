"""Recipes: how a network is trained, in presets; `resolve` turns one and the learner's changes into a run."""

import difflib
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnntutor import locations, settings
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import find_network
from cnntutor.i18n import Text, msg
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.fitting import fitted, placed
from cnntutor.lab.folder import run_name
from cnntutor.lab.network_record import record_network
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe_file import (
    PredictionEntry,
    ReportedEntry,
    convert,
    parse_recipe_file,
    read_recipe_file,
)
from cnntutor.lab.run_spec import (
    RUN_FORMAT_VERSION,
    Choice,
    Method,
    Prediction,
    Reported,
    ReportedScore,
    RunSpec,
    TrainingSettings,
)
from cnntutor.lab.settings_change import changed_settings
from cnntutor.lab.versions import installed_versions


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
    prediction: Prediction | None = None
    method: Method = "train"
    mends: str | None = None
    """The recipe whose mistakes this one mends."""
    own: bool = False
    """Whether the learner wrote it."""

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


def own_recipes_dir() -> Path:
    """Return the folder of the learner's own recipes."""
    return locations.home_dir() / "recipes"


def _paths(folder: Path | None) -> dict[str, Path]:
    """Return the recipe files by slug; the course's own go before the learner's."""
    folders = [folder] if folder is not None else [own_recipes_dir(), recipes_dir()]
    return dict(sorted((path.stem, path) for each in folders for path in each.glob("*.toml")))


def load_recipe(path: Path, text: str | None = None) -> Recipe:
    """Return the recipe a file holds.

    Args:
        path: The file.
        text: What it is to hold; None reads what it holds.

    Raises:
        NotUnderstood: the file is malformed; names file, key and mend.
    """
    file = read_recipe_file(path) if text is None else parse_recipe_file(text, path)
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
        reported=None if file.reported is None else _reported(file.reported),
        prediction=None if file.prediction is None else _prediction(file.prediction, path),
        method=file.method,
        mends=file.mends,
        own=path.parent == own_recipes_dir(),
    )


def _reported(entry: ReportedEntry) -> Reported:
    """Return the reported figure of a file."""
    return Reported(
        test_accuracy=entry.test_accuracy,
        loss=entry.loss,
        source=entry.source.text,
        data=entry.data,
        epochs=entry.epochs,
        figure=None if entry.figure is None else entry.figure.text,
        unknown=None if entry.unknown is None else entry.unknown.text,
        scores=tuple(
            ReportedScore(network=each.network, top1=each.top1, top5=each.top5) for each in entry.scores
        ),
    )


def _prediction(entry: PredictionEntry, path: Path) -> Prediction:
    """Return the prediction of a file.

    Raises:
        NotUnderstood: two choices hold for the same figure.
    """
    spans = sorted((choice.low, choice.high) for choice in entry.choices)
    for (low, high), (above, _) in zip(spans, [*spans[1:], (math.inf, math.inf)], strict=True):
        if low >= high or high > above:
            raise NotUnderstood(
                msg(
                    "{file}: the choices of the prediction overlap between {low} and {high}; correct low and"
                    " high.",
                    file=path,
                    low=str(low),
                    high=str(high),
                )
            )
    return Prediction(
        question=entry.question.text,
        quantity=entry.quantity,
        choices=tuple(Choice(text=each.text.text, low=each.low, high=each.high) for each in entry.choices),
        after=entry.after.text,
    )


def list_recipes(folder: Path | None = None) -> tuple[Recipe, ...]:
    """Return all recipes, by slug.

    Raises:
        NotUnderstood: a file is malformed.
    """
    return tuple(load_recipe(path) for path in _paths(folder).values())


def recipe_slugs(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all recipe files, whether they can be read or not."""
    return tuple(_paths(folder))


def find_recipe(slug: str, folder: Path | None = None) -> Recipe:
    """Return one recipe.

    Raises:
        NotUnderstood: there is none of that name, or its file is malformed.
    """
    paths = _paths(folder)
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


def resolve(
    recipe: Recipe, preset: str, overrides: Mapping[str, str], predicted: int | None = None
) -> RunSpec:
    """Return the run a recipe makes: everything the worker needs, and a fresh id.

    Args:
        recipe: The recipe.
        preset: The name of one of its presets.
        overrides: Settings to change, as they were typed.
        predicted: The choice the learner made before the run, from 0.

    Raises:
        NotUnderstood: the preset, an override, or the recipe's network is not understood.
        Missing: the run needs a folder or a file that nobody named.
    """
    chosen = recipe.preset(preset)
    training = placed(changed_settings(chosen.settings, overrides), recipe.slug, preset, recipe.method)
    created = time.time()
    data_dir = settings.data_dir()
    published = DATA_SETS[training.data].downloads
    if published and data_dir is not None and not data_dir.is_dir():
        raise NotUnderstood(
            msg(
                "The data folder {folder} is not there; correct CNNTUTOR_DATA, or make the folder.",
                folder=data_dir,
            )
        )
    entry = find_network(training.network or recipe.network)
    return RunSpec(
        format_version=RUN_FORMAT_VERSION,
        run=run_name(recipe.slug, created),
        created=created,
        recipe=recipe.slug,
        title=recipe.title,
        preset=preset,
        overrides=dict(overrides),
        settings=training,
        network=record_network(fitted(entry, training, recipe.method)),
        data_dir=None if data_dir is None else str(data_dir),
        store_dir=str(locations.data_store().absolute()),
        embedded_preset=next(
            (
                each.name
                for each in recipe.presets
                if each.settings.data == "mnist-5000" and training.data == "mnist"
            ),
            None,
        ),
        reported=recipe.reported,
        method=recipe.method,
        prediction=recipe.prediction,
        predicted=predicted,
        versions=installed_versions(),
        submitter=this_process(),
    )
