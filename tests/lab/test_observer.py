"""The reader's rules, on run folders written by the test."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cnntutor.errors import Failed
from cnntutor.i18n import set_language
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import Lab
from cnntutor.lab.observer import SILENCE_SECONDS, Observer
from cnntutor.lab.process import Sighting, identify, look_for, this_process
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Observation, RunState

RESULT = {
    "type": "result",
    "time": 1.0,
    "attempt": 1,
    "state": "finished",
    "test_loss": 0.2,
    "test_accuracy": 0.95,
    "test_count": 1000,
    "test_correct": 950,
    "test_interval": [0.93, 0.96],
    "best_epoch": 2,
    "epochs_done": 2,
    "seconds": 10.0,
    "data": None,
    "problem": None,
}


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def observe(run: Any) -> Observation:
    return Observer(run.folder).observe()


def test_a_terminal_status_wins_over_a_dead_process_and_over_a_verdict(
    make_run: Any, dead_process: Process
) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("finished", worker=dead_process)
    run.folder.verdict_of(1).write_text("{}", encoding="utf-8")
    assert observe(run).state is RunState.FINISHED


def test_a_live_worker_is_believed(make_run: Any) -> None:
    run = make_run()
    run.job(this_process())
    run.status("running")
    seen = observe(run)
    assert (seen.state, seen.epoch, seen.epochs, seen.batch) == (RunState.RUNNING, 2, 10, 5)
    assert seen.fraction == pytest.approx(0.11)


def test_a_started_worker_without_a_status_is_starting(make_run: Any) -> None:
    run = make_run()
    run.job(this_process())
    assert observe(run).state is RunState.STARTING


def test_a_folder_without_a_worker_is_submitted_while_the_submitter_lives(make_run: Any) -> None:
    assert observe(make_run()).state is RunState.SUBMITTED


def test_a_submitter_that_died_before_the_start_leaves_a_lost_run(
    make_run: Any, dead_process: Process
) -> None:
    run = make_run()
    spec = msgspec.structs.replace(run.folder.spec, submitter=dead_process)
    (run.folder.path / "run.json").write_bytes(msgspec.json.encode(spec))
    seen = Observer(RunFolder(run.folder.path)).observe()
    assert seen.state is RunState.LOST
    assert "submitted it ended" in str(seen.reason)


def test_a_worker_tells_who_it_is_where_the_submitter_could_not(make_run: Any, dead_process: Process) -> None:
    run = make_run()
    run.status("running")
    assert observe(run).state is RunState.RUNNING
    run.status("running", worker=dead_process)
    assert observe(run).state is RunState.LOST


@pytest.mark.parametrize("change", ["started", "pid", "boot_id"])
def test_process_number_start_time_and_boot_must_all_match(make_run: Any, change: str) -> None:
    run = make_run()
    own = this_process()
    assert own.started is not None
    changed: dict[str, Any] = {"started": own.started + 5, "pid": 2**22 + 1, "boot_id": "another boot"}
    stranger = msgspec.structs.replace(own, **{change: changed[change]})
    run.job(stranger)
    run.status("running", worker=stranger)
    seen = observe(run)
    assert seen.state is RunState.LOST
    assert "epoch 2 of 10" in str(seen.reason)


def test_a_zombie_counts_as_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.DEVNULL) as child:
        process = identify(child.pid)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert look_for(process).seen == "gone"


def test_the_first_to_find_a_run_lost_writes_the_verdict_and_the_rest_keep_it(
    make_run: Any, dead_process: Process
) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)
    first = observe(run)
    verdict = json.loads(run.folder.verdict_of(1).read_text(encoding="utf-8"))
    assert verdict["state"] == "lost"
    assert verdict["found_by"]["pid"] == os.getpid()
    written = run.folder.verdict_of(1).stat().st_mtime_ns
    run.job(this_process())
    again = observe(run)
    assert (again.state, again.reason) == (RunState.LOST, first.reason)
    assert run.folder.verdict_of(1).stat().st_mtime_ns == written


def test_the_evidence_follows_the_language(make_run: Any, dead_process: Process) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)
    seen = observe(run)
    assert str(seen.reason).startswith("The run is lost: its process is gone")
    set_language("vi")
    assert str(seen.reason).startswith("Lần chạy đã mất: tiến trình của nó không còn nữa")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_lost_run_is_lost_even_where_no_verdict_can_be_written(
    make_run: Any, dead_process: Process
) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)
    run.folder.path.chmod(0o500)
    try:
        assert observe(run).state is RunState.LOST
    finally:
        run.folder.path.chmod(0o700)


def test_a_verdict_that_cannot_be_written_changes_nothing(
    make_run: Any, dead_process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnntutor.lab.observer.write_once", full)
    assert observe(run).state is RunState.LOST
    assert not run.folder.verdict_of(1).exists()


def test_gone_after_a_stop_was_asked_for_is_cancelled(make_run: Any, dead_process: Process) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)
    run.folder.stop_file.touch()
    assert observe(run).state is RunState.CANCELLED
    assert not run.folder.verdict_of(1).exists()


def test_a_result_without_a_terminal_status_still_tells_how_it_ended(
    make_run: Any, dead_process: Process
) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)
    run.write_events(json.dumps(RESULT) + "\n")
    assert observe(run).state is RunState.FINISHED


def test_a_worker_that_ends_while_we_look_is_not_lost(make_run: Any, dead_process: Process) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)

    def look(process: Process) -> Sighting:
        run.status("finished", worker=dead_process)
        return look_for(process)

    assert Observer(run.folder, look=look).observe().state is RunState.FINISHED
    assert not run.folder.verdict_of(1).exists()


def test_on_another_machine_only_the_beat_is_judged_by_our_own_clock(make_run: Any) -> None:
    run = make_run()
    far = msgspec.structs.replace(this_process(), host="elsewhere", boot_id="its boot", pid=1)
    run.job(far)
    # A wall clock an hour behind ours says nothing.
    run.status("running", worker=far, time=0.0, beat=7)
    clock = Clock()
    observer = Observer(run.folder, clock=clock)
    assert observer.observe().state is RunState.RUNNING
    clock.now += SILENCE_SECONDS - 1
    assert observer.observe().state is RunState.RUNNING
    clock.now += 1
    silent = observer.observe()
    assert silent.state is RunState.NO_SIGN
    assert not silent.state.over
    assert not run.folder.verdict_of(1).exists()
    run.status("running", worker=far, beat=8)
    assert observer.observe().state is RunState.RUNNING
    run.status("finished", worker=far, beat=9)
    assert observer.observe().state is RunState.FINISHED


def test_a_renamed_machine_is_known_by_its_boot(make_run: Any) -> None:
    run = make_run()
    run.job(msgspec.structs.replace(this_process(), host="old-name"))
    run.status("running")
    assert observe(run).state is RunState.RUNNING


def test_another_container_of_this_machine_is_elsewhere() -> None:
    other = msgspec.structs.replace(this_process(), pid_namespace="pid:[1]", pid=1)
    assert look_for(other).seen == "elsewhere"


@pytest.mark.parametrize("content", ["", "{", '{"state": "running"}', "[1]"])
def test_a_status_that_cannot_be_read_counts_as_none(make_run: Any, content: str) -> None:
    run = make_run()
    run.job(this_process())
    run.folder.status_file.write_text(content, encoding="utf-8")
    assert observe(run).state is RunState.STARTING


def test_a_run_without_a_readable_order_is_lost_and_says_why(make_run: Any) -> None:
    run = make_run()
    (run.folder.path / "run.json").write_text("{", encoding="utf-8")
    seen = Observer(RunFolder(run.folder.path)).observe()
    assert seen.state is RunState.LOST
    assert "run.json" in str(seen.reason)


def test_a_run_whose_folder_is_deleted_is_lost_though_its_submitter_lives(make_run: Any) -> None:
    run = make_run()
    lab = Lab()
    assert lab.observe(run.folder).state is RunState.SUBMITTED
    kept = run.folder.path.rename(run.folder.path.with_name(".kept"))
    seen = lab.observe(run.folder)
    assert seen.state is RunState.LOST and "no longer there" in str(seen.reason)
    with pytest.raises(Failed, match="cannot be resumed"):
        lab.resume(run.folder)
    assert not run.folder.path.exists(), "looking and asking make no folder"
    # A disk that was away for a while.
    kept.rename(run.folder.path)
    assert lab.observe(run.folder).state is RunState.SUBMITTED
    assert not run.folder.verdict_of(1).exists()
