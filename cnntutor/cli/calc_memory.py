"""The calculator's answers as plain lines: memory, an estimate for training, and the share of each layer."""

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.cost import CONVENTIONS, Cost, cost, layer_shares, share
from cnntutor.calc.memory import network_memory, training_memory
from cnntutor.calc.optimizers import derive_after_fit, optimizer_of
from cnntutor.cli.calc_table import Row, aligned, table_lines, table_width, wrapped
from cnntutor.cli.calc_text import COST_NAMES, SHORT_KINDS, heading_lines, working_lines
from cnntutor.formats.entry import NetworkEntry
from cnntutor.i18n import decimal, number, shape, storage, t

BAR = "█"
HALF = "▌"
WIDE = 100
"""Columns from which bars may be longer."""
WIDE_BAR, NARROW_BAR, SHORTEST_BAR = 20, 10, 4


def describe_memory(
    entry: NetworkEntry, report: NetworkReport, width: int, *, dtype: str, batch: int, optimizer: str
) -> list[str]:
    """Return the lines of a network's memory: layer by layer, in all, and in training."""
    memory = network_memory(report, dtype)
    head = (
        *("#", t("Layer"), t("Kind"), t("Output")),
        *(t("Weights"), t("Activations")),
    )
    rows: list[Row] = [head]
    for index, (layer, each) in enumerate(zip(report.layers, memory.layers, strict=True), start=1):
        kind = SHORT_KINDS.get(layer.kind, layer.kind)
        values = (storage(each.weights), storage(each.activations))
        rows.append((str(index), layer.name, kind, shape(layer.output_shape), *values))
    lines = [*heading_lines(entry, report, width), "", *table_lines(rows, width, (0, 4, 5), 1), ""]
    lines += aligned(
        [
            (t("Weights in {dtype}", dtype=memory.precision.variable), storage(memory.weights)),
            (
                t("Activations of one sample in {dtype}", dtype=memory.precision.compute),
                storage(memory.activations),
            ),
            ("  " + t("the most at a time, to predict one sample"), storage(memory.peak)),
        ]
    )
    training = training_memory(report, batch=batch, optimizer=optimizer, dtype=dtype)
    lines += ["", t("Training, an estimate")]
    lines += aligned(
        [
            ("  " + t("weights"), storage(training.weights)),
            ("  " + t("gradients"), storage(training.gradients)),
            ("  " + t("slots of the optimizer"), storage(training.slots)),
            ("  " + t("inputs of the batch"), storage(training.inputs)),
            ("  " + t("activations of the batch"), storage(training.activations)),
            ("  " + t("for a moment at a time"), storage(training.working)),
            ("  " + t("in all"), storage(training.total)),
        ]
    )
    for assumption in training.assumptions:
        lines += wrapped(str(assumption), width)
    lines += ["", t("What summary() shows after fit")]
    return lines + working_lines(derive_after_fit(report, optimizer_of(optimizer), training.precision), width)


def describe_shares(entry: NetworkEntry, report: NetworkReport, width: int, unit: Cost) -> list[str]:
    """Return the lines of each layer's share of the parameters and of the cost, with bars."""
    bar = WIDE_BAR if width >= WIDE else NARROW_BAR
    rows = _share_rows(report, unit, bar)
    while bar > SHORTEST_BAR and table_width(rows, 1) > width:
        bar -= 1
        rows = _share_rows(report, unit, bar)
    lines = [*heading_lines(entry, report, width), "", *table_lines(rows, width, (0, 3, 4, 6, 7), 1), ""]
    lines += aligned(
        [
            (t("Parameters in all"), number(report.total_params)),
            (t("Multiply-adds") if unit == "macs" else COST_NAMES[unit], number(cost(report.macs, unit))),
        ]
    )
    said = f"{t('The longest bar is the largest share.')} {CONVENTIONS[unit]}"
    return [*lines, "", *wrapped(said, width)]


def _share_rows(report: NetworkReport, unit: Cost, bar: int) -> list[Row]:
    """Return the head and one row a layer, the longest bar so many columns long."""
    shares = layer_shares(report)
    most, most_macs = max(each.params for each in shares), max(each.macs for each in shares)
    rows: list[Row] = [("#", t("Layer"), t("Kind"), t("Params"), "%", "", COST_NAMES[unit], "%", "")]
    for index, (layer, each) in enumerate(zip(report.layers, shares, strict=True), start=1):
        rows.append(
            (
                *(str(index), layer.name, SHORT_KINDS.get(layer.kind, layer.kind)),
                *(number(layer.params), percent(each.params), drawn(share(each.params, most), bar)),
                number(cost(layer.macs, unit)),
                *(percent(each.macs), drawn(share(each.macs, most_macs), bar)),
            )
        )
    return rows


def percent(part: float) -> str:
    """Return a share as a percentage with one digit; nothing at all is –, and what is tiny says so."""
    if part == 0:
        return "–"
    return decimal(100 * part, 1) if part >= 0.0005 else "<" + decimal(0.1, 1)


def drawn(part: float, length: int) -> str:
    """Return a part of the longest bar, in steps of half a column."""
    halves = round(part * length * 2)
    return BAR * (halves // 2) + HALF * (halves % 2)
