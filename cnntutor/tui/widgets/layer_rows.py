"""The rows and columns of the workbench's table: one row a layer, as many columns as the width allows."""

from __future__ import annotations

from dataclasses import dataclass

from cnntutor.calc.layers.input import Input
from cnntutor.calc.working import Quantity
from cnntutor.i18n import decimal, number, shape, t
from cnntutor.tui.network_edit import Bench

TOTAL = "total"
"""The name of the row of sums, which is no layer."""

_BAR = "▏▎▍▌▋▊▉█"
_BAR_WIDTH = 8
_SHORT_BAR_WIDTH = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; every cell as it is shown."""

    name: str
    cells: dict[str, str]
    changed: frozenset[str] = frozenset()
    """Columns that differ from the network as it was opened."""
    own: bool = False
    """Whether the layer itself was changed or added, not only its numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its width and the quantity whose working it opens."""

    key: str
    title: str
    width: int
    right: bool = False
    quantity: Quantity | None = None


_QUANTITIES: dict[str, Quantity] = {
    "output": "output_shape",
    "params": "params",
    "share": "params",
    "bar": "params",
    "macs": "macs",
    "field": "receptive_field",
}
_RIGHT = frozenset({"number", "output", "params", "macs", "field"})
_DROPPED = ("share", "bar", "field", "kind", "macs", "number")
"""What gives way first where the width is small; layer, output and params always stay."""
_SHORTEST_KIND = 9
_AT_LEAST = {"output": 9, "params": 10, "macs": 11}
"""Room for growing numbers, so that a column does not move at every edit."""
_ATTEMPTS = (
    *((0, 3, False), (0, 2, False), (1, 3, False), (1, 2, False), (1, 1, False), (1, 1, True), (2, 2, True)),
    *((2, 1, True), (3, 2, True), (3, 1, True), (4, 2, False), (4, 1, False), (5, 2, False), (5, 1, False)),
    *((6, 2, False), (6, 1, False)),
)
"""(columns left out, gap, whether the kind may be shortened), the best first."""


def rows_of(bench: Bench, opened: Bench) -> tuple[Row, ...]:
    """Return the input rows, the layers, and the sums.

    Args:
        bench: The network to show.
        opened: The network as it was opened, to mark what differs.
    """
    rows: list[Row] = []
    before = {row.name: row for row in rows_of(opened, opened)} if bench is not opened else {}
    layers_before = {node.name: node.layer for node in opened.network.nodes}
    reports = {report.name: report for report in bench.report.layers}
    total = bench.report.total_params
    count = 0
    for node in bench.network.nodes:
        if isinstance(node.layer, Input):
            cells = {"number": "", "layer": node.name, "kind": "Input", "output": shape(node.layer.shape)}
        else:
            count += 1
            report = reports[node.name]
            field = report.receptive_field
            cells = {
                "number": str(count),
                "layer": node.name,
                "kind": node.layer.kind,
                "output": shape(report.output_shape),
                "params": number(report.params),
                "share": _share(report.params, total),
                "bar": bar(report.params, total, _SHORT_BAR_WIDTH),
                "macs": number(report.macs),
                "field": _sides(field.size) if field is not None else "–",
            }
        was = before.get(node.name)
        own = node.name not in layers_before or layers_before[node.name] != node.layer
        rows.append(
            Row(node.name, cells, _differing(cells, was) if before else frozenset(), own and bool(before))
        )
    sums = {"layer": t("total"), "params": number(total), "macs": number(bench.report.macs)}
    rows.append(Row(TOTAL, sums, _differing(sums, before.get(TOTAL)) if before else frozenset()))
    return tuple(rows)


def _differing(cells: dict[str, str], was: Row | None) -> frozenset[str]:
    """Return the columns whose cell is another than before."""
    return frozenset(
        key for key, cell in cells.items() if key != "number" and (was is None or was.cells.get(key) != cell)
    )


def _sides(size: tuple[int, ...]) -> str:
    """Return the sides of a receptive field: 5 for a square, else 5×3."""
    return str(size[0]) if len(set(size)) == 1 else shape(size)


def _share(params: int, total: int) -> str:
    """Return a bar and a percentage."""
    return f"{bar(params, total, _BAR_WIDTH):<{_BAR_WIDTH}} {percent(params, total):>7}" if params else ""


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


def columns_of(rows: tuple[Row, ...], width: int) -> tuple[tuple[Column, ...], int]:
    """Return the columns that fit into a width, and the gap between them.

    Numbers are never cut: a column is left out whole, and only the kind's name may be shortened.
    """
    titles = {
        "number": "#",
        "layer": t("layer"),
        "kind": t("kind"),
        "output": t("output"),
        "params": t("params"),
        "share": t("share of params"),
        "bar": t("share"),
        "macs": "MACs",
        "field": t("field"),
    }
    natural = {
        key: max(len(title), _AT_LEAST.get(key, 0), *(len(row.cells.get(key, "")) for row in rows))
        for key, title in titles.items()
    }
    natural["layer"] += 1  # the mark of a changed layer
    for dropped, gap, short_kind in _ATTEMPTS:
        kept = [key for key in titles if key not in _DROPPED[:dropped]]
        if "share" in kept:
            kept.remove("bar")
        widths = dict(natural)
        spare = width - sum(widths[key] for key in kept) - gap * (len(kept) - 1)
        if spare < 0 and short_kind and "kind" in kept:
            shortened = max(_SHORTEST_KIND, widths["kind"] + spare)
            spare += widths["kind"] - shortened
            widths["kind"] = shortened
        if spare >= 0:
            break
    else:
        widths["layer"] = max(4, widths["layer"] + spare)
    columns = tuple(
        Column(key, titles[key], widths[key], key in _RIGHT, _QUANTITIES.get(key)) for key in kept
    )
    return columns, gap
