"""The workbench: numbers follow every edit, garbage changes nothing, undo brings everything back."""

import time
from collections.abc import Iterator
from pathlib import Path, PurePath
from statistics import median
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from cnntutor import i18n
from cnntutor.calc.problems import LayerError
from cnntutor.formats.library import find_network
from cnntutor.lab.lab import Lab
from cnntutor.tui import app as tui_app
from cnntutor.tui import network_edit
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context, Place
from cnntutor.tui.edit_history import History
from cnntutor.tui.network_edit import Bench, argument_text, parse_argument, with_argument
from cnntutor.tui.screens.workbench import WorkbenchScreen
from cnntutor.tui.widgets.derivation import derivation_lines
from cnntutor.tui.widgets.layer_form import ArgumentField, LayerForm
from cnntutor.tui.widgets.layer_rows import TOTAL, bar, columns_of, rows_of
from cnntutor.tui.widgets.layer_table import LayerTable
from cnntutor.tui.widgets.workbench import KIND_WORDS, Workbench

GARBAGE = [
    "",
    " ",
    "x",
    "-3",
    "0",
    "1e9",
    "((((((",
    "9" * 60,
    "5×",
    "ＡＢ",
    "\x1b[31m",
    "(1,2),(3)",
    "[[1]]",
    "ừ́",
]


def lenet() -> Bench:
    return Bench.of(find_network("lenet5").network)


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
    for argument in network_edit.arguments_of(layer):
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
            for argument in network_edit.arguments_of(node.layer):
                text = argument_text(getattr(node.layer, argument))
                assert with_argument(bench, node.name, argument, text).network == bench.network


def test_a_later_layer_that_no_longer_fits_is_named() -> None:
    with pytest.raises(LayerError) as caught:
        with_argument(lenet(), "pool1", "pool_size", "12")
    assert caught.value.node == "conv2"


def test_the_stride_of_a_pool_follows_its_size() -> None:
    layer = with_argument(lenet(), "pool2", "pool_size", "5").network.node("pool2").layer
    assert network_edit.arguments_of(layer)["strides"] == "5×5"


def test_layers_are_added_removed_and_moved() -> None:
    bench, name = network_edit.with_new_layer(lenet(), "conv1", "BatchNormalization")
    assert name == "batch_normalization"
    assert bench.report.non_trainable_params == 12
    assert network_edit.without_layer(bench, name).network == lenet().network
    swapped = network_edit.moved(lenet(), "conv1", down=True)
    assert [node.name for node in swapped.network.nodes][1:3] == ["pool1", "conv1"]
    assert network_edit.moved(swapped, "conv1", down=False).network == lenet().network


def test_what_cannot_be_moved_is_refused() -> None:
    with pytest.raises(LayerError):
        network_edit.moved(lenet(), "conv1", down=False)
    with pytest.raises(LayerError):
        network_edit.moved(lenet(), "dense3", down=True)
    with pytest.raises(LayerError):
        network_edit.without_layer(lenet(), "input")


def test_every_kind_to_add_is_explained() -> None:
    assert set(network_edit.addable_kinds()) == set(KIND_WORDS)


# The table's columns


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "googlenet-v1", "resnet18", "flatten-3x3"])
@pytest.mark.parametrize("width", [40, 44, 60, 77, 78, 98, 118, 150])
def test_columns_fit_and_no_number_is_cut(name: str, width: int) -> None:
    bench = Bench.of(find_network(name).network)
    rows = rows_of(bench, bench)
    columns, gap = columns_of(rows, width)
    assert sum(column.width for column in columns) + gap * (len(columns) - 1) <= width
    assert {"layer", "output", "params"} <= {column.key for column in columns}
    for column in columns:
        if column.quantity:
            assert all(len(row.cells.get(column.key, "")) <= column.width for row in rows)


def test_what_differs_is_marked() -> None:
    opened = lenet()
    rows = {row.name: row for row in rows_of(with_argument(opened, "conv1", "filters", "12"), opened)}
    assert rows["conv1"].own and not rows["conv2"].own
    assert "params" in rows["conv2"].changed and "params" not in rows["dense2"].changed
    assert "params" in rows[TOTAL].changed
    assert not any(row.changed or row.own for row in rows_of(opened, opened))


def test_bars() -> None:
    assert bar(1, 2, 8) == "████"
    assert bar(1, 1_000_000, 8) == "▏"
    assert bar(0, 5, 8) == ""


def test_the_result_is_always_among_the_lines() -> None:
    from cnntutor.calc.derivation import derive_total

    lines = derivation_lines(derive_total(find_network("googlenet-v1").network), "total", 60, longest=50)
    assert any("6,998,552" in line.plain for line in lines)
    assert len(lines) < 8


# On screen


class BenchApp(CnntutorApp):
    """The app with nothing below the workbench."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [Path(tui_app.__file__).with_name("app.tcss")]

    def __init__(self, network: str) -> None:
        super().__init__(
            Context(cast(Any, None), cast(Any, SimpleNamespace(place=lambda: None)), Lab), strict=True
        )
        self.network = network

    def get_default_screen(self) -> Screen[Any]:
        return Screen()

    def on_mount(self) -> None:
        self.push_screen(WorkbenchScreen(self.network))

    def remember(self, place: Place) -> None:
        self.left_at = place


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    i18n.set_language("en")


def bench_of(pilot: Pilot[None]) -> Workbench:
    return pilot.app.screen.query_one(Workbench)


def screen_text(pilot: Pilot[None]) -> str:
    width, height = pilot.app.size
    lines = pilot.app.screen._compositor.render_strips()
    assert len(lines) == height and all(line.cell_length == width for line in lines)
    return "\n".join(line.text for line in lines)


def field(pilot: Pilot[None], argument: str) -> ArgumentField:
    fields = pilot.app.screen.query(ArgumentField)
    return next(each for each in fields if each.display and each.argument == argument)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (160, 50)])
@pytest.mark.parametrize("network", ["lenet5", "vgg16", "googlenet-v1"])
async def test_the_totals_are_in_view_at_every_size(size: tuple[int, int], network: str) -> None:
    async with BenchApp(network).run_test(size=size) as pilot:
        await pilot.pause()
        total = i18n.number(bench_of(pilot).bench.report.total_params)
        assert total in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert total in screen_text(pilot)


async def test_typing_changes_every_number_and_garbage_none() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.press("i")
        assert isinstance(pilot.app.focused, Input)
        await pilot.press(*"32x32x3")
        await pilot.pause()
        assert bench_of(pilot).bench.report.total_params == 62_006
        assert "62,006" in screen_text(pilot)
        await pilot.press("x")
        await pilot.pause()
        shown = screen_text(pilot)
        assert "61,706" in shown and "must be" in shown and "32x32x3x" in shown
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.focused, LayerTable)
        assert field(pilot, "shape").input.value == "32×32×1"
        assert isinstance(pilot.app.screen, WorkbenchScreen)


async def test_a_pasted_novel_stays_in_its_field() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        focused = pilot.app.focused
        assert isinstance(focused, Input)
        for text in ("Zeile\nzwei " * 500, "[bold]x[/]", "\x1b[2J", "\u200b" * 40):
            focused.value = ""
            focused.insert_text_at_cursor(text)
            await pilot.pause()
            assert bench_of(pilot).bench.report.total_params == 61_706
        assert "total" in screen_text(pilot)


async def test_undo_and_redo_by_key_in_a_field_and_outside() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", *"12", "down", *"3")
        await pilot.pause()
        assert bench_of(pilot).bench.report.layer("conv1").params == (9 + 1) * 12
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert field(pilot, "kernel_size").input.value == "5×5"
        await pilot.press("escape", "u")
        await pilot.pause()
        assert bench_of(pilot).bench.network == bench_of(pilot).opened.network
        await pilot.press("r", "r")
        assert bench_of(pilot).bench.report.layer("conv1").params == 120
        await pilot.press("o")
        assert bench_of(pilot).bench.report.total_params == 61_706
        await pilot.press("u")
        assert bench_of(pilot).bench.report.layer("conv1").params == 120


async def test_the_cursor_opens_the_working() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "(5 · 5 · 1 + 1) · 6" in screen_text(pilot)
        await pilot.press("j", "j", "l")
        await pilot.pause()
        assert "10 · 10 · 16 · 5 · 5 · 6" in screen_text(pilot)
        await pilot.press("end", "h", "h", "h")
        await pilot.pause()
        assert "= 156 + 2416 + 48120 + 10164 + 850" in screen_text(pilot)


async def test_layers_come_and_go_and_what_cannot_be_is_said() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.press("a", "enter")
        await pilot.pause()
        assert "conv2d" in screen_text(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert bench_of(pilot).bench.network == bench_of(pilot).opened.network
        await pilot.press("home", "x")
        await pilot.pause()
        assert bench_of(pilot).bench.network == bench_of(pilot).opened.network
        assert "Not possible with input" in [note.message for note in pilot.app._notifications][-1]


async def test_changes_are_there_when_the_network_is_opened_again() -> None:
    app = BenchApp("lenet5")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", *"12", "escape")
        await pilot.pause()
        app.push_screen(WorkbenchScreen("lenet5"))
        await pilot.pause()
        assert bench_of(pilot).bench.report.layer("conv1").params == 26 * 12


async def test_another_network_is_chosen_from_the_list() -> None:
    app = BenchApp("lenet5")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("n", "end", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert bench_of(pilot).entry.slug != "lenet5-32-valid"
        assert app.left_at.argument == bench_of(pilot).entry.slug
        assert isinstance(app.focused, LayerTable)


async def test_the_language_changes_and_the_edits_stay() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", *"12", "f2")
        await pilot.pause()
        assert "tham số" in screen_text(pilot) and "64.262" in screen_text(pilot)
        assert field(pilot, "filters").input.value == "12"


async def test_a_click_moves_the_cursor() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click(LayerTable, offset=(8, 4))
        assert pilot.app.screen.query_one(LayerTable).name_at == "conv2"
        assert pilot.app.screen.query_one(LayerForm).node == "conv2"


async def test_an_edit_of_vgg16_takes_less_than_a_frame() -> None:
    async with BenchApp("vgg16").run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        bench = bench_of(pilot)
        seconds = []
        for filters in range(40, 60):
            start = time.perf_counter()
            bench._edited(LayerForm.Edited("block1_conv1", "filters", str(filters)))
            seconds.append(time.perf_counter() - start)
        print(f"VGG16 edit, all numbers: median {median(seconds) * 1000:.1f} ms")
        assert median(seconds) < 0.05
