"""Writing a text to the file a learner named, or printing it."""

from pathlib import Path

import click

from cnntutor.errors import Failed
from cnntutor.i18n import msg


def print_or_write(text: str, file: Path | None) -> bool:
    """Write a text to a file; print it where there is none or it is `-`.

    Returns:
        Whether it went to a file.

    Raises:
        Failed: the file cannot be written.
    """
    if file is None or str(file) == "-":
        click.echo(text, nl=False)
        return False
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise Failed(
            msg("{file} cannot be written ({reason}); give another file.", file=file, reason=reason)
        ) from None
    return True
