"""The workbench on screen: numbers follow every edit, keys reach every change, nothing is lost."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from rich.console import RenderableType
from textual.events import Key, Paste
from textual.screen import Screen
from textual.widgets import Input

from cnntutor import i18n
from cnntutor.calc.working import Quantity
from cnntutor.formats.library import find_network
from cnntutor.progress.store import Store
from cnntutor.tui.bench import Bench
from cnntutor.tui.bench_view import BenchView
from cnntutor.tui.network_edit import with_argument
from cnntutor.tui.screens.workbench import WorkbenchScreen
from cnntutor.tui.widgets.derivation import DerivationView, derivation_lines
from cnntutor.tui.widgets.layer_columns import columns_of, quantities
from cnntutor.tui.widgets.layer_form import LayerForm
from cnntutor.tui.widgets.layer_rows import TOTAL, Row, bar, rows_of
from cnntutor.tui.widgets.layer_table import LayerTable
from tests.tui.bench_app import BenchApp, bench_of, field, lenet, notes, screen_text

# The table's columns


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "googlenet-v1", "resnet18", "flatten-3x3"])
@pytest.mark.parametrize("width", [40, 44, 60, 77, 78, 98, 118, 150])
def test_columns_fit_and_no_number_is_cut(name: str, width: int) -> None:
    bench = Bench.of(find_network(name).network)
    rows = rows_of(bench, bench, BenchView("flops"))
    for quantity in quantities("flops"):
        _columns_fit(rows, width, quantity)


def _columns_fit(rows: tuple[Row, ...], width: int, quantity: Quantity) -> None:
    columns, gap = columns_of(rows, width, quantity, "flops")
    assert quantity in [column.quantity for column in columns]
    assert sum(column.width for column in columns) + gap * (len(columns) - 1) <= width
    assert "layer" in {column.key for column in columns}
    if width >= 60:
        assert {"output", "params"} <= {column.key for column in columns}
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


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    i18n.set_language("en")


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
        await pilot.press("s")
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


async def test_a_long_paste_is_cut_and_refused_at_the_field() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        pilot.app.post_message(Paste("((((([bold]x " * 60))
        await pilot.pause()
        await pilot.pause()
        assert "must be" in screen_text(pilot)
        assert bench_of(pilot).bench.network == lenet().network


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
        assert bench_of(pilot).bench.network == bench_of(pilot).desk.opened.network
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
        await pilot.press("end", "h", "h", "h", "l")
        await pilot.pause()
        assert "= 156 + 2416 + 48120 + 10164 + 850" in screen_text(pilot)


async def test_layers_come_and_go_and_what_cannot_be_is_said() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.press("a", "enter")
        await pilot.pause()
        assert "conv2d" in screen_text(pilot)
        await pilot.press("delete")
        await pilot.pause()
        assert bench_of(pilot).bench.network == bench_of(pilot).desk.opened.network
        await pilot.press("home", "delete")
        await pilot.pause()
        assert bench_of(pilot).bench.network == bench_of(pilot).desk.opened.network
        assert "Not possible with input" in notes(pilot)


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
        await pilot.press("n", *"vgg16-224", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert bench_of(pilot).desk.entry.slug != "lenet5-32-valid"
        assert app.left_at.argument == bench_of(pilot).desk.entry.slug
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


# Conventions, totals, every quantity


async def test_the_working_of_every_quantity_of_every_row() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        view, table = pilot.app.screen.query_one(DerivationView), pilot.app.screen.query_one(LayerTable)
        await pilot.press("home", *["h"] * 8)
        for quantity in quantities("macs"):
            assert table.quantity == quantity
            for place in range(len(table.rows)):
                table.place = place
                await pilot.pause()
                derivation = view.derivation
                assert derivation is not None
                if table.name_at != TOTAL:
                    assert derivation.quantity == quantity
                assert any("=" in line.plain for line in derivation_lines(derivation, "x", 70))
            await pilot.press("l")


async def test_flops_memory_and_optimizer_are_switched_and_always_in_view() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown = screen_text(pilot)
        assert "MACs 416,520" in shown and "weights 241.04 KiB" in shown and "Adam()" in shown
        await pilot.press("m")
        await pilot.pause()
        assert "FLOPs 833,040" in screen_text(pilot) and "235,200" in screen_text(pilot)
        await pilot.press("t", *"mixed_b", "down", *"sgd-m", "down", *"64")
        await pilot.pause()
        assert "SGD(momentum=0.9)" in screen_text(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert "must be" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        shown = screen_text(pilot)
        assert "mixed_bfloat16" in shown and "batch 64" in shown and "SGD(momentum=0.9)" in shown
        assert bench_of(pilot).view == BenchView("flops", "mixed_bfloat16", 64, "sgd-momentum")


# Names, inputs, copies by key


async def test_a_layer_is_renamed_when_its_field_is_left() -> None:
    async with BenchApp("lenet5").run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        field(pilot, "name").input.focus()
        await pilot.pause()
        await pilot.press(*"pool1")
        await pilot.pause()
        assert "its own" in screen_text(pilot)
        await pilot.press(*"x", "escape")
        await pilot.pause()
        assert bench_of(pilot).bench.network.node("pool1x").layer.kind == "Conv2D"
        assert pilot.app.screen.query_one(LayerTable).name_at == "pool1x"
        await pilot.press("u")
        assert bench_of(pilot).bench.network == lenet().network


async def test_a_layer_is_copied_moved_and_taken_out_by_key() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("y")
        await pilot.pause()
        assert "conv1_copy" in screen_text(pilot)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert bench_of(pilot).bench.network.node("conv1_copy").inputs == ("pool1",)
        await pilot.press("delete", "u", "u", "u")
        await pilot.pause()
        assert bench_of(pilot).bench.network == lenet().network


async def test_a_branch_is_made_and_joined_by_keys() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "a", *"identity", "enter")
        await pilot.pause()
        assert bench_of(pilot).layer_at == "identity"
        await pilot.press("a", *"add", "enter")
        await pilot.pause()
        assert "at least 2" in screen_text(pilot)
        await pilot.press("up", "space", "enter")
        await pilot.pause()
        network = bench_of(pilot).bench.network
        assert network.node("add").inputs == ("identity", "pool1")
        assert network.node("conv2").inputs == ("add",)
        await pilot.press("b", "space")
        await pilot.pause()
        assert "at least 2" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert bench_of(pilot).bench.network == network


# Keeping


async def test_changes_are_kept_in_the_record_and_forgotten_when_taken_back(tmp_path: Path) -> None:
    with Store.open(tmp_path / "progress.sqlite3") as store:
        async with BenchApp("lenet5", store).run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *"12", "escape", "escape")
            await pilot.pause()
        async with BenchApp("lenet5", store).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert bench_of(pilot).bench.report.layer("conv1").params == 26 * 12
            assert "changed *" in screen_text(pilot)
            await pilot.press("u", "escape")
            await pilot.pause()
        async with BenchApp("lenet5", store).run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert bench_of(pilot).bench.network == lenet().network


async def test_a_new_network_is_built_from_nothing() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("n", *"new", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert bench_of(pilot).bench.report.total_params == (28 * 28 + 1) * 10
        await pilot.press("home", "a", "enter")
        await pilot.pause()
        assert bench_of(pilot).bench.report.layer("conv2d").params == 160


async def test_every_kind_is_found_in_the_list() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *"multihead")
        await pilot.pause()
        assert "MultiHeadAttention" in screen_text(pilot)
        await pilot.press(*"zzz")
        await pilot.pause()
        assert "Nothing of that name" in screen_text(pilot)
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert bench_of(pilot).bench.network == lenet().network


# Speed


@pytest.mark.parametrize("key", ["5", "backspace"])
async def test_a_letter_is_painted_together_with_the_numbers_it_changes(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with BenchApp("vgg16").run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", "end")
        await pilot.pause()
        before = bench_of(pilot).bench.report.total_params
        painted: list[tuple[bool, bool]] = []
        display = pilot.app._display

        def note(screen: Screen[object], shown: RenderableType | None) -> None:
            if shown is not None:
                typed = field(pilot, "filters").input.value not in ("", "64")
                painted.append((typed, bench_of(pilot).bench.report.total_params != before))
            display(screen, shown)

        monkeypatch.setattr(pilot.app, "_display", note)
        pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause(0.2)
        assert (True, True) in painted and (True, False) not in painted
