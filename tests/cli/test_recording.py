"""cnntutor recording on the command line: which there are, what one recorded, where and when it ran."""

import json

import pytest

from cnntutor.cli.main import run as cnntutor
from cnntutor.lab.recipe import recipe_slugs, recipes_dir
from cnntutor.lab.recording import find_recording, recording_slugs
from cnntutor.lab.results import read_results


def test_every_recording_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["recording", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["recordings"]
    assert tuple(each["recording"] for each in listed) == recording_slugs()
    assert all(each["day"] == find_recording(each["recording"]).day for each in listed)


def test_every_recipe_has_a_recording_and_a_result() -> None:
    recipes = set(recipe_slugs(recipes_dir()))
    assert recipes == set(recording_slugs())
    assert recipes == {each.recipe for each in read_results().results}


def test_one_tells_where_and_when_it_ran_and_every_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["recording", "show", "lenet5-mnist"]) == 0
    shown = capsys.readouterr().out
    found = find_recording("lenet5-mnist")
    assert f"It ran on {found.day} on {found.machine.en}." in shown
    assert "Epoch 10/10" in shown and "val_loss" in shown
    assert "Test accuracy 95.00 %" in shown
    assert cnntutor(["--lang", "vi", "recording", "show", "lenet5-mnist"]) == 0
    assert f"ngày {found.day} trên {found.machine.vi}" in capsys.readouterr().out


def test_a_training_without_validation_has_no_figures_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["recording", "show", "char-rnn"]) == 0
    shown = capsys.readouterr().out
    assert "Epoch 100/100" in shown and "val_loss" not in shown and "NaN" not in shown
    assert "on 12 characters" in shown


def test_one_that_went_wrong_tells_why_and_where_to_read_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["recording", "show", "vgg16-cifar10"]) == 0
    shown = capsys.readouterr().out
    assert "! Stuck at chance" in shown and "ln 10 = 2.3026" in shown
    assert "See: cnntutor exercise show why-vgg-sits" in shown
    assert "Reported: 10.00 %, loss 2.3026" in shown
    assert cnntutor(["--lang", "vi", "recording", "show", "resnet-demo-cifar10"]) == 0
    shown = capsys.readouterr().out
    assert "! Đầu ra thô bị coi là xác suất" in shown
    assert "Xem: cnntutor exercise show raw-outputs-and-string-loss" in shown
    assert cnntutor(["exercise", "show", "raw-outputs-and-string-loss"]) == 0


def test_an_unknown_one_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["recording", "show", "nothing"]) == 2
    assert "There is no recording nothing; there are: alexnet28-mnist" in capsys.readouterr().err
