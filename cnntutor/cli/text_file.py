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
    from cnntutor.lab.text_file import write_text_file

    try:
        write_text_file(file, text)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or type(fault).__name__
        raise Failed(
            msg("{file} cannot be written ({reason}); give another file.", file=file, reason=reason)
        ) from None
    return True
