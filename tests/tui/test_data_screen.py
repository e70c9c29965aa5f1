"""A data set before and after it is prepared: three pages, what is missing, and the way from the lab."""

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from cnntutor import locations
from cnntutor.errors import Failed, Missing
from cnntutor.i18n import Message, msg
from cnntutor.lab import data_look, download
from cnntutor.lab.data_sets import DATA_SETS, DataSetInfo
from cnntutor.lab.preparation import DataView, Example, Figures, PartView, Preparation, Splitting
from cnntutor.lab.recipe import find_recipe
from cnntutor.lab.tasks import Cancelled
from cnntutor.tui.context import Context, Place
from cnntutor.tui.data_lines import histogram_lines, layout_of, notes
from cnntutor.tui.data_subject import subject_of
from cnntutor.tui.destinations import destinations, matching
from cnntutor.tui.screens.data import DataScreen
from cnntutor.tui.screens.lab import LabScreen
from cnntutor.tui.split_lines import split_head, split_rows
from cnntutor.tui.widgets.recipe_form import RecipeForm
from tests.tui.conftest import MakeApp
from tests.tui.seeing import flat, last_line, press, seen, told, until, write

Rows = tuple[tuple[tuple[int, int, int], ...], ...]


def rows(side: int, level: int) -> Rows:
    """Return a picture that is dark at the left and of a level at the right."""
    return tuple(
        tuple((0, 0, 0) if column < side // 2 else (level,) * 3 for column in range(side))
        for _ in range(side)
    )


def figures(*, high: float) -> Figures:
    return Figures(
        low=0.0,
        high=high,
        mean=high / 4,
        spread=high / 3,
        edges=tuple(high / 16 * place for place in range(17)),
        counts=(700, *[20] * 15),
    )


def view_of(name: str, how: Preparation, side: int = 28) -> DataView:
    """Return what a worker would have seen."""
    examples = tuple(
        Example(
            label=label, black=0.0, white=255 / how.divisor, before=rows(side, 200), after=rows(side, 255)
        )
        for label in DATA_SETS[name].classes
        for _ in range(how.examples)
    )
    return DataView(
        name=name,
        provenance="embedded",
        source="/there/mnist_5k.csv.gz",
        train=4_000,
        test=1_000,
        shape=(side, side, 1),
        labels=DATA_SETS[name].classes,
        per_class=(500,) * 10,
        looked_at=5_000,
        before=figures(high=255.0),
        after=figures(high=255 / how.divisor),
        row_before=tuple(range(8)),
        row_after=tuple(each / how.divisor for each in range(8)),
        examples=examples,
        parts=(
            PartView(name="train", per_class=(360,) * 10),
            PartView(name="validation", per_class=(40,) * 10),
            PartView(name="test", per_class=(100,) * 10),
        ),
        given=(),
        limited=False,
    )


class Worker:
    """Stands for the worker; answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Preparation]] = []
        self.answer: DataView | Message | Exception | None = None
        self.side = 28
        self.may = threading.Event()
        self.may.set()

    def look(
        self, name: str, how: Preparation, given_up: Callable[[], bool] = lambda: False
    ) -> DataView | Message | None:
        self.asked.append((name, how))
        while not self.may.wait(0.01):
            if given_up():
                raise Cancelled
        if isinstance(self.answer, Exception):
            raise self.answer
        if name == "mnist" or self.answer is not None:
            return self.answer
        return view_of(name, how, self.side)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    scripted = Worker()
    monkeypatch.setattr(data_look, "look_into", scripted.look)
    return scripted


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (160, 50)])
async def test_the_pages_one_by_one(worker: Worker, make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app("data", "mnist-5000")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "picture 1 of 3" in flat(app))
        assert "0: picture 1 of 3, class 1 of 10" in flat(app)
        assert "before: 0 to 200" in flat(app) and "after: 0.000 to 1.000" in flat(app)
        await press(pilot, "right", "right", "right")
        assert "1: picture 1 of 3, class 2 of 10" in flat(app)
        await press(pilot, "up", "p")
        assert "9: picture 3 of 3" in flat(app)
        await press(pilot, "tab")
        shown = flat(app)
        assert "divided by 255" in shown and "standard deviation 85.00 0.333" in shown
        assert "70.0 %" in shown or "72.0 %" in shown  # of one bin, or of two where lines lack
        await press(pilot, "3")
        shown = flat(app)
        assert "Real MNIST digits that come with the program, proved by their hash" in shown
        assert "all classes 3,600 400 1,000" in shown and "/there/mnist_5k.csv.gz" in shown
        assert all(len(line) <= size[0] for line in seen(app).splitlines())
        await press(pilot, "f2")
        assert "mọi lớp 3.600 400 1.000" in flat(app)


async def test_a_long_wait_is_told_and_left(worker: Worker, make_app: MakeApp) -> None:
    worker.may.clear()
    app = make_app("data", "mnist-5000")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "A worker reads 5,000 images of MNIST" in flat(app))
        assert "Next picture" not in last_line(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, DataScreen)
        await app.workers.wait_for_complete()


async def test_one_picture_at_a_time_where_both_have_no_room(worker: Worker, make_app: MakeApp) -> None:
    worker.side = 32
    app = make_app("data", "mnist-5000")
    async with app.run_test(size=(60, 30)) as pilot:
        await until(pilot, lambda: "before: 0 to 200" in flat(app))
        assert "Before or after" in last_line(app) and "after: 0.000" not in flat(app)
        await press(pilot, "b")
        assert "after: 0.000 to 1.000" in flat(app) and "before: 0" not in flat(app)
        await press(pilot, "2")
        assert "Before or after" not in last_line(app)


async def test_the_form_of_the_lab_says_how(worker: Worker, make_app: MakeApp) -> None:
    app = make_app("lab", "lenet5-mnist")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "LeNet-5 on MNIST" in flat(app))
        await press(pilot, "d")
        assert isinstance(app.screen, DataScreen)
        await until(pilot, lambda: "picture 1 of 3" in flat(app))
        (asked,) = worker.asked
        assert asked == ("mnist-5000", Preparation(side=28, examples=3, split=asked[1].split))
        await press(pilot, "escape")
        assert isinstance(app.screen, LabScreen)


async def test_data_that_are_not_here_are_fetched_or_stood_in_for(
    worker: Worker, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = threading.Event()

    def fetch(info: DataSetInfo, folder: Path, progress: download.Progress) -> tuple[Path, ...]:
        assert folder == locations.data_store() / "mnist"
        progress("mnist.npz", 2_500_000, 11_500_000)
        may.wait(10)
        raise Missing(msg("{name} is here: {folder}", name="no network", folder=folder))

    monkeypatch.setattr(download, "fetch", fetch)
    app = make_app("data", "mnist")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "MNIST is not on this machine" in flat(app))
        shown = flat(app)
        assert "cnntutor data fetch mnist" in shown and "cnntutor data import FOLDER" in shown
        assert "mnist-5000" in shown and "f Fetch" in last_line(app)
        await press(pilot, "f")
        await until(pilot, lambda: "Fetching mnist.npz: 2.5 / 11.5 MB" in flat(app))
        may.set()
        await until(pilot, lambda: "no network is here" in flat(app))
        await press(pilot, "i")
        await until(pilot, lambda: "picture 1 of 3" in flat(app))
        assert [name for name, _ in worker.asked] == ["mnist", "mnist-5000"]


@pytest.mark.parametrize(
    "answer", [Failed(msg("No folder of photos is named.")), msg("{problem}", problem="torn")]
)
async def test_what_goes_wrong_is_a_sentence(
    worker: Worker, make_app: MakeApp, answer: Exception | Message
) -> None:
    worker.answer = answer
    app = make_app("data", "shapes-32")
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: f"✗ {answer}" in flat(app))
        worker.answer = None
        await press(pilot, "r")
        await until(pilot, lambda: "disc: picture 1 of 3" in flat(app))


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("char-rnn", "spells words, character by character"),
        ("transfer-frozen", "No folder of photos is named"),
    ],
)
async def test_recipes_without_images_say_so(
    worker: Worker, make_app: MakeApp, recipe: str, words: str
) -> None:
    app = make_app("lab", recipe)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.query_one(RecipeForm).recipe == find_recipe(recipe))
        await press(pilot, "d")
        await until(pilot, lambda: words in flat(app))
        assert worker.asked == []
        assert ("i Stand-in" in last_line(app)) == (recipe == "transfer-frozen")


async def test_a_value_that_is_not_understood_comes_first(worker: Worker, make_app: MakeApp) -> None:
    app = make_app("lab", "lenet5-mnist")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "LeNet-5 on MNIST" in flat(app))
        await press(pilot, "enter", "down", "ctrl+u")
        await write(pilot, "x")
        await press(pilot, "escape", "d")
        assert isinstance(app.screen, LabScreen) and "correct it first" in told(app)


def test_the_palette_knows_the_data_sets(context: Context) -> None:
    found = [each.place for each in matching(list(destinations(context)), "data cifar10")]
    assert Place("data", "cifar10") in found
    assert Place("data", "flowers") in [each.place for each in destinations(context)]


def test_bins_are_put_together_where_lines_lack() -> None:
    before, after = figures(high=255.0), figures(high=1.0)
    assert len(histogram_lines(before, after, 74, 17)) == 17
    few = [line.plain for line in histogram_lines(before, after, 58, 9)]
    assert len(few) == 9 and "72.0 %" in few[1]
    assert all(len(line) <= 58 for line in few)


def test_pictures_stand_side_by_side_or_one_above_the_other() -> None:
    example = view_of("mnist-5000", Preparation(), 32).examples[0]
    assert layout_of(example, 70, 20) == "beside"
    assert layout_of(example, 40, 36) == "stacked"
    assert layout_of(example, 40, 20) == "one"
    assert layout_of(example, 58, 14) == "beside"  # the height makes them small


def test_how_the_parts_come_about_is_said() -> None:
    recipe = find_recipe("lenet5-mnist")
    settings = recipe.presets[0].settings
    found = view_of("mnist-5000", Preparation())

    def said(view: DataView, validation: str = "held-out", slug: str = "lenet5-mnist") -> str:
        changed = msgspec.structs.replace(settings, validation=validation)
        subject = subject_of(find_recipe(slug), changed)
        lines = [*split_head(view, subject, 76), *split_rows(view, subject, 76)]
        return " ".join(" ".join(line.plain for line in lines).split())

    assert "the draw has the seed 0" in said(found) and "Set apart" not in said(found)
    published = msgspec.structs.replace(found, given=("test",), limited=True)
    assert "Set apart by the data themselves: test part. Every class has" in said(published)
    assert "leave images out" in said(published)
    assert "the draw" not in said(published, "none") and "Nothing is held back" in said(published, "none")
    assert "used for validation too" in said(published, "test")
    named = msgspec.structs.replace(found, given=("validation", "test"))
    assert "validation part, test part." in said(named) and "the draw" not in said(named)
    assert "Nothing is trained" in said(found, slug="imagenet-topk")
    assert "all classes 5,000" in said(found, slug="imagenet-topk")


def test_what_is_done_is_what_the_run_does() -> None:
    recipe = find_recipe("resnet-demo-cifar10")
    subject = subject_of(recipe, recipe.presets[0].settings)
    assert (subject.how.divisor, subject.how.test_divisor) == (225.0, 255.0)
    assert subject.how.split == Splitting.of(recipe.presets[0].settings)
    assert notes(subject) == ["The test images are divided by 255 instead: not as in training."]
