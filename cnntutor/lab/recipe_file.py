"""What content/recipes/SLUG.toml may say, and the sentence for a file that says something else."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Text, msg
from cnntutor.lab.run_spec import Method

Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Shape = TypeVar("Shape", bound=msgspec.Struct)


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    en: Annotated[str, msgspec.Meta(min_length=1)]
    vi: Annotated[str, msgspec.Meta(min_length=1)]

    @property
    def text(self) -> Text:
        """The text, shown in the language now in force."""
        return Text(self.en, self.vi)


class ScoreEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of `[[reported.scores]]`: a pretrained network and its accuracies."""

    network: str
    top1: Fraction
    top5: Fraction


class ReportedEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[reported]`: the figure to set a run's own beside."""

    source: Words
    data: str
    """What it was reported on: the name of a data set, or words."""
    test_accuracy: Fraction | None = None
    loss: Annotated[float, msgspec.Meta(ge=0)] | None = None
    figure: Words | None = None
    """What was reported, in words, where it is not one test accuracy."""
    unknown: Words | None = None
    """What the source does not say."""
    epochs: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Left out where the source does not say."""
    scores: tuple[ScoreEntry, ...] = ()


class ChoiceEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of `[[prediction.choices]]`; it holds for low ≤ figure < high."""

    text: Words
    low: float = -1.0
    high: float = 1e9


class PredictionEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[prediction]`: a question to answer before the run."""

    question: Words
    quantity: Literal["test_accuracy", "test_loss", "best_epoch", "epochs_done", "top1", "words_right"]
    choices: Annotated[tuple[ChoiceEntry, ...], msgspec.Meta(min_length=2, max_length=5)]
    after: Words


class PresetEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[presets.NAME]`: its `settings` go before the recipe's own."""

    title: Words
    settings: dict[str, Any]


class RecipeFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole recipe file."""

    format_version: Literal[1]
    slug: Slug
    network: str
    """Slug or alias of a network."""
    title: Words
    note: Words
    """What is stated by the source and what is inferred."""
    settings: dict[str, Any]
    """Shared by all presets; keys and limits are those of TrainingSettings."""
    presets: Annotated[dict[Slug, PresetEntry], msgspec.Meta(min_length=1)]
    """In the order they are offered; the first is the default."""
    reported: ReportedEntry | None = None
    prediction: PredictionEntry | None = None
    method: Method = "train"
    mends: Slug | None = None
    """The recipe whose mistakes this one mends."""


def read_recipe_file(path: Path) -> RecipeFile:
    """Return the content of a recipe file.

    Raises:
        NotUnderstood: the file cannot be read as UTF-8, is no TOML, or says something a recipe does not.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise NotUnderstood(
            msg(
                "{file} cannot be read ({problem}); check that it is there and readable.",
                file=path,
                problem=getattr(problem, "strerror", None) or str(problem),
            )
        ) from problem
    return parse_recipe_file(text, path)


def parse_recipe_file(text: str, path: Path) -> RecipeFile:
    """Return what the text of a recipe file says.

    Args:
        text: What the file holds, or is to hold.
        path: Its name.

    Raises:
        NotUnderstood: it is no TOML, or says something a recipe does not.
    """
    try:
        content = tomllib.loads(text)
    except ValueError as problem:
        raise NotUnderstood(
            msg("{file} is not valid TOML ({problem}); correct that line.", file=path, problem=problem)
        ) from problem
    recipe = convert(content, RecipeFile, path)
    if recipe.slug != path.stem:
        raise NotUnderstood(
            msg(
                "{file}: slug is {slug}, but it must be the name of the file, {name}; change one of them.",
                file=path,
                slug=recipe.slug,
                name=path.stem,
            )
        )
    return recipe


def convert(content: object, shape: type[Shape], path: Path, prefix: str = "") -> Shape:
    """Return content as the struct it must be.

    Args:
        content: What TOML gave.
        shape: The struct.
        path: The file, for the sentence.
        prefix: Where in the file the content stands, "presets.quick.settings.".

    Raises:
        NotUnderstood: a key is unknown, missing, or has a value it may not have; names file and key.
    """
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as problem:
        what, _, where = str(problem).partition(" - at ")
        within = prefix + re.sub(r"^\$\.?", "", where.strip("`"))
        if found := re.search(r"unknown field `(.+)`", what):
            key = ".".join(part for part in (within.rstrip("."), found[1]) if part)
            sentence = msg(
                "{file}: the key {key} is not known; remove it or correct its spelling.", file=path, key=key
            )
        elif found := re.search(r"missing required field `(.+)`", what):
            key = ".".join(part for part in (within.rstrip("."), found[1]) if part)
            sentence = msg("{file}: the key {key} is missing; add it.", file=path, key=key)
        else:
            sentence = msg(
                "{file}: the value of {key} will not do ({problem}); correct it.",
                file=path,
                key=within or "–",
                problem=what,
            )
        raise NotUnderstood(sentence) from problem
