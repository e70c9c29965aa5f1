"""Leaving because the system wants it: the terminal is given back, and none is clung to that is gone."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

TOLD_TO_END = 128 + signal.SIGTERM
"""Exit code of a program that was told to end, as a shell gives it."""
_LOOK_SECONDS = 2.0
"""So often is looked whether the terminal is still there."""


def heed_the_system(app: App[Any]) -> None:
    """Leave in order at SIGTERM, and when the terminal is closed without a hang-up signal.

    That signal itself ends the program at once, which loses nothing: every answer is kept as it is given, and
    runs go on by themselves.
    """
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: app.exit(return_code=TOLD_TO_END))
    app.set_interval(_LOOK_SECONDS, _end_without_terminal)


def _end_without_terminal() -> None:
    """End as by the hang-up signal where it was ignored (nohup); reading would go on without a pause."""
    if _hung_up(sys.__stdin__.fileno() if sys.__stdin__ is not None else 0):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGHUP)


def _hung_up(terminal: int) -> bool:
    """Return whether nobody is at the other end of a terminal any more."""
    look = select.poll()
    look.register(terminal, 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in look.poll(0))
