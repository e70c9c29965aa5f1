"""Texts read from files a person names; what cannot be read is said in one sentence."""

from pathlib import Path

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg

LARGEST_FILE = 2_000_000
"""Bytes; no network file written by hand needs more."""


def check_file(path: Path) -> None:
    """Check that a path is that of an ordinary file.

    Raises:
        NotUnderstood: it is not, or there is none.
    """
    try:
        if path.is_dir():
            raise NotUnderstood(
                msg(
                    "{file} is a folder; give the network file (.toml, .json, .keras, .h5, .onnx, .py)"
                    " in it.",
                    file=path,
                )
            )
        if path.is_file():
            return
        if path.exists():
            raise NotUnderstood(
                msg("{file} is no ordinary file; give the path of a network file.", file=path)
            )
        path.stat()
    except (OSError, ValueError) as problem:
        raise unreadable(path, problem) from None


def read_text(path: Path, largest: int = LARGEST_FILE) -> str:
    """Return the text of a file.

    Args:
        path: The file.
        largest: Bytes it may have.

    Raises:
        NotUnderstood: there is no such file, it is larger, or no text.
    """
    check_file(path)
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
        if len(data) > largest:
            raise NotUnderstood(
                msg(
                    "{file} is too large for a network file: more than {count} bytes.",
                    file=path,
                    count=largest,
                )
            )
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUnderstood(
            msg("{file} is not text in UTF-8; give a network file in TOML, JSON or Python.", file=path)
        ) from None
    except (OSError, ValueError) as problem:
        raise unreadable(path, problem) from None


def unreadable(path: Path, problem: OSError | ValueError) -> NotUnderstood:
    """Return the refusal of a file that the system does not give."""
    if isinstance(problem, FileNotFoundError):
        return NotUnderstood(msg("{file} does not exist; give the path of a network file.", file=path))
    reason = getattr(problem, "strerror", None) or str(problem)
    return NotUnderstood(
        msg("{file} cannot be read ({reason}); give a readable network file.", file=path, reason=reason)
    )
