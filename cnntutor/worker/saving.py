"""When a run writes its weights: so seldom that writing them is a small part of its time."""

import time

SHARE = 100.0
"""Writing takes at most one part in so many of the time."""
BYTES_PER_SECOND = 200e6
"""What a disk is taken to write before it has shown what it does."""


class SavingTurns:
    """Says when the next turn to write has come.

    The first one, too, has to be earned: a short run that trains many weights is over before.

    Args:
        size: Bytes that are written each time, about.
        least: Seconds between two turns, however quickly they are done.
    """

    def __init__(self, size: int, least: float = 0.0) -> None:
        self._least = least
        self._next = time.monotonic() + max(least, SHARE * size / BYTES_PER_SECOND)
        self._began = 0.0

    def begin(self) -> bool:
        """Return whether it is time to write; done() has to follow then."""
        self._began = time.monotonic()
        return self._began >= self._next

    def done(self) -> None:
        """Take note of how long writing took."""
        ended = time.monotonic()
        self._next = ended + max(self._least, SHARE * (ended - self._began))
