"""Writing a report: the worker draws, this room writes the texts, and the folder appears when it is whole."""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from cnntutor import locations
from cnntutor.errors import Failed, Missing, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.document import Document
from cnntutor.lab.document_text import html_page, markdown
from cnntutor.lab.folder import RunFolder

SECONDS = 300.0
FILES = ("report.md", "report.html", "report.pdf")


def free_folder(run: RunFolder) -> Path:
    """Return a folder that is not there yet for the report of a run: reports/RUN in the program's home."""
    home = locations.home_dir() / "reports"
    names = (run.name if number == 1 else f"{run.name}-{number}" for number in itertools.count(1))
    return next(home / name for name in names if not (home / name).exists())


def write_report(document: Document, folder: Path) -> tuple[Path, ...]:
    """Write a report as Markdown, HTML and PDF with its figures as PNG and SVG.

    Args:
        document: The report.
        folder: Made here; it must not be there yet, or be empty.

    Returns:
        The three files.

    Raises:
        NotUnderstood: the folder holds something.
        Missing: Matplotlib or ReportLab is not installed.
        Failed: it cannot be written.
    """
    folder = folder.absolute()
    part = folder.with_name(f".{folder.name}.part")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NotUnderstood(
                msg("{file} is there already; name another with -o, or move it away.", file=folder)
            )
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _draw(document, part, folder)
        (part / "report.md").write_text(markdown(document), encoding="utf-8")
        page = html_page(document, lambda name: (part / "figures" / f"{name}.svg").read_bytes())
        (part / "report.html").write_text(page, encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as problem:
        raise _unwritten(folder, problem.strerror or str(problem)) from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return tuple(folder / name for name in FILES)


def _draw(document: Document, part: Path, folder: Path) -> None:
    """Let a process of its own draw figures and PDF into part, which will become folder."""
    command = [sys.executable, "-P", "-m", "cnntutor.worker.report", str(part)]
    try:
        done = subprocess.run(
            command,
            input=msgspec.json.encode(document),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unwritten(folder, f"> {SECONDS:.0f} s") from None
    if done.returncode == 0:
        return
    kind, _, problem = done.stdout.decode("utf-8", "replace").strip().partition(" ")
    if kind == "missing":
        raise Missing(
            msg(
                "{library} is not installed, and a report needs it; install it with: {command}",
                library=problem,
                command="pip install 'matplotlib>=3.9' 'reportlab>=4.4'",
            )
        )
    raise _unwritten(folder, problem or done.stderr.decode("utf-8", "replace")[-200:])


def _unwritten(folder: Path, problem: str) -> Failed:
    """Return the error of a report that cannot be written."""
    return Failed(
        msg(
            "The report cannot be written into {folder} ({problem}); free some space or name another place"
            " with -o.",
            folder=folder,
            problem=problem,
        )
    )
