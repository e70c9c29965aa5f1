"""Keras itself as the oracle, and the table of the issue's networks."""

import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from cnntutor.calc.layers.base import layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network

KerasNumbers = dict[str, tuple[tuple[int, ...], int, int]]
"""Per node: output shape without batch, trainable and non-trainable parameters."""


@pytest.fixture(scope="session")
def keras() -> Any:
    """Keras, imported once and quietly."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("keras")


@pytest.fixture(scope="session")
def build_in_keras(keras: Any) -> Callable[[Network], tuple[dict[str, Any], dict[str, Any]]]:
    """A function that builds a network in Keras and returns its tensors and its layers by node."""

    def build(network: Network) -> tuple[dict[str, Any], dict[str, Any]]:
        tensors: dict[str, Any] = {}
        layers: dict[str, Any] = {}
        for node in network.nodes:
            if isinstance(node.layer, Input):
                tensors[node.name] = keras.Input(node.layer.shape)
                continue
            arguments = {key: getattr(node.layer, key) for key in layer_arguments(type(node.layer))}
            if node.layer.kind in ("Conv2D", "Dense"):
                arguments["kernel_initializer"] = "zeros"
            layers[node.name] = (
                layers[node.shares] if node.shares else getattr(keras.layers, node.layer.kind)(**arguments)
            )
            inputs = [tensors[name] for name in node.inputs]
            merging = node.layer.most_inputs is None
            tensors[node.name] = layers[node.name](inputs if merging else inputs[0])
        return tensors, layers

    return build


@pytest.fixture(scope="session")
def keras_numbers(build_in_keras: Any, keras: Any) -> Callable[[Network], KerasNumbers]:
    """A function that returns what Keras says of every node; shared weights count at their first node."""

    def numbers(network: Network) -> KerasNumbers:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tensors, layers = build_in_keras(network)
        found: KerasNumbers = {}
        for node in network.nodes:
            if isinstance(node.layer, Input):
                continue
            layer = layers[node.name]
            counts = (0, 0)
            if not node.shares:
                counts = (
                    sum(int(weight.value.numpy().size) for weight in layer.trainable_weights),
                    sum(int(weight.value.numpy().size) for weight in layer.non_trainable_weights),
                )
            found[node.name] = (tuple(tensors[node.name].shape[1:]), *counts)
        keras.backend.clear_session(free_memory=False)
        return found

    return numbers
