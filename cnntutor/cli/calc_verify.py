"""cnntutor calc NETWORK --verify: the calculator's numbers held against the installed Keras."""

import json
from pathlib import Path

import click

from cnntutor.calc.network import Network
from cnntutor.calc.shapes import Shape
from cnntutor.errors import ExitCode
from cnntutor.formats.network_file import SUFFIXES
from cnntutor.i18n import number, t
from cnntutor.lab.tasks import run_task
from cnntutor.lab.verify import Verification, in_words, verify, verify_trusted

MOST_ROWS = 40
"""Differences that are printed; --json has all."""


def verify_network(name: str, network: Network, as_read: bool, as_json: bool) -> None:
    """Compare a network with Keras, print what came of it, and end with exit code 0 or 1.

    Args:
        name: As it was given: the name of a network of the course, or the path of a file.
        network: What the calculator made of it.
        as_read: Whether it stands on the input its file says, so that Keras may load that very file.
        as_json: Print one JSON object.

    Raises:
        Missing: Keras is not installed.
        NotUnderstood: Keras has no such layer.
        Failed: Keras could not build the network.
    """
    path = Path(name).expanduser()
    is_file = as_read and (name.lower().endswith(SUFFIXES) or "/" in name)
    found = verify(network, path if is_file else None, run_task)
    click.echo(_json(found) if as_json else "\n".join(_lines(found)))
    if not found.equal:
        click.get_current_context().exit(ExitCode.FAILED)


def verify_trusted_file(name: str, shape: Shape | None, as_json: bool) -> None:
    """Let Keras run the code in a file, compare the rest, print what came of it, and end as above.

    Args:
        name: The path of the file.
        shape: Stands for the shape of the first input.
        as_json: Print one JSON object.

    Raises:
        Missing: Keras is not installed.
        NotUnderstood: Keras or the calculator cannot read the file.
        Failed: Keras could not build the network.
    """
    file = Path(name).expanduser()
    click.echo(
        t(
            "--trust: Keras runs the code that lies in {file} (Lambda layers), in a process of its own"
            " without network and without your files as far as this system can keep it so.",
            file=str(file),
        ),
        err=True,
    )
    found = verify_trusted(file, run_task, shape)
    click.echo(_json(found) if as_json else "\n".join(_lines(found)))
    if not found.equal:
        click.get_current_context().exit(ExitCode.FAILED)


def _json(found: Verification) -> str:
    """Return the result as one line of JSON; the keys are an interface."""
    record = {
        "network": found.report.network.name,
        "equal": found.equal,
        "keras_version": found.keras_version,
        "built_from": found.built_from,
        "layers": len(found.report.layers),
        "code_run": found.ran,
        "total_params": found.report.total_params,
        "keras_total_params": found.keras_total,
        "differences": [
            {
                "layer": each.layer or None,
                "quantity": each.quantity,
                "calculator": each.calculator,
                "keras": each.keras,
            }
            for each in found.differences
        ],
    }
    return json.dumps(record, ensure_ascii=False)


def _lines(found: Verification) -> list[str]:
    """Return the result in words."""
    lines = []
    if found.refused:
        lines.append(
            t(
                "Keras itself does not load this file ({problem}); it built the network as the calculator"
                " read it.",
                problem=found.refused,
            )
        )
    if found.ran:
        lines.append(
            t(
                "Code of the file was run for {layers}: their output shapes are Keras's own.",
                layers=", ".join(found.ran),
            )
        )
    if found.equal:
        return [
            *lines,
            t(
                "Equal: Keras {version} has the same output shape and the same parameters for each of"
                " {layers} layers, {total} in all.",
                version=found.keras_version,
                layers=number(len(found.report.layers)),
                total=number(found.keras_total),
            ),
        ]
    lines.append(
        t("Not equal to Keras {version}: {count}.", version=found.keras_version, count=_count(found))
    )
    rows = [(t("Layer"), "", t("Calculator"), "Keras")]
    rows += [in_words(each) for each in found.differences[:MOST_ROWS]]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines += ["  ".join(cell.ljust(widths[at]) for at, cell in enumerate(row)).rstrip() for row in rows]
    left = len(found.differences) - MOST_ROWS
    return [*lines, t("and {count} more", count=number(left))] if left > 0 else lines


def _count(found: Verification) -> str:
    """Return how many differences there are."""
    return t("{count} differences", count=number(len(found.differences)))
