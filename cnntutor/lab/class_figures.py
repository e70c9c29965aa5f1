"""Figures of each class from a confusion matrix: precision, recall, F1; and the pairs most often mixed up."""

from dataclasses import dataclass

from cnntutor.lab.tested_record import Confusion


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How a network did on one class; a fraction of nothing is 0, as scikit-learn has it by default."""

    name: str
    precision: float
    """Of the images taken for this class, the part that is of it."""
    recall: float
    """Of the images of this class, the part that was taken for it."""
    f1: float
    """Harmonic mean of the two."""
    support: int
    """Images of this class in the test."""
    predicted: int
    """Images taken for this class."""


@dataclass(frozen=True, slots=True)
class ClassTable:
    """The figures of all classes and their means."""

    rows: tuple[ClassFigures, ...]
    macro: ClassFigures
    """Mean over the classes."""
    weighted: ClassFigures
    """Mean over the classes, each counted by its images."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """Images of one class that were taken for another."""

    true: int
    predicted: int
    """Class numbers."""
    count: int
    share: float
    """Of the images of the true class."""


def class_table(confusion: Confusion) -> ClassTable:
    """Return the figures of each class."""
    rows: list[ClassFigures] = []
    for place, name in enumerate(confusion.classes):
        right = confusion.matrix[place][place]
        taken = sum(row[place] for row in confusion.matrix)
        support = confusion.support(place)
        precision, recall = _part(right, taken), _part(right, support)
        f1 = _part(2 * right, taken + support)
        rows.append(ClassFigures(name, precision, recall, f1, support, taken))
    everything = [1] * len(rows)
    return ClassTable(
        tuple(rows),
        _mean("macro avg", rows, everything),
        _mean("weighted avg", rows, [row.support for row in rows]),
    )


def most_mixed(confusion: Confusion, most: int) -> tuple[Mixed, ...]:
    """Return the pairs of classes most often mixed up, the most frequent first; pairs never mixed are left
    out."""
    found = [
        Mixed(true, predicted, count, _part(count, confusion.support(true)))
        for true, row in enumerate(confusion.matrix)
        for predicted, count in enumerate(row)
        if count and true != predicted
    ]
    found.sort(key=lambda pair: (-pair.count, pair.true, pair.predicted))
    return tuple(found[:most])


def _part(some: int, whole: int) -> float:
    """Return a fraction; 0 of nothing."""
    return some / whole if whole else 0.0


def _mean(name: str, rows: list[ClassFigures], weights: list[int]) -> ClassFigures:
    """Return the weighted mean of the figures."""
    total = sum(weights)

    def mean(figure: str) -> float:
        some = sum(weight * getattr(row, figure) for row, weight in zip(rows, weights, strict=True))
        return float(some / total) if total else 0.0

    return ClassFigures(
        name,
        mean("precision"),
        mean("recall"),
        mean("f1"),
        sum(row.support for row in rows),
        sum(row.predicted for row in rows),
    )
