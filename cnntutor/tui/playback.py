"""A recording as it plays: where it is, how fast, and the run as it stood at that moment."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable

from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.events import EpochEvent
from cnntutor.lab.recording import Recording
from cnntutor.lab.state import Observation, RunState
from cnntutor.tui.run_track import RunTrack, RunView

SHOWN_IN = 25.0
"""Seconds in which a recording plays from end to end, if it is not made faster or slower."""
_FASTEST, _SLOWEST = 64.0, 1 / 16


class Playback:
    """Plays a recording; may be asked and steered from different threads.

    Args:
        recording: What is played.
        clock: A monotonic clock in seconds.
    """

    def __init__(self, recording: Recording, clock: Callable[[], float] = time.monotonic) -> None:
        self.recording = recording
        self._clock = clock
        self._lock = threading.Lock()
        self._usual = max(1.0, recording.seconds / SHOWN_IN)
        self._factor = 1.0
        self._position = 0.0
        self._asked = clock()
        self._playing = True
        self._track = RunTrack(recording.spec.settings.epochs)
        self._taken = 0

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._playing and self._position < self.recording.seconds

    @property
    def position(self) -> float:
        """Seconds of the run that have been shown."""
        return self._position

    @property
    def speed(self) -> float:
        """How many seconds of the run pass in one."""
        return self._usual * self._factor

    def toggle(self) -> None:
        """Stand still, or go on; at the end begin anew."""
        with self._lock:
            self._advance()
            if self._position >= self.recording.seconds:
                self._position, self._playing = 0.0, True
            else:
                self._playing = not self._playing

    def faster(self, times: float) -> None:
        """Play so many times as fast."""
        with self._lock:
            self._advance()
            self._factor = min(_FASTEST, max(_SLOWEST, self._factor * times))

    def seek(self, position: float) -> None:
        """Go to a moment, in seconds from the beginning."""
        with self._lock:
            self._advance()
            self._position = min(max(0.0, position), self.recording.seconds)

    def step(self, epochs: int) -> None:
        """Stand still at the end of the next epoch, or of the one before."""
        with self._lock:
            self._advance()
            self._playing = False
            ends = [event.time for event in self.recording.events if isinstance(event, EpochEvent)]
            if epochs > 0:
                self._position = next((end for end in ends if end > self._position), self.recording.seconds)
            else:
                self._position = next((end for end in reversed(ends) if end < self._position), 0.0)

    def poll(self) -> RunView:
        """Return the run as it stood at this moment of the recording."""
        with self._lock:
            self._advance()
            return self._view()

    def _advance(self) -> None:
        """Move on by the time that went by."""
        now = self._clock()
        if self._playing:
            gone = (now - self._asked) * self.speed
            self._position = min(self.recording.seconds, self._position + gone)
        self._asked = now

    def _view(self) -> RunView:
        events = self.recording.events
        count = sum(1 for event in events if event.time <= self._position)
        if count < self._taken:  # the fold only goes forward
            self._track, self._taken = RunTrack(self.recording.spec.settings.epochs), 0
        self._track.add(events[self._taken : count])
        self._taken = count
        over = count == len(events)
        track = self._track
        seen = Observation(
            RunState.FINISHED if over else RunState.RUNNING,
            phase=track.phase,
            epoch=len(track.points.epochs),
            epochs=self.recording.spec.settings.epochs,
        )
        view = track.view(seen, self._position)
        return dataclasses.replace(view, findings=diagnose(self.recording.spec, track.record()))
