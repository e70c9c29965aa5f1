"""Frozen layers: counted as not trainable, and kept by every file."""

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node, add_layer, replace_layer
from cnntutor.errors import NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.keras_code import write_keras_code
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.network_toml import parse_network, write_network
from cnntutor.formats.pytorch_code import write_pytorch_code
from cnntutor.i18n import Text
from cnntutor.lab.network_record import record_network, restore_network
from cnntutor.tui.bench import Bench
from cnntutor.tui.network_moving import moved

FROZEN = Network(
    "frozen",
    (
        Node("input", Input((3,))),
        Node("kept", Dense(2), ("input",), trainable=False),
        Node("head", Dense(1), ("kept",)),
    ),
)
ENTRY = NetworkEntry("frozen", (), Text("Frozen", "Đóng băng"), "", Text("", ""), Text("", ""), FROZEN)


def test_frozen_parameters_are_not_trainable() -> None:
    report = analyse(FROZEN)
    assert (report.total_params, report.trainable_params, report.non_trainable_params) == (11, 3, 8)


def test_the_file_keeps_what_is_frozen() -> None:
    assert parse_network(write_network(ENTRY), "frozen.toml") == ENTRY


def test_every_form_keeps_what_is_frozen() -> None:
    assert parse_keras_json(write_keras_json(FROZEN), "frozen.json").network == FROZEN
    assert parse_keras_source(write_keras_code(FROZEN), "frozen.py").network == FROZEN
    assert "self.kept.requires_grad_(False)" in write_pytorch_code(FROZEN)
    assert restore_network(record_network(ENTRY)) == FROZEN


def test_a_frozen_layer_stays_frozen_when_it_is_moved_or_changed() -> None:
    network = moved(Bench.of(FROZEN), "kept", down=True).network
    assert [(node.name, node.trainable) for node in network.nodes[1:]] == [("head", True), ("kept", False)]
    assert not replace_layer(FROZEN, "kept", Dense(7)).node("kept").trainable
    assert not add_layer(FROZEN, "input", "new", Dense(3)).node("kept").trainable


WRAPPED = """
import keras
inner, outer = keras.layers.LSTM(3), keras.layers.Dense(2)
inner.trainable = False
model = keras.Sequential([keras.Input((4, 5)), keras.layers.Bidirectional(inner, name="both"), outer])
"""


def test_a_wrapper_around_a_frozen_layer_is_frozen() -> None:
    network = parse_keras_source(WRAPPED, "wrapped.py").network
    report = analyse(network)
    assert (report.layer("both").trainable, report.layer("both").non_trainable) == (0, 2 * 108)


def test_trainable_is_true_or_false() -> None:
    text = write_network(ENTRY).replace("trainable = false", "trainable = 0")
    with pytest.raises(NotUnderstood, match=r"layers\.kept\.trainable is 0; write false"):
        parse_network(text, "frozen.toml")
