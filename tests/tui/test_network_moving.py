"""Layers moved along chains, into branches and out of them; one layer used at several places."""

import pytest

from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Activation, Dense
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.formats.library import find_network
from cnntutor.tui import network_moving, network_sharing
from cnntutor.tui.bench import Bench
from cnntutor.tui.network_edit import with_argument, without_layer
from cnntutor.tui.network_moving import Gap


def branched() -> Bench:
    """Return input → stem → (left, right) → sum → tail."""
    conv = Conv2D(4, (3, 3), padding="same")
    return Bench.of(
        Network(
            "branched",
            (
                Node("input", Input((8, 8, 4))),
                Node("stem", Activation("relu"), ("input",)),
                Node("left", conv, ("stem",)),
                Node("right", Conv2D(4, (1, 1)), ("stem",)),
                Node("sum", Add(), ("left", "right")),
                Node("tail", Activation("relu"), ("sum",)),
            ),
        )
    )


def inputs_of(bench: Bench) -> dict[str, tuple[str, ...]]:
    """Return what each node stands on."""
    return {node.name: node.inputs for node in bench.network.nodes}


def test_a_layer_goes_down_through_a_branch_and_comes_back() -> None:
    seen = [branched()]
    for _step in range(4):
        seen.append(network_moving.moved(seen[-1], "stem", down=True))
    assert inputs_of(seen[1])["stem"] == ("input",) and inputs_of(seen[1])["left"] == ("stem",)
    assert inputs_of(seen[1])["right"] == ("input",)
    assert inputs_of(seen[2])["stem"] == ("left",)
    assert inputs_of(seen[3]) == inputs_of(seen[2]) | {
        "sum": ("left", "right"),
        "stem": ("sum",),
        "tail": ("stem",),
    }
    assert inputs_of(seen[4])["stem"] == ("tail",) and seen[4].network.outputs == ("stem",)
    with pytest.raises(LayerError):
        network_moving.moved(seen[4], "stem", down=True)
    back = seen[4]
    for _step in range(2):
        back = network_moving.moved(back, "stem", down=False)
    assert inputs_of(back)["stem"] == ("right",)  # into the last branch
    for _step in range(2):
        back = network_moving.moved(back, "stem", down=False)
    assert inputs_of(back) == inputs_of(branched()) and back.network.outputs == ("tail",)
    with pytest.raises(LayerError):
        network_moving.moved(back, "stem", down=False)


def test_a_layer_goes_from_one_branch_into_another() -> None:
    across = network_moving.placed(branched(), "left", Gap("stem", "right"))
    assert inputs_of(across)["left"] == ("stem",) and inputs_of(across)["right"] == ("left",)
    assert inputs_of(across)["sum"] == ("stem", "right")
    assert Gap("stem", "right") in network_moving.gaps_for(branched().network, "left")


def test_what_joins_branches_is_not_moved() -> None:
    for name in ("sum", "input"):
        with pytest.raises(LayerError) as caught:
            network_moving.moved(branched(), name, down=True)
        assert caught.value.argument == "inputs"


@pytest.mark.parametrize("slug", ["lenet5", "resnet18", "googlenet"])
def test_every_place_is_refused_or_leaves_a_network_with_the_same_layers(slug: str) -> None:
    bench = Bench.of(find_network(slug).network)
    names = {node.name for node in bench.network.nodes}
    movable = [node.name for node in bench.network.nodes if len(node.inputs) == 1]
    done = 0
    for name in (movable[0], movable[len(movable) // 2], movable[-1]):
        for gap in network_moving.gaps_for(bench.network, name)[::5]:
            try:
                moved = network_moving.placed(bench, name, gap)
            except LayerError as problem:
                assert str(problem.message)
                continue
            done += 1
            assert {node.name for node in moved.network.nodes} == names
            assert moved.network.node(name).inputs == (gap.after,)
    assert done


def test_a_layer_is_used_twice() -> None:
    bench, again = network_sharing.used_again(branched(), "left", ("right",))
    assert again == "left_again"
    assert bench.network.node(again).shares == "left" and bench.network.outputs == ("tail", again)
    assert bench.report.total_params == branched().report.total_params
    wider = with_argument(bench, again, "kernel_size", "5")
    assert wider.report.layer("left").params == 5 * 5 * 4 * 4 + 4
    with pytest.raises(LayerError):
        without_layer(bench, "left")
    own = with_argument(bench, again, "shares", "")
    assert own.report.total_params == bench.report.total_params + bench.report.layer("left").params


def test_weights_are_shared_only_where_they_fit() -> None:
    bench = Bench.of(
        Network(
            "two",
            (
                Node("input", Input((4,))),
                Node("first", Dense(4), ("input",)),
                Node("second", Dense(4), ("first",)),
                Node("third", Dense(7), ("second",)),
                Node("fourth", Dense(7), ("third",)),
            ),
        )
    )
    shared = with_argument(bench, "second", "shares", "first")
    assert shared.report.layer("second").params == 0
    for name, owner in (("fourth", "first"), ("first", "second"), ("second", "input"), ("second", "nobody")):
        with pytest.raises(LayerError) as caught:
            with_argument(shared if name == "first" else bench, name, "shares", owner)
        assert str(caught.value.message)
    assert with_argument(shared, "second", "shares", "none").network == bench.network
