"""Requests to the worker: the stop file, which works everywhere, and the signals of a scheduler."""

import _thread
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Literal

from cnntutor.worker.problems import Stopped

POLL_SECONDS = 0.1


class Control:
    """Knows whether the run is asked to stop.

    SIGTERM and SIGUSR2 ask the same as the stop file. While `interruptible` is set (before training), a
    request raises Stopped wherever the main thread is; later it is met at the next batch, so that no file is
    left half written.

    Args:
        stop_file: The file whose presence asks.
        clock: A monotonic clock in seconds.
    """

    def __init__(self, stop_file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._stop_file = stop_file
        self._clock = clock
        self._next_look = 0.0
        self.asked: Literal["file", "signal"] | None = None
        self.interruptible = False

    def listen(self) -> None:
        """Take over the signals; hang-up and Ctrl+C of a terminal do not concern a detached run."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGUSR2, self._on_signal)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def look(self) -> bool:
        """Look for the stop file; return whether the run is asked to stop."""
        if self._stop_file.exists():
            self.asked = "file"
        return self.asked is not None

    def check(self) -> None:
        """Raise Stopped when the run is asked to stop; looks at the file about ten times a second.

        Raises:
            Stopped: it is.
        """
        now = self._clock()
        if now >= self._next_look:
            self._next_look = now + POLL_SECONDS
            self.look()
        if self.asked is not None:
            raise Stopped

    def nudge(self) -> None:
        """From another thread: look for the stop file and interrupt the main thread where that is allowed."""
        if self.interruptible and self.look():
            _thread.interrupt_main(signal.SIGTERM)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Meet a signal; with the stop file there, it is the file that asks."""
        if not self.look():
            self.asked = "signal"
        if self.interruptible:
            self.interruptible = False
            raise Stopped
