"""What is wrong in a file of the course: which file, which line, which key, and the mend."""

from dataclasses import dataclass, replace
from pathlib import Path

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, msg


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file."""

    file: Path
    what: Message
    """What is wrong and the mend; names the key where there is one."""
    line: int | None = None
    """Line in the file, from 1; None where the whole file is meant."""
    key: str = ""
    """The key, reference or directive at fault, as it is written in the file."""

    @property
    def message(self) -> Message:
        """The whole sentence with file and line."""
        if self.line is None:
            return msg("{file}: {what}", file=self.file, what=self.what)
        return msg("{file}, line {line}: {what}", file=self.file, line=str(self.line), what=self.what)

    def in_file(self, file: Path, first_line: int = 1) -> "Problem":
        """Return the problem of a part of a file as a problem of the file.

        Args:
            file: The file.
            first_line: Line of the file on which the part begins.
        """
        return replace(self, file=file, line=first_line + (self.line or 1) - 1)


class ContentError(NotUnderstood):
    """A file of the course that cannot be used; exit code 2."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
