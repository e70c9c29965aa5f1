"""What the worker writes: whole lines, a beat, requests to stop; without TensorFlow."""

import errno
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cnntutor import locations
from cnntutor.lab.event_tail import EventTail
from cnntutor.lab.events import PhaseEvent
from cnntutor.lab.folder import UNFINISHED, RunFolder, create_run_folder, read_record
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.state import Status
from cnntutor.worker.control import Control
from cnntutor.worker.journal import Journal, heal
from cnntutor.worker.problems import Stopped

PHASE = b'{"type":"phase","time":1.5,"attempt":1,"phase":"importing"}\n'


@pytest.fixture
def run() -> RunFolder:
    return create_run_folder(locations.runs_dir(), resolve(find_recipe("lenet5-mnist"), "quick", {}))


@pytest.fixture
def journal(run: RunFolder) -> Iterator[Journal]:
    made = Journal(run, Control(run.stop_file))
    yield made
    made.end("finished")


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until a condition of another thread holds."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come to pass")


def status(run: RunFolder) -> Status:
    found = read_record(run.status_file, Status)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("torn", "healed"), [(PHASE + b'{"ty', PHASE), (b'{"ty', b""), (PHASE, PHASE), (b"", b"")]
)
def test_a_torn_last_line_is_healed(tmp_path: Path, torn: bytes, healed: bytes) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(torn)
    heal(path)
    assert path.read_bytes() == healed


def test_a_second_start_goes_on_behind_the_healed_line(run: RunFolder) -> None:
    Journal(run, Control(run.stop_file)).end("requeued")
    run.events_file.write_bytes(PHASE + b'{"type":"epo')
    second = Journal(run, Control(run.stop_file))
    second.begin("importing")
    second.end("finished")
    events = EventTail(run.events_file).poll()
    assert [event.attempt for event in events] == [1, 2]
    assert (status(run).state, status(run).attempt) == ("finished", 2)


def test_what_a_killed_worker_left_half_written_goes_and_nothing_else(run: RunFolder) -> None:
    left = [
        run.path / f".status.json.0a1b2c3d{UNFINISHED}",
        run.checkpoints / ".resume.npz.tmp",
        run.checkpoints / ".best.tmp.keras",
        run.artifacts / f".history.csv.0a1b2c3d{UNFINISHED}",
    ]
    kept = [
        run.path / f".notes.txt.0a1b2c3d{UNFINISHED}",  # another program may be writing it now
        run.checkpoints / "best.keras",
        run.artifacts / "history.csv",
    ]
    for path in left + kept:
        path.write_bytes(b"half")
    Journal(run, Control(run.stop_file)).end("finished")
    assert [path.name for path in left if path.exists()] == []
    assert all(path.exists() for path in kept)


def test_the_first_status_is_there_at_once_and_says_who_works(run: RunFolder, journal: Journal) -> None:
    first = status(run)
    assert (first.state, first.worker, first.epochs) == ("starting", this_process(), 10)


def test_the_beat_counts_up_whatever_the_main_thread_does(run: RunFolder, journal: Journal) -> None:
    journal.place(epoch=3, batch=4)
    before = status(run).beat
    until(lambda: status(run).beat > before)
    assert (status(run).epoch, status(run).batch) == (3, 4)


def test_each_event_is_one_write_of_one_line(
    run: RunFolder, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    write = os.write

    def watched(handle: int, content: bytes) -> int:
        written.append(bytes(content))
        return write(handle, content)

    monkeypatch.setattr(os, "write", watched)
    journal.begin("building")
    assert len(written) == 1
    assert written[0].endswith(b"\n")
    assert run.events_file.read_bytes() == written[0]


def test_a_line_that_does_not_fit_on_the_disk_leaves_no_part(
    run: RunFolder, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.begin("building")
    whole = run.events_file.read_bytes()
    write = os.write
    calls: list[int] = []

    def half(handle: int, content: Any) -> int:
        calls.append(len(content))
        if len(calls) == 1:
            return write(handle, bytes(content[:10]))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="No space"):
        journal.begin("saving")
    monkeypatch.setattr(os, "write", write)
    assert run.events_file.read_bytes() == whole
    journal.begin("saving")
    assert [type(event) for event in EventTail(run.events_file).poll()] == [PhaseEvent, PhaseEvent]


def test_space_is_kept_in_reserve_until_the_end(run: RunFolder) -> None:
    journal = Journal(run, Control(run.stop_file))
    assert (run.path / ".ballast").stat().st_size > 10_000
    journal.end("finished")
    assert not (run.path / ".ballast").exists()


def test_the_stop_file_is_met_at_the_next_check(run: RunFolder) -> None:
    control = Control(run.stop_file)
    control.check()
    run.stop_file.touch()
    now = [1000.0]
    control = Control(run.stop_file, clock=lambda: now[0])
    with pytest.raises(Stopped):
        control.check()
    assert control.asked == "file"


def test_the_file_is_looked_for_ten_times_a_second_at_most(run: RunFolder) -> None:
    now = [1000.0]
    control = Control(run.stop_file, clock=lambda: now[0])
    control.check()
    run.stop_file.touch()
    now[0] += 0.05
    control.check()
    now[0] += 0.06
    with pytest.raises(Stopped):
        control.check()


@pytest.fixture
def listening(run: RunFolder) -> Iterator[Control]:
    """A control that has taken over the signals, which are given back afterwards."""
    numbers = (signal.SIGTERM, signal.SIGUSR2, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}
    control = Control(run.stop_file)
    control.listen()
    yield control
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR2])
def test_a_signal_stops_at_the_next_check_and_at_once_before_training(
    listening: Control, number: signal.Signals
) -> None:
    signal.raise_signal(number)
    assert listening.asked == "signal"
    with pytest.raises(Stopped):
        listening.check()
    listening.interruptible = True
    with pytest.raises(Stopped):
        signal.raise_signal(number)


def test_hang_up_does_not_concern_the_run(listening: Control) -> None:
    signal.raise_signal(signal.SIGHUP)
    signal.raise_signal(signal.SIGINT)
    listening.check()


def test_with_the_stop_file_there_a_signal_is_a_request(listening: Control, run: RunFolder) -> None:
    run.stop_file.touch()
    signal.raise_signal(signal.SIGTERM)
    assert listening.asked == "file"


def test_a_worker_whose_folder_is_deleted_does_not_go_on(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.worker.journal.BEAT_SECONDS", 0.05)
    monkeypatch.setattr("cnntutor.worker.journal.NUDGE_SECONDS", 0.02)
    journal = Journal(run, Control(run.stop_file))
    journal.check()
    shutil.rmtree(run.path)

    def stopped() -> bool:
        try:
            journal.check()
        except FileNotFoundError:
            return True
        return False

    until(stopped)
    with pytest.raises(FileNotFoundError):
        journal.end("failed")
    assert not run.path.exists()
