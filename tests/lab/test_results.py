"""The table of what recipes gave: written by a script, read by the course, checked against the recipes."""

import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor import locations
from cnntutor.classroom.checker import check_content
from cnntutor.cli.main import run as cnntutor
from cnntutor.errors import NotUnderstood
from cnntutor.lab.recipe import find_recipe
from cnntutor.lab.results import Measured, MeasuredNetwork, Results, digest, read_results, results_toml
from cnntutor.lab.settings_change import changed_settings

SETTINGS = find_recipe("lenet5-mnist").preset("quick").settings
ONE = Measured(
    recipe="lenet5-mnist",
    preset="quick",
    date="2026-11-21",
    machine="2 × x86_64",
    versions="keras 3",
    settings=digest(SETTINGS),
    data="mnist-5000",
    provenance="embedded",
    train=3600,
    validation=400,
    test=1000,
    seconds=12.5,
    epochs_done=10,
    best_epoch=9,
    test_accuracy=0.97,
    test_loss=1e-5,
)


@given(
    st.floats(0, 1, allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    st.integers(0, 3),
)
def test_what_is_written_is_read_again(accuracy: float, machine: str, networks: int) -> None:
    import tempfile

    scores = tuple(
        MeasuredNetwork(network=f"net-{n}", top1=accuracy, top5=1.0, count=100) for n in range(networks)
    )
    result = msgspec.structs.replace(ONE, test_accuracy=accuracy, machine=machine, networks=scores)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "results.toml").write_text(results_toml(Results(results=(result,))), encoding="utf-8")
        assert read_results(Path(folder)).of("lenet5-mnist") == result


def test_a_digest_knows_a_change_but_not_a_path() -> None:
    assert digest(changed_settings(SETTINGS, {"epochs": "11"})) != digest(SETTINGS)
    assert digest(changed_settings(SETTINGS, {"photos": "/a", "device": "cpu"})) == digest(SETTINGS)


def test_a_file_that_says_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "results.toml").write_text("format_version = 1\nresult = []\n", encoding="utf-8")
    with pytest.raises(NotUnderstood, match="bench_recipes"):
        read_results(tmp_path)
    assert read_results(tmp_path / "nowhere") == Results()


def test_the_course_is_checked_for_results_of_recipes_that_changed(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(locations.content_dir(), root)
    gone = msgspec.structs.replace(ONE, recipe="no-such-recipe")
    old = msgspec.structs.replace(ONE, settings="00000000")
    (root / "results.toml").write_text(results_toml(Results(results=(ONE, gone))), encoding="utf-8")
    (problem,) = [each for each in check_content(root).problems if each.file.name == "results.toml"]
    assert "no-such-recipe" in str(problem.message)
    (root / "results.toml").write_text(results_toml(Results(results=(old,))), encoding="utf-8")
    (problem,) = [each for each in check_content(root).problems if each.file.name == "results.toml"]
    assert "changed" in str(problem.message)


def test_every_result_of_the_course_is_of_a_preset_as_it_is_now() -> None:
    results = read_results().results
    assert results
    for each in results:
        assert digest(find_recipe(each.recipe).preset(each.preset).settings) == each.settings


def test_the_table_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["recipe", "results"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == len(read_results().results)
    first = read_results().results[0]
    assert shown[0].startswith(f"{first.recipe} ({first.preset})")
    (of_words,) = (line for line in shown if line.startswith("char-rnn"))
    assert "after 100 epochs on 3 words (" in of_words and "images" not in of_words
    assert cnntutor(["recipe", "results", "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out, type=Results) == read_results()
