"""Handing a task to the worker: one request, one reply, in a process used once; worker.tasks answers.

A command asks with `run_task`. A screen keeps one `Tasks`, which has a process waiting with Keras imported,
and asks from a thread with `run` or from the event loop with `ask`; both can be given up.
"""

import asyncio
import contextlib
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from cnntutor.errors import Failed, Missing
from cnntutor.i18n import msg
from cnntutor.lab.lab import missing_library
from cnntutor.needs import CodeTask, Isolation, Limits, Reply, Request

READY = b"ready\n"
"""The line a process writes once Keras is imported."""
_PATIENCE = 240.0
"""Seconds beyond a task's own limit after which its process is taken for dead; importing Keras is in it."""
_LOOK = 0.05
"""Seconds between two looks whether the asker has given up."""
_PIECE = 65_536
_FEWEST_FREE_MB = 1_500
"""No process waits on a machine with less free memory."""
WAITS = 600.0
"""Seconds a process waits for a task; it takes some 600 MB meanwhile."""


class Cancelled(Exception):
    """The asker has given up; the process is killed."""


@dataclass(slots=True)
class TaskProcess:
    """A process of worker.tasks: it answers one request."""

    process: subprocess.Popen[bytes]
    _received: bytearray = field(default_factory=bytearray)

    @classmethod
    def start(cls, *, lazy: bool = False) -> "TaskProcess":
        """Start one, in a session of its own.

        Args:
            lazy: Let it import Keras only for a task that needs it.

        Raises:
            Missing: TensorFlow is not installed.
            Failed: the process cannot be started.
        """
        lacking = missing_library()
        if lacking is not None:
            raise Missing(
                msg(
                    "{library} is not installed, and checking with Keras needs it; install it with:"
                    " {command}",
                    library=lacking.values["library"],
                    command=lacking.values["command"],
                )
            )
        try:
            process = subprocess.Popen(
                # -P keeps a keras.py or random.py of the learner's from being imported.
                [sys.executable, "-P", "-m", "cnntutor.worker.tasks", *(["lazy"] if lazy else [])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                bufsize=0,
                start_new_session=True,
            )
        except OSError as problem:
            raise Failed(
                msg(
                    "The process that checks with Keras cannot be started ({problem}); free some memory and"
                    " try again.",
                    problem=problem.strerror or str(problem),
                )
            ) from problem
        return cls(process)

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def ask(self, request: Request, given_up: Callable[[], bool] = lambda: False) -> Reply:
        """Hand the request over, wait for the reply and end the process.

        Raises:
            Cancelled: given_up said so.
            Failed: the process died.
        """
        ends = time.monotonic() + request.limits.seconds + _PATIENCE
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(msgspec.json.encode(request) + b"\n")
            while True:
                if given_up():
                    raise Cancelled
                if time.monotonic() > ends:
                    raise _dead()
                if not select.select([self.process.stdout], [], [], _LOOK)[0]:
                    continue
                data = self.process.stdout.read(_PIECE)
                self._received += data or b""
                reply = self._reply()
                if reply is not None:
                    return reply
                if not data:
                    raise _dead()
        except (OSError, msgspec.MsgspecError) as problem:
            raise _dead() from problem
        finally:
            self.end()

    def _reply(self) -> Reply | None:
        """Return the reply once its line is complete."""
        lines = bytes(self._received).split(b"\n")
        whole = [line for line in lines[:-1] if line + b"\n" != READY]
        return msgspec.json.decode(whole[0], type=Reply) if whole else None

    def let_go(self) -> None:
        """Let the process end by itself: it kills what it started when its standard input ends."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def end(self) -> None:
        """End the process and wait until it is gone."""
        self.let_go()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run_task(request: Request) -> Reply:
    """Do one task and wait for its reply.

    Raises:
        Missing: TensorFlow is not installed.
        Failed: the process cannot be started or died.
    """
    process = TaskProcess.start()
    try:
        return process.ask(request)
    finally:
        process.end()


def isolation_here() -> Isolation:
    """Return what this system can keep a learner's code from; takes a fraction of a second.

    Raises:
        Missing: TensorFlow is not installed, so that no code is run here.
        Failed: the process cannot be started or died.
    """
    nothing = CodeTask(source="", limits=Limits(seconds=5, memory_mb=300))
    return TaskProcess.start(lazy=True).ask(nothing).isolation


class Tasks:
    """Tasks for a screen, with one process that waits; all methods may be called from any thread.

    Args:
        start: Makes a process in place of TaskProcess.start.
        waits: Seconds after which a process that waits is let go.
    """

    def __init__(self, start: Callable[[], TaskProcess] | None = None, waits: float = WAITS) -> None:
        self._start = start or TaskProcess.start
        self._waits = waits
        self._patience: threading.Timer | None = None
        self._lock = threading.Lock()
        self._spare: TaskProcess | None = None
        self._closed = False
        self._warm = False

    def warm(self) -> None:
        """Let a process wait with Keras imported, now and after each task, until nothing is asked for long.

        Returns at once and never complains.
        """
        with self._lock:
            if self._closed:
                return
            self._warm = True
            self._be_patient()
            waiting = self._spare is not None and self._spare.alive
            if waiting or _free_mb() < _FEWEST_FREE_MB:
                return
            with contextlib.suppress(Missing, Failed):
                self._spare = self._start()

    def cool(self) -> None:
        """Let no process wait any more, until the next call of warm."""
        with self._lock:
            self._warm = False
            spare = self._give_up_spare()
        _let_go(spare)

    def _be_patient(self) -> None:
        """Begin anew to count how long a process waits; the lock is held."""
        if self._patience is not None:
            self._patience.cancel()
        self._patience = threading.Timer(self._waits, self.cool)
        self._patience.daemon = True
        self._patience.start()

    def _give_up_spare(self) -> TaskProcess | None:
        """Return the process that waits, which waits no more; the lock is held."""
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        spare, self._spare = self._spare, None
        return spare

    def run(self, request: Request, given_up: Callable[[], bool] = lambda: False) -> Reply:
        """Do a task and wait for its reply.

        Args:
            request: The task.
            given_up: Asked about twenty times a second whether the reply is still wanted.

        Raises:
            Missing: TensorFlow is not installed.
            Failed: the process cannot be started or died.
            Cancelled: given_up said so.
        """
        with self._lock:
            process, self._spare = self._spare, None
        if process is None or not process.alive:
            process = self._start()
        try:
            return process.ask(request, lambda: self._closed or given_up())
        finally:
            process.end()
            if self._warm:
                self.warm()

    async def ask(self, request: Request) -> Reply:
        """Do a task without holding up the event loop; cancelling the coroutine kills the task.

        Raises:
            Missing: TensorFlow is not installed.
            Failed: the process cannot be started or died.
        """
        given_up = threading.Event()
        try:
            return await asyncio.to_thread(self.run, request, given_up.is_set)
        finally:
            given_up.set()

    def close(self) -> None:
        """Let the waiting process go and give up the tasks at work."""
        with self._lock:
            self._closed = True
            spare = self._give_up_spare()
        _let_go(spare)


def _let_go(spare: TaskProcess | None) -> None:
    """Let a process that waited end by itself."""
    if spare is not None:
        spare.let_go()
        threading.Thread(target=spare.process.wait, daemon=True).start()  # so that no zombie is left


def _dead() -> Failed:
    """Return the error of a process that died."""
    return Failed(
        msg("The process that checks with Keras has died; try again, and report it if it happens again.")
    )


def _free_mb() -> int:
    """Return the memory that is free on this machine, in MB; plenty where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1000
    return _FEWEST_FREE_MB
