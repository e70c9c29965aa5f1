"""Keras is the oracle for every kind of layer: random arguments give the same shapes, arrays and counts."""

import importlib
import inspect
import math
import re
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cnntutor.calc.derivation import derive
from cnntutor.calc.layers.base import REQUIRED, Layer, layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS, OPERATIONS
from cnntutor.calc.layers.unruled import ALIASES, UNRULED
from cnntutor.calc.network import Network, Node
from cnntutor.calc.shapes import Shape
from cnntutor.formats.keras_code import takes_a_list
from tests.calc.layer_cases import CASES, LOCAL, Case, layers_of

UNWRAPPED = (("ZeroPadding1D", "padding"), ("Cropping1D", "cropping"), ("UpSampling1D", "size"))
"""Arguments that Keras takes without the row of one."""
NOT_IN_KERAS_LAYERS = {
    "LayerScale": "keras.src.applications.convnext",
    "StochasticDepth": "keras.src.applications.convnext",
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2",
    "LocallyConnected1D": "",
    "LocallyConnected2D": "",
}
"""Kinds kept for teaching or brought by keras.applications, with the module that has them."""
Numbers = tuple[tuple[int | None, ...], Counter[tuple[Shape, bool]]]
"""An output shape, and how many arrays of (shape, trainable)."""
CHECKED = settings(
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def class_of(keras: Any, kind: str) -> Any:
    if kind in NOT_IN_KERAS_LAYERS:
        return getattr(importlib.import_module(NOT_IN_KERAS_LAYERS[kind]), kind)
    return getattr(keras.layers, kind)


def in_keras(keras: Any, layer: Layer) -> Any:
    """The same layer of Keras."""
    arguments = {}
    for name in layer_arguments(type(layer)):
        value = getattr(layer, name)
        if isinstance(value, Layer):
            value = in_keras(keras, value)
        elif isinstance(value, tuple) and value and isinstance(value[0], Layer):
            value = [in_keras(keras, each) for each in value]
        if (layer.kind, name) in UNWRAPPED:
            value = value[0]
        arguments[layer.keras_names.get(name, name)] = value
    return class_of(keras, layer.kind)(**arguments)


def keras_says(keras: Any, case: Case) -> Numbers:
    """The output shape, batch left out, and (shape, trainable) of every array."""
    layer, shapes = case
    theirs = in_keras(keras, layer)
    if layer.kind.endswith(("Cell", "Cells")):
        theirs.build((None, *shapes[0]))
        size = theirs.output_size if layer.kind == "StackedRNNCells" else theirs.units
        output: tuple[int | None, ...] = (size,)
    else:
        kinds = {"Embedding": "int32", "ReversibleEmbedding": "int32", "CategoryEncoding": "int32"}
        inputs = [keras.Input(shape, dtype=kinds.get(layer.kind, "float32")) for shape in shapes]
        if layer.kind == "Hashing":
            inputs = [keras.Input(shape, dtype="int32") for shape in shapes]
        output = tuple(called(theirs, layer, inputs).shape[1:])
    trained = {id(weight) for weight in theirs.trainable_weights}
    arrays = Counter((tuple(weight.shape), id(weight) in trained) for weight in theirs.weights)
    keras.backend.clear_session(free_memory=False)
    return output, arrays


def assert_same(case: Case, keras: Any) -> None:
    layer, shapes = case
    output, arrays = keras_says(keras, case)
    found = layer.output_shape(shapes)
    if layer.kind == "EinsumDense":  # Keras leaves sides open that the input gives
        output = tuple(side if known is None else known for known, side in zip(output, found, strict=True))
    assert found == output
    assert Counter((weight.shape, weight.trainable) for weight in layer.weights(shapes)) == arrays


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", CASES)
@settings(CHECKED, max_examples=5)
@given(data=st.data())
def test_every_kind_is_as_keras_has_it(kind: str, data: st.DataObject, keras: Any) -> None:
    case = data.draw(layers_of(kind))
    assert_same(case, keras)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", CASES)
@settings(CHECKED, max_examples=90)
@given(data=st.data())
def test_every_kind_is_as_keras_has_it_thousands_of_times(kind: str, data: st.DataObject, keras: Any) -> None:
    case = data.draw(layers_of(kind))
    assert_same(case, keras)


def called(theirs: Any, layer: Layer, inputs: list[Any]) -> Any:
    """What a layer of Keras gives for symbolic inputs."""
    if layer.kind in ("MultiHeadAttention", "GroupQueryAttention"):
        return theirs(*inputs)
    return theirs(inputs if takes_a_list(layer) else inputs[0])


def test_every_class_of_keras_has_a_rule_or_a_reason(keras: Any) -> None:
    names: dict[type, list[str]] = {}
    for name in dir(keras.layers):
        found = getattr(keras.layers, name)
        if inspect.isclass(found):
            names.setdefault(found, []).append(name)
    faults = []
    for each, called in names.items():
        kinds = {ALIASES.get(name, name) for name in called}
        if len(kinds) != 1 or not (kinds <= set(LAYER_KINDS) or kinds <= set(UNRULED)):
            faults.append((each.__name__, called))
    assert not faults
    public = {name for called in names.values() for name in called}
    assert set(UNRULED) <= public
    assert set(ALIASES) <= public
    assert not set(UNRULED) & set(LAYER_KINDS)
    assert set(LAYER_KINDS) - public - set(NOT_IN_KERAS_LAYERS) - OPERATIONS == {"Input", "State"} - public
    assert all(str(reason) for reason in UNRULED.values())


def test_every_kind_is_tried() -> None:
    untried = set(LAYER_KINDS) - set(CASES) - OPERATIONS
    assert untried == {
        "Input",
        "State",
        *LOCAL,
    }  # a state is no layer: tests/formats/test_states_and_steps.py


def test_arguments_have_the_names_and_defaults_of_keras(keras: Any) -> None:
    for kind in LAYER_KINDS:
        if kind in ("Input", "State") or kind in LOCAL or kind in OPERATIONS:
            continue
        ours_by_name = layer_arguments(LAYER_KINDS[kind])
        theirs = inspect.signature(class_of(keras, kind).__init__).parameters
        normal: Layer | None = None
        if REQUIRED not in ours_by_name.values():
            normal = LAYER_KINDS[kind]()
        for name, default in ours_by_name.items():
            called = LAYER_KINDS[kind].keras_names.get(name, name)
            assert called in theirs, (kind, name)
            expected = theirs[called].default
            if expected is inspect.Parameter.empty:
                assert default is REQUIRED or kind in ("CategoryEncoding",), (kind, name)
                continue
            if name == "strides" and "Pooling" in kind:
                continue
            if default is REQUIRED:
                assert kind == "CategoryEncoding", (kind, name)
                continue
            if normal is not None:
                given_expected = LAYER_KINDS[kind](**{name: expected})
                assert getattr(given_expected, name) == getattr(normal, name), (kind, name)
            else:
                alone = isinstance(default, tuple) and isinstance(expected, int)
                assert default == ((expected,) * len(default) if alone else expected), (kind, name)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*CASES, *LOCAL])
@settings(CHECKED, max_examples=10)
@given(data=st.data())
def test_derivations_come_to_what_the_rules_say(kind: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(layers_of(kind))
    names = tuple(f"input{number}" for number in range(len(shapes)))
    inputs = tuple(Node(name, Input(shape)) for name, shape in zip(names, shapes, strict=True))
    network = Network("one", (*inputs, Node("layer", layer, names)))
    output = layer.output_shape(shapes)
    expected: dict[str, object] = {"params": layer.parameters(shapes), "macs": layer.macs(shapes)}
    expected |= {"output_shape": output, "activations": layer.activation_size(shapes)}
    for quantity, result in expected.items():
        derivation = derive(network, "layer", quantity)  # type: ignore[arg-type]
        assert derivation.result == result
        found = values_of(derivation.numbers)
        assert found == ([result] if isinstance(result, int) else list(output)), derivation


def values_of(numbers: str) -> list[int]:
    """What the numbers put in come to, side by side."""
    text = numbers.replace("·", "*").replace("−", "-")
    for opening, closing in (("⌊", "⌋"), ("⌈", "⌉")):
        text = text.replace(opening, "floor(" if opening == "⌊" else "ceil(").replace(closing, ")")
    text = text.replace("×", ",")
    rational = re.sub(r"\d+", lambda found: f"F({found[0]})", text)
    sides = eval(f"[{rational}]", {"F": Fraction, "floor": math.floor, "ceil": math.ceil})
    assert all(side == int(side) for side in sides)
    return [int(side) for side in sides]
