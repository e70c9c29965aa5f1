"""What is said of an error that nobody foresaw."""

from __future__ import annotations

import logging

from cnntutor.errors import CnntutorError
from cnntutor.i18n import t

LOG = logging.getLogger(__name__)


def sentence_of(problem: Exception) -> str:
    """Return an error as a sentence for the learner; a mistake of the program is written into the log."""
    if isinstance(problem, CnntutorError):
        return str(problem)
    if isinstance(problem, OSError):
        return t("The system refused: {problem}.", problem=of_system(problem))
    LOG.error("unexpected error", exc_info=problem)
    return t(
        "The program made a mistake ({kind}: {problem}). Your work is kept; go on, or leave with Ctrl+Q.",
        kind=type(problem).__name__,
        problem=str(problem)[:160],
    )


def of_system(problem: OSError) -> str:
    """Return what the system says and of which file, without the number of the error."""
    said = problem.strerror or str(problem)
    files = [str(name) for name in (problem.filename2, problem.filename) if name is not None]
    return f"{said}: {files[0]}" if files else said
