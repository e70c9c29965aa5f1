"""Frozen layers: counted as not trainable, and kept by every file."""

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.errors import NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.network_toml import parse_network, write_network
from cnntutor.i18n import Text

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


def test_trainable_is_true_or_false() -> None:
    text = write_network(ENTRY).replace("trainable = false", "trainable = 0")
    with pytest.raises(NotUnderstood, match=r"layers\.kept\.trainable is 0; write false"):
        parse_network(text, "frozen.toml")
