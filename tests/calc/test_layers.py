"""Layer arguments: normal forms, defaults, and refusals that name argument, allowed and received."""

import dataclasses

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer, Weight, layer_arguments
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Activation, Dense, Dropout, ReLU
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add, Concatenate
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.layers.reshaping import Flatten, ZeroPadding2D
from cnntutor.calc.network import sequential
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import set_language


def made(kind: str, **arguments: object) -> Layer:
    """Make a layer from untyped arguments, as a file does."""
    return LAYER_KINDS[kind](**arguments)


def test_the_kinds_of_the_calculator() -> None:
    assert all(LAYER_KINDS[kind].kind == kind for kind in LAYER_KINDS)
    assert len(set(LAYER_KINDS)) == len(LAYER_KINDS) > 100
    assert "Lambda" not in LAYER_KINDS
    for kind in LAYER_KINDS:
        assert all(name in layer_arguments(LAYER_KINDS[kind]) for name in LAYER_KINDS[kind].keras_names)


def test_one_number_stands_for_a_pair() -> None:
    assert made("Conv2D", filters=6, kernel_size=5, strides=2) == Conv2D(6, (5, 5), (2, 2))
    assert made("ZeroPadding2D", padding=2) == ZeroPadding2D(((2, 2), (2, 2)))
    assert made("ZeroPadding2D", padding=(1, 3)) == ZeroPadding2D(((1, 1), (3, 3)))
    assert made("MaxPooling2D", pool_size=3) == MaxPooling2D((3, 3), (3, 3))


def test_pooling_steps_by_its_own_size_unless_told() -> None:
    assert MaxPooling2D().strides == (2, 2)
    assert AveragePooling2D((3, 2)).strides == (3, 2)
    assert MaxPooling2D((3, 3), (2, 2)).strides == (2, 2)
    assert made("MaxPooling2D", pool_size=(3, 3), strides=None).strides == (3, 3)  # type: ignore[attr-defined]


def test_layers_are_frozen_values() -> None:
    layer = Dense(3)
    assert layer == Dense(3)
    assert hash(layer) == hash(Dense(3))
    with pytest.raises(dataclasses.FrozenInstanceError):
        layer.units = 4  # type: ignore[misc]
    assert not hasattr(layer, "__dict__")


@pytest.mark.parametrize(
    ("kind", "arguments", "argument", "received"),
    [
        ("Conv2D", {"filters": 0, "kernel_size": 3}, "filters", "0"),
        ("Conv2D", {"filters": True, "kernel_size": 3}, "filters", "true"),
        ("Conv2D", {"filters": 2.5, "kernel_size": 3}, "filters", "2.5"),
        ("Conv2D", {"filters": 6, "kernel_size": 0}, "kernel_size", "0"),
        ("Conv2D", {"filters": 6, "kernel_size": (3, 3, 3)}, "kernel_size", "(3, 3, 3)"),
        ("Conv2D", {"filters": 6, "kernel_size": "3x3"}, "kernel_size", '"3x3"'),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "padding": "full"}, "padding", '"full"'),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 4}, "groups", "4"),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, "dilation_rate", "(2"),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "use_bias": 1}, "use_bias", "1"),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "activation": "rely"}, "activation", '"rely"'),
        ("Conv2D", {"filters": 10**9, "kernel_size": 3}, "filters", "1000000000"),
        ("MaxPooling2D", {"pool_size": -1}, "pool_size", "-1"),
        ("MaxPooling2D", {"strides": 0}, "strides", "0"),
        ("GlobalAveragePooling2D", {"keepdims": "yes"}, "keepdims", '"yes"'),
        ("Dense", {"units": "ten"}, "units", '"ten"'),
        ("Dropout", {"rate": 1.5}, "rate", "1.5"),
        ("Dropout", {"rate": float("nan")}, "rate", "nan"),
        ("Activation", {"activation": 3}, "activation", "3"),
        ("ReLU", {"max_value": -1}, "max_value", "-1"),
        ("BatchNormalization", {"axis": "last"}, "axis", '"last"'),
        ("BatchNormalization", {"momentum": 2}, "momentum", "2"),
        ("BatchNormalization", {"scale": None}, "scale", "None"),
        ("ZeroPadding2D", {"padding": -1}, "padding", "-1"),
        ("ZeroPadding2D", {"padding": (1, 2, 3)}, "padding", "(1, 2, 3)"),
        ("ZeroPadding2D", {"padding": ((1, 2), (3,))}, "padding", "(3)"),
        ("Concatenate", {"axis": 1.0}, "axis", "1.0"),
        ("Input", {"shape": ()}, "shape", "()"),
        ("Input", {"shape": (32, 0, 3)}, "shape", "0"),
        ("Input", {"shape": (1, 2, 3, 4, 5, 6, 7)}, "shape", "(1, 2, 3, 4, 5, 6, 7)"),
        ("Input", {"shape": (10**7, 1)}, "shape", "(10000000, 1)"),
    ],
)
def test_refused_arguments(kind: str, arguments: dict[str, object], argument: str, received: str) -> None:
    with pytest.raises(LayerError) as refusal:
        made(kind, **arguments)
    assert refusal.value.argument == argument
    assert str(refusal.value).startswith(f"{argument} must be ")
    assert f"received {received}" in str(refusal.value)


@pytest.mark.parametrize(
    ("layer", "shape", "argument", "mention"),
    [
        (Conv2D(1, (5, 5)), (4, 9, 1), "kernel_size", "4 × 9"),
        (Conv2D(1, (3, 3), dilation_rate=(4, 4)), (8, 8, 1), "kernel_size", "8 × 8"),
        (Conv2D(4, (1, 1), groups=2), (8, 8, 3), "groups", "channels, 3"),
        (Conv2D(1, (1, 1)), (784,), "inputs", "rank 3"),
        (MaxPooling2D((9, 9)), (8, 8, 1), "pool_size", "8 × 8"),
        (AveragePooling2D((2, 2)), (8, 8), "inputs", "rank 3"),
        (GlobalAveragePooling2D(), (8,), "inputs", "rank 3"),
        (ZeroPadding2D(), (8, 8), "inputs", "rank 3"),
        (BatchNormalization(axis=0), (8, 8, 3), "axis", "batch"),
        (BatchNormalization(axis=4), (8, 8, 3), "axis", "from 1 to 3"),
        (Concatenate(axis=2), (8,), "axis", "from 1 to 1"),
        (Add(), (8,), "inputs", "at least 2 layers"),
    ],
)
def test_layers_that_cannot_stand_there(
    layer: Layer, shape: tuple[int, ...], argument: str, mention: str
) -> None:
    with pytest.raises(LayerError) as refusal:
        analyse(sequential("one", shape, [("here", layer)]))
    assert refusal.value.node == "here"
    assert refusal.value.argument == argument
    assert str(refusal.value).startswith(f"layer here: {argument} must be ")
    assert mention in str(refusal.value)
    set_language("vi")
    assert str(refusal.value).startswith(f"lớp here: {argument} phải là ")
    assert "{" not in str(refusal.value)


def test_add_and_concatenate_need_matching_shapes() -> None:
    with pytest.raises(LayerError, match=r"inputs must be of one shape, here 8×8×3, received \(8, 8, 4\)"):
        Add().output_shape(((8, 8, 3), (8, 8, 4)))
    with pytest.raises(LayerError, match="of one shape but for side 3"):
        Concatenate().output_shape(((8, 8, 3), (7, 8, 3)))
    assert Concatenate().output_shape(((8, 8, 3), (8, 8, 4), (8, 8, 1))) == (8, 8, 8)


def test_weights_are_those_of_keras() -> None:
    assert Conv2D(256, (5, 5), groups=2).weights(((27, 27, 96),)) == (
        Weight("kernel", (5, 5, 48, 256)),
        Weight("bias", (256,)),
    )
    assert Dense(10, use_bias=False).weights(((4, 7),)) == (Weight("kernel", (7, 10)),)
    assert [
        (weight.name, weight.size, weight.trainable)
        for weight in BatchNormalization().weights(((11, 11, 96),))
    ] == [
        ("gamma", 96, True),
        ("beta", 96, True),
        ("moving_mean", 96, False),
        ("moving_variance", 96, False),
    ]
    assert BatchNormalization(center=False, scale=False).parameters(((8, 8, 3),)) == 6
    for layer in (Flatten(), Dropout(0.5), ReLU(), Activation("relu"), Add(), ZeroPadding2D()):
        assert layer.weights(((8, 8, 3),)) == ()


def test_dense_works_on_the_last_axis() -> None:
    report = analyse(sequential("one", (4, 5, 6), [("dense", Dense(7))])).layers[0]
    assert (report.output_shape, report.params, report.macs) == ((4, 5, 7), 49, 4 * 5 * 6 * 7)


def test_an_input_takes_no_inputs() -> None:
    with pytest.raises(LayerError, match="no layer at all"):
        Input((3,)).output_shape(((3,),))
