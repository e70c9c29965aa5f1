"""A program in a pseudo-terminal, for measuring what a person at the keyboard would see."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self


class PtyProgram:
    """Starts a program with a terminal of its own and watches what it writes.

    Args:
        arguments: The program and its arguments.
        environment: Its whole environment.
        columns: Width of the terminal.
        rows: Height of the terminal.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execve(arguments[0], list(arguments), dict(environment))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.written = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait_for(self, marker: bytes, timeout: float = 30.0) -> float:
        """Read until marker is written.

        Returns:
            Seconds on the performance counter at which it was there.

        Raises:
            TimeoutError: it was not written in time, or the program ended.
        """
        deadline = time.perf_counter() + timeout
        while marker not in self.written:
            if not self._read(deadline - time.perf_counter()):
                tail = self.written[-400:]
                raise TimeoutError(f"{marker!r} was not written; the last bytes were {tail!r}")
        return time.perf_counter()

    def settle(self, quiet: float = 0.15) -> None:
        """Read until nothing has been written for a while."""
        while self._read(quiet):
            pass

    def forget(self) -> None:
        """Drop what was written so far."""
        self.written = b""

    def send(self, keys: bytes) -> float:
        """Press keys.

        Returns:
            Seconds on the performance counter when they were sent.
        """
        now = time.perf_counter()
        os.write(self._master, keys)
        return now

    def _read(self, timeout: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, timeout))
        if not ready:
            return False
        try:
            chunk = os.read(self._master, 65536)
        except OSError:
            return False
        self.written += chunk
        return bool(chunk)

    def close(self) -> None:
        """End the program."""
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self._master)
