"""Recipes: content/recipes/SLUG.toml says how a network is trained, in presets; `resolve` makes a run of one."""

import difflib
import time
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from cnntutor import locations, settings
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import NetworkEntry, find_network
from cnntutor.i18n import Message, Text, msg
from cnntutor.lab.folder import run_name
from cnntutor.lab.network_record import record_network
from cnntutor.lab.run_spec import RUN_FORMAT_VERSION, Reported, RunSpec, TrainingSettings
from cnntutor.lab.process import this_process
from cnntutor.lab.versions import installed_versions

Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages, as a recipe file gives it."""

    en: str
    vi: str

    @property
    def text(self) -> Text:
        """The text, shown in the language now in force."""
        return Text(self.en, self.vi)


class ReportedEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[reported]: the figure to set the run's own beside."""

    test_accuracy: Annotated[float, msgspec.Meta(ge=0, le=1)]
    source: Words
    data: Literal["mnist"]
    epochs: Annotated[int, msgspec.Meta(ge=1)] | None = None


class PresetEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[presets.NAME]: what is special about it; `settings` changes some of the recipe's own."""

    title: Words
    settings: dict[str, Any]


class RecipeFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a recipe file may say."""

    format_version: Literal[1]
    slug: Slug
    network: str
    title: Words
    note: Words
    settings: dict[str, Any]
    presets: Annotated[dict[Slug, PresetEntry], msgspec.Meta(min_length=1)]
    reported: ReportedEntry | None = None


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """One way to run a recipe, its settings complete."""

    name: str
    title: Text
    settings: TrainingSettings


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """A recipe, checked."""

    slug: str
    title: Text
    note: Text
    """What is stated by the source and what is inferred."""
    network: str
    """Slug of the network."""
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
