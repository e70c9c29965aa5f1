"""Multiply-adds and parameters of the kinds: worked by hand, and by what one kind has to do with another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.derivation import derive
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.nested import inner_layer, layer_table
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network, Node, sequential
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from tests.calc.layer_cases import CASES, LOCAL, layers_of, made

IMAGE = (8, 6, 3)


@pytest.mark.parametrize(
    ("layer", "shape", "params", "macs", "values"),
    [
        (made("Conv1D", filters=4, kernel_size=3), (10, 2), 28, 8 * 4 * 6, 32),
        (made("Conv3D", filters=2, kernel_size=3, padding="same"), (4, 4, 4, 1), 56, 64 * 2 * 27, 128),
        (made("Conv2DTranspose", filters=2, kernel_size=2, strides=2), IMAGE, 26, 144 * 4 * 2, 16 * 12 * 2),
        (made("DepthwiseConv2D", kernel_size=3), IMAGE, 30, 6 * 4 * 9 * 3, 6 * 4 * 3),
        (made("SeparableConv2D", filters=5, kernel_size=3), IMAGE, 27 + 15 + 5, 24 * 3 * (9 + 5), 120),
        (made("LocallyConnected2D", filters=6, kernel_size=5), (32, 32, 1), 122_304, 117_600, 4_704),
        (made("SimpleRNN", units=32), (10, 8), 32 * 41, 10 * 32 * 40, 32),
        (made("LSTM", units=32), (10, 8), 4 * 32 * 41, 10 * 4 * 32 * 40, 32),
        (made("LSTM", units=128, return_sequences=True), (50, 65), 99_328, 50 * 98_816, 6_400),
        (made("GRU", units=32), (10, 8), 3 * 32 * 42, 10 * 3 * 32 * 40, 32),
        (made("GRU", units=32, reset_after=False), (10, 8), 3 * 32 * 41, 10 * 3 * 32 * 40, 32),
        (made("ConvLSTM2D", filters=4, kernel_size=3), (5, 8, 8, 2), 880, 5 * 36 * 4 * 4 * 9 * 6, 144),
        (made("Bidirectional", layer=made("LSTM", units=4)), (7, 3), 256, 2 * 7 * 112, 8),
        (made("TimeDistributed", layer=made("Dense", units=4)), (7, 3), 16, 84, 28),
        (made("Embedding", input_dim=1000, output_dim=16), (20,), 16_000, 0, 320),
        (made("PReLU"), IMAGE, 144, 0, 144),
        (made("PReLU", shared_axes=(1, 2)), IMAGE, 3, 0, 144),
        (made("BatchNormalization"), IMAGE, 12, 0, 144),
        (made("LayerNormalization", axis=(1, 2, 3)), IMAGE, 288, 0, 144),
        (made("GroupNormalization", groups=3), IMAGE, 6, 0, 144),
        (made("LayerScale", init_values=1e-6, projection_dim=3), IMAGE, 3, 0, 144),
        (made("Reshape", target_shape=(-1, 3)), IMAGE, 0, 0, 144),
        (made("UpSampling2D"), IMAGE, 0, 0, 576),
    ],
)
def test_worked_by_hand(layer: Layer, shape: Shape, params: int, macs: int, values: int) -> None:
    report = analyse(sequential("one", shape, [("layer", layer)])).layers[0]
    assert (report.params, report.macs, report.activations) == (params, macs, values)


def test_attention_worked_by_hand() -> None:
    inputs = ((10, 16), (12, 16))
    layer = made("MultiHeadAttention", num_heads=2, key_dim=8)
    assert layer.parameters(inputs) == 4 * (16 * 16 + 16)
    assert layer.macs(inputs) == (10 + 12 + 12 + 10) * 256 + 2 * 10 * 12 * 16
    shared = made("GroupQueryAttention", head_dim=8, num_query_heads=2, num_key_value_heads=2)
    assert shared.parameters(inputs) == layer.parameters(inputs)
    assert shared.macs(inputs) == layer.macs(inputs)
    plain = made("Attention")
    assert (plain.parameters(inputs), plain.macs(inputs)) == (0, 10 * 12 * 32)
    assert made("AdditiveAttention").parameters(inputs) == 16
    assert made("Dot", axes=2).macs(inputs) == 10 * 12 * 16


lengths = st.integers(1, 6)


@given(a=lengths, b=lengths, c=lengths, d=lengths, bias=st.booleans())
def test_kinds_that_do_the_same_cost_the_same(*, a: int, b: int, c: int, d: int, bias: bool) -> None:
    def cost(layer: Layer, *shapes: Shape) -> tuple[Shape, int, int]:
        return layer.output_shape(shapes), layer.parameters(shapes), layer.macs(shapes)

    dense = made("Dense", units=d, use_bias=bias)
    whole = cost(dense, (a, b, c))
    assert whole == cost(made("TimeDistributed", layer=dense), (a, b, c))
    assert whole == cost(made("Conv2D", filters=d, kernel_size=1, use_bias=bias), (a, b, c))
    assert whole == cost(made("Conv2DTranspose", filters=d, kernel_size=1, use_bias=bias), (a, b, c))
    einsum = made("EinsumDense", equation="...x,xy->...y", projected_shape=d, bias_axes="y" if bias else None)
    assert whole == cost(einsum, (a, b, c))
    depthwise = made("DepthwiseConv2D", kernel_size=(a, b), depth_multiplier=d, use_bias=bias)
    grouped = made("Conv2D", filters=c * d, kernel_size=(a, b), groups=c, use_bias=bias)
    assert cost(depthwise, (6, 6, c)) == cost(grouped, (6, 6, c))
    kernel = {"filters": d, "kernel_size": (a, b), "use_bias": bias}
    local, shared = made("LocallyConnected2D", **kernel), made("Conv2D", **kernel)
    assert local.macs(((a, b, c),)) == shared.macs(((a, b, c),))
    assert cost(local, (a, b, c)) == cost(shared, (a, b, c)), "one place: nothing to share"
    cell = made("LSTMCell", units=d, use_bias=bias)
    layer = made("LSTM", units=d, use_bias=bias, return_sequences=True)
    assert cost(made("RNN", cell=cell, return_sequences=True), (a, c)) == cost(layer, (a, c))


@pytest.mark.parametrize("kind", [*CASES, *LOCAL])
@settings(max_examples=8)
@given(data=st.data())
def test_every_kind_is_written_as_a_table_and_read_again(kind: str, data: st.DataObject) -> None:
    layer, _ = data.draw(layers_of(kind))
    table = layer_table(layer)
    assert table["kind"] == kind
    assert inner_layer("layer", table) == layer
    assert hash(inner_layer("layer", table)) == hash(layer)


@pytest.mark.parametrize(
    ("table", "argument"),
    [
        (3, "layer"),
        ({"units": 3}, "layer"),
        ({"kind": "Lambda"}, "layer.kind"),
        ({"kind": "LSTM", "unit": 3}, "layer.unit"),
        ({"kind": "LSTM"}, "layer.units"),
        ({"kind": "LSTM", "units": 0}, "layer.units"),
        ({"kind": "Bidirectional", "layer": {"kind": "LSTM", "units": -1}}, "layer.layer.units"),
        ({"kind": "Bidirectional", "layer": {"kind": "Dense", "units": 1}}, "layer.layer"),
    ],
)
def test_layers_in_layers_are_refused_at_their_argument(table: object, argument: str) -> None:
    with pytest.raises(LayerError) as refusal:
        inner_layer("layer", table)
    assert refusal.value.argument == argument


@pytest.mark.parametrize(
    ("kind", "arguments", "shapes", "argument"),
    [
        ("Conv1D", {"filters": 1, "kernel_size": 9}, ((8, 1),), "kernel_size"),
        ("Conv1D", {"filters": 1, "kernel_size": 3}, ((8, 8, 1),), "inputs"),
        ("Conv3D", {"filters": 1, "kernel_size": (2, 2)}, ((8, 8, 8, 1),), "kernel_size"),
        ("Conv2D", {"filters": 1, "kernel_size": 3, "data_format": "channel_first"}, (IMAGE,), "data_format"),
        (
            "Conv2DTranspose",
            {"filters": 1, "kernel_size": 3, "output_padding": 1},
            (IMAGE,),
            "output_padding",
        ),
        ("Reshape", {"target_shape": (7, -1)}, (IMAGE,), "target_shape"),
        ("Reshape", {"target_shape": (-1, -1)}, (IMAGE,), "target_shape"),
        ("Permute", {"dims": (1, 3)}, (IMAGE,), "dims"),
        ("Permute", {"dims": (2, 1)}, (IMAGE,), "inputs"),
        ("Cropping2D", {"cropping": 3}, (IMAGE,), "cropping"),
        ("Multiply", {}, ((2, 3), (3, 3)), "inputs"),
        ("Subtract", {}, ((2,), (2,), (2,)), "inputs"),
        ("Dot", {"axes": 1}, ((2, 3), (3, 2)), "inputs"),
        ("Dot", {"axes": 0}, ((2, 3), (2, 3)), "axes"),
        ("EinsumDense", {"equation": "ab->ac", "projected_shape": 3}, ((2,),), "equation"),
        ("EinsumDense", {"equation": "ab,bc->ac", "projected_shape": None}, ((2,),), "projected_shape"),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 2}, ((4, 8),), "inputs"),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 2}, ((4, 8), (4, 8), (5, 8)), "inputs"),
        ("Attention", {}, ((4, 8), (4, 7)), "inputs"),
        ("GroupNormalization", {"groups": 2}, (IMAGE,), "groups"),
        ("Softmax", {"axis": 4}, (IMAGE,), "axis"),
        ("SpectralNormalization", {"layer": {"kind": "Flatten"}}, (IMAGE,), "layer"),
        ("RNN", {"cell": {"kind": "LSTM", "units": 2}}, ((4, 8),), "cell"),
        ("Bidirectional", {"layer": {"kind": "LSTM", "units": 2, "go_backwards": True}}, ((4, 8),), "layer."),
        ("TimeDistributed", {"layer": {"kind": "Dense", "units": 2}}, ((4,),), "inputs"),
        ("Normalization", {"mean": 0.5}, (IMAGE,), "variance"),
        ("Rescaling", {"scale": {"a": 1}}, (IMAGE,), "scale"),
    ],
)
def test_what_cannot_be_is_refused_at_its_argument(
    kind: str, arguments: dict[str, object], shapes: tuple[Shape, ...], argument: str
) -> None:
    with pytest.raises(LayerError) as refusal:
        LAYER_KINDS[kind](**arguments).output_shape(shapes)
    assert refusal.value.argument.startswith(argument)
    assert " must be " in str(refusal.value)


def test_a_field_that_is_no_more_says_why() -> None:
    layers = [
        ("conv", made("Conv2D", filters=2, kernel_size=3)),
        ("sized", made("Resizing", height=7, width=7)),
        ("flat", made("Flatten")),
    ]
    network = sequential("one", (8, 8, 1), layers)
    assert [each.receptive_field is None for each in analyse(network).layers] == [False, True, True]
    assert "no one window" in str(derive(network, "sized", "receptive_field").rule)
    assert "Height and width are gone" in str(derive(network, "flat", "receptive_field").rule)


def test_channels_first_sees_as_channels_last_does() -> None:
    def network(data_format: str | None, shape: Shape) -> Network:
        arguments: dict[str, object] = {"data_format": data_format}
        return sequential(
            "one",
            shape,
            [
                (
                    "conv",
                    made("Conv2D", filters=4, kernel_size=(3, 5), strides=2, padding="same", **arguments),
                ),
                ("pool", made("MaxPooling2D", **arguments)),
                ("depth", made("DepthwiseConv2D", kernel_size=2, **arguments)),
            ],
        )

    last, first = analyse(network(None, (16, 20, 3))), analyse(network("channels_first", (3, 16, 20)))
    assert [each.receptive_field for each in last.layers] == [each.receptive_field for each in first.layers]
    assert [each.params for each in last.layers] == [each.params for each in first.layers]
    assert [each.macs for each in last.layers] == [each.macs for each in first.layers]
    for one, other in zip(last.layers, first.layers, strict=True):
        assert (one.output_shape[-1], *one.output_shape[:-1]) == other.output_shape


def test_activations_are_derived() -> None:
    network = Network("one", sequential("one", (4, 5), [("layer", made("Identity"))]).nodes)
    working = derive(network, "layer", "activations")
    assert (working.formula, working.numbers, working.result) == ("side_1 · side_2", "4 · 5", 20)
    assert str(working.unit) == "values"
    assert derive(network, "input", "activations").result == 20
    assert isinstance(network.nodes[1], Node)
