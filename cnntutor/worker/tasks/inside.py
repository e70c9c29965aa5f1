"""What happens inside the walls: Keras is imported, one request is read, answered, and that is all."""

import faulthandler
import os
import signal
import sys
from pathlib import Path

import msgspec

from cnntutor.needs import BuildTask, Fault, Isolation, LookTask, Reply, Request
from cnntutor.worker import environment
from cnntutor.worker.tasks import sandbox

THREADS = "2"
"""Threads TensorFlow computes with; a task builds and hardly computes."""


def serve(requests: int, replies: int, prints: int, folder: Path, lazy: bool) -> None:
    """Answer one request; the caller ends the process.

    Args:
        requests: Descriptor to read the request from: one line of JSON.
        replies: Descriptor to write to: what keeps it apart once Keras is there, then the reply, a line each.
        prints: Descriptor for what the task prints.
        folder: Its own folder.
        lazy: Do not import Keras before there is a request.
    """
    isolation = sandbox.enter(folder)
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = THREADS
    environment.prepare("cpu")
    try:
        if not lazy:
            environment.settle("cpu")
    except ImportError as problem:
        _send(replies, Isolation())
        _send(replies, Reply(fault=Fault(kind="missing", text=str(problem))))
        return
    isolation = sandbox.seal(isolation)
    _send(replies, isolation)
    request = msgspec.json.decode(_line(requests), type=Request)
    os.close(requests)
    sys.stdout = sys.stderr = os.fdopen(prints, "w", encoding="utf-8", errors="replace", buffering=1)
    # The supervisor asks by this signal where the code is before it kills.
    faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    sandbox.limit(request.limits)
    _send(replies, answer(request))


def answer(request: Request) -> Reply:
    """Return the reply to a request; only what kills the process keeps it from coming."""
    if isinstance(request, BuildTask):
        from cnntutor.worker.tasks.build_task import build

        return build(request)
    if isinstance(request, LookTask):
        from cnntutor.worker.tasks.look_task import look

        return look(request)
    from cnntutor.worker.tasks.code_task import run_code, watch

    watch()
    return run_code(request)


def _line(descriptor: int) -> bytes:
    """Return the line that comes on a descriptor."""
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        return stream.readline()


def _send(descriptor: int, message: msgspec.Struct) -> None:
    """Write a message as one line."""
    data = msgspec.json.encode(message) + b"\n"
    while data:
        data = data[os.write(descriptor, data) :]
