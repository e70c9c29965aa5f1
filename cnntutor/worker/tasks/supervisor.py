"""The small process between the one who asks and the one that works: it watches, and kills.

It imports nothing large and runs nothing of the learner's. It ends, and kills the other, when its standard
input does: when the program that started it asks for nothing more, ends or is killed.
"""

import os
import select
import selectors
import shutil
import signal
import tempfile
import time
from pathlib import Path

import msgspec

from cnntutor.needs import BuildTask, CodeTask, Fault, FaultKind, Isolation, LookTask, Reply, Request
from cnntutor.worker.tasks import system
from cnntutor.worker.tasks.folders import PREFIX, lock, sweep, weight
from cnntutor.worker.tasks.inner import Inner
from cnntutor.worker.tasks.source import line_in_dump

START_SECONDS = 180.0
"""What importing Keras may take; a cold network disk takes a minute."""
ANSWER_SECONDS = 0.2
"""How long a process may take to say where it is."""
TICK = 0.05
"""Seconds between two looks at a task at work."""
READY = b"ready\n"
"""What is written once Keras is imported."""
LARGEST_REPLY = 16_000_000
LARGEST_REQUEST = 16_000_000
KEPT_PRINT = 8_000
"""Bytes of what was printed that are handed on."""
_PIECE = 65_536
_LOOKS_PER_WEIGHING = 10


def supervise(requests: int, replies: int, lazy: bool = False) -> int:
    """Start the process that works, hand it one request and its reply back.

    Args:
        requests: Descriptor the request comes on: one line of JSON; its end means stop.
        replies: Descriptor to write to: READY, then the reply in one line.
        lazy: Import Keras only for a task that needs it.

    Returns:
        The exit code.
    """
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = lock(folder)
    try:
        return _Supervisor(requests, replies, Inner(folder, lazy, held), folder).serve()
    except BrokenPipeError:
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Supervisor:
    """One task from start to end."""

    def __init__(self, requests: int, replies: int, inner: Inner, folder: Path) -> None:
        self.requests, self.replies, self.inner, self.folder = requests, replies, inner, folder
        # What a task leaves behind becomes a child of this process and is killed with it.
        system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)
        self.request: Request | None = None
        self.isolation: Isolation | None = None
        self.printed = b""
        self.printed_bytes = 0
        self.noise = b""
        self.began = time.monotonic()
        self._asked = b""
        self._answered = b""
        self._looks = 0

    def serve(self) -> int:
        """Do it; return the exit code."""
        self._selector = selectors.DefaultSelector()
        for descriptor in (self.requests, self.inner.replies, self.inner.prints, self.inner.noise):
            self._selector.register(descriptor, selectors.EVENT_READ)
        try:
            while True:
                reply = self._step()
                if reply is not None:
                    self._write(msgspec.json.encode(reply) + b"\n")
                    return 0
        except EOFError:
            return 0
        finally:
            self.inner.kill()

    def _step(self) -> Reply | None:
        """Wait for something to happen; return the reply once there is one.

        Raises:
            EOFError: nobody waits for a reply any more.
        """
        at_work = self.isolation is None or self.request is not None
        for key, _ in self._selector.select(TICK if at_work else None):
            if key.fd == self.requests:
                self._read_request()
            elif key.fd == self.inner.replies:
                reply = self._read_reply()
                if reply is not None:
                    return reply
            else:
                self._read_print(key.fd)
        return self._overrun()

    def _read_request(self) -> None:
        """Read what is asked; anything more, or the end, means stop."""
        data = os.read(self.requests, _PIECE)
        if not data or self.request is not None or len(self._asked) > LARGEST_REQUEST:
            raise EOFError
        self._asked += data
        if not self._asked.endswith(b"\n"):
            return
        request = msgspec.json.decode(self._asked, type=Request)
        if isinstance(request, BuildTask | LookTask) and request.file:
            request = msgspec.structs.replace(request, file=str(self._copy(Path(request.file), "model")))
        if isinstance(request, LookTask) and request.image:
            request = msgspec.structs.replace(request, image=str(self._copy(Path(request.image), "image")))
        self.request = request
        if self.isolation is not None:
            self._hand_on()

    def _copy(self, file: Path, name: str) -> Path:
        """Copy a file to where the task can read it; Keras goes by the end of its name."""
        copy = self.folder / f"{name}{file.suffix.lower()}"
        try:
            shutil.copyfile(file, copy)
        except OSError:
            copy.unlink(missing_ok=True)  # who opens it will say that there is no such file
        return copy

    def _hand_on(self) -> None:
        """Give the request to the process that works; from here on its time counts."""
        self.began = time.monotonic()
        data = msgspec.json.encode(self.request) + b"\n"
        while data:
            data = data[os.write(self.inner.requests, data) :]

    def _read_reply(self) -> Reply | None:
        """Read what the process that works says: what keeps it apart, then its reply, or nothing more."""
        data = os.read(self.inner.replies, _PIECE)
        self._answered += data
        if self.isolation is None and b"\n" in self._answered:
            line, _, self._answered = self._answered.partition(b"\n")
            self.isolation = msgspec.json.decode(line, type=Isolation)
            self._drop_noise()
            self._write(READY)
            if self.request is not None:
                self._hand_on()
        if self._answered.endswith(b"\n"):
            self._drain()
            try:
                return self._completed(msgspec.json.decode(self._answered, type=Reply))
            except msgspec.MsgspecError:
                return self._faulty("crash", "a reply that cannot be read")
        if len(self._answered) > LARGEST_REPLY:
            return self._faulty("crash", "a reply that is too large")
        return None if data else self._ended()

    def _read_print(self, descriptor: int) -> None:
        """Read what is printed; only the beginning of it is kept."""
        try:
            data = os.read(descriptor, _PIECE)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(descriptor)
            return
        self.printed_bytes += len(data)
        if descriptor == self.inner.prints:
            self.printed = (self.printed + data)[:KEPT_PRINT]
        else:
            self.noise = (self.noise + data)[-KEPT_PRINT:]

    def _drain(self) -> None:
        """Read what was printed before the reply and is still on its way."""
        for descriptor in (self.inner.prints, self.inner.noise):
            if descriptor in self._selector.get_map():
                self._read_print(descriptor)

    def _drop_noise(self) -> None:
        """Forget what TensorFlow printed while it was imported."""
        self._drain()
        self.printed, self.noise, self.printed_bytes = b"", b"", 0

    def _overrun(self) -> Reply | None:
        """Return the reply for a task that takes more than it may."""
        passed = time.monotonic() - self.began
        if self.isolation is None:
            return self._faulty("crash", "Keras is not imported in time") if passed > START_SECONDS else None
        if self.request is None:
            return None
        limits = self.request.limits
        if passed > limits.seconds:
            return self._faulty("time")
        if self.inner.resident() > limits.memory_mb * 1_000_000:
            return self._faulty("memory")
        self._looks += 1
        heavy = (
            self._looks % _LOOKS_PER_WEIGHING == 0 and weight(self.folder, self.inner.pid) > limits.file_bytes
        )
        return self._faulty("output") if self.printed_bytes > limits.printed_bytes or heavy else None

    def _ended(self) -> Reply:
        """Return the reply for a process that ended without one."""
        self._drain()
        status = self.inner.kill()
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGXCPU:
                return self._faulty("time")
            near = self.request is not None and self.inner.peak > self.request.limits.memory_mb * 900_000
            if near or b"bad_alloc" in self.noise or b"out of memory" in self.noise:
                return self._faulty("memory")
            return self._faulty("crash", signal.Signals(number).name)
        return self._faulty("exit" if self.request is not None else "crash", str(os.WEXITSTATUS(status)))

    def _faulty(self, kind: FaultKind, text: str = "") -> Reply:
        """Return the reply that holds a fault, and the line the code is at where it is still running."""
        line = self._line_now() if kind in ("time", "memory", "output") else None
        return self._completed(Reply(fault=Fault(kind=kind, text=text, line=line)))

    def _line_now(self) -> int | None:
        """Return the line the learner's code is at; None where it does not say within a moment."""
        if not isinstance(self.request, CodeTask):
            return None
        try:
            os.kill(self.inner.pid, signal.SIGUSR1)
        except ProcessLookupError:
            return None
        ends = time.monotonic() + ANSWER_SECONDS
        while (left := ends - time.monotonic()) > 0:
            if select.select([self.inner.noise], [], [], left)[0]:
                self._read_print(self.inner.noise)
                line = line_in_dump(self.noise)
                if line is not None:
                    return line
                if self.inner.noise not in self._selector.get_map():
                    break
        return None

    def _completed(self, reply: Reply) -> Reply:
        """Return a reply with what only this process can say."""
        self.inner.resident()
        return msgspec.structs.replace(
            reply,
            printed=self.printed.decode("utf-8", "replace"),
            isolation=self.isolation or Isolation(),
            seconds=round(time.monotonic() - self.began, 3),
            peak_mb=self.inner.peak // 1_000_000,
        )

    def _write(self, data: bytes) -> None:
        """Write to the one who asks."""
        while data:
            data = data[os.write(self.replies, data) :]
