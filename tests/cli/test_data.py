"""cnntutor data: list, path, import, show, and a fetch without a network."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnntutor import locations
from cnntutor.cli import data_show
from cnntutor.cli.main import run
from cnntutor.i18n import decimal
from cnntutor.lab import local


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture(autouse=True)
def nothing_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("CNNTUTOR_DATA", raising=False)


def test_the_list_says_where_each_is(capsys: pytest.CaptureFixture[str], shared_data: Path) -> None:
    code, out, _ = asked(capsys, "data", "list", "--json")
    states = {each["name"]: each for each in json.loads(out)["data"]}
    assert code == 0
    assert states["mnist"]["where"] == "not here"
    assert states["mnist"]["stand_in"] == "mnist-5000"
    assert states["shapes-32"]["where"] == "comes along"
    assert "cnntutor data fetch cifar10" in asked(capsys, "data", "list")[1]


def test_a_folder_is_taken_in_and_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    images = np.zeros((20, 28, 28), np.uint8)
    labels = (np.arange(20) % 10).astype(np.uint8)
    np.savez(folder / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    code, out, _ = asked(capsys, "data", "import", str(folder), "--json")
    taken = json.loads(out)["taken"][0]
    assert (code, taken["provenance"], taken["train"]) == (0, "yours", 20)
    code, out, _ = asked(capsys, "data", "path", "mnist")
    assert (code, Path(out.strip())) == (0, locations.data_store() / "mnist" / "mnist.npz")
    code, out, _ = asked(capsys, "data", "show", "mnist")
    assert code == 0
    assert "20 images for training" in out


def test_a_folder_named_from_here_holds_what_its_arrays_prove(
    capsys: pytest.CaptureFixture[str], shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared_data / "datasets")
    code, out, _ = asked(capsys, "data", "import", "fashion-mnist", "--json")
    taken = [(each["name"], each["provenance"]) for each in json.loads(out)["taken"]]
    assert (code, taken) == (0, [("fashion-mnist", "fashion-mnist")])
    assert asked(capsys, "data", "import", "fashion-mnist", "--name", "mnist")[0] == 2


def test_what_cannot_be_used_is_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"torn")
    code, _, err = asked(capsys, "data", "import", str(tmp_path))
    assert (code, err.count("\n")) == (2, 1)
    assert "mnist.npz" in err
    assert asked(capsys, "data", "import", str(tmp_path / "nowhere"))[0] == 2
    assert asked(capsys, "data", "path", "nonsense")[0] == 2
    assert asked(capsys, "data", "fetch", "shapes-32")[0] == 2
    code, _, err = asked(capsys, "data", "fetch", "roses")
    assert code == 2
    assert "there are: mnist, fashion-mnist, cifar10, flowers, imagenette, mobilenet." in err


def test_missing_data_have_exit_code_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(capsys, "data", "path", "cifar10")[0] == 3
    assert asked(capsys, "data", "show", "cifar10")[0] == 3
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    code, _, err = asked(capsys, "data", "fetch", "mnist")
    assert code == 3
    assert "cannot be downloaded" in err


def test_a_recipe_that_needs_photos_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = asked(capsys, "run", "transfer-frozen", "--detach")
    assert code == 3
    assert "--set photos=FOLDER" in err
    assert "shapes-32" in err


def test_a_run_left_to_itself_tells_that_it_has_to_download_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "launch", lambda run: None)
    code, out, err = asked(capsys, "run", "vgg16-cifar10", "--detach", "--json")
    assert code == 0 and json.loads(out)["run"]
    assert "CIFAR-10 is not on this machine: the run tries to download it (170 MB)" in err
    assert "shapes-32" in err
    assert asked(capsys, "run", "lenet5-mnist", "--detach", "--force")[2] == ""


def test_a_data_set_is_shown_before_and_after_it_is_prepared(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "data", "show", "mnist-5000", "--divide", "127.5")
    assert code == 0
    assert "0 500, 1 500" in out
    assert "3,600 for training, 400 for validation, 1,000 for the test" in out
    assert "divided by 127.50: 0.000 to 2.000" in out
    code, out, _ = asked(capsys, "data", "show", "mnist-5000", "--json")
    seen = json.loads(out)
    assert (seen["provenance"], seen["shape"], seen["looked_at"]) == ("embedded", [28, 28, 1], 5_000)
    assert sum(seen["before"]["counts"]) == sum(seen["after"]["counts"]) == 5_000 * 784
    assert seen["after"]["mean"] == pytest.approx(seen["before"]["mean"] / 255, abs=1e-4)
    assert seen["row_after"] == pytest.approx([each / 255 for each in seen["row_before"]], abs=1e-3)
    assert [each["label"] for each in seen["examples"]] == list("0123456789")
    assert len(set(seen["row_before"])) > 1


def test_photos_are_shown_as_they_lie_there_and_as_the_network_sees_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for label, colour in (("cat", (200, 10, 10)), ("dog", (10, 200, 10))):
        picture = np.full((40, 80, 3), colour, dtype=np.uint8)
        picture[:, 40:] = 0
        (tmp_path / label).mkdir()
        Image.fromarray(picture).save(tmp_path / label / "1.png")
    arguments = ("data", "show", "photos", "--photos", str(tmp_path), "--recipe", "transfer-frozen")
    code, out, _ = asked(capsys, *arguments)
    assert code == 0
    low, high = decimal(-1, 3), decimal(200 / 127.5 - 1, 3)
    assert f"divided by 127.50, then {low} added: {low} to {high}" in out
    assert "each picture twice" in out
    code, out, _ = asked(capsys, *arguments, "--json")
    seen = json.loads(out)
    assert (seen["shape"], seen["per_class"]) == ([128, 128, 3], [1, 1])
    (cat, _) = seen["examples"]
    assert [len(cat["before"]), len(cat["before"][0])] == [16, 32]
    assert [len(cat["after"]), len(cat["after"][0])] == [32, 32]
    assert asked(capsys, "data", "show", "photos")[0] == 2
    assert asked(capsys, "data", "show", "photos", "--photos", str(tmp_path / "none"))[0] == 3


def test_pictures_have_colours_where_the_terminal_does() -> None:
    rows = (((255, 0, 0), (0, 0, 0)), ((255, 255, 255), (0, 0, 255)), ((0, 255, 0), (9, 9, 9)))
    coloured = data_show._art(rows, True)
    assert coloured[0].startswith("\x1b[38;5;196;48;5;231m▀")
    assert len(coloured) == len(data_show._art(rows, False)) == 2
    for red in range(0, 256, 5):
        for blue in range(0, 256, 15):
            assert 16 <= data_show._code((red, 100, blue)) <= 255
