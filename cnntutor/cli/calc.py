"""cnntutor calc: a network's shapes, parameters, multiply-adds and receptive fields, and their working."""

import shutil
import sys
from dataclasses import replace

import click

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.network import Network, with_input_shape
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape, parse_shape
from cnntutor.cli.calc_text import describe_layer, describe_network, list_lines
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import NetworkEntry, find_network, list_networks
from cnntutor.i18n import msg

PLAIN_WIDTH = 80
"""Columns where the output is no terminal."""


@click.command()
@click.argument("network", required=False)
@click.option("--input", "input_text", metavar="SHAPE", help="Another input shape, such as 32x32x3.")
@click.option("--explain", metavar="LAYER", help="Show the working of one layer: its name or row number.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--export",
    "form",
    type=click.Choice(["toml", "json", "keras", "pytorch"]),
    help="Print the network as TOML, as Keras JSON, or as Keras or PyTorch code.",
)
@click.option("--list", "listing", is_flag=True, help="List the networks of the course.")
def calc(
    *,
    network: str | None,
    input_text: str | None,
    explain: str | None,
    as_json: bool,
    form: str | None,
    listing: bool,
) -> None:
    """Compute every number of NETWORK: a name of the course, or the path of a network file.

    Files may be .toml, the .json, .keras or .h5 of a Keras model, or Keras code in .py, which is read
    and never run.

    \b
    cnntutor calc lenet5
    cnntutor calc lenet5 --input 32x32x3 --explain conv1
    cnntutor calc my-model.keras --json
    """
    if listing:
        _print_list(as_json)
        return
    if network is None:
        raise NotUnderstood(
            msg("calc needs a network: a name from cnntutor calc --list, or the path of a network file.")
        )
    shape = None if input_text is None else _shape(input_text)
    entry = find_network(network, shape)
    chosen = (
        entry.network if shape is None or input_text is None else _on_input(entry.network, shape, input_text)
    )
    if form is not None:
        from cnntutor.formats.export import export_network

        click.echo(export_network(replace(entry, network=chosen), form), nl=False)
        return
    report = analyse(chosen)
    if explain is not None:
        _print_working(report, _layer_name(report, explain), as_json)
    elif as_json:
        from cnntutor.cli.calc_json import report_json

        click.echo(report_json(report))
    else:
        _echo(describe_network(entry, report, _width()))


def _shape(text: str) -> Shape:
    """Return the shape of --input."""
    try:
        return parse_shape(text)
    except ValueError:
        raise NotUnderstood(
            msg(
                "--input must be whole numbers above 0 joined by x, such as 32x32x3 or 784, received {text}.",
                text=f'"{text[:40]}"',
            )
        ) from None


def _on_input(network: Network, shape: Shape, text: str) -> Network:
    """Return the network on another input, once it is known that every layer can stand on it."""
    try:
        changed = with_input_shape(network, shape)
        analyse(changed)
    except LayerError as problem:
        raise NotUnderstood(
            msg(
                "--input {text} does not fit {network}: {problem}; this network is made for {shape}.",
                text=text[:40],
                network=network.name,
                problem=problem.message,
                shape="x".join(str(side) for side in network.input_shape),
            )
        ) from None
    return changed


def _layer_name(report: NetworkReport, wanted: str) -> str:
    """Return the name of the layer a person means: its name, or the number of its row."""
    names = [layer.name for layer in report.layers]
    if wanted in names:
        return wanted
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    for name in names:
        if name.lower() == wanted.strip().lower():
            return name
    import difflib  # only here: a name that is understood need not wait for it

    close = difflib.get_close_matches(wanted, names, n=3) or names[:12]
    raise NotUnderstood(
        msg(
            "--explain must be a layer of {network} or a row from 1 to {rows}, received {text}; try {names}.",
            network=report.network.name,
            rows=str(len(names)),
            text=f'"{wanted[:40]}"',
            names=", ".join(close),
        )
    )


def _print_working(report: NetworkReport, name: str, as_json: bool) -> None:
    """Print the derivations of one layer."""
    if as_json:
        from cnntutor.cli.calc_json import working_json

        click.echo(working_json(report, name))
    else:
        _echo(describe_layer(report, name, _width()))


def _print_list(as_json: bool) -> None:
    """Print the networks of the course."""
    entries: tuple[NetworkEntry, ...] = list_networks()
    if as_json:
        from cnntutor.cli.calc_json import list_json

        click.echo(list_json(entries))
    else:
        _echo(list_lines(entries))


def _echo(lines: list[str]) -> None:
    """Print lines in one go."""
    click.echo("\n".join(lines))


def _width() -> int:
    """Return the columns there are."""
    return max(shutil.get_terminal_size().columns, 40) if sys.stdout.isatty() else PLAIN_WIDTH
