"""Going on with a run: what may, who starts it, and what readers see; no worker is started."""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cnntutor import locations
from cnntutor.errors import Failed
from cnntutor.lab import local
from cnntutor.lab.ended import MARKER, EndedRuns
from cnntutor.lab.folder import RunFolder, read_record
from cnntutor.lab.lab import Lab
from cnntutor.lab.process import this_process
from cnntutor.lab.record import read_record_of
from cnntutor.lab.run_spec import Process
from cnntutor.lab.state import Job, RunState
from tests.lab.test_observer import RESULT

PHASE = '{"type":"phase","time":1.5,"attempt":%d,"phase":"importing"}\n'


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Attempts that were started; the test's own process stands for the worker."""
    attempts: list[int] = []

    def launch(run: RunFolder, attempt: int = 1) -> None:
        attempts.append(attempt)
        job = Job(backend="local", worker=this_process(), time=1.0, attempt=attempt)
        run.job_file.write_bytes(msgspec.json.encode(job))

    monkeypatch.setattr(local, "launch", launch)
    return attempts


def stopped(make_run: Any) -> Any:
    run = make_run()
    run.job(this_process())
    run.status("cancelled", epoch=3)
    run.write_events(msgspec.json.encode(RESULT | {"state": "cancelled"}).decode() + "\n")
    run.folder.stop_file.touch()
    return run


def test_a_stopped_run_goes_on_as_another_attempt(make_run: Any, launched: list[int]) -> None:
    run = stopped(make_run)
    lab = Lab()
    assert lab.observe(run.folder).state is RunState.CANCELLED
    lab.resume(run.folder)
    assert launched == [2] and not run.folder.stop_file.exists()
    seen = lab.observe(run.folder)
    assert (seen.state, seen.attempt) == (RunState.STARTING, 2), "what the first attempt said is over"
    run.status("running", attempt=2, epoch=4)
    assert lab.observe(run.folder).state is RunState.RUNNING
    with pytest.raises(Failed, match="still at work"):
        lab.resume(run.folder)


def test_a_second_attempt_can_be_lost_like_the_first(
    make_run: Any, launched: list[int], dead_process: Process
) -> None:
    run = make_run()
    run.job(dead_process)
    run.status("running", worker=dead_process)
    lab = Lab()
    assert lab.observe(run.folder).state is RunState.LOST
    lab.resume(run.folder)
    job = Job(backend="local", worker=dead_process, time=1.0, attempt=2)
    run.folder.job_file.write_bytes(msgspec.json.encode(job))
    assert lab.observe(run.folder).state is RunState.LOST
    assert run.folder.verdict_of(1).exists() and run.folder.verdict_of(2).exists()
    lab.resume(run.folder)
    assert launched == [2, 3]


def test_a_finished_run_does_not_go_on(make_run: Any, launched: list[int]) -> None:
    run = make_run()
    run.job(this_process())
    run.status("finished")
    with pytest.raises(Failed, match="is finished"):
        Lab().resume(run.folder)
    assert launched == []


def test_another_program_that_saw_the_end_sees_it_go_on(make_run: Any, launched: list[int]) -> None:
    run = stopped(make_run)
    first, second = Lab(), Lab()
    assert first.observe(run.folder).state is second.observe(run.folder).state is RunState.CANCELLED
    assert second.at_work() == ()
    first.resume(run.folder)
    assert [each.name for each in second.at_work()] == [run.folder.name]
    assert second.observe(run.folder).state is RunState.STARTING
    assert (locations.runs_dir() / MARKER).exists()


def test_two_do_not_start_the_same_attempt(make_run: Any, launched: list[int]) -> None:
    run = stopped(make_run)
    run.folder.claim_of(2).write_bytes(msgspec.json.encode(this_process()))
    with pytest.raises(Failed, match="Someone else is resuming"):
        Lab().resume(run.folder)
    assert launched == []


def test_who_died_while_starting_an_attempt_does_not_block_it(
    make_run: Any, launched: list[int], dead_process: Process
) -> None:
    run = stopped(make_run)
    run.folder.claim_of(2).write_bytes(msgspec.json.encode(dead_process))
    Lab().resume(run.folder)
    assert launched == [2]
    assert read_record(run.folder.claim_of(2), Process) == this_process()


def test_a_worker_that_cannot_be_started_leaves_the_run_as_it_was(
    make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stopped(make_run)

    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnntutor.lab.local.subprocess.Popen", full)
    with pytest.raises(Failed, match="cannot be started"):
        Lab().resume(run.folder)
    assert run.folder.path.is_dir() and not run.folder.claim_of(2).exists()
    assert Lab().observe(run.folder).state is RunState.CANCELLED


def test_a_folder_that_cannot_be_written_is_said(
    make_run: Any, launched: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stopped(make_run)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnntutor.lab.resume.write_once", full)
    with pytest.raises(Failed, match=r"cannot be resumed: .* \(No space left on device\)"):
        Lab().resume(run.folder)
    assert launched == []


def test_the_story_of_a_resumed_run_has_each_epoch_once(make_run: Any) -> None:
    run = make_run()
    epoch = {"type": "epoch", "time": 1.0, "attempt": 1, "epochs": 4, "accuracy": 0.5, "val_loss": 0.4}
    epoch |= {"val_accuracy": 0.5, "seconds": 1.0, "best": True}
    batch = {"type": "batch", "time": 1.0, "attempt": 1, "epochs": 4, "batches": 2, "loss": 1.0}
    batch |= {"accuracy": 0.5, "images_per_second": 1.0}

    def line(**fields: Any) -> str:
        return msgspec.json.encode(fields).decode() + "\n"

    for number in (1, 2):
        run.write_events(line(**batch, epoch=number, batch=1) + line(**epoch, epoch=number, loss=0.1))
    run.write_events(line(**batch, epoch=3, batch=1))
    run.write_events(line(**(RESULT | {"state": "cancelled"})))
    run.write_events(PHASE % 2)
    run.write_events(line(**(batch | {"attempt": 2}), epoch=2, batch=1))
    run.write_events(line(**(epoch | {"attempt": 2}), epoch=2, loss=0.2))
    record = read_record_of(run.folder)
    assert [(each.epoch, each.loss) for each in record.epochs] == [(1, 0.1), (2, 0.2)]
    assert [(each.epoch, each.attempt) for each in record.batches] == [(1, 1), (2, 2)]
    assert record.result is None and record.attempt == 2


@pytest.mark.parametrize("content", ["", "{", "null", '{"touched": 1}'])
def test_a_marker_of_any_content_is_only_a_marker(make_run: Any, content: str) -> None:
    run = stopped(make_run)
    lab = Lab()
    lab.observe(run.folder)
    (locations.runs_dir() / MARKER).write_text(content, encoding="utf-8")
    assert lab.observe(run.folder).state is RunState.CANCELLED
    assert [each.name for each in lab.runs()] == [run.folder.name]
    with contextlib.suppress(OSError):
        os.utime(locations.runs_dir() / MARKER)


def test_what_is_over_is_remembered_until_a_run_is_resumed(
    make_run: Any, launched: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.lab.ended._WORTH", 2)
    runs = [stopped(make_run) for _ in range(3)]
    assert Lab().at_work() == ()
    remembered = EndedRuns(locations.runs_dir())
    assert remembered.refresh() and all(run.folder.name in remembered for run in runs)
    seen: list[str] = []
    observe = Lab._observe

    def watched(self: Lab, run: RunFolder) -> Any:
        seen.append(run.name)
        return observe(self, run)

    monkeypatch.setattr(Lab, "_observe", watched)
    assert Lab().at_work() == () and seen == [], "none is looked at again"
    Lab().resume(runs[1].folder)
    assert [run.name for run in Lab().at_work()] == [runs[1].folder.name]
    (locations.runs_dir() / ".ended.json").write_text("{", encoding="utf-8")
    assert [run.name for run in Lab().at_work()] == [runs[1].folder.name]


def test_a_list_of_runs_is_read_again_when_one_comes_or_goes(make_run: Any) -> None:
    lab = Lab()
    first = make_run().folder
    assert [run.name for run in lab.runs()] == [first.name]
    os.utime(locations.runs_dir(), (1, 1))
    assert len(lab.runs()) == 1 and lab.runs() is lab.runs()
    second = make_run().folder
    assert {run.name for run in lab.runs()} == {first.name, second.name}
    shutil.rmtree(first.path)
    assert [run.name for run in lab.runs()] == [second.name]
