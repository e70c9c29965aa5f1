"""The photos of a top-k run: marks by rank, bars, mistakes alone; the same from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from cnntutor.cli.photo_guesses import guess_lines, guesses_json
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import set_language
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.photo_guesses import read_guesses
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.screens.photos import PhotosScreen

TOP = [["tabby", 0.7], ["lynx", 0.2], ["sock", 0.05], ["plow", 0.03], ["crane", 0.02]]
HELD = {
    "mobilenet": [
        {"photo": "a.jpg", "true": "tabby", "top5": TOP},
        {"photo": "b.jpg", "true": "sock", "top5": TOP},
        {"photo": "d.jpg", "true": "crane", "top5": TOP, "place": 0},
        {"photo": "c.jpg", "true": "golden_retriever", "top5": TOP},
    ]
}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A folder as a top-k run leaves it."""
    folder = tmp_path / "a-run"
    (folder / "artifacts").mkdir(parents=True)
    (folder / "artifacts" / "predictions.json").write_text(json.dumps(HELD), encoding="utf-8")
    return RunFolder(folder)


def test_ranks(run: RunFolder) -> None:
    photos = read_guesses(run)
    assert [photo.networks[0][1].rank for photo in photos] == [1, 3, 0, 0]
    assert [photo.missed for photo in photos] == [0, 1, 1, 1]
    assert guesses_json(photos)[1]["networks"]["mobilenet"]["rank"] == 3
    lines = list(guess_lines(photos))
    assert lines[2].startswith("  ✓  70.0 % ██████████████ ")


def test_no_predictions_and_broken_ones(run: RunFolder, tmp_path: Path) -> None:
    assert read_guesses(RunFolder(tmp_path)) == ()
    (run.artifacts / "predictions.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(NotUnderstood, match=r"predictions\.json"):
        read_guesses(run)


async def test_the_screen(make_app: Callable[..., CnntutorApp], run: RunFolder) -> None:
    app = make_app("lab")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(PhotosScreen(run))
        await pilot.pause()
        menu = app.screen.query_one(OptionList)
        assert [str(option.prompt).split() for option in menu.options] == [
            ["tabby", "✓"],
            ["sock", "3"],
            ["crane", "✗"],  # another class of that name is the fifth guess
            ["golden", "retriever", "✗"],
        ]
        await pilot.press("down")
        shown = str(app.screen.query_one("#photos-guesses", Static).content)
        assert "b.jpg" in shown and "70.0 %" in shown and "✓ sock" in shown
        await pilot.press("m")
        assert [option.id for option in menu.options] == ["b.jpg", "d.jpg", "c.jpg"]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "vi"])
async def test_a_percentage_stays_on_its_line(
    width: int, lang: str, make_app: Callable[..., CnntutorApp], run: RunFolder
) -> None:
    long = [["European_fire_salamander", 1.0], ["three-toed_sloth", 0.0], *TOP[:3]]
    longer = [["black-and-white_colobus_monkey_of_the_old_world", 0.5], *TOP[:4]]
    photo = {"photo": "a.jpg", "true": "tabby"}
    held = {"mobilenet": [photo | {"top5": long}], "other": [photo | {"top5": longer}]}
    (run.artifacts / "predictions.json").write_text(json.dumps(held), encoding="utf-8")
    set_language(lang)
    app = make_app("lab")
    async with app.run_test(size=(width, 24)) as pilot:
        await app.push_screen(PhotosScreen(run))
        await pilot.pause()
        guesses = app.screen.query_one("#photos-guesses", Static)
        lines = str(guesses.content).splitlines()
        room = guesses.content_region.width
        assert [len(line) for line in lines if line.endswith(" %")].count(room) == 10
        assert max(len(line) for line in lines) <= room
        assert sum("100" in line and line.endswith(" %") for line in lines) == 1
