"""What optimizers keep, against Keras's own optimizer.variables and the total its summary prints."""

import math
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.arithmetic import evaluate
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.embedding import Embedding
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.recurrent import LSTM
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.memory import network_memory
from cnntutor.calc.network import Network, Node, sequential
from cnntutor.calc.optimizers import (
    NO_OPTIMIZERS,
    OPTIMIZERS,
    Optimizer,
    derive_after_fit,
    optimizer_of,
    optimizer_state,
)
from cnntutor.calc.precision import PRECISIONS
from cnntutor.formats.library import find_network

LAYERS: list[tuple[str, Layer]] = [
    ("conv", Conv2D(4, (3, 3))),
    ("bn", BatchNormalization()),
    ("flatten", Flatten()),
    ("dense", Dense(5, use_bias=False)),
]
SMALL = sequential("small", (8, 8, 3), LAYERS)


def made(keras: Any, optimizer: Optimizer) -> Any:
    return eval(f"optimizers.{optimizer.code}", {"optimizers": keras.optimizers})  # our own constant


def compiled(keras: Any, optimizer: Optimizer, frozen: bool = False) -> Any:
    """The small network in Keras, compiled, its optimizer built as by a first step of fit."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3, trainable=not frozen),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(5, use_bias=False),
        ]
    )
    model.compile(optimizer=made(keras, optimizer), loss="mse")
    model.optimizer.build(model.trainable_variables)
    return model


def report(frozen: bool = False) -> NetworkReport:
    nodes = [
        Node(node.name, node.layer, node.inputs, trainable=not (frozen and node.name == "conv"))
        for node in SMALL.nodes
    ]
    return analyse(Network("small", tuple(nodes)))


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_summary_prints_this_total(slug: str, frozen: bool, keras: Any) -> None:
    model = compiled(keras, OPTIMIZERS[slug], frozen)
    state = optimizer_state(report(frozen), OPTIMIZERS[slug])
    assert state.optimizer_params == sum(each.value.numpy().size for each in model.optimizer.variables)
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    printed = {
        name: int(re.sub(r"\D", "", count))
        for name, count in re.findall(r"(\w+) params: ([\d,]+)", "\n".join(lines))
    }
    assert (printed["Total"], printed["Optimizer"]) == (state.total_params, state.optimizer_params)
    assert printed["Trainable"] == state.trainable_params


@pytest.fixture
def mixed(keras: Any) -> Iterator[None]:
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("mixed")
def test_mixed_float16_adds_loss_scaling(keras: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = compiled(keras, OPTIMIZERS["adam"])
    state = optimizer_state(report(), OPTIMIZERS["adam"], PRECISIONS["mixed_float16"])
    assert state.optimizer_params == sum(each.value.numpy().size for each in model.optimizer.variables)
    assert {weight.dtype for weight in model.weights} == {PRECISIONS["mixed_float16"].variable}
    assert model.layers[0].compute_dtype == PRECISIONS["mixed_float16"].compute


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_the_working_comes_to_the_total(slug: str) -> None:
    for each in (report(), analyse(find_network("resnet18").network)):
        working = derive_after_fit(each, OPTIMIZERS[slug])
        assert evaluate(working.numbers) == working.result
        assert working.result == optimizer_state(each, OPTIMIZERS[slug]).total_params
        for name in OPTIMIZERS[slug].slots:
            assert name in str(working.rule)


def test_no_optimizer_of_keras_is_missing(keras: Any) -> None:
    classes = {
        name
        for name, found in vars(keras.optimizers).items()
        if isinstance(found, type) and not name.startswith("_")
    }
    known = {optimizer.code.partition("(")[0] for optimizer in OPTIMIZERS.values()}
    assert classes == known | set(NO_OPTIMIZERS)


def test_muon_keeps_velocity_for_what_is_no_matrix(keras: Any) -> None:
    layers: list[tuple[str, Layer]] = [("words", Embedding(20, 6)), ("lstm", LSTM(4)), ("out", Dense(3))]
    ours = optimizer_state(analyse(sequential("text", (7,), layers)), OPTIMIZERS["muon"])
    model = keras.Sequential(
        [
            keras.Input((7,)),
            keras.layers.Embedding(20, 6, name="words"),
            keras.layers.LSTM(4, name="lstm"),
            keras.layers.Dense(3, name="out"),
        ]
    )
    optimizer = keras.optimizers.Muon()
    optimizer.build(model.trainable_variables)
    assert ours.optimizer_params == sum(each.value.numpy().size for each in optimizer.variables)


def test_three_times_as_many_after_fit_with_adam() -> None:
    working = derive_after_fit(analyse(find_network("lenet5").network), optimizer_of("adam"))
    assert (working.numbers, working.result) == ("61706 + 2 · 61706 + 2", 185_120)


def test_an_unknown_optimizer_is_refused() -> None:
    with pytest.raises(ValueError, match="optimizer must be one of sgd"):
        optimizer_of("momentum")


@pytest.mark.parametrize("name", PRECISIONS)
def test_weights_and_outputs_take_these_bytes_under_each_policy(name: str, keras: Any) -> None:
    keras.config.set_dtype_policy(name)
    try:
        model = keras.Sequential(
            [
                keras.Input((8, 8, 3)),
                keras.layers.Conv2D(4, 3),
                keras.layers.BatchNormalization(),
                keras.layers.Flatten(),
                keras.layers.Dense(5, use_bias=False),
            ]
        )
        memory = network_memory(report(), name)
        assert sum(_bytes(keras, weight) for weight in model.weights) == memory.weights
        for layer, ours in zip(model.layers, memory.layers, strict=True):
            assert sum(_bytes(keras, weight) for weight in layer.weights) == ours.weights
            assert _bytes(keras, layer.output) == ours.activations, layer.name
    finally:
        keras.config.set_dtype_policy("float32")


def _bytes(keras: Any, tensor: Any) -> int:
    """How many bytes a tensor takes, the batch left out."""
    sides = [int(side) for side in tensor.shape if side is not None]
    bits = str(keras.backend.standardize_dtype(tensor.dtype)).lstrip("bfloat")
    return math.prod(sides) * int(bits) // 8
