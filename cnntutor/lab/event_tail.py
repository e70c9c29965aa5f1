"""Reading events.jsonl as it grows, block by block, so that a run of a million lines takes little memory."""

import errno
import re
from collections.abc import Iterator
from pathlib import Path

from cnntutor.lab.events import AnyEvent, decode_event

BLOCK = 1 << 21
"""Bytes read at once."""
_NO_BATCH = re.compile(rb'\n(?!\{"type":"batch")')
_LINE = 160
"""Bytes of a usual batch line."""


class EventTail:
    """Reads the lines of an events file as they come, from the beginning.

    The file is opened again at each poll and read up to its last newline, so a torn last line is never seen
    and a file that does not exist yet is an empty one. A file that became shorter is read from the beginning.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def poll_lines(self) -> list[bytes]:
        """Return the whole lines written since the last poll, without their newlines."""
        return [line for block in self._blocks() for line in block.splitlines()]

    def poll(self, most: int | None = None) -> list[AnyEvent]:
        """Return the events written since the last poll.

        Args:
            most: About so many batch events at most, evenly from all; None for every one.
        """
        return list(self.iterate(most))

    def iterate(self, most: int | None = None) -> Iterator[AnyEvent]:
        """Give the events written since the last poll one by one; see `poll`."""
        stride = 1 if most is None else max(1, self._unread() // (_LINE * max(1, most)))
        for block in self._blocks():
            for line in block.splitlines() if stride == 1 else _thinned(block, stride):
                event = decode_event(line)
                if event is not None:
                    yield event

    def _unread(self) -> int:
        try:
            return max(0, self.path.stat().st_size - self._offset)
        except OSError:
            return 0

    def _blocks(self) -> Iterator[bytes]:
        """Give the whole lines not yet read, block by block."""
        for last_try in (False, True):
            try:
                with self.path.open("rb") as file:
                    if self._offset > file.seek(0, 2):
                        self._offset = 0
                    while True:
                        file.seek(self._offset)
                        fresh = file.read(BLOCK)
                        end = fresh.rfind(b"\n") + 1
                        while not end and len(fresh) % BLOCK == 0 and fresh:
                            more = file.read(BLOCK)
                            fresh += more
                            end = fresh.rfind(b"\n") + 1
                            if not more:
                                break
                        if not end:
                            return
                        self._offset += end
                        yield fresh[:end]
            except FileNotFoundError:
                return
            except OSError as problem:
                if problem.errno != errno.ESTALE or last_try:
                    raise


def _thinned(block: bytes, stride: int) -> Iterator[bytes]:
    """Give the lines of a block, of the batch lines only some and the last.

    The lines in between are passed over unread, so that a run of a million lines takes less than a second.

    Args:
        block: Whole lines.
        stride: About one batch line in so many is given.
    """
    ends = b"\n" + block
    starts = {found.end() for found in _NO_BATCH.finditer(ends)}
    starts.add(ends.rfind(b"\n", 0, -1) + 1)
    starts.update(ends.find(b"\n", place) + 1 for place in range(stride * _LINE, len(ends), stride * _LINE))
    for start in sorted(starts):
        line = ends[start : ends.find(b"\n", start)]
        if line:
            yield line
