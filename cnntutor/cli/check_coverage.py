"""cnntutor check --coverage: which question covers which exercise of the list."""

import json
from pathlib import Path

import click

from cnntutor.course.coverage import Coverage, coverage
from cnntutor.errors import ExitCode
from cnntutor.i18n import t


def print_coverage(folder: Path, as_json: bool) -> ExitCode:
    """Print the table of a course.

    Args:
        folder: The folder of its course.toml.
        as_json: Whether to print one JSON object.

    Raises:
        NotUnderstood: the course, or its list of exercises, cannot be read.
    """
    from cnntutor.course.loader import load_course

    course = load_course(folder)
    found = coverage(folder, course.questions)
    if as_json:
        click.echo(json.dumps(_object(found), ensure_ascii=False))
    else:
        for row in found.rows:
            said = ", ".join(row.questions) or (str(row.reason) if row.reason else t("missing"))
            click.echo(f"{row.id}  {said}")
        for identity in found.unknown:
            click.echo(t("{id} is no exercise of the list.", id=identity))
        covered = sum(bool(row.questions) for row in found.rows)
        click.echo(
            t(
                "{covered} of {count} exercises covered, {reasons} left out with a reason, "
                "{missing} missing.",
                covered=covered,
                count=len(found.rows),
                reasons=sum(row.reason is not None and not row.questions for row in found.rows),
                missing=len(found.missing),
            )
        )
    return ExitCode.FAILED if found.missing or found.unknown else ExitCode.OK


def _object(found: Coverage) -> dict[str, object]:
    """Return the table as JSON says it."""
    return {
        "ok": not found.missing and not found.unknown,
        "exercises": {
            row.id: {
                "questions": list(row.questions),
                "reason": None if row.reason is None else str(row.reason),
            }
            for row in found.rows
        },
        "missing": list(found.missing),
        "unknown": list(found.unknown),
    }
