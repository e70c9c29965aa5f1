"""How pixels are prepared for a network, and what a worker found when it did that to real images."""

import msgspec

from cnntutor.lab.run_spec import TrainingSettings


class Preparation(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to pixels: divided, moved, and photos cropped to a side."""

    divisor: float = 255.0
    offset: float = 0.0
    photos: str | None = None
    """The folder of labelled photos."""
    side: int = 128

    @classmethod
    def of(cls, settings: TrainingSettings) -> "Preparation":
        """Return what a run does to its training images."""
        return cls(
            divisor=settings.pixel_divisor,
            offset=settings.pixel_offset,
            photos=settings.photos,
            side=settings.image_size or 128,
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
    before: tuple[tuple[tuple[int, int, int], ...], ...]
    """Rows of colours, as the image lies on the disk; a photo with its own proportions."""
    after: tuple[tuple[tuple[int, int, int], ...], ...]
    """What the network sees, brought back to colours: its lowest number black, its highest white."""


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
    """The first image of each class."""
