"""cnntutor calc: a network's shapes, parameters, costs, memory and receptive fields, and their working."""

import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import click

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.cost import COSTS, Cost
from cnntutor.calc.memory import LARGEST_BATCH
from cnntutor.calc.network import Network, with_input_shape
from cnntutor.calc.optimizers import OPTIMIZERS
from cnntutor.calc.precision import PRECISIONS
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape, parse_shape
from cnntutor.cli.calc_text import describe_layer, describe_network, list_lines
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import NetworkEntry, card_path, find_network, list_headings
from cnntutor.i18n import msg

PLAIN_WIDTH = 80
"""Columns where the output is no terminal."""


@dataclass(frozen=True, slots=True)
class _Choices:
    """How the numbers are counted and shown."""

    unit: Cost
    dtype: str
    batch: int
    optimizer: str
    show: Literal["counts", "memory", "share"]
    as_json: bool


@click.command()
@click.argument("networks", nargs=-1, metavar="[NETWORK]...")
@click.option("--input", "input_text", metavar="SHAPE", help="Another input shape, such as 32x32x3.")
@click.option("--explain", metavar="LAYER", help="Show the working of one layer: its name or row number.")
@click.option("--compare", is_flag=True, help="Put two networks side by side.")
@click.option(
    "--show",
    type=click.Choice(["counts", "memory", "share"]),
    default="counts",
    help="What the table shows: counts, memory with an estimate for training, or each layer's share.",
)
@click.option(
    "--cost", "unit", type=click.Choice(COSTS), default="macs", help="Count MACs, or FLOPs = 2 MACs."
)
@click.option("--dtype", type=click.Choice(list(PRECISIONS)), default="float32", help="For memory.")
@click.option(
    "--batch", type=click.IntRange(1, LARGEST_BATCH), default=32, help="Samples in a batch, for memory."
)
@click.option(
    "--optimizer",
    type=click.Choice(list(OPTIMIZERS)),
    default="adam",
    help="For the memory of training and what summary() shows after fit.",
)
@click.option("--verify", is_flag=True, help="Build it with the installed Keras too and compare.")
@click.option("--trust", is_flag=True, help="With --verify: run the code in the file, that of Lambda layers.")
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
    networks: tuple[str, ...],
    input_text: str | None,
    explain: str | None,
    compare: bool,
    show: Literal["counts", "memory", "share"],
    unit: Cost,
    dtype: str,
    batch: int,
    optimizer: str,
    verify: bool,
    trust: bool,
    as_json: bool,
    form: str | None,
    listing: bool,
) -> None:
    """Compute every number of NETWORK: a name of the course, or the path of a network file.

    Files may be .toml, the .json, .keras or .h5 of a Keras model, .onnx, or Keras code in .py, which
    is read and never run.

    \b
    cnntutor calc lenet5
    cnntutor calc lenet5 --input 32x32x3 --explain conv1
    cnntutor calc resnet50 --show memory --batch 64 --optimizer adam
    cnntutor calc --compare vgg16 resnet50
    cnntutor calc my-model.keras --verify
    """
    choices = _Choices(unit, dtype, batch, optimizer, show, as_json)
    if listing:
        _print_list(as_json)
        return
    if not networks:
        raise NotUnderstood(
            msg("calc needs a network: a name from cnntutor calc --list, or the path of a network file.")
        )
    shape = None if input_text is None else _shape(input_text)
    if len(networks) > (2 if compare else 1) or (compare and len(networks) != 2):
        raise NotUnderstood(
            msg("calc takes one network, or with --compare two, received {count}.", count=len(networks))
        )
    if compare and (explain is not None or form is not None or verify):
        raise NotUnderstood(
            msg("--compare puts whole networks side by side: leave out --explain, --export and --verify.")
        )
    if trust and not verify:
        raise NotUnderstood(msg("--trust goes with --verify: nothing else runs code of a file."))
    card = next((path for path in map(card_path, networks) if path is not None), None)
    if card is not None:
        refused = compare or verify or form is not None or shape is not None
        _print_card(card, explain, choices, refused)
        return
    if trust:
        from cnntutor.cli.calc_verify import verify_trusted_file

        verify_trusted_file(networks[0], shape, as_json)
        return
    entries = [_entry(name, shape, input_text) for name in networks]
    if form is not None:
        from cnntutor.formats.export import export_network

        click.echo(export_network(entries[0][1], form), nl=False)
        return
    if verify:
        from cnntutor.cli.calc_verify import verify_network

        verify_network(networks[0], entries[0][1].network, shape is None, as_json)
        return
    if compare:
        _print_comparison(*(analyse(chosen.network) for _, chosen in entries), choices=choices)
        return
    entry, report = entries[0][0], analyse(entries[0][1].network)
    if explain is not None:
        _print_working(report, _layer_name(report, explain), choices)
    else:
        _print_network(entry, report, choices)


def _entry(name: str, shape: Shape | None, text: str | None) -> tuple[NetworkEntry, NetworkEntry]:
    """Return a network as it is kept, and on the input asked for."""
    entry = find_network(name, shape)
    if shape is None or text is None:
        return entry, entry
    return entry, replace(entry, network=_on_input(entry.network, shape, text))


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


def _print_network(entry: NetworkEntry, report: NetworkReport, choices: _Choices) -> None:
    """Print a network's numbers in the form asked for."""
    dtype, batch, optimizer = choices.dtype, choices.batch, choices.optimizer
    if choices.as_json:
        from cnntutor.cli.calc_json import report_json

        click.echo(report_json(report, dtype=dtype, batch=batch, optimizer=optimizer))
    elif choices.show == "memory":
        from cnntutor.cli.calc_memory import describe_memory

        _echo(describe_memory(entry, report, _width(), dtype=dtype, batch=batch, optimizer=optimizer))
    elif choices.show == "share":
        from cnntutor.cli.calc_memory import describe_shares

        _echo(describe_shares(entry, report, _width(), choices.unit))
    else:
        _echo(describe_network(entry, report, _width(), choices.unit, dtype))


def _print_working(report: NetworkReport, name: str, choices: _Choices) -> None:
    """Print the derivations of one layer."""
    if choices.as_json:
        from cnntutor.cli.calc_json import working_json

        click.echo(working_json(report, name, choices.dtype))
    else:
        _echo(describe_layer(report, name, _width(), choices.unit, choices.dtype))


def _print_comparison(first: NetworkReport, second: NetworkReport, *, choices: _Choices) -> None:
    """Print two networks side by side."""
    from cnntutor.cli.calc_compare import comparison_json, describe_comparison

    if choices.as_json:
        click.echo(comparison_json(first, second, choices.dtype))
    else:
        _echo(describe_comparison(first, second, _width(), choices.unit, choices.dtype))


def _print_card(path: Path, explain: str | None, choices: _Choices, refused: bool) -> None:
    """Print a fact card; no other input and no other form can be asked of it."""
    from cnntutor.cli.calc_card import card_json, card_row_json, describe_card, describe_card_row
    from cnntutor.formats.fact_card import read_card

    card = read_card(path)
    if refused:
        raise NotUnderstood(
            msg(
                "{network} is a fact card, no graph of layers: leave out --input, --export, --verify and"
                " --compare.",
                network=card.slug,
            )
        )
    if choices.as_json:
        click.echo(card_json(card) if explain is None else card_row_json(card, explain))
    else:
        _echo(
            describe_card(card, _width()) if explain is None else describe_card_row(card, explain, _width())
        )


def _print_list(as_json: bool) -> None:
    """Print the networks of the course."""
    from cnntutor.formats.fact_card import list_cards

    headings, cards = list_headings(), list_cards()
    if as_json:
        from cnntutor.cli.calc_json import list_json

        click.echo(list_json(headings, cards))
        return
    names = [(each.aliases[0] if each.aliases else each.slug, str(each.title)) for each in headings]
    _echo(list_lines([*names, *((card.slug, str(card.title)) for card in cards)]))


def _echo(lines: list[str]) -> None:
    """Print lines in one go."""
    click.echo("\n".join(lines))


def _width() -> int:
    """Return the columns there are."""
    return max(shutil.get_terminal_size().columns, 40) if sys.stdout.isatty() else PLAIN_WIDTH
