"""The errors a person is shown: one sentence that says what is wrong and how to mend it."""

from enum import IntEnum

from cnntutor.i18n import Message


class ExitCode(IntEnum):
    """Exit codes of every command; they are an interface."""

    OK = 0
    """Right answer, finished run."""
    FAILED = 1
    """Wrong answer, failed check, failed or lost run."""
    NOT_UNDERSTOOD = 2
    """Bad arguments, an unreadable file, a malformed answer."""
    MISSING = 3
    """Something needed is not here: data, TensorFlow, Slurm. The message holds the command that mends it."""
    STOPPED = 130
    """Stopped by the user."""


class CnntutorError(Exception):
    """An error with a sentence for the person at the screen.

    Args:
        message: What is wrong and how to mend it, as a Message so that it follows the chosen language.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Failed(CnntutorError):
    """A check or a run that failed; exit code 1."""


class NotUnderstood(CnntutorError):
    """Input that cannot be read: names the file, the key or the argument, and the mend; exit code 2."""

    exit_code = ExitCode.NOT_UNDERSTOOD


class Missing(CnntutorError):
    """Something needed is not installed or not here; exit code 3."""

    exit_code = ExitCode.MISSING
