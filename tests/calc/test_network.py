"""The network value: graphs, refusals, and changed copies."""

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense, ReLU
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import (
    Network,
    Node,
    add_layer,
    remove_layer,
    replace_layer,
    sequential,
    with_input_shape,
)
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import parse_shape
from cnntutor.formats.library import find_network

SMALL = sequential(
    "small", (8, 8, 1), [("conv", Conv2D(4, (3, 3))), ("flatten", Flatten()), ("out", Dense(2))]
)


def test_a_sequence_is_a_graph() -> None:
    assert [node.inputs for node in SMALL.nodes] == [(), ("input",), ("conv",), ("flatten",)]
    assert SMALL.outputs == ("out",)
    assert SMALL.input_shape == (8, 8, 1)
    assert SMALL.node("conv").layer == Conv2D(4, (3, 3))
    assert hash(SMALL) == hash(replace_layer(SMALL, "out", Dense(2)))


@pytest.mark.parametrize(
    ("nodes", "outputs", "message"),
    [
        ((Node("a", Input((3,))), Node("a", Dense(1), ("a",))), (), "layer a: name must be its own"),
        (
            (Node("a", Input((3,))), Node("b", Dense(1), ("c",))),
            (),
            r"layer b: inputs .* \(a\), received \"c\"",
        ),
        ((Node("b", Dense(1), ("b",)), Node("a", Input((3,)))), (), "layer b: inputs must be earlier layers"),
        ((Node("b", Dense(1)),), (), "at least one Input"),
        ((), (), "at least one Input"),
        ((Node("a", Input((3,))),), ("z",), 'outputs must be names of layers, received "z"'),
        (
            (Node("a", Input((3,))), Node("b", Dense(1), ("a",)), Node("c", Dense(2), ("b",), "b")),
            (),
            "layer c: shares must be a layer of the same kind",
        ),
    ],
)
def test_refused_graphs(nodes: tuple[Node, ...], outputs: tuple[str, ...], message: str) -> None:
    with pytest.raises(LayerError, match=message):
        Network("bad", nodes, outputs)


def test_shared_weights_count_once_and_must_fit() -> None:
    nodes = (
        Node("input", Input((4, 4, 2))),
        Node("bn", BatchNormalization(), ("input",)),
        Node("relu", ReLU(), ("bn",)),
        Node("bn_again", BatchNormalization(), ("relu",), "bn"),
    )
    report = analyse(Network("shared", nodes))
    assert [layer.params for layer in report.layers] == [8, 0, 0]
    assert report.total_params == 8
    wrong = (
        *nodes[:2],
        Node("wide", Conv2D(3, (1, 1)), ("bn",)),
        Node("x", BatchNormalization(), ("wide",), "bn"),
    )
    with pytest.raises(LayerError, match="layer x: shares must be a layer whose weights fit"):
        analyse(Network("wrong", wrong))


def test_another_input_shape() -> None:
    report = analyse(with_input_shape(find_network("lenet5").network, (32, 32, 3)))
    assert report.total_params == 62_006
    assert report.input_shape == (32, 32, 3)
    assert analyse(with_input_shape(find_network("lenet5-28").network, (32, 32, 3))).total_params == 83_126


def test_another_layer() -> None:
    wider = replace_layer(SMALL, "conv", Conv2D(8, (3, 3)))
    assert analyse(wider).total_params == 80 + (6 * 6 * 8 + 1) * 2
    with pytest.raises(KeyError):
        replace_layer(SMALL, "conv9", Dense(1))


def test_a_layer_more_and_a_layer_less() -> None:
    longer = add_layer(SMALL, "conv", "relu", ReLU())
    assert [node.name for node in longer.nodes] == ["input", "conv", "relu", "flatten", "out"]
    assert longer.node("flatten").inputs == ("relu",)
    assert remove_layer(longer, "relu") == SMALL
    assert add_layer(SMALL, "out", "more", Dense(3)).outputs == ("more",)
    assert remove_layer(SMALL, "out").outputs == ("flatten",)
    with pytest.raises(LayerError, match="its own"):
        add_layer(SMALL, "conv", "out", ReLU())
    with pytest.raises(LayerError, match="begins with its Input"):
        remove_layer(SMALL, "input")


def test_a_removed_branch_leaves_its_input() -> None:
    network = Network(
        "residual",
        (
            Node("input", Input((4, 4, 2))),
            Node("conv", Conv2D(2, (3, 3), padding="same"), ("input",)),
            Node("sum", Add(), ("conv", "input")),
        ),
    )
    assert remove_layer(network, "conv").node("sum").inputs == ("input", "input")
    assert analyse(network).layer("sum").input_shapes == ((4, 4, 2), (4, 4, 2))
    with pytest.raises(KeyError):
        analyse(network).layer("conv9")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("32x32x3", (32, 32, 3)),
        ("28×28×1", (28, 28, 1)),
        (" 32 x 32 X 3 ", (32, 32, 3)),
        ("32,32,3", (32, 32, 3)),
        ("(28, 28, 1)", (28, 28, 1)),
        ("[28 28 1]", (28, 28, 1)),
        ("784", (784,)),
    ],
)
def test_shapes_as_people_type_them(text: str, shape: tuple[int, ...]) -> None:
    assert parse_shape(text) == shape


@pytest.mark.parametrize(
    "text",
    ["", "x", "32x", "32xx3", "0x32x3", "-1x32", "3.5x2", "axb", "1e3", "9999999x2", "٣x٣", "9" * 5000],
)
def test_no_shapes(text: str) -> None:
    with pytest.raises(ValueError, match="shape must"):
        parse_shape(text)
