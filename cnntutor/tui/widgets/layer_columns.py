"""The columns of the workbench's table: as many as the width allows, the one under the cursor always."""

from __future__ import annotations

from dataclasses import dataclass

from cnntutor.calc.cost import Cost
from cnntutor.calc.working import Quantity
from cnntutor.i18n import t
from cnntutor.tui.widgets.layer_rows import BAR_WIDTH, SHORT_BAR_WIDTH, Row

BARS = ("share", "bar")


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its width and the quantity whose working it opens."""

    key: str
    title: str
    width: int
    right: bool = False
    quantity: Quantity | None = None


_OF_QUANTITY: dict[str, str] = {
    "output_shape": "output",
    "params": "params",
    "macs": "macs",
    "flops": "macs",
    "receptive_field": "field",
    "activations": "values",
    "activation_memory": "memory",
    "weight_memory": "weights",
}
_RIGHT = frozenset({"number", "output", "params", "macs", "field", "values", "memory", "weights"})
_GIVING_WAY = ("weights", "memory", "values", "share", "bar", "field", "kind", "macs", "number")
"""What gives way first where the width is small."""
_LAST = ("output", "params")
"""What gives way last: only to the column under the cursor, in the narrowest windows."""
_SHORTEST_KIND = 9
_LONGEST_LAYER = 28
"""Longer names end in … where a number would have to give way for them."""
_SHORTEST_LAYER = 20
_JITTER = 3
"""A name may stay shortened by so many cells more than it must."""
_AT_LEAST = {"output": 9, "params": 10, "macs": 11, "memory": 10, "weights": 10}
"""Room for growing numbers, so that a column does not move at every edit."""


def quantities(cost: Cost) -> tuple[Quantity, ...]:
    """Return what the cursor can be on, in the order of the columns."""
    return (
        *("output_shape", "params", cost, "receptive_field"),
        *("activations", "activation_memory", "weight_memory"),
    )


def columns_of(
    rows: tuple[Row, ...], width: int, quantity: Quantity = "params", cost: Cost = "macs"
) -> tuple[tuple[Column, ...], int]:
    """Return the columns that fit into a width, and the gap between them.

    Numbers are never cut: a column is left out whole, and only names may be shortened.

    Args:
        rows: What is to be shown.
        width: Cells there are.
        quantity: What the cursor is on; its column stays.
        cost: Whether operations are counted as MACs or FLOPs.
    """
    titles = _titles(cost)
    needed = {
        key: max(len(title), _AT_LEAST.get(key, 0), *(len(row.cells.get(key, "")) for row in rows))
        for key, title in titles.items()
    }
    needed["number"] = len(str(len(rows)))
    needed["share"] = max(BAR_WIDTH + 8, len(titles["share"]))
    needed["bar"] = max(SHORT_BAR_WIDTH, len(titles["bar"]))
    needed["layer"] += 1  # the mark of a changed layer
    giving_way = [key for key in (*_GIVING_WAY, *_LAST) if key != _OF_QUANTITY[quantity]]
    for dropped, gap, short in _attempts(len(giving_way), giving_way.index("share")):
        kept = [key for key in titles if key not in giving_way[:dropped]]
        if "share" in kept:
            kept.remove("bar")
        widths = dict(needed)
        if short:
            widths["layer"] = min(widths["layer"], _LONGEST_LAYER)
        spare = width - sum(widths[key] for key in kept) - gap * (len(kept) - 1)
        if spare < 0 and short and "kind" in kept:
            shortened = max(_SHORTEST_KIND, widths["kind"] + spare)
            spare += widths["kind"] - shortened
            widths["kind"] = shortened
        if spare < 0 and short and widths["layer"] + spare >= _SHORTEST_LAYER:
            widths["layer"] += spare
            spare = 0
        if spare >= 0:
            break
    else:
        widths["layer"] = max(4, widths["layer"] + spare)
    by_key = {column: name for name, column in _OF_QUANTITY.items() if name not in ("macs", "flops")}
    of_key: dict[str, Quantity] = {"macs": cost, "share": "params", "bar": "params", **by_key}  # type: ignore[dict-item]
    return tuple(Column(key, titles[key], widths[key], key in _RIGHT, of_key.get(key)) for key in kept), gap


def _attempts(droppable: int, share: int) -> list[tuple[int, int, bool]]:
    """Return (columns left out, gap, whether names may be shortened), the best first.

    Args:
        droppable: How many columns may give way.
        share: The place of the broad bars among them: they give way before a name is shortened.
    """
    attempts = [(0, 3, False)]
    for dropped in range(droppable + 1):
        attempts += [(dropped, 2, False), (dropped, 1, False)]
        if dropped > share:
            attempts.append((dropped, 1, True))
    return attempts


def _titles(cost: Cost) -> dict[str, str]:
    return {
        "number": "#",
        "layer": t("layer"),
        "kind": t("kind"),
        "output": t("output"),
        "params": t("params"),
        "share": t("share of params"),
        "bar": t("share"),
        "macs": "FLOPs" if cost == "flops" else "MACs",
        "field": t("field"),
        "values": t("values"),
        "memory": t("output memory"),
        "weights": t("weights"),
    }


def settled(old: tuple[Column, ...], new: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns as they stand where every number still fits, so that none moves at every key.

    Args:
        old: The columns on screen, for the same width.
        new: The columns that the rows ask for now.
    """
    if [(column.key, column.title) for column in old] != [(column.key, column.title) for column in new]:
        return new
    fit = all(
        column.width >= other.width or (column.quantity is None and other.width - column.width <= _JITTER)
        for column, other in zip(old, new, strict=True)
    )
    return old if fit else new


def shortened(name: str, width: int) -> str:
    """Return a name that is too long with … in its middle: its end tells layers of one block apart."""
    if len(name) <= width:
        return name
    tail = (width - 1) * 2 // 3
    return f"{name[: width - 1 - tail]}…{name[len(name) - tail :]}"
