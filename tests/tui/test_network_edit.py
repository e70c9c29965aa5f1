"""Networks changed: every edit is one valid step, garbage changes nothing, undo brings everything back."""

import dataclasses
from itertools import product

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.recurrent import LSTM
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.problems import LayerError
from cnntutor.formats.library import find_network
from cnntutor.tui import network_edit, network_moving, network_wiring
from cnntutor.tui.argument_text import argument_text, arguments_of, hints_of, parse_argument
from cnntutor.tui.bench import Bench
from cnntutor.tui.edit_history import History
from cnntutor.tui.layer_words import kind_words
from cnntutor.tui.network_edit import with_argument
from cnntutor.tui.new_layer import addable_kinds, new_layer
from tests.tui.bench_app import GARBAGE, lenet

# History


def test_history_goes_back_and_forth() -> None:
    history = History(1).record(2).record(3)
    assert history.undo().present == 2
    assert history.undo().undo().undo().present == 1
    assert history.undo().undo().redo().present == 2
    assert history.undo().record(9).redo().present == 9


def test_one_field_is_one_step_until_it_is_left() -> None:
    history = History("").record("1", "conv1.filters").record("16", "conv1.filters")
    assert history.undo().present == ""
    history = history.settle().record("160", "conv1.filters")
    assert history.undo().present == "16"


def test_an_abandoned_step_is_gone() -> None:
    history = History("2").record("1", "pool").abandon("pool")
    assert (history.present, history.past) == ("2", ())
    assert history.abandon("pool") is history
    assert History("2").record("1", "pool").settle().abandon("pool").present == "1"


def test_recording_the_same_changes_nothing() -> None:
    history = History(1).record(2).undo()
    assert history.record(1).redo().present == 2


# Edits


@pytest.mark.parametrize(
    ("argument", "text", "total"),
    [
        ("filters", "12", 64_262),
        ("kernel_size", "3", None),
        ("padding", "SAME", 82_826),
        ("use_bias", "no", 61_700),
    ],
)
def test_an_argument_changes_the_totals(argument: str, text: str, total: int | None) -> None:
    bench = with_argument(lenet(), "conv1", argument, text)
    if total is not None:
        assert bench.report.total_params == total
    assert bench.report.total_params == sum(layer.params for layer in bench.report.layers)


def test_the_issue_s_own_number() -> None:
    assert with_argument(lenet(), "input", "shape", "32x32x3").report.total_params == 62_006


@pytest.mark.parametrize("text", ["3x5", "3×5", "(3, 5)", "3,5", "3 5", "[3;5]"])
def test_pairs_are_read_as_people_write_them(text: str) -> None:
    kind = type(lenet().network.node("conv1").layer)
    assert parse_argument(kind, "kernel_size", text) == (3, 5)


@pytest.mark.parametrize("name", ["conv1", "pool1", "dense1", "input"])
@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_is_refused_with_a_sentence(name: str, text: str) -> None:
    bench = lenet()
    layer = bench.network.node(name).layer
    for argument in arguments_of(layer):
        try:
            changed = with_argument(bench, name, argument, text)
        except LayerError as problem:
            assert problem.argument and str(problem.message)
        else:
            assert changed.report.total_params >= 0


def test_every_value_can_be_typed_back() -> None:
    for entry in ("lenet5", "vgg16", "alexnet-grouped", "resnet18", "zfnet-28"):
        bench = Bench.of(find_network(entry).network)
        for node in bench.network.nodes:
            for argument in arguments_of(node.layer):
                text = argument_text(getattr(node.layer, argument), hints_of(node.layer.kind)[argument])
                assert with_argument(bench, node.name, argument, text).network == bench.network


def test_a_later_layer_that_no_longer_fits_is_named() -> None:
    with pytest.raises(LayerError) as caught:
        with_argument(lenet(), "pool1", "pool_size", "12")
    assert caught.value.node == "conv2"


def test_the_stride_of_a_pool_follows_its_size() -> None:
    layer = with_argument(lenet(), "pool2", "pool_size", "5").network.node("pool2").layer
    assert arguments_of(layer)["strides"] == "5×5"


def test_layers_are_added_removed_and_moved() -> None:
    bench, name = network_wiring.with_new_layer(lenet(), "conv1", "BatchNormalization")
    assert name == "batch_normalization"
    assert bench.report.non_trainable_params == 12
    assert network_edit.without_layer(bench, name).network == lenet().network
    swapped = network_moving.moved(lenet(), "conv1", down=True)
    assert [node.name for node in swapped.network.nodes][1:3] == ["pool1", "conv1"]
    assert network_moving.moved(swapped, "conv1", down=False).network == lenet().network


def test_what_cannot_be_moved_is_refused() -> None:
    with pytest.raises(LayerError):
        network_moving.moved(lenet(), "conv1", down=False)
    with pytest.raises(LayerError):
        network_moving.moved(lenet(), "dense3", down=True)
    with pytest.raises(LayerError):
        network_edit.without_layer(lenet(), "input")


# Kinds

SHAPES = ((8, 8, 3), (64, 4), (4, 8, 8, 3), (5,), (4, 4, 4, 4, 3), (600,))


def first_that_fits(kind: str) -> tuple[object, tuple[tuple[int, ...], ...]]:
    """Return a new layer of a kind on the first input it can stand on."""
    refusals = []
    for side in SHAPES:
        count = LAYER_KINDS[kind].fewest_inputs
        try:
            layer = new_layer(kind, (side,) * max(1, count))
            layer.output_shape((side,) * count)
        except LayerError as problem:
            refusals.append(problem)
        else:
            return layer, (side,) * count
    raise AssertionError(f"{kind} can be put nowhere: {refusals[-1]}")


@pytest.mark.parametrize("kind", [kind for kind in addable_kinds() if kind != "STFTSpectrogram"])
def test_every_kind_can_be_added_and_its_arguments_typed_back(kind: str) -> None:
    layer, _inputs = first_that_fits(kind)
    assert str(kind_words(kind))
    layer_kind = LAYER_KINDS[kind]
    assert isinstance(layer, layer_kind)
    for argument, text in arguments_of(layer).items():
        value = parse_argument(layer_kind, argument, text)
        assert dataclasses.replace(layer, **{argument: value}) == layer, (argument, text)  # type: ignore[type-var]


@pytest.mark.parametrize("kind", addable_kinds())
def test_garbage_in_any_argument_of_any_kind_is_refused_as_a_layer_error(kind: str) -> None:
    layer_kind = LAYER_KINDS[kind]
    for argument, text in product(hints_of(kind), GARBAGE):
        try:
            value = parse_argument(layer_kind, argument, text)
            layer = new_layer(kind, ((8, 8, 3),) * max(1, layer_kind.fewest_inputs))
            dataclasses.replace(layer, **{argument: value})  # type: ignore[type-var]
        except LayerError as problem:
            assert str(problem.message)
        except (TypeError, ValueError, OverflowError):
            continue  # with_argument makes a sentence of these


def test_a_layer_inside_a_layer_is_typed_as_code() -> None:
    kind = LAYER_KINDS["Bidirectional"]
    inner = parse_argument(kind, "layer", "keras.layers.LSTM(64, return_sequences=True)")
    assert inner == LSTM(64, return_sequences=True)
    for nonsense in ("LSTM(", "exec('x')", "LSTM(__import__('os'))", "Nothing(3)"):
        assert parse_argument(kind, "layer", nonsense) == nonsense


@pytest.mark.parametrize("network", ["resnet18", "googlenet-v1", "lenet5"])
def test_numbers_taken_over_are_those_worked_out_afresh(network: str) -> None:
    bench = Bench.of(find_network(network).network)
    edits = {"filters": "24", "strides": "2", "units": "17", "use_bias": "false", "padding": "same"}
    for node in bench.network.nodes:
        for argument, text in edits.items():
            if argument in arguments_of(node.layer):
                try:
                    changed = with_argument(bench, node.name, argument, text)
                except LayerError:
                    continue
                assert changed.report == analyse(changed.network)


# Branches, names, copies


def test_inputs_are_changed_and_outputs_follow() -> None:
    bench = lenet()
    changed = network_wiring.with_inputs(bench, "flatten", ("conv2",))
    assert set(changed.network.outputs) == {"pool2", "dense3"}
    assert changed.report.layer("dense1").params == (10 * 10 * 16 + 1) * 120
    back = network_wiring.with_inputs(changed, "flatten", ("pool2",))
    assert back.network == bench.network


@pytest.mark.parametrize("inputs", [("nothing",), ("dense1",), ("conv1",), ("",), ("input", "input")])
def test_inputs_that_cannot_be_are_refused(inputs: tuple[str, ...]) -> None:
    with pytest.raises(LayerError):
        network_wiring.with_inputs(lenet(), "conv1", inputs)


def test_a_branch_is_joined_by_a_new_layer() -> None:
    bench, first = network_wiring.with_new_layer(lenet(), "pool1", "Conv2D")
    bench = network_wiring.with_inputs(bench, "conv2", ("pool1",))
    assert first in bench.network.outputs
    bench, join = network_wiring.with_new_layer(bench, "pool1", "Concatenate", (first,))
    assert bench.network.node(join).inputs == ("pool1", first)
    assert first not in bench.network.outputs


def test_a_name_is_changed_everywhere() -> None:
    bench = network_edit.renamed(lenet(), "conv1", " first ")
    assert bench.network.node("pool1").inputs == ("first",)
    assert network_edit.renamed(bench, "first", "conv1").network == lenet().network
    for text in ("", "pool1", "two words", "a/b", "x" * 300, "a,b", "\x1b"):
        with pytest.raises(LayerError):
            network_edit.renamed(lenet(), "conv1", text)


def test_a_layer_is_frozen() -> None:
    bench = with_argument(lenet(), "conv1", "trainable", "no")
    assert bench.report.non_trainable_params == 156
    with pytest.raises(LayerError):
        with_argument(lenet(), "conv1", "trainable", "maybe")


def test_a_second_input_comes_and_goes() -> None:
    bench, name = network_wiring.with_new_layer(lenet(), "conv1", "Input")
    assert name in [node.name for node in bench.network.nodes]
    assert network_edit.without_layer(bench, name).network == lenet().network


def test_layers_are_copied() -> None:
    bench, copy = network_edit.duplicated(lenet(), "dense2")
    assert copy == "dense2_copy"
    assert bench.network.node("dense3").inputs == (copy,)
    assert bench.report.layer(copy).params == (84 + 1) * 84
    with pytest.raises(LayerError):
        network_edit.duplicated(lenet(), "input")
