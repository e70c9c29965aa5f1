"""Random networks of all kinds of layers: Keras, given the same, has the same shapes and counts.

Sequential chains and branched graphs with several inputs, layers used again and frozen layers; 500 of them
in every run of the tests, 10,000 with -m slow.
"""

import math
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.augmentation import Augmentation
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network
from tests.calc.random_networks import chains, graphs
from tests.calc.test_keras_layers import called, in_keras

CASES, MANY, CHUNK = 500, 10_000, 500
FIRST_SEED = int(os.environ.get("CNNTUTOR_TEST_SEED", "0"))
"""The many are of seeds from here on: another number tries other networks."""
BOTH = st.one_of(chains(), graphs())
CHECKED = settings(
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def count(weights: Any) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def assert_same(network: Network, keras: Any) -> None:
    """Every layer's shape and counts, and the model's totals, are Keras's.

    Of some augmentations, which leave its graph, Keras makes no models.
    """
    report = analyse(network)
    tensors: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    for node in network.nodes:
        if isinstance(node.layer, Input):
            tensors[node.name] = keras.Input(node.layer.shape)
            continue
        if not node.shares:
            layers[node.name] = in_keras(keras, node.layer)
        theirs = layers[node.shares or node.name]
        tensors[node.name] = called(theirs, node.layer, [tensors[name] for name in node.inputs])
        # Only now: the layers inside a MultiHeadAttention exist once it is called.
        theirs.trainable = node.trainable
        row = report.layer(node.name)
        assert row.output_shape == tuple(tensors[node.name].shape[1:]), node
        expected = (count(theirs.trainable_weights), count(theirs.non_trainable_weights))
        assert (row.trainable, row.non_trainable) == ((0, 0) if node.shares else expected), node
    assert report.total_params == sum(row.params for row in report.layers)
    if not any(isinstance(node.layer, Augmentation) for node in network.nodes):
        inputs = [tensors[node.name] for node in network.nodes if isinstance(node.layer, Input)]
        model = keras.Model(inputs, [tensors[name] for name in network.outputs])
        assert report.total_params == model.count_params()
        assert report.trainable_params == count(model.trainable_weights)
    keras.backend.clear_session(free_memory=False)


@pytest.mark.filterwarnings("ignore")
@settings(CHECKED, max_examples=CASES)
@given(network=BOTH)
def test_random_networks_of_all_kinds(network: Network, keras: Any) -> None:
    assert_same(network, keras)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(MANY // CHUNK))
def test_ten_thousand_random_networks_of_all_kinds(number: int, keras: Any) -> None:
    @seed(FIRST_SEED + number)
    @settings(CHECKED, max_examples=CHUNK)
    @given(network=BOTH)
    def check(network: Network) -> None:
        assert_same(network, keras)

    check()
