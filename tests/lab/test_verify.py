"""Holding the calculator's numbers against a model of Keras: each kind of difference is found."""

from pathlib import Path

import msgspec
import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add
from cnntutor.calc.network import Network, Node
from cnntutor.errors import CnntutorError, Failed, Missing, NotUnderstood
from cnntutor.formats.library import find_network
from cnntutor.lab.verify import Difference, compare, verify
from cnntutor.needs import BuildTask, BuiltLayer, BuiltModel, Fault, FaultKind, Reply, Request


def built(network: Network) -> BuiltModel:
    """What Keras says if it agrees."""
    report = analyse(network)
    return BuiltModel(
        name=network.name,
        layers=tuple(
            BuiltLayer(
                name=row.name.replace("/", "_"),
                kind=row.kind,
                output_shape=row.output_shape,
                trainable_params=row.trainable,
                non_trainable_params=row.non_trainable,
            )
            for row in report.layers
        ),
        total_params=report.total_params,
        trainable_params=report.trainable_params,
        non_trainable_params=report.non_trainable_params,
        config="",
        keras_version="3.15.1",
    )


LENET = find_network("lenet5").network


def differences(model: BuiltModel, network: Network = LENET) -> list[Difference]:
    return list(compare(analyse(network), model))


def with_row(index: int, **changed: object) -> BuiltModel:
    model = built(LENET)
    rows = list(model.layers)
    rows[index] = msgspec.structs.replace(rows[index], **changed)
    return msgspec.structs.replace(model, layers=tuple(rows))


def test_equal_is_equal_and_open_sides_agree() -> None:
    assert differences(built(LENET)) == []
    assert differences(with_row(0, output_shape=(None, None, 6))) == []
    assert differences(with_row(0, output_shape=None)) == []


def test_each_difference_is_found_at_its_layer() -> None:
    first, shape = LENET.nodes[1].name, analyse(LENET).layers[0].output_shape
    assert differences(with_row(0, output_shape=(1, 2, 3))) == [
        Difference(first, "output_shape", shape, (1, 2, 3))
    ]
    assert differences(with_row(0, trainable_params=1, non_trainable_params=155)) == [
        Difference(first, "trainable_params", 156, 1),
        Difference(first, "non_trainable_params", 0, 155),
    ]
    assert differences(with_row(0, name="other")) == [
        Difference(first, "layer", "Conv2D", None),
        Difference("other", "layer", None, "Conv2D"),
    ]
    total = msgspec.structs.replace(built(LENET), trainable_params=5)
    assert differences(total) == [Difference("", "trainable_params", 61_706, 5)]


def test_further_calls_of_a_layer_go_by_the_number_of_the_call() -> None:
    network = Network(
        "twins",
        (
            Node("left", Input((8,))),
            Node("right", Input((8,))),
            Node("dense", Dense(4), ("left",)),
            Node("again", Dense(4), ("right",), "dense"),
            Node("sum", Add(), ("dense", "again")),
        ),
    )
    model = built(network)
    rows = (model.layers[0], msgspec.structs.replace(model.layers[1], name="dense_1"), model.layers[2])
    assert differences(msgspec.structs.replace(model, layers=rows), network) == []


def test_the_file_itself_is_loaded_where_keras_takes_it() -> None:
    asked: list[Request] = []

    def run(request: Request) -> Reply:
        asked.append(request)
        if isinstance(request, BuildTask) and request.file:
            return Reply(fault=Fault(kind="unreadable", text="an old file"))
        return Reply(model=built(LENET))

    found = verify(LENET, Path("model.h5"), run)
    assert [bool(each.file) for each in asked if isinstance(each, BuildTask)] == [True, False]
    assert (found.equal, found.built_from, found.refused) == (True, "network", "an old file")
    found = verify(LENET, Path("model.keras"), lambda _: Reply(model=built(LENET)))
    assert (found.equal, found.built_from, found.refused) == (True, "file", "")
    asked.clear()
    verify(LENET, Path("model.toml"), run)
    assert [bool(each.file) for each in asked if isinstance(each, BuildTask)] == [False]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("missing", Missing),
        ("time", Failed),
        ("memory", Failed),
        ("unreadable", NotUnderstood),
        ("crash", Failed),
    ],
)
def test_what_went_wrong_is_said(kind: FaultKind, error: type[CnntutorError]) -> None:
    with pytest.raises(error, match="Keras"):
        verify(LENET, None, lambda _: Reply(fault=Fault(kind=kind, text="x"), seconds=3))
