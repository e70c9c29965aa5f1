"""The figures' states: every number is computed, every move stays inside."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor.course.figures.connections import WIRINGS, Connections
from cnntutor.course.figures.registry import FIGURE_OPTIONS, open_figure
from cnntutor.course.figures.stepper import KERNELS, Stepper, drawing
from cnntutor.course.figures.walk import Walk
from cnntutor.errors import NotUnderstood

SMALL = Stepper(((1, 2, 3), (4, 5, 6), (7, 8, 9)), ((1, -1), (0, 2)))


def _whole_output(state: Stepper) -> list[list[int]]:
    """The output by the definition of a convolution, written out once more."""
    kernel, side = state.kernel, len(state.kernel)
    rim = state.padding
    height, width = len(state.values), len(state.values[0])

    def pixel(row: int, column: int) -> int:
        inside = 0 <= row < height and 0 <= column < width
        return state.values[row][column] if inside else 0

    return [
        [
            sum(
                kernel[i][j] * pixel(row * state.stride + i - rim, column * state.stride + j - rim)
                for i in range(side)
                for j in range(side)
            )
            + state.bias
            for column in range((width + 2 * rim - side) // state.stride + 1)
        ]
        for row in range((height + 2 * rim - side) // state.stride + 1)
    ]


def test_one_step_of_a_convolution() -> None:
    assert SMALL.output_shape == (2, 2)
    assert [(each.row, each.column, each.value, each.weight, each.product) for each in SMALL.products[1]] == [
        (1, 0, 4, 0, 0),
        (1, 1, 5, 2, 10),
    ]
    assert SMALL.total == 1 - 2 + 10
    assert SMALL.sum_line == "1·1 + 2·(−1) + 4·0 + 5·2 = 9"
    assert replace(SMALL, bias=-20).sum_line == "1·1 + 2·(−1) + 4·0 + 5·2 − 20 = −11"
    assert replace(SMALL, bias=3).sum_line.endswith("+ 3 = 12")
    assert SMALL.output == ((9, None), (None, None))
    assert SMALL.last().output == ((9, 11), (15, 17))


def test_padding_is_marked() -> None:
    padded = replace(SMALL, padding=1)
    assert padded.padded[0] == (0, 0, 0, 0, 0)
    assert [[each.padded for each in row] for row in padded.products] == [[True, True], [True, False]]


def test_stepping_stays_inside() -> None:
    assert SMALL.previous() == SMALL and SMALL.is_first
    last = SMALL.next().next().next()
    assert last.is_last and last.next() == last and (last.output_row, last.output_column) == (1, 1)
    assert SMALL.move(5, 0).move(0, 5) == last
    assert last.move(-9, -9) == SMALL == last.first()


def test_stride_padding_and_kernel_go_round_from_the_first_position() -> None:
    opened = open_figure("stepper", {})
    assert isinstance(opened, Stepper)
    state = opened.next()
    assert [state.stride, state.next_stride().stride, state.next_stride().next_stride().stride] == [1, 2, 3]
    assert state.next_stride().next_stride().next_stride() == opened
    assert [state.next_padding().padding, state.next_padding().next_padding().next_padding().padding] == [
        1,
        0,
    ]
    names = [state.kernel_name]
    while (state := state.next_kernel()).kernel_name not in names:
        names.append(state.kernel_name)
    assert names == [name for name, kernel in KERNELS.items() if len(kernel) == 3]
    assert SMALL.kernel_name == "" and SMALL.next_kernel().kernel_name == "small-vertical-edge"
    assert replace(SMALL, kernel=((1,),)).next_kernel().kernel == ((1,),)
    assert replace(SMALL, stride=1).next_stride().stride == 1


@given(
    side=st.integers(3, 9),
    name=st.sampled_from(sorted(KERNELS)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 1),
    bias=st.integers(-3, 3),
)
def test_the_whole_output_is_the_convolution(
    side: int, name: str, stride: int, padding: int, bias: int
) -> None:
    state = Stepper(drawing(side), KERNELS[name], stride, padding, bias)
    assert [list(row) for row in state.last().output] == _whole_output(state)
    seen = [state.total]
    while not state.is_last:
        state = state.next()
        seen.append(state.total)
    assert seen == [value for row in _whole_output(state) for value in row]


def test_connections_of_lenets_first_layer() -> None:
    figure = open_figure("connections", {"layer": "lenet5/conv1", "wiring": "shared"})
    assert isinstance(figure, Connections)
    assert (figure.title, figure.output_shape) == ("lenet5 · conv1", (28, 28, 6))
    assert [count.params for count in figure.counts] == [4_821_600, 122_304, 156]
    assert [count.connections for count in figure.counts] == [4_816_896, 117_600, 117_600]
    assert [count.connections_per_output for count in figure.counts] == [1024, 25, 25]
    assert all(count.weights + count.biases == count.params for count in figure.counts)
    assert figure.count.wiring == "shared"


def test_what_one_neuron_reads_and_its_weights() -> None:
    figure = Connections((6, 6, 1), wiring="local").move(2, 3)
    assert (figure.row, figure.column) == (2, 3)
    read = [(row, column) for row in range(6) for column in range(6) if figure.reads(row, column)]
    assert read == [(row, column) for row in (2, 3, 4) for column in (3, 4, 5)]
    assert figure.weight_label(0, 0) == ""
    shared = figure.with_wiring("shared")
    assert [shared.weight_label(*cell) for cell in read] == [f"w{number}" for number in range(1, 10)]
    assert shared.move(0, -3).weight_label(2, 0) == "w1"
    assert figure.weight_label(2, 3) == f"w{(2 * 4 + 3) * 9 + 1}" != figure.move(0, -1).weight_label(2, 2)
    dense = figure.with_wiring("dense")
    assert dense.weight_label(0, 0) == f"w{(2 * 4 + 3) * 36 + 1}"
    assert figure.move(99, 99).move(0, 1) == replace(figure, row=3, column=3)


@pytest.mark.parametrize("wiring", WIRINGS)
def test_labels_are_as_many_as_the_counted_weights(wiring: str) -> None:
    figure = next(
        each for each in (Connections((5, 5, 1), wiring=known) for known in WIRINGS) if each.wiring == wiring
    )
    labels = {
        figure.move(row, column).weight_label(r, c)
        for row in range(3)
        for column in range(3)
        for r in range(5)
        for c in range(5)
    } - {""}
    assert len(labels) == figure.count.weights
    assert figure.count.connections == sum(
        figure.move(row, column).reads(r, c)
        for row in range(3)
        for column in range(3)
        for r in range(5)
        for c in range(5)
    )


def test_the_wirings_go_round() -> None:
    figure = Connections((6, 6, 1))
    assert [figure.wiring, figure.next_wiring().wiring, figure.next_wiring().next_wiring().wiring] == list(
        WIRINGS
    )
    assert figure.next_wiring().next_wiring().next_wiring() == figure


def test_a_walk_through_lenet() -> None:
    walk = open_figure("walk", {"network": "lenet5"})
    assert isinstance(walk, Walk)
    assert walk.step is None and walk.shape == (32, 32, 1) and walk.previous() == walk
    first = walk.next()
    assert first.step is not None
    assert (first.step.name, first.shape, first.step.params) == ("conv1", (28, 28, 6), 156)
    assert first.step.receptive_field == (5, 5)
    end = walk.go(99)
    assert end.step is not None and end.next() == end
    assert (end.step.params_so_far, end.total_params, end.shape) == (61_706, 61_706, (10,))
    assert end.step.receptive_field == (32, 32)
    assert sum(step.params_share for step in walk.steps) == pytest.approx(1)
    assert sum(step.macs_share for step in walk.steps) == pytest.approx(1)
    colour = open_figure("walk", {"network": "lenet5", "input": "32x32x3"})
    assert isinstance(colour, Walk) and colour.total_params == 62_006


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("dance", {}, "There is no figure dance; use one of stepper, connections, walk."),
        (
            "stepper",
            {"sise": "6"},
            "Figure stepper: sise must be one of kernel, size, stride, padding, bias.",
        ),
        ("stepper", {"kernel": "none"}, "Figure stepper: kernel must be one of vertical-edge"),
        ("stepper", {"size": "2"}, "Figure stepper: size must be a whole number from 3 to 12."),
        ("stepper", {"size": "six"}, "Figure stepper: size must be a whole number from 3 to 12."),
        ("stepper", {"padding": "9" * 5000}, "Figure stepper: padding must be a whole number from 0 to 2."),
        ("stepper", {"stride": "0"}, "Figure stepper: stride must be a whole number from 1 to 6."),
        ("connections", {"wiring": "wild"}, "wiring must be one of dense, local, shared."),
        ("connections", {"input": "8x8"}, "input must be height x width x channels, sides up to 64."),
        ("connections", {"input": "x"}, "input must be a shape such as 8x8x1."),
        ("connections", {"input": "4x4x1", "kernel": "5"}, "Figure connections: "),
        ("connections", {"layer": "lenet5/pool1"}, "layer must be a Conv2D with padding valid"),
        ("connections", {"layer": "lenet5/none"}, "lenet5 has no layer"),
        ("connections", {"layer": "none/conv1"}, "There is no network"),
        ("connections", {"layer": "lenet5/conv1", "kernel": "3"}, "kernel must be left out where layer is"),
        ("connections", {"layer": "alexnet/conv1"}, "sides up to 64"),
        ("walk", {}, "Figure walk: network must be the slug of a network."),
        ("walk", {"network": "none"}, "There is no network"),
        ("walk", {"network": "lenet5", "input": "3x3x1"}, "Figure walk: layer conv1"),
    ],
)
def test_options_that_make_no_figure_are_named(name: str, options: dict[str, str], sentence: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        open_figure(name, options)
    assert sentence in str(refusal.value)


def test_every_figure_opens_without_needless_options() -> None:
    assert set(FIGURE_OPTIONS) == {"stepper", "connections", "walk"}
    connections = open_figure("connections", {})
    assert isinstance(connections, Connections) and connections.input_shape == (8, 8, 1)
