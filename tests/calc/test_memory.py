"""Memory: rows add up to totals, the peak is that of the widest moment, training adds what it says."""

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.cost import CONVENTIONS, COSTS, cost, layer_shares
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add
from cnntutor.calc.memory import network_memory, training_memory
from cnntutor.calc.network import Network, Node
from cnntutor.calc.optimizers import OPTIMIZERS
from cnntutor.calc.precision import PRECISIONS
from cnntutor.formats.library import find_network
from cnntutor.i18n import set_language, storage

LENET = analyse(find_network("lenet5").network)
VALUES = 28 * 28 * 6 + 14 * 14 * 6 + 10 * 10 * 16 + 5 * 5 * 16 + 400 + 120 + 84 + 10


def test_lenet_in_float32() -> None:
    memory = network_memory(LENET)
    assert (memory.weights, memory.inputs) == (4 * 61_706, 4 * 32 * 32)
    assert memory.activations == 4 * VALUES
    assert memory.peak == 4 * (28 * 28 * 6 + 14 * 14 * 6)
    assert [each.weights for each in memory.layers] == [4 * layer.params for layer in LENET.layers]
    assert sum(each.activations for each in memory.layers) == memory.activations


@pytest.mark.parametrize("name", PRECISIONS)
def test_every_dtype(name: str) -> None:
    memory = network_memory(LENET, name)
    assert memory.weights == memory.precision.variable_bytes * 61_706
    assert memory.activations == memory.precision.compute_bytes * VALUES
    training = training_memory(LENET, batch=8, optimizer="sgd", dtype=name)
    assert training.gradients == memory.weights == training.weights
    assert training.activations == 8 * memory.activations
    kept = training.weights + training.gradients + training.slots
    assert training.total == kept + training.inputs + training.activations + training.working


def test_what_is_there_for_a_moment() -> None:
    back = training_memory(LENET, batch=1000).working
    assert back == 1000 * 4 * (28 * 28 * 6 + 14 * 14 * 6)  # pool1: its output's gradients, and its input's
    assert training_memory(LENET, batch=1).working == 2 * 4 * 400 * 120  # dense1's matrix twice


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_every_optimizer(slug: str) -> None:
    training = training_memory(LENET, optimizer=slug)
    state = training.state
    assert state.total_params == 61_706 + state.slots + len(state.singles)
    assert training.slots >= 4 * state.slots
    assert state.slots >= len(OPTIMIZERS[slug].slots) * 61_706
    assert OPTIMIZERS[slug].code in str(training.assumptions[0])


def test_a_skip_connection_keeps_its_beginning_alive() -> None:
    nodes = [Node("input", Input((8, 8, 1)))]
    for number in range(1, 4):
        nodes.append(Node(f"conv{number}", Conv2D(4, (1, 1)), (nodes[-1].name,)))
    nodes.append(Node("add", Add(), ("conv1", "conv3")))
    one = 8 * 8 * 4 * 4
    assert network_memory(analyse(Network("plain", tuple(nodes[:-1])))).peak == 2 * one
    assert network_memory(analyse(Network("skip", tuple(nodes)))).peak == 3 * one


def test_outputs_stay_alive_and_what_nobody_needs_is_dropped() -> None:
    nodes = [Node("input", Input((1, 1, 1)))]
    nodes += [Node(name, Conv2D(10, (1, 1)), ("input",)) for name in ("a", "b", "c")]
    assert network_memory(analyse(Network("three", tuple(nodes)))).peak == 4 * 31
    assert network_memory(analyse(Network("one", tuple(nodes), ("c",)))).peak == 4 * 11


@pytest.mark.parametrize(
    ("arguments", "mention"),
    [
        ({"batch": 0}, "batch must be from 1"),
        ({"optimizer": "adamm"}, "optimizer must be one of sgd"),
        ({"dtype": "int3"}, "dtype must be one of float32"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, object], mention: str) -> None:
    with pytest.raises(ValueError, match=mention):
        training_memory(LENET, **arguments)  # type: ignore[arg-type]


def test_shares_add_up() -> None:
    shares = layer_shares(LENET)
    assert [each.name for each in shares] == [layer.name for layer in LENET.layers]
    for total in (
        sum(each.params for each in shares),
        sum(each.macs for each in shares),
        sum(each.activations for each in shares),
    ):
        assert total == pytest.approx(1)
    assert shares[5].params == 48_120 / 61_706
    empty = analyse(find_network("pool-4x4").network)
    assert [(each.params, each.macs, each.activations) for each in layer_shares(empty)] == [(0, 0, 1)]


def test_costs() -> None:
    assert [cost(117_600, unit) for unit in COSTS] == [117_600, 235_200]
    for convention in CONVENTIONS.values():
        assert "bias" in str(convention)


def test_bytes_are_written_in_the_largest_unit() -> None:
    assert [storage(each) for each in (0, 1023, 1024, 246_824, 553_430_176)] == [
        *("0 B", "1,023 B", "1.00 KiB", "241.04 KiB", "527.79 MiB"),
    ]
    set_language("vi")
    assert storage(246_824) == "241,04 KiB"
