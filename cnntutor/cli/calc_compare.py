"""Two networks side by side: layers of the same kind in one line, what differs marked, and the totals."""

from cnntutor.calc.analysis import LayerReport, NetworkReport
from cnntutor.calc.comparison import MARKS, paired
from cnntutor.calc.cost import CONVENTIONS, Cost, cost
from cnntutor.calc.memory import network_memory
from cnntutor.cli.calc_json import dumps, numbers_by_layer
from cnntutor.cli.calc_table import SHORTEST_NAME, Row, shortened, table_lines, table_width, wrapped
from cnntutor.cli.calc_text import COST_NAMES
from cnntutor.i18n import decimal, number, shape, storage, t

NARROW = 96
"""Columns from which the cost of each layer stands in the table too."""


def describe_comparison(
    first: NetworkReport, second: NetworkReport, width: int, unit: Cost = "macs", dtype: str = "float32"
) -> list[str]:
    """Return the lines of two networks side by side."""
    pairs = paired(first, second)
    wide = width >= NARROW
    lines = wrapped(f"{first.network.name}  ↔  {second.network.name}", width)
    lines += [t("Input {shape}", shape=f"{shape(first.input_shape)}  ↔  {shape(second.input_shape)}"), ""]
    side = (t("Layer"), t("Output"), t("Params"), *((COST_NAMES[unit],) if wide else ()))
    rows: list[Row] = [("", *side, "│", *side)]
    for pair in pairs:
        left, right = (_cells(layer, unit, wide) for layer in (pair.first, pair.second))
        rows.append((MARKS[pair.mark], *left, "│", *right))
    cells = len(side)
    right_aligned = {3, 4, cells + 4, cells + 5} if wide else {3, cells + 4}
    shrunk = _both_shortened(rows, width, (1, cells + 2))
    lines += [*table_lines(shrunk, width, right_aligned, 1), ""]
    lines += table_lines(_totals(first, second, unit, dtype), width, (1, 2, 3, 4), 0)
    counts = {mark: sum(pair.mark == mark for pair in pairs) for mark in MARKS}
    said = t(
        "= the same numbers: {same}; ≠ the same kind, other numbers: {differs}; < only in {first}:"
        " {only_first}; > only in {second}: {only_second}.",
        first=first.network.name,
        second=second.network.name,
        **counts,
    )
    return [*lines, "", *wrapped(said, width), *wrapped(str(CONVENTIONS[unit]), width)]


def comparison_json(first: NetworkReport, second: NetworkReport, dtype: str = "float32") -> str:
    """Return two networks side by side; each list and each line has the first network before the second."""
    memories = (network_memory(first, dtype), network_memory(second, dtype))
    reports = (first, second)
    numbers, other_numbers = (numbers_by_layer(report, dtype) for report in reports)
    return dumps(
        {
            "networks": [report.network.name for report in reports],
            "input_shapes": [report.input_shape for report in reports],
            "totals": {
                "layers": [len(report.layers) for report in reports],
                "total_params": [report.total_params for report in reports],
                "trainable_params": [report.trainable_params for report in reports],
                "non_trainable_params": [report.non_trainable_params for report in reports],
                "macs": [report.macs for report in reports],
                "flops": [cost(report.macs, "flops") for report in reports],
                "weight_bytes": [memory.weights for memory in memories],
                "activation_bytes": [memory.activations for memory in memories],
            },
            "layers": [
                {
                    "mark": pair.mark,
                    "first": numbers[pair.first.name] if pair.first else None,
                    "second": other_numbers[pair.second.name] if pair.second else None,
                }
                for pair in paired(first, second)
            ],
        }
    )


def _cells(layer: LayerReport | None, unit: Cost, wide: bool) -> Row:
    """Return one side of a line."""
    if layer is None:
        return ("", "", "", "") if wide else ("", "", "")
    cells = (layer.name, shape(layer.output_shape), number(layer.params))
    return (*cells, number(cost(layer.macs, unit))) if wide else cells


def _both_shortened(rows: list[Row], width: int, names: tuple[int, int]) -> list[Row]:
    """Return the rows with the names of both sides cut alike, so far as the width asks for it."""
    longest = max(len(row[column]) for row in rows for column in names)
    while longest > SHORTEST_NAME and table_width(rows, 1) > width:
        longest -= 1
        rows = [
            tuple(shortened(cell, longest) if column in names else cell for column, cell in enumerate(row))
            for row in rows
        ]
    return rows


def _totals(first: NetworkReport, second: NetworkReport, unit: Cost, dtype: str) -> list[Row]:
    """Return the table of the totals: both, the difference, and how many times as many the second has."""
    one, other = network_memory(first, dtype), network_memory(second, dtype)
    counts = [
        (t("Layers"), len(first.layers), len(second.layers)),
        (t("Parameters"), first.total_params, second.total_params),
        ("  " + t("trainable"), first.trainable_params, second.trainable_params),
        ("  " + t("not trainable"), first.non_trainable_params, second.non_trainable_params),
        (COST_NAMES[unit], cost(first.macs, unit), cost(second.macs, unit)),
    ]
    memories = [
        (t("Weights in {dtype}", dtype=one.precision.variable), one.weights, other.weights),
        (t("Activations in {dtype}", dtype=one.precision.compute), one.activations, other.activations),
    ]
    rows: list[Row] = [("", first.network.name, second.network.name, t("difference"), t("times"))]
    for label, left, right in counts:
        rows.append((label, number(left), number(right), _signed(right - left), _times(left, right)))
    for label, left, right in memories:
        change = ("+" if right > left else "−" if right < left else "") + storage(abs(right - left))
        rows.append((label, storage(left), storage(right), change, _times(left, right)))
    return rows


def _signed(difference: int) -> str:
    """Return a difference with its sign."""
    return ("+" if difference > 0 else "−" if difference < 0 else "") + number(abs(difference))


def _times(left: int, right: int) -> str:
    """Return how many times as many the second has."""
    if left == 0:
        return "–"
    ratio = right / left
    return decimal(ratio, 2 if ratio >= 0.1 else 4)
