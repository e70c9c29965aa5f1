"""Letting a worker look into a data set: what its files are, and what its images look like to a network."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from cnntutor import locations, settings
from cnntutor.errors import Failed
from cnntutor.i18n import Message, msg
from cnntutor.lab.preparation import DataView, Preparation
from cnntutor.lab.tasks import Cancelled

INSPECT_SECONDS = 120.0
"""Reading the largest data set takes a few seconds."""
_LOOK = 0.1
"""Seconds between two looks whether the asker has given up."""


def look_into(
    name: str, how: Preparation, given_up: Callable[[], bool] = lambda: False
) -> DataView | Message | None:
    """Let a worker prepare the images of a data set for a network, and say what they look like.

    Args:
        name: The data set.
        how: What to do to its images.
        given_up: Asked several times a second whether the answer is still wanted.

    Returns:
        What it saw, why it cannot be seen, or None where the data set is not here.

    Raises:
        Failed: the worker gives no answer.
        Cancelled: given_up said so.
    """
    answer = inspect(name, None, how, given_up)
    if "problem" in answer:
        return msg("{problem}", problem=answer["problem"])
    return None if answer["provenance"] is None else msgspec.convert(answer, DataView)


def inspect(
    name: str,
    folder: Path | None,
    how: Preparation | None = None,
    given_up: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Let a worker read a data set and say what it holds.

    Args:
        name: The data set.
        folder: Where to look; None for everywhere it may be.
        how: What to do to its images; None tells of the files alone.
        given_up: Asked several times a second whether the answer is still wanted.

    Returns:
        provenance, source, train, test, shape, classes, with a preparation all of a DataView; or problem.

    Raises:
        Failed: the worker gives no answer.
        Cancelled: given_up said so.
    """
    data_dir = folder if folder is not None else settings.data_dir()
    store = None if folder is not None else locations.data_store()
    command = [sys.executable, "-P", "-m", "cnntutor.worker.datasets", name]
    command += [str(data_dir.absolute()) if data_dir is not None else "", str(store or "")]
    command += [] if how is None else [msgspec.json.encode(how).decode()]
    try:
        answer: dict[str, Any] = json.loads(_answer(command, given_up))
    except (OSError, ValueError) as problem:
        raise Failed(
            msg(
                "The data set {name} cannot be looked into ({problem}); try again.",
                name=name,
                problem=problem,
            )
        ) from problem
    return answer


def _answer(command: list[str], given_up: Callable[[], bool]) -> bytes:
    """Return what a command writes; it is killed when nobody waits any more.

    Raises:
        OSError: it cannot be started, or takes too long.
        Cancelled: given_up said so.
    """
    ends = time.monotonic() + INSPECT_SECONDS
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        while True:
            try:
                return process.communicate(timeout=_LOOK)[0]
            except subprocess.TimeoutExpired:
                if not given_up() and time.monotonic() < ends:
                    continue
            process.kill()
            if given_up():
                raise Cancelled
            raise TimeoutError(f"{INSPECT_SECONDS:.0f} s")
