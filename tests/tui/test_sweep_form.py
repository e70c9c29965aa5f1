"""Several values in the form of a recipe: what they mean, what is refused where, and the runs they make."""

import pytest

from cnntutor.lab.recipe import find_recipe
from cnntutor.lab.sweep import plan_sweep
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.form_values import MOST_RUNS, SEEDS, plan_of, problems_of, values_of
from cnntutor.tui.run_curves import MOST
from cnntutor.tui.screens.lab import LabScreen
from cnntutor.tui.screens.runs_compare import RunsCompareScreen
from cnntutor.tui.widgets.recipe_form import RecipeForm
from tests.tui.scripted import ScriptedRun
from tests.tui.seeing import press, seen, told, write
from tests.tui.test_lab_screen import ScriptedLab, app, field, flat, lab, settle

__all__ = ["app", "lab"]

LENET = find_recipe("lenet5-mnist")
QUICK = LENET.presets[0]


def test_commas_and_seeds_make_the_runs_the_command_line_makes() -> None:
    typed = {"learning_rate": "0.1, 0.01", "epochs": "2", SEEDS: "2"}
    made = plan_of(LENET, QUICK, typed)
    assert made == plan_sweep(LENET, "quick", {"epochs": "2"}, ("learning_rate=0.1,0.01",), 2)
    assert [(run["learning_rate"], run["seed"]) for run in made] == [
        ("0.1", "0"),
        ("0.1", "1"),
        ("0.01", "0"),
        ("0.01", "1"),
    ]
    assert plan_of(LENET, QUICK, {}) == ({},)
    assert MOST_RUNS == MOST, "all of a form fit side by side"


def test_a_comma_in_a_path_is_a_comma() -> None:
    assert values_of("weights", "a.keras,b.keras") == ["a.keras,b.keras"]
    assert plan_of(LENET, QUICK, {"weights": "a.keras,b.keras"}) == ({"weights": "a.keras,b.keras"},)


@pytest.mark.parametrize(
    ("typed", "wrong", "said"),
    [
        ({"learning_rate": "0.1,x"}, {"learning_rate"}, "must be a number above 0"),
        ({"learning_rate": "0.1,"}, {"learning_rate"}, "must be a number above 0"),
        ({"learning_rate": "0.1,0.10"}, {"learning_rate"}, "a value twice"),
        ({SEEDS: "0"}, {SEEDS}, "from 1 to 26"),
        ({SEEDS: "27"}, {SEEDS}, "from 1 to 26"),
        ({SEEDS: "99999999999999999999"}, {SEEDS}, "from 1 to 26"),
        ({SEEDS: "two"}, {SEEDS}, "from 1 to 26"),
        ({SEEDS: ""}, {SEEDS}, "from 1 to 26"),
        ({"seed": "1,2", SEEDS: "2"}, {SEEDS}, "must be 1"),
        ({"epochs": "1,2,3", SEEDS: "10"}, {"epochs", SEEDS}, "makes 30 runs; 26 are the most"),
        ({"epochs": "1,2", "optimizer": "SGD,Adam"}, set(), ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(typed: dict[str, str], wrong: set[str], said: str) -> None:
    found = problems_of(QUICK, typed)
    assert set(found) == wrong
    assert all(said in sentence for sentence in found.values())


async def test_a_sweep_is_started_and_seen_side_by_side(app: CnntutorApp, lab: ScriptedLab) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "down", "down", "down")
        assert app.focused is field(app, "learning_rate").input
        assert "several with commas: a run each" in flat(app)
        await press(pilot, "ctrl+u")
        await write(pilot, "0.1,")
        assert "✗ must be a number above 0" in flat(app) and "Start this run" in flat(app)
        await press(pilot, "enter")
        assert not lab.submitted and app.focused is field(app, "learning_rate").input
        await write(pilot, "0.01")
        assert "Start 2 runs, one after the other" in flat(app), seen(app)
        assert "several with commas: a run each" in flat(app), "said again once the value is understood"
        await press(pilot, "enter")
        await settle(pilot)
        assert lab.submitted == [
            ("lenet5-mnist", "quick", {"learning_rate": "0.1"}, False),
            ("lenet5-mnist", "quick", {"learning_rate": "0.01"}, False),
        ]
        assert isinstance(app.screen, RunsCompareScreen)
        assert len(app.screen._names) == 2
        await press(pilot, "escape")
        assert isinstance(app.screen, LabScreen)


async def test_seeds_are_started_behind_what_is_at_work(app: CnntutorApp, lab: ScriptedLab) -> None:
    ScriptedRun(lab.runs_dir).begin()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        field(app, SEEDS).input.value = "3"
        await pilot.pause()
        await press(pilot, "f5")
        await settle(pilot)
        assert [changes["seed"] for _, _, changes, _ in lab.submitted] == ["0", "1", "2"]
        assert isinstance(app.screen, RunsCompareScreen)


async def test_a_recipe_is_not_kept_with_several_values(app: CnntutorApp, lab: ScriptedLab) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.screen.query_one(RecipeForm).fill("quick", {"epochs": "1,2"})
        await press(pilot, "w")
        assert "leave one in each field" in told(app)
