"""Nested models as rows of their own: their totals, their ends, and the rows inside them."""

from cnntutor.calc.analysis import LayerReport, analyse
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.nesting import ModelReport, nested_rows
from cnntutor.calc.network import Nested, Network, Node

OUTER, INNER = Nested("outer", "Functional"), Nested("outer.inner", "Sequential")
NESTED = Network(
    "nested",
    (
        Node("image", Input((8, 8, 3))),
        Node("outer.stem", Conv2D(4, (3, 3)), ("image",), within=(OUTER,)),
        Node("outer.inner.conv", Conv2D(2, (3, 3)), ("outer.stem",), within=(OUTER, INNER)),
        Node("outer.inner.bn", BatchNormalization(), ("outer.inner.conv",), within=(OUTER, INNER)),
        Node("outer.flat", Flatten(), ("outer.inner.bn",), within=(OUTER,)),
        Node("head", Dense(5), ("outer.flat",)),
    ),
)


def test_models_lie_in_one_another() -> None:
    report = analyse(NESTED)
    outer, head = nested_rows(report)
    assert isinstance(outer, ModelReport)
    assert isinstance(head, LayerReport)
    assert (outer.name, outer.kind, outer.inputs, outer.output_shape) == (
        *("outer", "Functional", ("image",)),
        (32,),
    )
    stem, inner, flat = outer.layers
    assert isinstance(inner, ModelReport)
    assert [each.name for each in (stem, inner, flat)] == ["outer.stem", "outer.inner", "outer.flat"]
    assert (inner.params, inner.trainable, inner.non_trainable) == (74 + 8, 74 + 4, 4)
    assert inner.receptive_field == report.layer("outer.inner.bn").receptive_field
    assert outer.params == 112 + 82
    assert outer.params + head.params == report.total_params
    assert outer.macs + head.macs == report.macs


def test_without_nested_models_the_rows_are_those_of_the_report() -> None:
    flat = Network("nested", tuple(Node(each.name, each.layer, each.inputs) for each in NESTED.nodes))
    assert nested_rows(analyse(flat)) == analyse(flat).layers
    assert flat == NESTED


def test_a_model_whose_output_nobody_reads_ends_with_its_last_layer() -> None:
    network = Network("end", NESTED.nodes[:-1], ("outer.stem",))
    (outer,) = nested_rows(analyse(network))
    assert outer.output_shape == (6, 6, 4)
