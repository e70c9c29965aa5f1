"""A recording plays by its clock: pace, steps, seeking forwards and back, the same run at the same moment."""

import itertools
from pathlib import Path

import pytest

from cnntutor.lab.recording import Recording, read_recording, recordings_dir
from cnntutor.lab.state import RunState
from cnntutor.tui.playback import SHOWN_IN, Playback

FILES = [path for path in sorted(recordings_dir().glob("*.jsonl")) if b'"type":"epoch"' in path.read_bytes()]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=FILES[:3], ids=lambda path: path.stem)
def recording(request: pytest.FixtureRequest) -> Recording:
    path: Path = request.param
    return read_recording(path)


def test_from_end_to_end(recording: Recording) -> None:
    clock = Clock()
    play = Playback(recording, clock)
    assert play.poll().state is RunState.RUNNING
    seen = []
    for _ in range(30):
        clock.now += SHOWN_IN / 29
        seen.append(len(play.poll().epochs))
    assert all(before <= after for before, after in itertools.pairwise(seen))
    view = play.poll()
    assert view.state is RunState.FINISHED and view.result is not None and not play.playing


def test_back_and_forth_is_the_same(recording: Recording) -> None:
    play = Playback(recording, Clock())
    play.toggle()
    half = recording.seconds / 2
    play.seek(half)
    first = play.poll()
    play.seek(recording.seconds)
    assert play.poll().result is not None
    play.seek(half)
    again = play.poll()
    assert (again.epochs, again.loss, again.findings) == (first.epochs, first.loss, first.findings)


def test_steps_stand_at_the_ends_of_epochs(recording: Recording) -> None:
    play = Playback(recording, Clock())
    play.step(1)
    assert len(play.poll().epochs) == 1 and not play.playing
    play.step(-1)
    assert len(play.poll().epochs) == 0
    for _ in range(recording.spec.settings.epochs + 3):
        play.step(1)
    assert play.poll().state is RunState.FINISHED


def test_pause_and_pace(recording: Recording) -> None:
    clock = Clock()
    play = Playback(recording, clock)
    clock.now += 1
    play.poll()
    play.toggle()
    stands = play.position
    clock.now += 100
    play.poll()
    assert play.position == stands
    play.toggle()
    usual = play.speed
    play.faster(2)
    assert play.speed == 2 * usual
    for _ in range(100):
        play.faster(2)
    assert play.speed == 64 * usual


@pytest.mark.parametrize(("slug", "held"), [("char-rnn", False), ("lenet5-mnist", True)])
def test_only_a_run_with_validation_has_a_curve_of_it(slug: str, held: bool) -> None:
    recording = read_recording(recordings_dir() / f"{slug}.jsonl")
    play = Playback(recording, Clock())
    play.seek(recording.seconds)
    view = play.poll()
    for curves in (view.loss, view.accuracy):
        assert ("validation" in {series.role for series in curves}) == held
        assert {"faint", "train"} <= {series.role for series in curves}
