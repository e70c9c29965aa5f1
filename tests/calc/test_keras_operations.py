"""Keras is the oracle for the operations: the same shapes, and refused where Keras refuses."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.derivation import derive
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.operations import GetItem
from cnntutor.calc.layers.registry import LAYER_KINDS, OPERATIONS
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape

CHECKED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
shapes = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)
axes = st.integers(-5, 5)
ALONE = {"Absolute": "absolute", "Negative": "negative", "Square": "square", "Sqrt": "sqrt", "Log": "log"}
TWO = {"Matmul": "matmul", "Divide": "divide", "TrueDivide": "true_divide"}
REDUCED = {"Mean": "mean", "Sum": "sum", "Max": "max", "Min": "min"}


def ours(layer: Layer | None, *inputs: Shape) -> Shape | None:
    """The output shape; None where it is refused."""
    try:
        return layer.output_shape(inputs) if layer is not None else None
    except LayerError:
        return None


def made(kind: str, **arguments: object) -> Layer | None:
    try:
        return LAYER_KINDS[kind](**arguments)
    except LayerError:
        return None


def sample(tensor: Any) -> Shape | None:
    """A shape of Keras without its batch; None where the batch is gone or nothing else is left."""
    shape = tuple(tensor.shape)
    if shape[:1] != (None,) or None in shape[1:] or not shape[1:] or 0 in shape:
        return None
    return shape[1:]


def test_every_operation_is_tried() -> None:
    assert set(ALONE) | set(TWO) | set(REDUCED) | {"GetItem", "ExpandDims", "Squeeze"} == OPERATIONS


@pytest.mark.parametrize("kind", REDUCED)
@CHECKED
@given(shape=shapes, axis=axes | st.lists(axes, min_size=1, max_size=3), keepdims=st.booleans())
def test_reductions(kind: str, shape: Shape, axis: int | list[int], keepdims: bool, keras: Any) -> None:
    numbers = [axis] if isinstance(axis, int) else axis
    rank = len(shape) + 1
    places = [each % rank for each in numbers]
    if any(not -rank <= each < rank for each in numbers) or 0 in places or len(set(places)) < len(places):
        expected = None
    else:
        found = getattr(keras.ops, REDUCED[kind])(keras.Input(shape), axis=tuple(numbers), keepdims=keepdims)
        expected = sample(found)
    assert ours(made(kind, axis=axis, keepdims=keepdims), shape) == expected


@CHECKED
@given(shape=shapes, axis=axes)
def test_axes_that_come_and_go(shape: Shape, axis: int, keras: Any) -> None:
    for kind, name in (("ExpandDims", "expand_dims"), ("Squeeze", "squeeze")):
        rank = len(shape) + (2 if kind == "ExpandDims" else 1)
        try:
            expected = sample(getattr(keras.ops, name)(keras.Input(shape), axis=axis))
        except (ValueError, IndexError):
            expected = None
        if axis % rank == 0 or not -rank <= axis < rank:
            expected = None
        assert ours(made(kind, axis=axis), shape) == expected, kind


entries = st.sampled_from(["0", "-1", "2", "1:", ":2", "::2", "1:3", ":-1", ":", "...", "None", "::-1"])


@CHECKED
@given(shape=shapes, key=st.lists(entries, max_size=4))
def test_places(shape: Shape, key: list[str], keras: Any) -> None:
    written = ", ".join([":", *key])
    index = eval(f"__import__('numpy').s_[{written},]")
    try:
        expected = sample(keras.Input(shape)[index])
    except (ValueError, IndexError):
        expected = None
    assert ours(made("GetItem", key=written), shape) == expected


@pytest.mark.parametrize("kind", [*TWO, *ALONE])
@CHECKED
@given(left=shapes, right=shapes, like=st.booleans())
def test_value_by_value_and_matrices(kind: str, left: Shape, right: Shape, like: bool, keras: Any) -> None:
    operation = getattr(keras.ops, (TWO | ALONE)[kind])
    if kind in ALONE:
        assert ours(made(kind), left) == sample(operation(keras.Input(left)))
        return
    if like:
        right = (*left[:-2], left[-1], right[-1]) if kind == "Matmul" and len(left) > 1 else left
    if len(left) != len(right) or (kind == "Matmul" and len(left) < 2):
        return
    try:
        expected = sample(operation(keras.Input(left), keras.Input(right)))
    except ValueError:
        expected = None
    assert ours(made(kind), left, right) == expected


def test_a_matrix_product_costs_its_products() -> None:
    nodes = (Node("a", Input((2, 3, 4))), Node("b", Input((2, 4, 5))))
    network = Network("one", (*nodes, Node("product", LAYER_KINDS["Matmul"](), ("a", "b"))))
    assert analyse(network).macs == 2 * 3 * 5 * 4
    assert derive(network, "product", "macs").numbers == "2 · 3 · 5 · 4"
    assert re.sub(" ", "", derive(network, "product", "output_shape").numbers) == "2×3×5"


@pytest.mark.parametrize("key", [3, "", "0", "a", ":, ...,...", ":, 1:2:3:4", ":, 0" * 40, ":, [0]"])
def test_keys_that_are_none_are_refused(key: object) -> None:
    with pytest.raises(LayerError, match="key must be"):
        GetItem(key)  # type: ignore[arg-type]
