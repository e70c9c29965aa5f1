"""The learner's own editor: opened in this terminal, with the screen put away meanwhile."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from cnntutor.i18n import Message, msg

if TYPE_CHECKING:
    from textual.app import App

AT_ONCE = 2.0
"""Seconds within which an editor that changed nothing went to a window of its own."""
_USUAL = ("nano", "vim", "vi", "micro", "hx")


def editor_command() -> list[str]:
    """Return the command of the learner's editor: $VISUAL, $EDITOR, else a usual one; empty without any."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(variable, ""))
        except ValueError:
            words = []
        if words and shutil.which(words[0]):
            return words
    return next(([name] for name in _USUAL if shutil.which(name)), [])


@dataclass(frozen=True, slots=True)
class Edited:
    """How the editor ended."""

    problem: Message | None = None
    elsewhere: bool = False
    """Whether the file is to be watched: the editor has a window of its own, or could not be opened here."""


def edit_here(app: App[object], command: list[str], path: Path) -> Edited:
    """Open a file in an editor in this terminal, and come back when it ends.

    Args:
        app: The program, which puts its screen away.
        command: The editor.
        path: The file.
    """
    begun = time.monotonic()
    try:
        with app.suspend():
            code = _run([*command, str(path)])
    except SuspendNotSupported:
        told = msg("This terminal cannot be handed to an editor; edit the file in another window.")
        return Edited(told, elsewhere=True)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        told = msg(
            "{editor} cannot be started ({reason}); set EDITOR to yours.", editor=command[0], reason=reason
        )
        return Edited(told)
    if code:
        told = msg(
            "{editor} ended with an error ({code}). What it saved is kept in {file}.",
            editor=command[0],
            code=str(code),
            file=path,
        )
        return Edited(told)
    return Edited(elsewhere=time.monotonic() - begun < AT_ONCE)


def _run(command: list[str]) -> int:
    """Run a program in the foreground; Ctrl+C is its own while it runs."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
