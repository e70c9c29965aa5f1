"""The rows of the workbench's table: the numbers of each layer as they are shown, the sums last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from cnntutor.calc.analysis import LayerReport
from cnntutor.calc.cost import Cost, cost
from cnntutor.calc.layers.input import Input
from cnntutor.calc.precision import precision_of
from cnntutor.i18n import decimal, language, number, shape, storage, t
from cnntutor.tui.bench import Bench
from cnntutor.tui.bench_view import BenchView

TOTAL = "\0total"
"""The name of the row of sums, which is no layer; no layer can have it."""

_BAR = "▏▎▍▌▋▊▉█"
BAR_WIDTH = 8
SHORT_BAR_WIDTH = 5
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; every cell as it is shown."""

    name: str
    number: int
    """Which layer it is, from 1; 0 for inputs and sums."""
    cells: Mapping[str, str]
    was: Mapping[str, str] | None = None
    """The cells of this layer in the network as it was opened; None where nothing is compared."""
    own: bool = False
    """Whether the layer itself was changed or added, not only its numbers."""
    part: int = 0
    """Its parameters, of so many in all:"""
    whole: int = 0

    @property
    def changed(self) -> frozenset[str]:
        """The columns that differ from the network as it was opened."""
        if self.was is None:
            return frozenset()
        return frozenset(key for key, cell in self.cells.items() if self.was.get(key) != cell)

    def text(self, key: str) -> str:
        """Return the cell of a column as it is shown."""
        if key == "number":
            return str(self.number) if self.number else ""
        if key == "share":
            return (
                f"{bar(self.part, self.whole, BAR_WIDTH):<{BAR_WIDTH}} {percent(self.part, self.whole):>7}"
                if self.part
                else ""
            )
        if key == "bar":
            return bar(self.part, self.whole, SHORT_BAR_WIDTH)
        return self.cells.get(key, "")


def rows_of(bench: Bench, opened: Bench, view: BenchView | None = None) -> tuple[Row, ...]:
    """Return the input rows, the layers, and the sums.

    Args:
        bench: The network to show.
        opened: The network as it was opened, to mark what differs.
        view: The conventions; those at first if left out.
    """
    view = view or BenchView()
    compare = bench.network != opened.network
    before = _cells_by_name(opened, view) if compare else {}
    layers_before = {node.name: (node.layer, node.inputs) for node in opened.network.nodes} if compare else {}
    rows: list[Row] = []
    total = bench.report.total_params
    reports = iter(bench.report.layers)
    count = 0
    for node in bench.network.nodes:
        was = before.get(node.name, _NOTHING) if compare else None
        own = compare and layers_before.get(node.name) != (node.layer, node.inputs)
        if isinstance(node.layer, Input):
            rows.append(Row(node.name, 0, _input_cells(node.name, node.layer), was, own))
            continue
        count += 1
        report = next(reports)
        cells = _layer_cells(report, view.cost, view.dtype, language())
        rows.append(Row(node.name, count, cells, was, own, report.params, total))
    sums = _sums(bench, view)
    rows.append(Row(TOTAL, 0, sums, _sums(opened, view) if compare else None))
    return tuple(rows)


def _cells_by_name(bench: Bench, view: BenchView) -> dict[str, Mapping[str, str]]:
    """Return the cells of every row of a network."""
    found: dict[str, Mapping[str, str]] = {
        report.name: _layer_cells(report, view.cost, view.dtype, language()) for report in bench.report.layers
    }
    for node in bench.network.nodes:
        if isinstance(node.layer, Input):
            found[node.name] = _input_cells(node.name, node.layer)
    return found


def _input_cells(name: str, layer: Input) -> Mapping[str, str]:
    return {"layer": name, "kind": "Input", "output": shape(layer.shape)}


def _sums(bench: Bench, view: BenchView) -> Mapping[str, str]:
    precision = precision_of(view.dtype)
    values = sum(report.activations for report in bench.report.layers)
    return {
        "layer": t("total"),
        "params": number(bench.report.total_params),
        "macs": number(cost(bench.report.macs, view.cost)),
        "values": number(values),
        "memory": storage(values * precision.compute_bytes),
        "weights": storage(bench.report.total_params * precision.variable_bytes),
    }


@lru_cache(maxsize=8192)
def _layer_cells(report: LayerReport, counted: Cost, dtype: str, _lang: str) -> Mapping[str, str]:
    """Return the cells of one layer; most layers are the same after an edit and are not written anew."""
    field = report.receptive_field
    precision = precision_of(dtype)
    return {
        "layer": report.name,
        "kind": report.kind,
        "output": shape(report.output_shape),
        "params": number(report.params),
        "macs": number(cost(report.macs, counted)),
        "field": _sides(field.size) if field is not None else "–",
        "values": number(report.activations),
        "memory": storage(report.activations * precision.compute_bytes),
        "weights": storage(report.params * precision.variable_bytes),
    }


def _sides(size: tuple[int, ...]) -> str:
    """Return the sides of a receptive field: 5 for a square, else 5×3."""
    return str(size[0]) if len(set(size)) == 1 else shape(size)


def bar(part: int, total: int, width: int) -> str:
    """Return a bar of at most width cells, in eighths: which part of the total this is."""
    if not part or not total:
        return ""
    full, rest = divmod(max(1, round(part / total * width * 8)), 8)
    return "█" * full + (_BAR[rest - 1] if rest else "")


def percent(part: int, total: int) -> str:
    """Return which percentage of the total a part is; nothing for none."""
    if not part or not total:
        return ""
    share = part / total * 100
    return f"{decimal(share, 1)} %" if share >= 0.05 else f"<{decimal(0.1, 1)} %"
