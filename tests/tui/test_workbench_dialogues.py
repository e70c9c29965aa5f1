"""The workbench's dialogues: files in and out, the drawing, comparison, Keras, and the quiz."""

import base64
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from cnntutor.calc.analysis import analyse
from cnntutor.calc.shapes import Shape
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.fact_card import list_cards
from cnntutor.formats.library import find_network, list_networks
from cnntutor.formats.network_file import read_network_file
from cnntutor.formats.network_toml import write_network
from cnntutor.i18n import number
from cnntutor.lab import tasks
from cnntutor.needs import BuiltLayer, BuiltModel, Fault, Reply, Request
from cnntutor.tui.bench_quiz import quiz_on
from cnntutor.tui.graph_drawing import draw
from cnntutor.tui.network_paths import slug_of
from cnntutor.tui.path_listing import PathListing
from cnntutor.tui.screens.bench_quiz import BenchQuizScreen
from cnntutor.tui.screens.import_network import ImportScreen
from cnntutor.tui.screens.workbench import WorkbenchScreen
from cnntutor.tui.widgets.argument_field import ArgumentField
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from cnntutor.tui.widgets.layer_table import LayerTable
from tests.tui.bench_app import GARBAGE, BenchApp, bench_of, lenet, notes, screen_text


async def settled(pilot: Pilot[None]) -> None:
    """Wait for the workers, then for what they brought."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


# Files


@pytest.mark.parametrize(("place", "name"), [(0, "net.py"), (2, "net.json"), (3, "net.toml")])
async def test_what_is_written_can_be_opened_again(place: int, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    async with BenchApp("resnet18").run_test(size=(80, 24)) as pilot:
        await pilot.press("x", *["down"] * place, "enter")
        await pilot.pause()
        await pilot.press("ctrl+u", *str(file), "enter")
        await pilot.pause()
        assert "Written" in notes(pilot)
        assert read_network_file(file).network.nodes
        await pilot.press("i", *str(file), "enter")
        await settled(pilot)
        total = analyse(find_network("resnet18").network).total_params
        assert bench_of(pilot).bench.report.total_params == total
        assert name in screen_text(pilot)


async def test_an_existing_file_is_written_over_only_when_asked_twice(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("precious", encoding="utf-8")
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter", "ctrl+u", *str(file), "enter")
        await pilot.pause()
        assert "exists already" in screen_text(pilot)
        assert file.read_text(encoding="utf-8") == "precious"
        await pilot.press("enter")
        await pilot.pause()
        assert "keras" in file.read_text(encoding="utf-8")


async def test_what_cannot_be_written_is_said_at_the_field(tmp_path: Path) -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter", "ctrl+u", *str(tmp_path / "no" / "folder.py"), "enter")
        await pilot.pause()
        assert "cannot be written" in screen_text(pilot)
        await pilot.press("escape")
        assert not list(tmp_path.iterdir())


async def test_code_is_copied_to_the_clipboard_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        written: list[str] = []
        driver = pilot.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)
        await pilot.press("x", "c")
        await pilot.pause()
        sequence = next(text for text in written if text.startswith("\x1b]52;c;"))
        code = base64.b64decode(sequence.removeprefix("\x1b]52;c;").rstrip("\a")).decode()
        assert "keras.Sequential" in code and "filters=6" in code
        assert "copied" in notes(pilot)


@pytest.mark.parametrize("text", [*GARBAGE, "/nowhere/at/all.json", "~nobody-at-all/x.json", "/etc/passwd"])
async def test_a_path_that_leads_nowhere_is_said_at_the_field(text: str) -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await pilot.pause()
        file = pilot.app.screen.query_one("#import-file", ArgumentField)
        file.input.value = text
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ImportScreen)
        assert "✗" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert bench_of(pilot).bench.network == lenet().network


async def test_a_broken_file_is_said_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("format_version = 1\nname = ", encoding="utf-8")
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("i", *str(file), "enter")
        await settled(pilot)
        assert "✗" in screen_text(pilot) and "TOML" in screen_text(pilot)
        await pilot.press("tab", *"3xx", "enter")
        await settled(pilot)
        assert "must be" in screen_text(pilot)


def test_paths_are_completed(tmp_path: Path) -> None:
    for name in ("one.keras", "two.txt", ".hidden.json", "three.JSON"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    found = [Path(path).name for path in PathListing().completions(f"{tmp_path}/")]
    assert found == ["folder", "one.keras", "three.JSON"]
    assert PathListing().completions(f"{tmp_path}/o") == [f"{tmp_path}/one.keras"]
    assert PathListing().completions("/nowhere/at/all/") == []
    assert slug_of(Path("My Net (2).toml")) == "my-net-2"
    assert slug_of(Path("ừ.toml")) == "network"


# The drawing


def test_branches_are_drawn_side_by_side() -> None:
    rows = draw(find_network("inception-3a").network)
    assert [row.rail for row in rows][:2] == ["●", "├─┬─┬─╮"]
    assert rows[-1].rail == "◉─┴─┴─╯" and rows[-1].names == ("concat",)


@pytest.mark.parametrize("folded", [False, True])
def test_every_network_is_drawn_whole_and_fits_80_columns(folded: bool) -> None:
    for entry in list_networks():
        rows = draw(entry.network, folded)
        drawn = [name for row in rows for name in row.names]
        assert sorted(drawn) == sorted(node.name for node in entry.network.nodes)
        assert max(len(row.rail) for row in rows) <= 40
        place = {name: number for number, row in enumerate(rows) for name in row.names}
        for node in entry.network.nodes:
            assert all(place[source] <= place[node.name] for source in node.inputs)


@pytest.mark.parametrize("network", ["googlenet-v1", "resnet18", "lenet5"])
async def test_the_drawing_leads_to_a_layer(network: str) -> None:
    async with BenchApp(network).run_test(size=(80, 24)) as pilot:
        await pilot.press("d")
        await pilot.pause()
        assert "●" in screen_text(pilot)
        await pilot.press("f", "end", "up", "pageup", "f", "f", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, WorkbenchScreen)
        assert pilot.app.screen.query_one(LayerTable).name_at != bench_of(pilot).desk.first_layer


# Side by side


async def test_two_networks_stand_side_by_side() -> None:
    async with BenchApp("resnet50").run_test(size=(80, 24)) as pilot:
        await pilot.press("c", *"resnet18", "enter")
        await pilot.pause()
        shown = screen_text(pilot)
        assert "25,636,712" in shown and "× 0.46" in shown and "≠ conv1_conv" in shown
        await pilot.press("end", "k", "escape")


async def test_a_network_stands_beside_itself_as_it_was_opened() -> None:
    async with BenchApp("lenet5-32-valid").run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", *"12", "escape", "c", "enter")
        await pilot.pause()
        shown = screen_text(pilot)
        assert "64,262" in shown and "61,706" in shown and "≠ conv1" in shown and "= dense1" in shown


# Keras


class Answering:
    """Stands for the process of a task."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def ask(self, request: Request, given_up: Callable[[], bool]) -> Reply:
        """Answer at once."""
        return self._reply

    def end(self) -> None:
        """End; it never began."""


def built(wrong: str = "") -> BuiltModel:
    """Return LeNet-5 as Keras would describe it; with one wrong count where a layer is named."""
    report = lenet().report
    return BuiltModel(
        name="lenet5",
        layers=tuple(
            BuiltLayer(
                name=layer.name,
                kind=layer.kind,
                output_shape=layer.output_shape,
                trainable_params=layer.trainable + (layer.name == wrong),
                non_trainable_params=layer.non_trainable,
            )
            for layer in report.layers
        ),
        total_params=report.total_params + bool(wrong),
        trainable_params=report.total_params + bool(wrong),
        non_trainable_params=0,
        config="",
        keras_version="3.15.1",
    )


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(model=built()), "✓ Equal"),
        (Reply(model=built("conv2")), "2,417"),
        (Reply(fault=Fault(kind="missing", text="keras")), "cannot be imported"),
        (Reply(fault=Fault(kind="not-built", text="no such thing")), "no such thing"),
    ],
)
async def test_what_keras_says_is_shown(reply: Reply, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.TaskProcess, "start", lambda: Answering(reply))
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        await settled(pilot)
        assert said in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, WorkbenchScreen)


# The quiz


@pytest.mark.parametrize("network", ["lenet5", "resnet18", "googlenet-v1", "vgg16-224", "flatten-3x3"])
def test_questions_are_made_of_the_network_itself(network: str) -> None:
    entry = find_network(network)
    questions = quiz_on(entry, analyse(entry.network), 7)
    assert questions and len({question.slug for question in questions}) == len(questions)
    assert questions == quiz_on(entry, analyse(entry.network), 7)


async def test_a_quiz_asks_about_the_network_as_it_is_now() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"12", "escape", "q")
        await pilot.pause()
        assert isinstance(pilot.app.screen, BenchQuizScreen)
        panel = pilot.app.screen.query_one(ExercisePanel)
        seen = []
        for _question in panel._questions():
            posed = panel.sitting.posed
            assert posed.network is not None
            assert getattr(posed.network.node("conv1").layer, "filters", 0) == 12
            seen.append(posed.slug)
            await panel.action_following()
            await pilot.pause()
        assert len(seen) >= 6
        assert "That is all" in notes(pilot)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, WorkbenchScreen)


# Files again: read once, compared, and what nobody foresaw


async def test_an_imported_file_is_read_once_and_away_from_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "net.toml"
    file.write_text(write_network(find_network("resnet18")), encoding="utf-8")
    readers: list[str] = []

    def read(path: Path, input_shape: Shape | None = None) -> NetworkEntry:
        readers.append(threading.current_thread().name)
        return read_network_file(path, input_shape)

    monkeypatch.setattr("cnntutor.formats.network_file.read_network_file", read)
    monkeypatch.setattr("cnntutor.formats.library.read_network_file", read)
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("i", *str(file), "enter")
        await settled(pilot)
        assert bench_of(pilot).bench.network.nodes == find_network("resnet18").network.nodes
        assert len(readers) == 1 and readers[0] != threading.main_thread().name


async def test_a_file_is_compared_with_the_network_on_the_bench(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(write_network(find_network("lenet5-rgb")), encoding="utf-8")
    async with BenchApp("lenet5").run_test(size=(100, 30)) as pilot:
        await pilot.press("c", *"file", "enter")
        await pilot.pause()
        await pilot.press(*str(file), "enter")
        await settled(pilot)
        text = screen_text(pilot)
        assert "lenet5-32-valid  ↔  net.toml" in text and "61,706" in text and "62,006" in text


async def test_what_nobody_foresaw_ends_the_waiting_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError("seven")

    monkeypatch.setattr("cnntutor.formats.network_file.read_network_file", fail)
    monkeypatch.setattr("cnntutor.lab.verify.verify", fail)
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("i", *str(tmp_path / "net.toml"), "enter")
        await settled(pilot)
        assert "ZeroDivisionError" in screen_text(pilot) and "Reading" not in screen_text(pilot)
        await pilot.press("escape", "v")
        await settled(pilot)
        assert "ZeroDivisionError" in screen_text(pilot) and "seconds" not in screen_text(pilot)
    assert "unexpected error" in caplog.text


# Fact cards


async def test_a_fact_card_is_opened_among_the_networks() -> None:
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("n", *"lenet5-1998", "enter")
        await pilot.pause()
        text = screen_text(pilot)
        card = next(each for each in list_cards() if each.slug == "lenet5-1998")
        assert number(card.total_params) in text and card.rows[0].params.arithmetic in text
        await pilot.press("down")
        await pilot.pause()
        assert card.rows[1].params.arithmetic in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, WorkbenchScreen)


# Places and further uses


async def test_a_layer_is_moved_and_used_again_by_key() -> None:
    async with BenchApp("lenet5").run_test(size=(100, 30)) as pilot:
        await pilot.press("p", *"behind pool2", "enter")
        await pilot.pause()
        assert bench_of(pilot).bench.network.node("conv1").inputs == ("pool2",)
        await pilot.press("u", "w")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        bench = bench_of(pilot).bench
        assert bench.network.node("conv1_again").shares == "conv1"
        assert bench.report.total_params == lenet().report.total_params
        await pilot.press("u")
        assert bench_of(pilot).bench.network == lenet().network


async def test_enter_takes_the_one_file_a_beginning_can_mean(tmp_path: Path) -> None:
    (tmp_path / "network.toml").write_text(write_network(find_network("resnet18")), encoding="utf-8")
    async with BenchApp("lenet5").run_test(size=(80, 24)) as pilot:
        await pilot.press("i", *f"{tmp_path}/net")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert bench_of(pilot).bench.network.nodes == find_network("resnet18").network.nodes
