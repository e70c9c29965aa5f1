"""Reads a TOML file of the course into its struct; whatever is wrong is one sentence with line and mend."""

import re
import stat
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from cnntutor.course.problems import ContentError, Problem
from cnntutor.course.toml_lines import key_of, line_of
from cnntutor.i18n import Message, msg

LARGEST_FILE = 1_000_000
"""Bytes; no file of a course needs more."""

StructT = TypeVar("StructT")


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        ContentError: there is no such file, or it is no text.
    """
    problem: Message
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            problem = msg("this is a folder; put a file of this name in its place.")
        elif not stat.S_ISREG(found.st_mode):
            problem = msg("this is a pipe or a device; put a file of this name in its place.")
        elif found.st_size > LARGEST_FILE:
            problem = msg(
                "the file is too large for a course; keep it under {size} bytes.", size=LARGEST_FILE
            )
        else:
            return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problem = msg("the file is missing; write it, or take its name out of the course.")
    except UnicodeDecodeError:
        problem = msg("the file is no text in UTF-8; save it as UTF-8.")
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or type(fault).__name__
        problem = msg("the file cannot be read ({reason}); make it readable.", reason=reason)
    raise ContentError(Problem(path, problem))


def read_toml(path: Path, form: type[StructT]) -> StructT:
    """Return what a TOML file says, as the struct it must be.

    Raises:
        ContentError: the file is missing, no TOML, or says something the struct does not know.
    """
    return parse_toml(read_text(path), path, form)


def parse_toml(text: str, path: Path, form: type[StructT]) -> StructT:
    """Return what the text of a TOML file says, as the struct it must be.

    Args:
        text: The text.
        path: The file it came from, for the sentence.
        form: A msgspec Struct, or a union of Structs told apart by a tag.

    Raises:
        ContentError: the text is no TOML, or says something the struct does not know.
    """
    document = _document(text, path)
    try:
        value = msgspec.convert(document, form)
    except msgspec.ValidationError as fault:
        # Only now: it needs msgspec.inspect, which takes long to import.
        from cnntutor.course.toml_problems import explain

        key, what, place = explain(str(fault), document, form)
        raise ContentError(Problem(path, what, line_of(text, place), key)) from None
    except (RecursionError, OverflowError):
        raise ContentError(Problem(path, msg("the file is nested too deeply; make it flatter."))) from None
    unknown = _unread(document, msgspec.to_builtins(value))
    if unknown is not None:
        key = key_of(unknown)
        what = msg("key {key} is unknown; a text has en and vi only.", key=key)
        raise ContentError(Problem(path, what, line_of(text, unknown), key))
    return value


def _document(text: str, path: Path) -> dict[str, object]:
    """Parse the text."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"\(at line (\d+), column \d+\)$", str(fault))
        line = int(place[1]) if place else max(1, len(text.splitlines()))
        what = msg("this is no TOML; look here for a missing quote, bracket or =, or a key given twice.")
        raise ContentError(Problem(path, what, line)) from None
    except RecursionError:
        raise ContentError(Problem(path, msg("the file is nested too deeply; make it flatter."))) from None
    except ValueError:
        what = msg("a date, time or number in it does not exist; correct it.")
        raise ContentError(Problem(path, what)) from None


def _unread(document: object, known: object) -> tuple[str | int, ...] | None:
    """Return the place of the first key of the document that did not make it into the struct.

    Structs refuse unknown keys themselves; Text, a plain dataclass, passes over them.
    """
    if isinstance(document, dict) and isinstance(known, dict):
        for key, value in document.items():
            if key not in known:
                return (key,)
            below = _unread(value, known[key])
            if below is not None:
                return (key, *below)
    elif isinstance(document, list) and isinstance(known, (list, tuple)) and len(document) == len(known):
        for index, (value, read) in enumerate(zip(document, known, strict=True)):
            below = _unread(value, read)
            if below is not None:
                return (index, *below)
    return None
