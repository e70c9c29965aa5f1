"""A file of code that the learner edits with a program of his own, looked at from time to time.

Editors save in many ways: they write the file again, put another in its place, or take it away for a moment.
Only what can be read whole counts; what was read last is never lost by what happens to the file.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, msg

LARGEST = 200_000
"""Bytes of a file that is read; code of an exercise is never as long."""

_Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the file found."""

    text: str | None = None
    """The code, where it is another than at the last look."""
    problem: Message | None = None
    """Why there is no code; None where all is well."""


class CodeFile:
    """The file of one exercise.

    Args:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = ""
        """What was written or read last."""
        self._mark: _Mark | None = None
        self._missing = 0
        self._problem: Message | None = None

    def read(self) -> str | None:
        """Return what the file holds now; None where there is none that can be read."""
        try:
            return self._decoded(self.path.read_bytes())
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, text: str) -> None:
        """Write code into the file, in one step.

        Raises:
            NotUnderstood: the file cannot be written.
        """
        beside = self.path.with_name(f".{self.path.name}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8")
            beside.replace(self.path)
            self._mark = self._stat()
        except OSError as fault:
            with contextlib.suppress(OSError):
                beside.unlink()
            reason = fault.strerror or type(fault).__name__
            raise NotUnderstood(
                msg(
                    "{file} cannot be written ({reason}); make room or mend its rights.",
                    file=self.path,
                    reason=reason,
                )
            ) from None
        self.text = text
        self._missing, self._problem = 0, None

    def set_aside(self) -> Path:
        """Keep what the file holds under another name beside it, and return that name."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}-{number}{self.path.suffix}")).exists():
            number += 1
        self.path.replace(aside)
        return aside

    def look(self) -> Look:
        """Look whether the file was saved since the last look."""
        try:
            mark = self._stat()
            if mark == self._mark:
                return Look(problem=self._problem)
            self._mark = mark
            if mark[1] > LARGEST:
                return self._cannot(
                    msg(
                        "{file} is larger than {count} bytes; nobody's answer is.",
                        file=self.path,
                        count=LARGEST,
                    )
                )
            text = self._decoded(self.path.read_bytes())
        except FileNotFoundError:
            self._mark = None
            self._missing += 1
            if self._missing < 2:
                return Look(problem=self._problem)  # an editor may put another file in its place
            gone = msg("{file} is gone. What it held is kept here; save it again to go on.", file=self.path)
            return self._cannot(gone)
        except UnicodeDecodeError:
            return self._cannot(msg("{file} is not written in UTF-8; save it so.", file=self.path))
        except OSError as fault:
            self._mark = None
            reason = fault.strerror or type(fault).__name__
            return self._cannot(msg("{file} cannot be read ({reason}).", file=self.path, reason=reason))
        self._missing, self._problem = 0, None
        if text == self.text:
            return Look()
        self.text = text
        return Look(text)

    def _cannot(self, problem: Message) -> Look:
        self._problem = problem
        return Look(problem=problem)

    @staticmethod
    def _decoded(written: bytes) -> str:
        return written.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")

    def _stat(self) -> _Mark:
        found = self.path.stat()
        return (found.st_mtime_ns, found.st_size, found.st_ino)
