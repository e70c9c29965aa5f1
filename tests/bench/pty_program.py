"""A program in a pseudo-terminal, for measuring what a person at the keyboard would see."""

import fcntl
import os
import pty
import select
import struct
import subprocess
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
        self._master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.written = b""
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            list(arguments),
            env=dict(environment),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

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

    def wait_for_end(self, timeout: float = 30.0) -> int:
        """Read until the program ends.

        Returns:
            Its exit code; a signal is negative.

        Raises:
            TimeoutError: it goes on.
        """
        deadline = time.perf_counter() + timeout
        while time.perf_counter() < deadline:
            self._read(0.05)
            code = self._process.poll()
            if code is not None:
                return code
        raise TimeoutError("the program goes on")

    def settle(self, quiet: float = 0.15) -> None:
        """Read until nothing has been written for a while."""
        while self._read(quiet):
            pass

    def drain(self) -> None:
        """Read what is there, without waiting."""
        while self._read(0.0):
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
        self._process.kill()
        self._process.wait()
        os.close(self._master)
