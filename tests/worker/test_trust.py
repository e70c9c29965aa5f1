"""The code in a model's file: never run unless it is trusted, and then compared with the calculator."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cnntutor.cli.main import run

MAKER = """
import sys, warnings
warnings.simplefilter("ignore")
import keras
from keras import layers
folder = sys.argv[1]
cut = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3),
    layers.Lambda(lambda x: x[:, ::2] * 2, name="every_second"), layers.Flatten(), layers.Dense(5)])
spy = keras.Sequential([keras.Input((8,)),
    layers.Lambda(lambda x: (__import__("os").mkdir(mark), x)[1]), layers.Dense(5)])
for name, model in (("cut", cut), ("spy", spy)):
    for end in (".keras", ".h5"):
        model.save(folder + "/" + name + end)
    open(folder + "/" + name + ".json", "w").write(model.to_json())
"""
LOADER = """
import pathlib, sys
from cnntutor.needs import BuildTask
from cnntutor.worker.tasks.build_task import build
mark, *files = sys.argv[1:]
said = []
for trust in (False, True):
    for file in files:
        reply = build(BuildTask(file=file, trust=trust))
        ran = pathlib.Path(mark).exists()
        said.append((reply.fault.kind if reply.fault else "loaded") + (" ran" if ran else " did not run"))
        if ran:
            pathlib.Path(mark).rmdir()
print(", ".join(said))
"""
ENDS = (".keras", ".h5", ".json")


def python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    source = MAKER.replace("mkdir(mark)", f"makedirs({str(made / 'was-run')!r}, exist_ok=True)")
    python(source, str(made), "")
    (made / "was-run").rmdir()  # building it ran it
    return made


def test_keras_runs_the_code_only_with_trust(folder: Path) -> None:
    """Without the walls of a task, so that what runs leaves its mark."""
    said = python(LOADER, str(folder / "was-run"), *(str(folder / f"spy{end}") for end in ENDS))
    assert said.split(", ") == ["untrusted did not run"] * 3 + ["loaded ran"] * 3


@pytest.mark.parametrize("end", [".keras", *(pytest.param(end, marks=pytest.mark.slow) for end in ENDS[1:])])
def test_the_command_line(folder: Path, end: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(folder / f"cut{end}")
    assert run(["calc", file, "--verify"]) == 2
    assert "Lambda holds code" in capsys.readouterr().err
    assert run(["calc", file, "--verify", "--trust", "--json"]) == 0
    said = capsys.readouterr()
    assert "runs the code" in said.err
    reply = json.loads(said.out)
    assert (reply["equal"], reply["code_run"], reply["layers"]) == (True, ["every_second"], 4)
    assert reply["total_params"] == reply["keras_total_params"] == (27 + 1) * 4 + (3 * 6 * 4 + 1) * 5


def test_trusted_code_stays_within_the_walls(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calc", str(folder / "spy.keras"), "--verify", "--trust"]) in (0, 1, 2)
    capsys.readouterr()
    assert not (folder / "was-run").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("lenet5", "--trust"), "--verify"), (("lenet5", "--verify", "--trust"), "files that Keras loads")],
)
def test_what_cannot_be_trusted(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calc", *arguments]) == 2
    assert said in capsys.readouterr().err
