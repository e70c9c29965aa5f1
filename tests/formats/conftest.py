"""Keras as the oracle of what is read and written."""

import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from cnntutor.calc.analysis import NetworkReport

Counts = dict[str, tuple[int, int]]


@pytest.fixture(scope="session")
def keras() -> Any:
    """Keras, imported once and quietly."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("keras")


@pytest.fixture(scope="session")
def keras_counts() -> Callable[[Any], Counts]:
    """A function that returns (trainable, not trainable) of each layer with weights, nested ones joined."""

    def size(weights: Any) -> int:
        return sum(
            int(weight.value.numpy().size) for weight in weights if "seed_generator" not in weight.path
        )

    def counts(model: Any, prefix: str = "") -> Counts:
        found: Counts = {}
        for layer in model.layers:
            if hasattr(layer, "layers"):
                found |= counts(layer, f"{prefix}{layer.name}.")
                continue
            numbers = (size(layer.trainable_weights), size(layer.non_trainable_weights))
            if any(numbers):
                found[prefix + layer.name] = numbers
        return found

    return counts


@pytest.fixture(scope="session")
def our_counts() -> Callable[[NetworkReport], Counts]:
    """The same of a report; rows that share weights have none of their own."""

    def counts(report: NetworkReport) -> Counts:
        return {each.name: (each.trainable, each.non_trainable) for each in report.layers if each.params}

    return counts
