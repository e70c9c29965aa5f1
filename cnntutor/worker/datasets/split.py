"""Splits in which every class has its share, and of which any beginning is balanced too."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnntutor.lab.preparation import PartName, Splitting

Indices = npt.NDArray[np.intp]
Labels = npt.NDArray[np.uint8] | npt.NDArray[np.intp]
"""More than 256 classes do not fit into bytes."""

TEST_FRACTION = 0.2
"""Of images without a part of their own for the test so many are held back: 1,000 of 5,000."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Images before they are split, by their labels: positions in use for training and for the test."""

    train_labels: Labels
    train: Indices
    test_labels: Labels
    test: Indices
    validation: Indices | None = None
    """Positions among the training images that the data set itself sets apart."""
    given: tuple[PartName, ...] = ()
    """The parts that the data set itself sets apart."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Positions of the images of each part."""

    train: Indices
    validation: Indices
    """Among the training images; empty where none are held back."""
    test: Indices
    limited: bool
    """Whether images are left out."""


def one_pool(labels: Labels, seed: int) -> Pool:
    """Hold back a part for the test of images that have none."""
    rest, test = held_back(balanced_order(labels, seed), labels, TEST_FRACTION)
    return Pool(labels, rest, labels, test)


def two_pools(train_labels: Labels, test_labels: Labels, split: Splitting) -> Pool:
    """Keep the test images a data set has, in the file's order; evenly drawn where only some are wanted."""
    test = np.arange(len(test_labels))
    if split.test_images is not None:
        test = balanced_order(test_labels, split.seed)
    order = balanced_order(train_labels, split.seed)
    return Pool(train_labels, order, test_labels, test, given=("test",))


def named_pool(labels: Labels, parts: Sequence[str | None], seed: int) -> Pool:
    """Keep the parts that folders or a table name, where there are some for training and for the test.

    Args:
        labels: The class of each photo.
        parts: The part each is said to be in.
        seed: Draws the order.
    """
    order = balanced_order(labels, seed)
    train, validation, test = (
        np.array([place for place in order if parts[place] == part], dtype=np.intp)
        for part in ("train", "validation", "test")
    )
    if not len(train) or not len(test):
        return one_pool(labels, seed)
    if not len(validation):
        return Pool(labels, train, labels, test, given=("test",))
    return Pool(labels, train, labels, test, validation, given=("validation", "test"))


def parts_of(pool: Pool, split: Splitting) -> Parts:
    """Limit a pool as the settings say, and hold back the validation part."""
    used, test = pool.train[: split.train_images], pool.test[: split.test_images]
    train, validation = used, used[:0]
    if split.validation == "held-out":
        if pool.validation is not None:
            validation = pool.validation
        else:
            train, validation = held_back(used, pool.train_labels, split.validation_fraction)
    return Parts(train, validation, test, len(used) < len(pool.train) or len(test) < len(pool.test))


def balanced_order(labels: Labels, seed: int) -> Indices:
    """Return all positions, drawn at random, the classes taking turns by their share.

    Args:
        labels: The class of each position.
        seed: Draws the order.
    """
    generator = np.random.default_rng(seed)
    positions: list[Indices] = []
    turns: list[npt.NDArray[np.float64]] = []
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        positions.append(members)
        # A class with twice the images comes twice as often; the offset keeps classes from coming in blocks.
        turns.append((np.arange(len(members)) + generator.random(len(members))) / len(members))
    order: Indices = np.concatenate(positions)[np.argsort(np.concatenate(turns), kind="stable")]
    return order


def held_back(order: Indices, labels: Labels, fraction: float) -> tuple[Indices, Indices]:
    """Return (kept, held back): of every class its first images in this order are held back.

    Args:
        order: Positions.
        labels: The class of every position there is.
        fraction: Part to hold back, above 0 and below 1; at least one image in all.
    """
    own = labels[order]
    classes, counts = np.unique(own, return_counts=True)
    exact = fraction * counts
    shares = np.floor(exact).astype(int)
    # What rounding down leaves over goes to the classes that lost most by it, so that the sum is right.
    left = max(1, round(fraction * len(order))) - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:left]] += 1
    taken = np.zeros(len(order), dtype=bool)
    for label, share in zip(classes, shares, strict=True):
        taken[np.flatnonzero(own == label)[:share]] = True
    return order[~taken], order[taken]
