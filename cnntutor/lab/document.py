"""A report as a value: headings, sentences, tables and figures in one language, for any renderer."""

from typing import Literal

import msgspec


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A title; level 1 is a chapter."""

    level: int
    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A few sentences."""

    text: str


class Items(msgspec.Struct, frozen=True, tag="items"):
    """A list."""

    items: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """A question of the lab sheet and what this run answers."""

    question: str
    answer: str


class Table(msgspec.Struct, frozen=True, tag="table"):
    """Rows of text; the first columns stand to the left, the others, which are numbers, to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1
    strong: int = 0
    """So many rows at the end are totals."""


class Curve(msgspec.Struct, frozen=True):
    """One line of a diagram; None is a gap."""

    label: str
    values: tuple[float | None, ...]
    """One an epoch, from epoch 1."""
    dashed: bool = False


class Curves(msgspec.Struct, frozen=True, tag="curves"):
    """A diagram over the epochs."""

    name: str
    """Of its files, without an end."""
    caption: str
    axis: str
    curves: tuple[Curve, ...]
    epoch_label: str
    marked: int | None = None
    """The best epoch."""
    marked_label: str = ""
    log: bool = False


class Matrix(msgspec.Struct, frozen=True, tag="matrix"):
    """A confusion matrix."""

    name: str
    caption: str
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    true_label: str
    predicted_label: str


class Photo(msgspec.Struct, frozen=True):
    """One image of a gallery."""

    shape: tuple[int, int, int]
    pixels: bytes
    words: str


class Gallery(msgspec.Struct, frozen=True, tag="gallery"):
    """Images with words below."""

    name: str
    caption: str
    photos: tuple[Photo, ...]


class Reliability(msgspec.Struct, frozen=True, tag="reliability"):
    """Accuracy over confidence."""

    name: str
    caption: str
    edges: tuple[float, ...]
    accuracy: tuple[float | None, ...]
    """None for a bin without images."""
    counts: tuple[int, ...]
    confidence_label: str
    accuracy_label: str


Figure = Curves | Matrix | Gallery | Reliability
FIGURES = (Curves, Matrix, Gallery, Reliability)
Block = Heading | Paragraph | Items | Answer | Table | Curves | Matrix | Gallery | Reliability


class Document(msgspec.Struct, frozen=True):
    """The whole report."""

    language: Literal["en", "vi"]
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    page: str
    """The word before a page's number."""
