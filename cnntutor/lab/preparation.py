"""How images are split and prepared for a network, and what a worker found when it did that."""

from typing import Literal

import msgspec

from cnntutor.formats.library import find_network
from cnntutor.lab.recipe import Recipe
from cnntutor.lab.run_spec import TrainingSettings

PartName = Literal["train", "validation", "test"]
DRAWN_SIDE = 32
"""Height and width of the generated images, where no network asks for others."""


class Splitting(msgspec.Struct, frozen=True, kw_only=True):
    """Which images are for training, validation and test."""

    validation: Literal["held-out", "test", "none"] = "held-out"
    validation_fraction: float = 0.1
    seed: int = 0
    train_images: int | None = None
    test_images: int | None = None

    @classmethod
    def of(cls, settings: TrainingSettings) -> "Splitting":
        """Return how a run splits its images."""
        return cls(
            validation=settings.validation,
            validation_fraction=settings.validation_fraction,
            seed=settings.split_seed,
            train_images=settings.train_images,
            test_images=settings.test_images,
        )


class Preparation(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to images: split, photos cropped to a side, pixels divided and moved."""

    divisor: float = 255.0
    test_divisor: float | None = None
    """Another divisor for the test images; None for the same."""
    offset: float = 0.0
    photos: str | None = None
    """The folder of labelled photos."""
    side: int = 128
    """Of a photo as the network takes it."""
    drawn: int = DRAWN_SIDE
    """Side of the generated images."""
    split: Splitting = Splitting()
    examples: int = 1
    """So many pictures of each class are wanted."""


def drawn_side(recipe: str, side: int) -> int:
    """Return the side of the generated images for a recipe whose network takes images of a side."""
    return side if recipe.startswith("transfer") else DRAWN_SIDE


def preparation_of(recipe: Recipe, settings: TrainingSettings) -> Preparation:
    """Return what a run of a recipe with some settings does to its images.

    Raises:
        NotUnderstood: there is no network of that name.
    """
    network = find_network(settings.network or recipe.network).network
    side = settings.image_size or network.input_shape[0]
    return Preparation(
        divisor=settings.pixel_divisor,
        test_divisor=settings.test_pixel_divisor,
        offset=settings.pixel_offset,
        photos=settings.photos,
        side=side,
        drawn=drawn_side(recipe.slug, side),
        split=Splitting.of(settings),
    )


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of many pixels."""

    low: float
    high: float
    mean: float
    spread: float
    """Standard deviation."""
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    """A histogram: so many pixels from one edge to the next."""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One image, small enough for a terminal."""

    label: str
    black: float
    white: float
    """Least and greatest number the network sees in this image: what is black and white in `after`."""
    before: tuple[tuple[tuple[int, int, int], ...], ...]
    """Rows of colours, as the image lies on the disk; a photo with its own proportions."""
    after: tuple[tuple[tuple[int, int, int], ...], ...]
    """What the network sees, brought back to colours: its lowest number black, its highest white."""


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """What one part of a run holds."""

    name: PartName
    per_class: tuple[int, ...]

    @property
    def count(self) -> int:
        """Images in all."""
        return sum(self.per_class)


class DataView(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker found in a data set."""

    name: str
    provenance: str
    source: str
    train: int
    test: int
    shape: tuple[int, ...]
    """Of one prepared image."""
    labels: tuple[str, ...]
    per_class: tuple[int, ...]
    looked_at: int
    """So many images were looked at for the figures."""
    before: Figures
    after: Figures
    row_before: tuple[int, ...]
    row_after: tuple[float, ...]
    """Eight neighbours in the first image, one channel, before and after."""
    examples: tuple[Example, ...]
    """The first images of each class, class by class."""
    parts: tuple[PartView, ...]
    """Training, validation and test as a run splits them; no validation where none is done."""
    given: tuple[PartName, ...]
    """The parts that the data set itself sets apart; the others are drawn."""
    limited: bool
    """Whether the settings leave images out."""
