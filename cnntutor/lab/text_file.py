"""Writing a text to a file that a person named."""

from pathlib import Path

from cnntutor.lab.folder import replace_file


def write_text_file(path: Path, text: str) -> None:
    """Write a text file whole or not at all, as UTF-8; a file behind a link is written where it lies.

    What is no file, such as /dev/stdout or a pipe, is written to and never replaced.

    Raises:
        OSError: it cannot be written; what was there stays.
        ValueError: it cannot be the path of a file.
    """
    content = text.encode()
    if path.exists() and not path.is_file():
        path.write_bytes(content)
    else:
        replace_file(path.resolve() if path.is_symlink() else path, content)
