"""cnntutor run, runs, recipe and doctor: exit codes and sentences, without training."""

import importlib.util
import json
import os
import shutil
import time
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cnntutor import locations
from cnntutor.cli.main import run as cnntutor
from cnntutor.lab import local
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import Estimate, RunSpec
from cnntutor.lab.state import Job, Status

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run cnntutor; returns exit code, stdout, stderr."""

    def call(*arguments: str, lang: str = "en") -> tuple[int, str, str]:
        code = cnntutor(["--lang", lang, *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def _launch_nothing(run: RunFolder) -> None:
    """Stand for a worker that is this process."""
    job = Job(backend="local", worker=this_process(), time=time.time())
    run.job_file.write_bytes(msgspec.json.encode(job))


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "launch", _launch_nothing)


def scripted(state: Any, **changes: Any) -> RunFolder:
    """A run whose worker is this process and says it is in a state."""
    run = create_run_folder(locations.runs_dir(), resolve(find_recipe("lenet5-mnist"), "quick", {}))
    _launch_nothing(run)
    status = Status(
        state=state,
        attempt=1,
        beat=1,
        time=time.time(),
        phase=None,
        epoch=1,
        epochs=10,
        batch=1,
        batches=10,
        worker=this_process(),
    )
    run.status_file.write_bytes(msgspec.json.encode(msgspec.structs.replace(status, **changes)))
    run.events_file.write_text(
        '{"type":"epoch","time":1.0,"attempt":1,"epoch":1,"epochs":10,"loss":1.0388,"accuracy":0.5,'
        '"val_loss":null,"val_accuracy":0.25,"seconds":3.2,"best":false}\n{"type":"ep',
        encoding="utf-8",
    )
    return run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "lenet"], "There is no recipe lenet"),
        (["run", "lenet5-mnist", "--preset", "slow"], "quick, full"),
        (["run", "lenet5-mnist", "--set", "epochs=two"], "--set epochs=two"),
        (["run", "lenet5-mnist", "--set", "epochs"], "key=value"),
        (["run"], "RECIPE"),
        (["run", "lenet5-mnist", "--sett", "x"], "--sett"),
        (["recipe", "show", "nothing"], "There is no recipe nothing"),
        (["runs", "show", "last"], "There are no runs yet"),
        (["runs", "attach", "2026"], "There are no runs yet"),
        (["runs", "halt"], "halt"),
    ],
)
def test_what_is_not_understood_is_one_sentence(cli: Cli, arguments: list[str], words: str) -> None:
    code, out, err = cli(*arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert "Traceback" not in err
    assert not locations.runs_dir().exists()


def test_an_estimate_of_several_runs_is_of_all_together_and_the_sweep_is_checked(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    found = Estimate(seconds=30.0, low=20.0, high=40.0, memory=None, basis="runs", runs=1, modelled=None)

    def estimate(spec: RunSpec, *known: object) -> Estimate:
        asked.append(f"{spec.settings.learning_rate} {spec.settings.seed}")
        return found

    monkeypatch.setattr("cnntutor.lab.lab.estimate", estimate)
    sweep = ["run", "lenet5-mnist", "--estimate", "--sweep", "learning_rate=0.01,0.001", "--seeds", "2"]
    code, out, _ = cli(*sweep)
    assert (code, out) == (0, "Expected of all 4 together: 80 s to 2.7 min, by a run like it here.\n")
    assert asked == ["0.01 0", "0.01 1", "0.001 0", "0.001 1"]
    told = json.loads(cli(*sweep, "--json")[1])
    assert (told["runs"], told["estimate"]["seconds"]) == (4, 120.0)
    assert cli("run", "lenet5-mnist", "--estimate", "--sweep", "nothing=1,2")[0] == 2


def test_a_malformed_recipe_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("format_version = 1\nslug = 'bad'\nepoch = 3\n", encoding="utf-8")
    monkeypatch.setattr("cnntutor.lab.recipe.recipes_dir", lambda: tmp_path)
    code, _, err = cli("run", "bad")
    assert code == 2
    assert str(tmp_path / "bad.toml") in err
    assert err.count("\n") == 1


def test_without_tensorflow_the_command_that_mends_it_is_named(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "tensorflow" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    code, out, err = cli("run", "lenet5-mnist", "--detach", "--json")
    assert (code, out) == (3, "")
    assert "tensorflow is not installed" in err
    assert "pip install 'tensorflow" in err
    assert not locations.runs_dir().exists()
    code, out, _ = cli("doctor")
    assert code == 3
    assert "!!  tensorflow is not installed" in out
    code, _, err = cli("run", "lenet5-mnist", lang="vi")
    assert code == 3
    assert "Chưa cài tensorflow" in err


def test_detached_it_prints_one_object_and_returns(cli: Cli, no_worker: None) -> None:
    code, out, _ = cli("run", "lenet5-mnist", "--detach", "--json", "--set", "epochs=2")
    assert code == 0
    printed = json.loads(out)
    run = RunFolder(Path(printed["path"]))
    assert set(printed) == {"run", "path"}
    assert run.name == printed["run"]
    assert (run.spec.preset, run.spec.settings.epochs, run.spec.overrides) == ("quick", 2, {"epochs": "2"})


def test_without_a_terminal_it_does_not_wait_unless_it_is_told_to(cli: Cli, no_worker: None) -> None:
    code, out, _ = cli("run", "lenet5-mnist")
    assert code == 0
    assert "is started; follow it with `cnntutor runs attach" in out


def test_one_run_at_a_time_unless_it_is_forced(cli: Cli, no_worker: None) -> None:
    assert cli("run", "lenet5-mnist")[0] == 0
    code, _, err = cli("run", "base-cnn-mnist")
    assert code == 1
    assert "still at work" in err
    assert "--force" in err
    assert "--wait" in err
    assert cli("run", "base-cnn-mnist", "--force")[0] == 0
    assert len(json.loads(cli("runs", "list", "--json")[1])["runs"]) == 2


def test_a_run_may_wait_in_line(cli: Cli, no_worker: None) -> None:
    assert cli("run", "lenet5-mnist", "--wait")[0] == 0
    code, out, _ = cli("run", "base-cnn-mnist", "--wait")
    assert code == 0
    assert "stands in line, 1 ahead" in out
    code, _, err = cli("run", "base-cnn-mnist", "--wait", "--force")
    assert code == 2
    assert "leave one of the two out" in err
    assert len(json.loads(cli("runs", "list", "--json")[1])["runs"]) == 2


@pytest.mark.parametrize(
    ("state", "changes", "code"),
    [
        ("finished", {}, 0),
        ("failed", {"problem": "disk-full"}, 1),
        ("failed", {"problem": "missing-data"}, 3),
        ("cancelled", {}, 130),
    ],
)
def test_attaching_ends_with_the_code_of_the_run(
    cli: Cli, state: str, changes: dict[str, Any], code: int
) -> None:
    run = scripted(state, **changes)
    seen, out, _ = cli("runs", "attach", "last", "--json")
    assert seen == code
    assert out == run.events_file.read_text(encoding="utf-8").splitlines(keepends=True)[0]
    shown = json.loads(cli("runs", "show", "last", "--json")[1])
    assert (shown["state"], shown["exit_code"]) == (state, code)


def test_attaching_to_a_lost_run_says_so(cli: Cli) -> None:
    worker = msgspec.structs.replace(this_process(), started=1)
    run = scripted("running", worker=worker)
    run.job_file.unlink()
    code, out, err = cli("runs", "attach", run.name)
    assert code == 1
    assert "Epoch 1/10  3.2 s  loss: 1.0388  accuracy: 0.5000  val_loss: NaN" in out
    assert "The run is lost: its process is gone" in err


def test_a_broken_folder_does_not_break_the_list(cli: Cli) -> None:
    scripted("finished")
    strange = locations.runs_dir() / "20990101-000000-x-0000"
    strange.mkdir()
    (strange / "run.json").write_text("{}", encoding="utf-8")
    code, out, _ = cli("runs", "list", "--json")
    assert code == 0
    assert [row["state"] for row in json.loads(out)["runs"]] == ["lost", "finished"]
    assert cli("runs", "list")[0] == 0
    code, _, err = cli("runs", "show", "last")
    assert code == 2
    assert "run.json" in err


def test_ctrl_c_where_nobody_can_be_asked_leaves_the_run_at_work(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = scripted("running")

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cnntutor.cli.follow.time.sleep", interrupted)
    code, _, err = cli("runs", "attach", "last")
    assert code == 130
    assert f"`cnntutor runs attach {run.name}`" in err
    assert not run.stop_file.exists()


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_following_a_run_that_is_deleted_ends_with_a_sentence(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, form: list[str]
) -> None:
    run = scripted("running")
    naps = iter(range(5))

    def nap(seconds: float) -> None:
        if next(naps) == 1:
            shutil.rmtree(run.path)

    monkeypatch.setattr("cnntutor.cli.follow.time.sleep", nap)
    code, out, err = cli("runs", "attach", "last", *form)
    assert code == 1
    assert "val_loss" in out
    assert "no longer there" in err
    assert not run.path.exists()


def test_the_clock_may_be_set_back_while_a_run_is_followed(cli: Cli) -> None:
    run = scripted("finished")
    told = run.events_file.read_text(encoding="utf-8").splitlines()[0]
    second = told.replace('"time":1.0', '"time":-7200.0').replace('"epoch":1,', '"epoch":2,')
    run.events_file.write_text(f"{told}\n{second}\n", encoding="utf-8")
    code, out, err = cli("runs", "attach", "last")
    assert (code, err) == (0, "")
    assert "Epoch 1/10  3.2 s" in out and "Epoch 2/10  3.2 s" in out


def test_a_silent_machine_is_said_once(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    far = msgspec.structs.replace(this_process(), host="elsewhere", boot_id="another")
    run = scripted("running", worker=far)
    run.job_file.unlink()
    naps = iter(range(100))

    def nap(seconds: float) -> None:
        if next(naps) == 5:
            run.status_file.write_bytes(run.status_file.read_bytes().replace(b'"running"', b'"finished"'))

    monkeypatch.setattr("cnntutor.lab.observer.SILENCE_SECONDS", 0.0)
    monkeypatch.setattr("cnntutor.cli.follow.time.sleep", nap)
    code, _, err = cli("runs", "attach", "last")
    assert code == 0
    assert err.count("No sign of life") == 1


def test_the_place_in_line_is_said_each_time_it_changes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    run = scripted("queued", ahead=2)
    places = iter([2, 1, 1])

    def later(_seconds: float) -> None:
        status = msgspec.json.decode(run.status_file.read_bytes(), type=Status)
        place = next(places, None)
        changed: dict[str, Any] = {"ahead": place} if place else {"state": "cancelled"}
        run.status_file.write_bytes(msgspec.json.encode(msgspec.structs.replace(status, **changed)))

    monkeypatch.setattr("cnntutor.cli.follow.time.sleep", later)
    code, out, _ = cli("runs", "attach", "last")
    assert code == 130
    assert out.count("in line, 2 ahead") == out.count("in line, 1 ahead") == 1


def test_the_recipes_are_listed_with_their_presets(cli: Cli) -> None:
    code, out, _ = cli("recipe", "list")
    assert code == 0
    assert "lenet5-mnist  LeNet-5 on MNIST  (quick, full)" in out
    recipes = {each["recipe"]: each for each in json.loads(cli("recipe", "list", "--json")[1])["recipes"]}
    assert recipes["lenet5-mnist"]["params"] == 61706
    assert recipes["base-cnn-mnist"]["reported"]["test_accuracy"] == 0.9623
    _, out, _ = cli("recipe", "show", "base-cnn-mnist", lang="vi")
    assert "34.826 tham số" in out
    assert "96,23 %" in out


def test_the_doctor_names_versions_data_and_terminal(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CNNTUTOR_DATA", str(tmp_path))
    code, out, _ = cli("doctor", "--json")
    findings = {each["name"]: each for each in json.loads(out)["findings"]}
    assert code == 3
    assert findings["data-folder"]["state"] == "missing"
    (tmp_path / "mnist.npz").touch()
    code, out, _ = cli("doctor", "--json")
    findings = {each["name"]: each for each in json.loads(out)["findings"]}
    assert code == 0
    assert str(tmp_path / "mnist.npz") in findings["data-folder"]["text"]
    assert findings["embedded-data"]["state"] == "ok"
    assert findings["tensorflow"]["text"].startswith("tensorflow 2.")


def test_the_doctor_refuses_another_encoding(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from cnntutor.cli import doctor

    class Latin:
        encoding = "latin-1"

        @staticmethod
        def isatty() -> bool:
            return False

    monkeypatch.setattr("cnntutor.cli.doctor.sys.stdout", Latin())
    findings = {each.name: each for each in doctor.examine()}
    assert findings["encoding"].state == "missing"
    assert "PYTHONUTF8=1" in findings["encoding"].text


@pytest.mark.skipif(os.name != "posix", reason="pexpect needs a pseudo-terminal")
def test_ctrl_c_on_a_terminal_asks_and_stops_the_run() -> None:
    import signal
    import sys

    import pexpect

    def heed_ctrl_c() -> None:
        """Undo what a shell does to its background jobs."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    few = "--set train_images=200 --set test_images=100 --set epochs=10000 --set device=cpu"
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "cnntutor", "run", "lenet5-mnist", *few.split()],
        encoding="utf-8",
        timeout=90,
        preexec_fn=heed_ctrl_c,
    )
    terminal.expect(r"Epoch 2/10000  \d")
    terminal.sendintr()
    terminal.expect_exact("Stop the run too?")
    terminal.sendline("y")
    terminal.expect_exact("It was stopped by request.")
    terminal.expect("Test accuracy")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
