"""The screen of a run that is over: five boards over what its test left, and Keras's view of a picture."""

import base64
import random
import zlib
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from cnntutor import i18n
from cnntutor.lab.document import Document
from cnntutor.lab.document_text import figures_of
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.tasks import Tasks
from cnntutor.lab.tested_record import (
    AfterTest,
    Calibration,
    CalibrationBin,
    Confusion,
    Outputs,
    Picture,
    Pictures,
)
from cnntutor.needs import Fault, LayerView, LookTask, Reply, Request
from cnntutor.tui.context import Context
from cnntutor.tui.screens.after import AfterScreen
from cnntutor.tui.screens.run import RunScreen
from cnntutor.tui.widgets.board import window
from cnntutor.tui.widgets.calibration_board import CalibrationBoard
from cnntutor.tui.widgets.classes_board import ClassesBoard
from cnntutor.tui.widgets.confusion_board import ConfusionBoard
from tests.tui.conftest import MakeApp
from tests.tui.scripted import ScriptedRun
from tests.tui.seeing import flat, last_line, press, seen, told, until

SIDE = 28


def picture(number: int, true: int, predicted: int, shape: tuple[int, int, int] = (SIDE, SIDE, 1)) -> Picture:
    size = shape[0] * shape[1] * shape[2]
    pixels = random.Random(number).randbytes(size)
    return Picture(
        number=number,
        true=true,
        predicted=predicted,
        output=0.91,
        true_output=0.02,
        loss=3.9,
        shape=shape,
        packed=base64.b64encode(zlib.compress(pixels)).decode(),
    )


def confusion(size: int = 10, names: tuple[str, ...] = ()) -> Confusion:
    rows = [[0] * size for _ in range(size)]
    for place in range(size):
        rows[place][place] = 90
        rows[place][(place + 1) % size] = 10
    return Confusion(
        classes=names or tuple(map(str, range(size))), matrix=tuple(map(tuple, rows)), tested_epoch=3
    )


def outputs() -> Outputs:
    bins = [
        CalibrationBin(low=place / 10, high=(place + 1) / 10, count=0, confidence=0.0, accuracy=0.0)
        for place in range(9)
    ]
    bins.append(CalibrationBin(low=0.9, high=1.0, count=1000, confidence=0.97, accuracy=0.9))
    return Outputs(
        kind="probabilities",
        lowest_sum=0.9999998,
        highest_sum=1.0000002,
        mean_sum=1.0,
        not_numbers=0,
        calibration=Calibration(bins=tuple(bins), error=0.07),
    )


def leave(run: RunFolder, after: AfterTest) -> None:
    """Write the files of a test."""
    for name, record in (
        ("confusion", after.confusion),
        ("outputs", after.outputs),
        ("pictures", after.pictures),
    ):
        if record is not None:
            (run.artifacts / f"{name}.json").write_bytes(msgspec.json.encode(record))


def whole(size: int = 10) -> AfterTest:
    mistakes = tuple(picture(number, number % 10, (number + 1) % 10) for number in range(100, 108))
    pictures = Pictures(mistakes=mistakes, examples=(picture(5, 4, 4),), mistakes_in_all=100)
    return AfterTest(confusion=confusion(size), outputs=outputs(), pictures=pictures)


class ScriptedTasks(Tasks):
    """Answers like Keras, with two layers."""

    def __init__(self, reply: Reply | None = None) -> None:
        super().__init__()
        self.asked: list[LookTask] = []
        self.reply = reply

    def run(self, request: Request, given_up: object = None) -> Reply:
        assert isinstance(request, LookTask)
        self.asked.append(request)
        if self.reply is not None:
            return self.reply
        maps = tuple(bytes([40 * place] * 196) for place in range(6))
        conv = LayerView(
            name="conv1",
            kind="Conv2D",
            shape=(14, 14, 6),
            low=0.0,
            high=2.5,
            map_size=(14, 14),
            maps=maps,
            filter_size=(5, 5, 1),
            filters=tuple(bytes([20 * place] * 25) for place in range(6)),
            filter_inputs=1,
        )
        values = tuple(place / 45 for place in range(10))
        dense = LayerView(name="dense", kind="Dense", shape=(10,), low=0.0, high=0.2, values=values)
        return Reply(views=(conv, dense), pixels=bytes(SIDE * SIDE) if request.image else b"")


@pytest.fixture
def run(tmp_path: Path) -> ScriptedRun:
    scripted = ScriptedRun(tmp_path / "runs", epochs="3")
    scripted.begin()
    scripted.epoch(1)
    scripted.end()
    return scripted


async def opened(pilot: Pilot[None], run: ScriptedRun) -> AfterScreen:
    """Open the screen from that of the run."""
    screen = pilot.app.screen
    assert isinstance(screen, RunScreen)
    screen._look()
    await pilot.app.workers.wait_for_complete()
    await press(pilot, "v")
    after = pilot.app.screen
    assert isinstance(after, AfterScreen)
    return after


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 20)])
async def test_the_boards_one_by_one(run: ScriptedRun, make_app: MakeApp, size: tuple[int, int]) -> None:
    leave(run.folder, whole())
    app = make_app("run", run.name)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, run)
        assert "True 0, taken for 0: 90 of 100 (90.0 % of the row)" in flat(app)
        await press(pilot, "right", "m")
        assert "recall: per cent of the row" in flat(app)
        assert "True 0, taken for 1: 10 of 100" in flat(app)
        await press(pilot, "tab")
        assert "macro mean 0.900 0.900 0.900 1,000" in flat(app)
        await press(pilot, "3")
        assert "The 8 worst of 100 mistakes" in flat(app)
        assert "0 taken for 1" in flat(app) and "91 % sure, right 2 %" in flat(app)
        await press(pilot, "4")
        assert "Calibration error 0.0700" in flat(app) and "surer than it is right" in flat(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, RunScreen)


async def test_long_names_have_room_beside_each_other_or_are_cut_with_a_mark(
    run: ScriptedRun, make_app: MakeApp
) -> None:
    names = (
        "mica_capacitor",
        "resistor",
        "a_name_that_is_longer_than_any_tile_can_be",
        *map(str, range(7)),
    )
    leave(run.folder, AfterTest(confusion=confusion(10, names), outputs=outputs(), pictures=whole().pictures))
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, run)
        await press(pilot, "3")
        assert "mica_capacitor taken for resistor" in flat(app)
        assert "resistor taken for a_name_th" in flat(app) and "any_tile_can_be" not in flat(app)
        assert "…" in flat(app)


async def test_a_hundred_classes_scroll(run: ScriptedRun, make_app: MakeApp) -> None:
    leave(run.folder, whole(100))
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, run)
        assert "w Write report" in last_line(app)
        assert "columns 1–" in flat(app)
        await press(pilot, "end", *["right"] * 30)
        assert "True 99, taken for 30: 0 of 100" in flat(app)
        assert "of 100" in seen(app) and "▸" in seen(app)
        await press(pilot, "2", "end")
        assert "▸ 99" in seen(app)
        assert "macro mean" in seen(app)


async def test_a_picture_is_looked_at_inside(run: ScriptedRun, make_app: MakeApp, context: Context) -> None:
    leave(run.folder, whole())
    (run.folder.checkpoints / "best.keras").write_bytes(b"model")
    tasks = ScriptedTasks()
    context._tasks = tasks
    app = make_app("run", run.name)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, run)
        await press(pilot, "3", "right", "enter")
        await until(pilot, lambda: "conv1" in seen(app))
        assert "Image 2/9: no. 101, 1 taken for 2" in flat(app)
        (asked,) = tasks.asked
        assert asked.file.endswith("best.keras") and asked.divisor == 255.0
        assert asked.pixels == whole().pictures.mistakes[1].pixels()  # type: ignore[union-attr]
        await press(pilot, "down")
        assert "Conv2D: 6 of 6 maps, outputs 0.000 to 2.500" in flat(app)
        await press(pilot, "f")
        assert "Conv2D: 6 of 6 filters of 5×5×1" in flat(app)
        await press(pilot, "down")
        assert "Dense has no filters" in flat(app)
        await press(pilot, "f")
        assert "Dense: 10 outputs, 0.000 to 0.200" in flat(app)
        await press(pilot, "p")
        await until(pilot, lambda: len(tasks.asked) == 2)
        assert "Image 1/9" in flat(app)
        await press(pilot, "n")
        assert len(tasks.asked) == 2  # what was seen once is kept


async def test_what_keras_refuses_is_a_sentence(
    run: ScriptedRun, make_app: MakeApp, context: Context
) -> None:
    leave(run.folder, whole())
    context._tasks = ScriptedTasks(Reply(fault=Fault(kind="unreadable", text="no zip")))
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, run)
        await press(pilot, "5")
        await until(pilot, lambda: "There is no model in" in flat(app))
        (run.folder.checkpoints / "last.keras").write_bytes(b"model")
        await press(pilot, "n")
        await until(pilot, lambda: "Keras does not load the model of this run: no zip" in flat(app))


async def test_an_old_run_or_one_on_words_says_what_it_lacks(run: ScriptedRun, make_app: MakeApp) -> None:
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, run)
        assert "has no confusion matrix" in flat(app)
        for key, words in (
            ("2", "no table of classes"),
            ("3", "keeps no pictures"),
            ("4", "older version"),
            ("5", "keeps no pictures of its test"),
        ):
            await press(pilot, key, "down", "right", "end", "enter")
            assert words in flat(app)


async def test_the_language_changes_everywhere(run: ScriptedRun, make_app: MakeApp) -> None:
    leave(run.folder, whole())
    app = make_app("run", run.name)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, run)
        await press(pilot, "f2")
        assert "Thật là 0, đoán là 0" in flat(app) and "1 Nhầm lẫn" in flat(app)
        await press(pilot, "4", "f1")
        assert "Thanh: phần trả lời đúng" in flat(app)
    assert i18n.language() == "vi"


async def test_the_report_is_written_from_here(
    run: ScriptedRun, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    leave(run.folder, whole())
    monkeypatch.setattr("cnntutor.lab.report_files._draw", drawn)
    app = make_app("after", run.name)
    async with app.run_test(size=(100, 30)) as pilot:
        for number, name in enumerate((run.name, f"{run.name}-2"), 1):
            await press(pilot, "w")
            await until(pilot, lambda number=number: told(app).count("The report is in") == number)  # type: ignore[misc]
            assert (own_home / "reports" / name / "report.html").is_file()


def drawn(document: Document, folder: Path, _named: Path) -> None:
    """Stand for the worker."""
    (folder / "figures").mkdir()
    for figure in figures_of(document):
        (folder / "figures" / f"{figure.name}.svg").write_text("<svg/>")


def test_a_window_moves_as_little_as_it_can() -> None:
    assert [window(place, 3, 2, 10) for place in (0, 2, 4, 5, 9)] == [0, 2, 2, 3, 7]
    assert window(0, 20, 5, 10) == 0


@pytest.mark.parametrize(("width", "height"), [(58, 16), (78, 20), (118, 36)])
def test_no_line_is_wider_than_the_screen(width: int, height: int) -> None:
    names = tuple(f"a class of a long name {number}" for number in range(30))
    after = AfterTest(confusion=confusion(30, names), outputs=outputs())
    for board in (
        ConfusionBoard(after, id="a"),
        ClassesBoard(after, id="b"),
        CalibrationBoard(after, id="c"),
    ):
        lines = board.lines(width, height)
        assert max(line.cell_length for line in lines) <= width, board
