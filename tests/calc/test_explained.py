"""Every quantity of every kind of layer is explained, and what the explanation comes to is the analysis's."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.derivation import QUANTITIES, derive_from
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS, OPERATIONS
from cnntutor.calc.layers.states import State
from cnntutor.calc.memory import network_memory
from cnntutor.calc.network import Network, Node
from cnntutor.calc.precision import PRECISIONS
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation
from cnntutor.cli.calc_text import describe_layer
from cnntutor.i18n import set_language
from tests.calc.layer_cases import CASES, LOCAL, layers_of
from tests.calc.test_keras_layers import values_of

OPERATION_ARGUMENTS: dict[str, dict[str, object]] = {
    "GetItem": {"key": ":, 0:2"},
    **{kind: {"axis": 1} for kind in ("Mean", "Sum", "Max", "Min", "ExpandDims")},
    "Squeeze": {"axis": 2},
}
TWO = ("Matmul", "Divide", "TrueDivide")
FIELDED = ("Conv2D", "MaxPooling2D", "ZeroPadding2D", "DepthwiseConv2D", "SeparableConv2D", "Add", "Conv1D")


def standing(layer: Layer, shapes: tuple[Shape, ...]) -> NetworkReport:
    names = tuple(f"input{number}" for number in range(len(shapes)))
    inputs = tuple(Node(name, Input(shape)) for name, shape in zip(names, shapes, strict=True))
    return analyse(Network("one", (*inputs, Node("layer", layer, names))))


def operation(kind: str) -> NetworkReport:
    layer = LAYER_KINDS[kind](**OPERATION_ARGUMENTS.get(kind, {}))
    return standing(layer, ((4, 1, 5), (4, 5, 3)) if kind == "Matmul" else ((4, 1, 5),) * (1 + (kind in TWO)))


def derivations(report: NetworkReport, name: str, dtype: str) -> Iterator[Derivation]:
    for quantity in QUANTITIES:
        yield derive_from(report, name, quantity, dtype)


def check(report: NetworkReport, dtype: str) -> None:
    layer = report.layer("layer")
    memory = network_memory(report, dtype).layers[0]
    field = layer.receptive_field
    expected = {
        "params": layer.params,
        "output_shape": layer.output_shape,
        "macs": layer.macs,
        "flops": 2 * layer.macs,
        "receptive_field": None if field is None else field.size,
        "activations": math.prod(layer.output_shape),
        "activation_memory": memory.activations,
        "weight_memory": memory.weights,
    }
    assert set(expected) == set(QUANTITIES)
    for working in derivations(report, "layer", dtype):
        assert working.result == expected[working.quantity], working
        if working.result is not None:
            found = [working.result] if isinstance(working.result, int) else list(working.result)
            assert values_of(working.numbers) == found, working
        for each in (working.rule, working.unit, *(symbol.meaning for symbol in working.symbols)):
            texts = each.both()
            assert texts.en
            assert texts.vi
            assert texts.en != texts.vi, texts.en
            assert "{" not in texts.en + texts.vi, texts


def test_every_kind_is_explained_here() -> None:
    assert set(CASES) | set(LOCAL) | OPERATIONS | {"Input", "State"} == set(LAYER_KINDS)


@pytest.mark.parametrize("kind", [*CASES, *LOCAL])
@settings(max_examples=5, deadline=None, phases=[Phase.generate, Phase.shrink])
@given(data=st.data())
def test_every_quantity_of_every_kind(kind: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(layers_of(kind))
    report = standing(layer, shapes)
    check(report, data.draw(st.sampled_from(list(PRECISIONS))))
    for language in ("en", "vi"):
        set_language(language)
        lines = describe_layer(report, "layer", 80)
        assert max(len(line) for line in lines) <= 80
    set_language("en")


@pytest.mark.parametrize("kind", sorted(OPERATIONS))
def test_every_quantity_of_every_operation(kind: str) -> None:
    check(operation(kind), "float32")


@pytest.mark.parametrize(("parts", "width"), [(1, 6), (2, 3)])
def test_a_state_is_explained_too(parts: int, width: int) -> None:
    report = standing(State(1, parts), ((4, 6),))
    check(report, "float32")
    assert report.layer("layer").output_shape == (width,)


def test_an_input_is_explained_too() -> None:
    report = analyse(
        Network(
            "one", (Node("input", Input((4, 5, 6))), Node("layer", LAYER_KINDS["Identity"](), ("input",)))
        )
    )
    results = {working.quantity: working.result for working in derivations(report, "input", "float16")}
    assert results == {
        **{"params": 0, "output_shape": (4, 5, 6), "macs": 0, "flops": 0, "receptive_field": (1, 1)},
        **{"activations": 120, "activation_memory": 240, "weight_memory": 0},
    }


@pytest.mark.parametrize("kind", FIELDED)
@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(data=st.data())
def test_these_kinds_have_a_field(kind: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(layers_of(kind).filter(lambda case: len(case[1][0]) > 1))
    seen = standing(layer, shapes).layer("layer").receptive_field
    assert seen is not None or len({len(shape) for shape in shapes}) > 1
