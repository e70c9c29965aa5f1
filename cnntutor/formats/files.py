"""Texts read from files a person names; what cannot be read is said in one sentence."""

from pathlib import Path

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg

LARGEST_FILE = 2_000_000
"""Bytes; no network of a course needs more."""


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        NotUnderstood: there is no such file, or it is no text.
    """
    try:
        if path.is_dir():
            raise NotUnderstood(msg("{file} is a folder; give the network file (.toml) in it.", file=path))
        if not path.is_file() and path.exists():
            raise NotUnderstood(
                msg("{file} is no ordinary file; give the path of a network file (.toml).", file=path)
            )
        if path.stat().st_size > LARGEST_FILE:
            raise NotUnderstood(msg("{file} is too large for a network file; give one in TOML.", file=path))
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise NotUnderstood(
            msg("{file} does not exist; give the path of a network file (.toml).", file=path)
        ) from None
    except UnicodeDecodeError:
        raise NotUnderstood(
            msg("{file} is not text in UTF-8; give a network file in TOML.", file=path)
        ) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise NotUnderstood(
            msg("{file} cannot be read ({reason}); give a readable network file.", file=path, reason=reason)
        ) from None
