"""Splits in which every class has its share, and of which any beginning is balanced too."""

import numpy as np
import numpy.typing as npt

from cnntutor.worker.datasets.arrays import Bytes

Indices = npt.NDArray[np.intp]


def balanced_order(labels: Bytes, seed: int) -> Indices:
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


def held_back(order: Indices, labels: Bytes, fraction: float) -> tuple[Indices, Indices]:
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
