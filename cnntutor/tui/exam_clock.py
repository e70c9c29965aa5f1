"""The time that is left in an exam, as it is shown: it goes down second by second and never up."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from cnntutor.classroom.exam import seconds_left
from cnntutor.progress.records import Exam


class ExamClock:
    """Counts down from what was left when it was made.

    The machine's own steady clock is asked, so that the time on the wall may be set back without giving any;
    a night the machine slept through is seen on the wall.

    Args:
        exam: The exam.
        wall: Says what time it is, in UTC.
        steady: Seconds of a clock that nobody sets.
    """

    def __init__(
        self, exam: Exam, wall: Callable[[], datetime], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._exam = exam
        self._wall = wall
        self._steady = steady
        self._begun = steady()
        self._left = seconds_left(exam, wall())

    def left(self) -> float:
        """Return the seconds that are left; 0 once the time is over."""
        by_steady = self._left - (self._steady() - self._begun)
        return max(0.0, min(by_steady, seconds_left(self._exam, self._wall())))


def shown_time(seconds: float, minutes: int) -> str:
    """Return a time of always the same width within one exam.

    Args:
        seconds: What is left.
        minutes: Of the whole exam, which sets the width.
    """
    whole = -int(-seconds // 1)
    width = len(str(minutes))
    return f"{whole // 60:>{width}}:{whole % 60:02d}"
