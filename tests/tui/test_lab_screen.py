"""The lab: recipes with their settings, runs with their states, and a start that is asked for once."""

import importlib.util
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.lab import Lab
from cnntutor.lab.recipe import find_recipe, recipes_dir, resolve
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.lab.settings_change import SETTING_HELP
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context, Place
from cnntutor.tui.screens.confirm import ConfirmScreen
from cnntutor.tui.screens.lab import LabScreen
from cnntutor.tui.screens.name import NameScreen
from cnntutor.tui.screens.pick import PickScreen
from cnntutor.tui.screens.run import RunScreen
from cnntutor.tui.setting_names import FIRST, groups
from cnntutor.tui.widgets.menu import Menu
from cnntutor.tui.widgets.preset_choice import PresetChoice
from cnntutor.tui.widgets.recipe_form import RecipeForm
from cnntutor.tui.widgets.setting_field import SettingField
from cnntutor.tui.widgets.setting_group import GroupHead, SettingGroup
from tests.tui.scripted import ScriptedRun
from tests.tui.seeing import last_line, press, seen, told, write

LENET = find_recipe("lenet5-mnist")
GARBAGE = ["", " ", "-1", "0", "ten", "1e99", "9" * 24, "nan", "inf", "1;2", "[bold]", "３"]


class ScriptedLab(Lab):
    """A lab that makes the folder of a run and starts no worker."""

    def __init__(self, runs_dir: Path) -> None:
        super().__init__(runs_dir)
        self.submitted: list[tuple[str, str, dict[str, str], bool]] = []
        self.predicted: int | None = None

    def submit(
        self,
        slug: str,
        preset: str,
        overrides: Mapping[str, str] | None = None,
        *,
        force: bool = False,
        wait: bool = False,
        predicted: int | None = None,
    ) -> RunFolder:
        assert force is not wait
        self.submitted.append((slug, preset, dict(overrides or {}), force))
        self.predicted = predicted
        spec = resolve(find_recipe(slug), preset, overrides or {}, predicted)
        return create_run_folder(self.runs_dir, spec)


@pytest.fixture
def lab(tmp_path: Path) -> ScriptedLab:
    return ScriptedLab(tmp_path / "runs")


@pytest.fixture
def app(context: Context, lab: ScriptedLab) -> CnntutorApp:
    context.open_lab = lambda: lab
    return CnntutorApp(context, Place("lab", "lenet5-mnist"), strict=True)


async def settle(pilot: Pilot[None]) -> None:
    """Let the lab read its runs and show them."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    if isinstance(pilot.app.screen, LabScreen):
        pilot.app.screen._look()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


def flat(app: CnntutorApp) -> str:
    """Return the text right of the list as one line, then all of it, so that wrapping does not matter."""
    lines = seen(app).splitlines()
    right = " ".join(
        line.rpartition("│")[2] if line.count("│") == 1 else line.replace("│", " ") for line in lines
    )
    return " ".join(f"{right} {' '.join(lines)}".split())


def field(app: CnntutorApp, setting: str) -> SettingField:
    return next(each for each in app.screen.query(SettingField) if each.setting == setting)


def focused(app: CnntutorApp) -> object:
    return app.focused


# On screen


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (160, 50)])
async def test_a_recipe_is_explained(app: CnntutorApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        shown = flat(app)
        assert "LeNet-5 on MNIST" in shown and "61,706 parameters" in shown and "98.85 %" in shown
        assert "quick" in shown and "none yet" in shown
        assert all(len(line) <= size[0] for line in seen(app).splitlines())


async def test_a_run_is_started_with_changed_settings(app: CnntutorApp, lab: ScriptedLab) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "down")
        assert isinstance(app.focused, Input)
        await press(pilot, "ctrl+u")
        await write(pilot, "2")
        assert "preset: 10" in flat(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PickScreen) and "What test accuracy will it reach?" in seen(app)
        await press(pilot, "down", "enter")
        await settle(pilot)
        assert lab.predicted == 1
        assert lab.submitted == [("lenet5-mnist", "quick", {"epochs": "2"}, False)]
        assert isinstance(app.screen, RunScreen)
        await press(pilot, "escape")
        await settle(pilot)
        shown = flat(app)
        assert isinstance(app.screen, LabScreen) and "submitted" in shown
        highlighted = app.screen.query_one(Menu).highlighted_option
        assert highlighted is not None and str(highlighted.id).startswith("run ")


async def test_one_key_starts_the_full_preset(app: CnntutorApp, lab: ScriptedLab) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "right")
        assert app.screen.query_one(PresetChoice).preset.name == "full"
        assert "MNIST is not on this machine" in flat(app)
        await press(pilot, "s", "end", "enter")
        await settle(pilot)
        assert lab.submitted == [("lenet5-mnist", "full", {}, False)] and lab.predicted is None


async def test_a_preset_brings_its_values_and_leaves_what_was_typed(
    context: Context, lab: ScriptedLab
) -> None:
    context.open_lab = lambda: lab
    app = CnntutorApp(context, Place("lab", "base-cnn-mnist"), strict=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert field(app, "epochs").input.value == "20"
        await press(pilot, "enter", "right")
        assert field(app, "epochs").input.value == "5"
        field(app, "seed").input.value = "7"
        await press(pilot, "left")
        assert field(app, "epochs").input.value == "20" and field(app, "seed").input.value == "7"
        assert app.screen.query_one(RecipeForm).overrides == {"seed": "7"}


@pytest.mark.parametrize("setting", ["epochs", "batch_size", "learning_rate"])
async def test_garbage_is_refused_at_its_field(app: CnntutorApp, lab: ScriptedLab, setting: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for text in GARBAGE:
            field(app, setting).input.value = text
            await pilot.pause()
            assert "✗ must be a" in flat(app), text
            await press(pilot, "f5")
            await settle(pilot)
            assert app.focused is field(app, setting).input
        assert not lab.submitted
        await press(pilot, "escape")
        assert isinstance(app.focused, Menu)


async def test_a_second_run_is_asked_about(app: CnntutorApp, lab: ScriptedLab) -> None:
    run = ScriptedRun(lab.runs_dir)
    run.begin()
    run.epoch(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "lenet5-mnist is still at work" in flat(app) and "1/10" in flat(app)
        await press(pilot, "s", "enter")
        assert isinstance(app.screen, ConfirmScreen) and "Start beside the run at work?" in seen(app)
        assert "lenet5-mnist is in epoch 1 of 10" in flat(app)
        await press(pilot, "escape")
        assert not lab.submitted
        await press(pilot, "s", "enter", "y")
        await settle(pilot)
        assert lab.submitted == [("lenet5-mnist", "quick", {}, True)]


async def test_to_wait_in_line_is_what_enter_takes(app: CnntutorApp, lab: ScriptedLab) -> None:
    run = ScriptedRun(lab.runs_dir)
    run.begin()
    waiting = ScriptedRun(lab.runs_dir)
    waiting.status("queued", phase=None, ahead=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "1 ahead" in flat(app) and "! lenet5-mnist is still at work" in flat(app)
        await press(pilot, "s", "enter")
        assert "with 1 more" in seen(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert lab.submitted == [("lenet5-mnist", "quick", {}, False)]
        assert isinstance(app.screen, RunScreen)


async def test_runs_are_listed_and_opened(app: CnntutorApp, lab: ScriptedLab) -> None:
    done = ScriptedRun(lab.runs_dir, epochs="3")
    done.begin()
    done.epoch(1)
    done.end()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "98.1 %" in flat(app)
        await press(pilot, "r")
        shown = flat(app)
        assert "95 % interval 97.06 % to 98.78 %" in shown and "✓ finished" in shown
        assert "Start" not in last_line(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, RunScreen) and app.screen.run.name == done.name
        await press(pilot, "r")
        await settle(pilot)
        assert isinstance(app.screen, LabScreen) and len(app.screen_stack) == 2
        assert "Start this run" in flat(app)


async def test_a_folder_that_is_no_run_is_left_out(app: CnntutorApp, lab: ScriptedLab) -> None:
    broken = lab.runs_dir / "20260101-000000-broken-ffff"
    broken.mkdir(parents=True)
    (broken / "run.json").write_text("{")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "none yet" in flat(app)


async def test_without_tensorflow_the_lab_says_what_to_install(
    app: CnntutorApp, lab: ScriptedLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "tensorflow" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "tensorflow is not installed" in flat(app) and "pip install" in flat(app)
        await press(pilot, "s")
        await settle(pilot)
        assert not lab.submitted and "tensorflow is not installed" in told(app)
        await press(pilot, "c")
        assert "Calculator" in seen(app).splitlines()[0]


async def test_a_malformed_recipe_is_said_and_the_runs_stay(
    app: CnntutorApp, lab: ScriptedLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = ScriptedRun(lab.runs_dir)
    done.begin()
    done.end()
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "bad.toml").write_text("format_version = 1\nslug = 7\n")
    good = (recipes_dir() / "lenet5-mnist.toml").read_text(encoding="utf-8")
    (tmp_path / "recipes" / "lenet5-mnist.toml").write_text(good, encoding="utf-8")
    monkeypatch.setattr("cnntutor.lab.recipe.recipes_dir", lambda: tmp_path / "recipes")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "bad.toml" in told(app) and "98.1 %" in flat(app)
        assert "LeNet-5 on MNIST" in flat(app) and "s Start" in last_line(app)


async def test_the_language_changes_and_the_typed_stays(app: CnntutorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "down", "ctrl+u")
        await write(pilot, "3")
        await press(pilot, "f2")
        shown = flat(app)
        assert "Công thức" in shown and "số epoch" in shown and "bộ sẵn: 10" in shown
        assert field(app, "epochs").input.value == "3"
        await press(pilot, "f2")


async def test_the_cursor_begins_on_lenet_and_jumps_to_the_runs_and_back(
    app: CnntutorApp, lab: ScriptedLab
) -> None:
    done = ScriptedRun(lab.runs_dir)
    done.begin()
    done.end()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "61,706 parameters" in flat(app)
        await press(pilot, "r")
        assert "Enter opens the run with its curves." in flat(app)
        await press(pilot, "r")
        assert "Start this run" in flat(app)


async def test_without_runs_there_is_nothing_to_jump_to(app: CnntutorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "Recipes or runs" not in last_line(app)


# The rest of the settings


def test_every_setting_stands_in_the_form_once() -> None:
    keys = [*FIRST, *(key for _, settings in groups() for key in settings)]
    assert sorted(keys) == sorted(each.name for each in msgspec.structs.fields(TrainingSettings))
    assert set(keys) <= set(SETTING_HELP)


async def test_any_setting_can_be_changed_and_is_checked_at_its_field(
    app: CnntutorApp, lab: ScriptedLab
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        for _ in range(7):
            await press(pilot, "down")
        assert type(app.focused) is GroupHead
        await press(pilot, "enter", "down", "down")
        assert focused(app) is field(app, "train_images").input
        assert "a whole number from 10 on" in flat(app)
        await press(pilot, "ctrl+u")
        await write(pilot, "5")
        assert "✗ must be a whole number from 10 on" in flat(app)
        await press(pilot, "f5")
        assert not lab.submitted and focused(app) is field(app, "train_images").input
        await write(pilot, "00")
        group = next(each for each in app.screen.query(SettingGroup) if "train_images" in each.settings)
        assert group.head.changed == 1
        await press(pilot, "enter", "enter")
        await settle(pilot)
        assert lab.submitted == [("lenet5-mnist", "quick", {"train_images": "500"}, False)]


async def test_a_closed_group_opens_on_what_is_wrong_in_it(app: CnntutorApp, lab: ScriptedLab) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        form = app.screen.query_one(RecipeForm)
        form.fill("quick", {"optimizer": "Sgdd", "seed": "3"})
        await pilot.pause()
        assert form.settings is None and form.overrides == {"optimizer": "Sgdd", "seed": "3"}
        await press(pilot, "f5")
        await pilot.pause()
        assert not lab.submitted and app.focused is field(app, "optimizer").input
        assert field(app, "optimizer").input.value == "Sgdd" and "✗ must be Adam" in flat(app)


async def test_a_run_is_run_again_with_its_own_settings(app: CnntutorApp, lab: ScriptedLab) -> None:
    done = ScriptedRun(lab.runs_dir, epochs="3", optimizer="SGD", momentum="0.9")
    done.begin()
    done.end()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "enter")
        await settle(pilot)
        assert isinstance(app.screen, RunScreen)
        app.screen._look()
        await app.workers.wait_for_complete()
        await pilot.pause()
        await press(pilot, "r")
        await settle(pilot)
        assert isinstance(app.screen, LabScreen)
        form = app.screen.query_one(RecipeForm)
        assert form.overrides == {"epochs": "3", "optimizer": "SGD", "momentum": "0.9"}
        assert field(app, "epochs").input.value == "3" and "2 changed" in flat(app)
        await press(pilot, "s", "enter")
        await settle(pilot)
        assert lab.submitted[0][2] == {"epochs": "3", "optimizer": "SGD", "momentum": "0.9"}


async def test_the_form_is_kept_as_an_own_recipe(app: CnntutorApp, lab: ScriptedLab) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one(RecipeForm).fill("quick", {"optimizer": "SGD"})
        await press(pilot, "w")
        assert isinstance(app.screen, NameScreen) and "my-lenet5-mnist" in seen(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert find_recipe("my-lenet5-mnist").presets[0].settings.optimizer == "SGD"
        assert "LeNet-5 on MNIST: my-lenet5-mnist" in " ".join(seen(app).split())
