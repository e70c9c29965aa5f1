"""Receptive fields behind upsampling and global values, held against gradients in Keras."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse, clipped_field
from cnntutor.calc.arithmetic import evaluate
from cnntutor.calc.derivation import derive_from
from cnntutor.calc.layers.attention import Attention
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv1D, Conv2D
from cnntutor.calc.layers.core import Activation, Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add, Concatenate, Multiply
from cnntutor.calc.layers.operations import Mean
from cnntutor.calc.layers.pooling import AveragePooling2D, GlobalAveragePooling2D
from cnntutor.calc.layers.rearranging import Reshape
from cnntutor.calc.layers.recurrent import LSTM
from cnntutor.calc.layers.reshaping import Flatten, ZeroPadding2D
from cnntutor.calc.layers.resizing import Cropping2D, UpSampling1D, UpSampling2D
from cnntutor.calc.layers.transposed import Conv1DTranspose, Conv2DTranspose
from cnntutor.calc.layers.wrappers import TimeDistributed
from cnntutor.calc.network import Network, Node, sequential
from cnntutor.calc.receptive import ReceptiveField
from cnntutor.formats.library import find_network
from tests.calc.measured import check_spans, last_sides

SIDE = 24
Chain = list[tuple[str, Layer]]


def chain(layers: list[Layer], side: int = SIDE) -> Network:
    named: Chain = [(f"layer{number}", layer) for number, layer in enumerate(layers)]
    return sequential("chain", (side, side, 1), named)


def last_field(network: Network) -> ReceptiveField | None:
    return analyse(network).layers[-1].receptive_field


@pytest.mark.parametrize(
    "layers",
    [
        [UpSampling2D((2, 3))],
        [Conv2D(1, (3, 3)), UpSampling2D((2, 2)), Conv2D(1, (3, 3))],
        [Conv2D(1, (3, 3), (2, 2)), UpSampling2D((3, 2)), Conv2D(1, (2, 4))],
        [UpSampling2D((2, 2), interpolation="bilinear"), Conv2D(1, (2, 2))],
        [UpSampling2D((3, 4), interpolation="bilinear")],
        [UpSampling2D((2, 4), interpolation="bicubic")],
        [Conv2DTranspose(1, (2, 2), (2, 2))],
        [Conv2DTranspose(1, (3, 4), (2, 2), "same")],
        [Conv2DTranspose(1, (4, 5), (3, 2), "same"), Conv2D(1, (3, 3))],
        [Conv2DTranspose(1, (5, 3), (3, 2)), Conv2D(1, (2, 2), (2, 2))],
        [Conv2DTranspose(1, (3, 3), (2, 2), "same", (1, 1))],
        [Conv2DTranspose(1, (1, 1), (2, 2)), Conv2D(1, (2, 2))],
        [Conv2DTranspose(1, (2, 2), (3, 3)), Conv2D(1, (3, 3), (2, 2)), Conv2DTranspose(1, (3, 3), (2, 2))],
        [Conv2D(1, (3, 3), (2, 2), "same"), Conv2DTranspose(1, (4, 4), (2, 2), "same")],
        [UpSampling2D((2, 2)), AveragePooling2D((2, 2))],
        [ZeroPadding2D(((1, 0), (0, 2))), UpSampling2D((2, 2)), Cropping2D(((3, 1), (1, 1)))],
    ],
)
def test_upsampling_in_a_chain(layers: list[Layer], keras: Any) -> None:
    assert check_spans(chain(layers), keras) > 0


def test_along_one_axis(keras: Any) -> None:
    layers: Chain = [
        ("conv", Conv1D(1, (3,), (2,))),
        ("up", UpSampling1D((2,))),
        ("transposed", Conv1DTranspose(1, (3,), (2,))),
    ]
    assert check_spans(sequential("sequence", (25, 1), layers), keras, 8) > 0


@st.composite
def hourglasses(draw: st.DrawFn) -> Network:
    """Convolutions and poolings, upsamplings of all sorts, in any order."""
    layers: list[Layer] = []
    pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
    for _ in range(draw(st.integers(2, 4))):
        kind = draw(st.sampled_from(["conv", "pool", "up", "smooth", "transposed"]))
        padding = draw(st.sampled_from(["valid", "same"]))
        if kind == "conv":
            layers.append(Conv2D(1, draw(pairs), draw(pairs), padding))
        elif kind == "pool":
            layers.append(AveragePooling2D(draw(pairs), draw(pairs), padding))
        elif kind == "transposed":
            layers.append(Conv2DTranspose(1, draw(pairs), draw(pairs), padding))
        else:
            layers.append(UpSampling2D(draw(pairs), interpolation="nearest" if kind == "up" else "bilinear"))
    return chain(layers, 20)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(network=hourglasses())
def test_random_hourglasses_see_what_the_field_says(network: Network, keras: Any) -> None:
    sides = last_sides(network)
    assume(min(sides) > 2 and max(sides) < 90)
    check_spans(network, keras, 3)


def u_net() -> Network:
    """Two levels down and up, with the copies across."""
    same = "same"
    return Network(
        "u",
        (
            Node("input", Input((32, 32, 1))),
            Node("down1", Conv2D(2, (3, 3), padding=same), ("input",)),
            Node("pool1", AveragePooling2D((2, 2)), ("down1",)),
            Node("down2", Conv2D(2, (3, 3), padding=same), ("pool1",)),
            Node("pool2", AveragePooling2D((2, 2)), ("down2",)),
            Node("bottom", Conv2D(2, (3, 3), padding=same), ("pool2",)),
            Node("up2", Conv2DTranspose(2, (2, 2), (2, 2)), ("bottom",)),
            Node("both2", Concatenate(), ("down2", "up2")),
            Node("conv2", Conv2D(2, (3, 3), padding=same), ("both2",)),
            Node("up1", UpSampling2D((2, 2)), ("conv2",)),
            Node("both1", Concatenate(), ("down1", "up1")),
            Node("conv1", Conv2D(2, (3, 3), padding=same), ("both1",)),
        ),
    )


@pytest.mark.parametrize("last", ["bottom", "up2", "both2", "conv2", "up1", "both1", "conv1"])
def test_every_level_of_a_small_u_net(last: str, keras: Any) -> None:
    whole = u_net()
    nodes = whole.nodes[: [node.name for node in whole.nodes].index(last) + 1]
    assert check_spans(Network("part", nodes, (last,)), keras, 8) > 0


def squeezed(keepdims: bool) -> Network:
    """A convolution, squeeze and excitation, another convolution."""
    back: tuple[Node, ...] = () if keepdims else (Node("back", Reshape((1, 1, 2)), ("squeeze",)),)
    return Network(
        "squeezed",
        (
            Node("input", Input((13, 13, 1))),
            Node("conv", Conv2D(2, (3, 3), padding="same"), ("input",)),
            Node("squeeze", GlobalAveragePooling2D(keepdims=keepdims), ("conv",)),
            *back,
            Node("reduce", Conv2D(1, (1, 1)), ("squeeze" if keepdims else "back",)),
            Node("expand", Conv2D(2, (1, 1)), ("reduce",)),
            Node("gate", Activation("sigmoid"), ("expand",)),
            Node("excite", Multiply(), ("conv", "gate")),
            Node("after", Conv2D(1, (3, 3)), ("excite",)),
        ),
    )


@pytest.mark.parametrize("keepdims", [True, False])
def test_squeeze_and_excitation_sees_the_whole_image(keepdims: bool, keras: Any) -> None:
    report = analyse(squeezed(keepdims))
    fields = {layer.name: layer.receptive_field for layer in report.layers}
    whole = ReceptiveField((13, 13), (0, 0), (0, 0))
    assert fields["conv"] == ReceptiveField((3, 3), (1, 1), (-1, -1))
    assert all(fields[name] == whole for name in fields if name != "conv")
    assert check_spans(squeezed(keepdims), keras) > 0
    excite = derive_from(report, "excite", "receptive_field")
    assert "gate" in str(excite.rule)
    assert excite.result == (13, 13)


@pytest.mark.parametrize(
    "layers",
    [
        [Conv2D(1, (2, 2), (2, 2)), GlobalAveragePooling2D()],  # an odd side: the last pixels are left out
        [Conv2D(1, (3, 3), (2, 2), "same"), GlobalAveragePooling2D(keepdims=True)],
        [Conv2D(1, (3, 3)), Flatten(), Dense(2)],
        [Conv2D(1, (3, 3)), Flatten(), Dense(25), Reshape((5, 5, 1)), Conv2DTranspose(1, (3, 3), (2, 2))],
        [Conv2D(2, (4, 4), (4, 4)), Reshape((9, 2)), Dense(3), Mean(1), Dense(1)],
    ],
)
def test_layers_that_look_at_everything(layers: list[Layer], keras: Any) -> None:
    assert check_spans(chain(layers, 13), keras) > 0


def test_attention_looks_at_every_token(keras: Any) -> None:
    network = Network(
        "vit",
        (
            Node("input", Input((12, 12, 1))),
            Node("patches", Conv2D(3, (4, 4), (4, 4)), ("input",)),
            Node("tokens", Reshape((9, 3)), ("patches",)),
            Node("attention", Attention(), ("tokens", "tokens")),
            Node("sum", Add(), ("tokens", "attention")),
        ),
    )
    fields = {layer.name: layer.receptive_field for layer in analyse(network).layers}
    assert fields["tokens"] is None
    assert fields["sum"] == ReceptiveField((12, 12), (0, 0), (0, 0))
    assert check_spans(network, keras) > 0


def test_a_video_frame_by_frame_then_as_a_sequence() -> None:
    layers: Chain = [
        ("frames", TimeDistributed(Conv2D(2, (3, 3), (2, 2)))),
        ("pooled", TimeDistributed(GlobalAveragePooling2D())),
        ("lstm", LSTM(4)),
    ]
    fields = [row.receptive_field for row in analyse(sequential("video", (5, 11, 11, 1), layers)).layers]
    assert fields[0] == ReceptiveField((1, 3, 3), (1, 2, 2), (0, 0, 0))
    assert fields[1] is None
    assert fields[2] == ReceptiveField((5, 11, 11), (0, 0, 0), (0, 0, 0))


def test_jumps_are_fractions_and_phases_give_every_output() -> None:
    field = last_field(chain([UpSampling2D((3, 2))]))
    assert field == ReceptiveField(
        (1, 1), (Fraction(1, 3), Fraction(1, 2)), (0, 0), field.phases if field else ()
    )
    assert field is not None
    assert [field.span(0, output) for output in range(-3, 7)] == [
        *[(-1, -1)] * 3,
        *[(0, 0)] * 3,
        *[(1, 1)] * 3,
        (2, 2),
    ]
    back = last_field(chain([UpSampling2D((2, 2)), AveragePooling2D((2, 2))]))
    assert back == ReceptiveField((1, 1), (1, 1), (0, 0))


def test_outputs_that_see_nothing_and_periods_without_end() -> None:
    gaps = last_field(chain([Conv2DTranspose(1, (1, 1), (3, 3))]))
    assert gaps is not None
    assert [first <= last for first, last in gaps.phases[0]] == [True, False, False]
    assert last_field(chain([Conv2DTranspose(1, (1, 1), (2, 2)), Conv2D(1, (1, 1), (2, 2))])) is not None
    assert last_field(chain([UpSampling2D((300, 300))])) is None


def test_branches_that_step_unevenly_have_no_field() -> None:
    network = Network(
        "uneven",
        (
            Node("input", Input((12, 12, 1))),
            Node("up", UpSampling2D((2, 2)), ("input",)),
            Node("wide", UpSampling2D((6, 6)), ("input",)),
            Node("narrow", AveragePooling2D((3, 3)), ("wide",)),
            Node("shrunk", Cropping2D(((6, 6), (6, 6))), ("up",)),
            Node("small", Conv2D(1, (1, 1)), ("input",)),
            Node("even", Add(), ("up", "narrow")),
            Node("uneven", Add(), ("shrunk", "small")),
        ),
    )
    report = analyse(network)
    assert report.layer("even").receptive_field is not None
    assert report.layer("uneven").receptive_field is None


@pytest.mark.parametrize("slug", ["unet", "efficientnet-b0"])
def test_every_layer_of_these_has_a_field_and_its_working(slug: str) -> None:
    report = analyse(find_network(slug).network)
    for layer in report.layers:
        working = derive_from(report, layer.name, "receptive_field")
        assert layer.receptive_field is not None, layer.name
        assert working.result == layer.receptive_field.size
        if len(layer.inputs) == 1:
            sides = working.numbers.split(" × ")
            assert tuple(evaluate(side.replace("⌈", "").replace("⌉", "")) for side in sides) == working.result
        clip = clipped_field(report, layer)
        assert clip is not None
        assert max(clip) <= max(report.input_shape)
