"""Runs that belong to an exercise: a bug's two recipes side by side, a prediction beside what came out."""

from pathlib import Path

import pytest

from cnntutor.course.loader import Course
from cnntutor.course.questions import CodeLineQuestion, PredictionQuestion
from cnntutor.i18n import Message
from cnntutor.lab import local
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.progress.store import Store
from cnntutor.tui.context import Context
from cnntutor.tui.exercise_recipes import recipes_of
from cnntutor.tui.exercise_runs import presets_of_both, scored
from cnntutor.tui.screens.exercise import ExerciseScreen
from cnntutor.tui.screens.lab import LabScreen
from cnntutor.tui.screens.runs_compare import RunsCompareScreen
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from tests.tui.conftest import MakeApp
from tests.tui.scripted import ScriptedRun
from tests.tui.seeing import flat, last_line, press, seen, told, until, write

BUG = "relu-before-softmax"
PREDICTION = "predict-lenet"


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    """Runs whose worker would have been started."""
    started: list[RunFolder] = []
    monkeypatch.setattr(local, "launch", started.append)
    monkeypatch.setattr("cnntutor.lab.lab.missing_library", lambda: None)
    return started


async def test_the_broken_and_the_mended_recipe_start_side_by_side(
    make_app: MakeApp, context: Context, launched: list[RunFolder]
) -> None:
    app = make_app("exercise", BUG)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(ExercisePanel)))
        await press(pilot, "f9")
        assert isinstance(app.screen, ExerciseScreen)
        assert not launched
        await press(pilot, "f4", "escape")
        assert "r Run both" in last_line(app)
        await press(pilot, "r")
        await until(pilot, lambda: "Run both: vgg16-cifar10, vgg16-cifar10-mended" in seen(app))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsCompareScreen))
        assert [run.spec.recipe for run in launched] == ["vgg16-cifar10", "vgg16-cifar10-mended"]
        assert len({run.spec.preset for run in launched}) == 1
        place = app.screen.place()
        assert place is not None
        assert place.argument == " ".join(run.name for run in launched)


async def test_without_tensorflow_both_runs_say_what_to_install(
    make_app: MakeApp, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.lab.lab.missing_library", lambda: Message("TensorFlow is not installed"))
    app = make_app("exercise", BUG)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(ExercisePanel)))
        await press(pilot, "f4", "f9")
        await until(pilot, lambda: "TensorFlow is not installed" in told(app))
        assert isinstance(app.screen, ExerciseScreen)


async def test_a_prediction_is_made_before_the_run_and_put_beside_what_came_out(
    make_app: MakeApp, context: Context, store: Store
) -> None:
    app = make_app("exercise", PREDICTION)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(ExercisePanel)))
        await press(pilot, "f9")
        assert isinstance(app.screen, ExerciseScreen)
        await write(pilot, "97.5")
        await press(pilot, "enter")
        assert "r Run it" in last_line(app)
        await press(pilot, "r")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        run = ScriptedRun(context.lab.runs_dir, "lenet5-mnist")
        run.begin()
        run.epoch(1)
        run.end()
        other = ScriptedRun(context.lab.runs_dir, "base-cnn-mnist")
        other.begin()
        other.end()
        await press(pilot, "escape")
        await until(pilot, lambda: "test accuracy 98.10 %" in flat(app))
        assert f"Your run {run.name}: test accuracy 98.10 %." in flat(app)
        assert "Your prediction 97.50 % is 0.60 away." in flat(app)
        assert other.name not in flat(app)


async def test_a_prediction_made_on_another_day_still_counts(
    make_app: MakeApp, context: Context, store: Store
) -> None:
    first = make_app("exercise", PREDICTION)
    async with first.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: bool(first.screen.query(ExercisePanel)))
        await write(pilot, "97.5")
        await press(pilot, "enter")
    run = ScriptedRun(context.lab.runs_dir, "lenet5-mnist")
    run.begin()
    run.end()
    again = make_app("exercise", PREDICTION)
    async with again.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: "Your prediction 97.50 % is 0.60 away." in flat(again))


def test_every_recipe_an_exercise_names_is_there(course: Course, tmp_path: Path) -> None:
    lab = Lab(tmp_path / "runs")
    slugs = set(lab.recipe_slugs())
    named = {slug: recipes_of(course.questions[slug]) for slug in course.questions}
    assert all(set(recipes) <= slugs for recipes in named.values())
    bugs = [recipes for slug, recipes in named.items() if len(recipes) == 2]
    assert len(bugs) >= 7
    for broken, mended in set(bugs):
        assert presets_of_both(lab, broken, mended), (broken, mended)
    assert all(
        isinstance(course.questions[slug], CodeLineQuestion | PredictionQuestion)
        for slug, recipes in named.items()
        if recipes
    )


def test_data_that_are_not_here_have_their_stand_in_first(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "runs")
    ways = presets_of_both(lab, "vgg16-cifar10", "vgg16-cifar10-mended")
    assert (ways[0].data, ways[0].overrides, ways[0].lacks) == ("shapes-32", {"data": "shapes-32"}, "")
    assert (ways[1].data, ways[1].overrides) == ("", {})
    assert "CIFAR-10 is not on this machine" in ways[1].lacks
    assert ways[0].name == ways[1].name == "quick"


def test_runs_that_failed_or_never_ended_are_not_told(course: Course, tmp_path: Path) -> None:
    question = course.questions[PREDICTION]
    assert isinstance(question, PredictionQuestion)
    failed = ScriptedRun(tmp_path / "runs", "lenet5-mnist")
    failed.begin()
    failed.end("failed", test_accuracy=None, test_loss=None)
    ScriptedRun(tmp_path / "runs", "lenet5-mnist").begin()
    assert scored(Lab(tmp_path / "runs"), question, 97.0) == ()
