"""What a learner writes about a run: notes.txt in its folder, written by readers and never by the worker."""

from cnntutor.errors import Failed
from cnntutor.i18n import msg
from cnntutor.lab.folder import RunFolder, replace_file

MOST_CHARACTERS = 20_000


def read_notes(run: RunFolder) -> str:
    """Return the notes on a run; empty where there are none."""
    try:
        return run.notes_file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def write_notes(run: RunFolder, text: str, before: str) -> str:
    """Write the notes on a run, and return what stands there now.

    Notes that somebody else wrote in the meantime are kept, above these.

    Args:
        run: The run.
        text: The notes; empty takes them away.
        before: What stood there when they were read.

    Raises:
        Failed: they cannot be written.
    """
    text = text.strip()[:MOST_CHARACTERS]
    now = read_notes(run)
    if now not in (before.strip(), text) and now:
        text = f"{now}\n\n{text}".strip()
    try:
        if text:
            replace_file(run.notes_file, f"{text}\n".encode())
        else:
            run.notes_file.unlink(missing_ok=True)
    except OSError as problem:
        raise Failed(
            msg(
                "The notes on {run} cannot be written ({problem}); free some space and try again.",
                run=run.name,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    return text
