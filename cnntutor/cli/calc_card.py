"""A fact card as plain lines and as JSON: each count with the arithmetic it comes from."""

from cnntutor.cli.calc_json import dumps
from cnntutor.cli.calc_table import Row, aligned, table_lines, wrapped
from cnntutor.errors import NotUnderstood
from cnntutor.formats.fact_card import CardRow, FactCard
from cnntutor.i18n import msg, number, shape, t


def describe_card(card: FactCard, width: int) -> list[str]:
    """Return the lines of a card: rows, what each count comes from, totals, and what they follow."""
    connected = card.total_connections is not None
    head = ("#", t("Layer"), t("Output"), t("Parameters"), t("Connections"))
    rows: list[Row] = [head if connected else head[:-1]]
    notes: list[list[str]] = []
    for index, row in enumerate(card.rows, start=1):
        cells = (str(index), row.name, shape(row.output_shape), number(row.params.value))
        connections = () if row.connections is None else (number(row.connections.value),)
        rows.append((*cells, *(connections if connected else ())))
        notes.append(["= " + row.params.arithmetic])
    lines = wrapped(f"{card.title} ({card.slug})", width)
    lines += [t("Input {shape}", shape=shape(card.input_shape)), ""]
    lines += [*table_lines(rows, width, (0, 3, 4), 1, notes), ""]
    totals = [(t("Parameters in all"), number(card.total_params))]
    if card.total_connections is not None:
        totals.append((t("Connections"), number(card.total_connections)))
    lines += [*aligned(totals), ""]
    for text in (str(card.note), str(card.convention)):
        lines += wrapped(text, width)
    return [*lines, *wrapped(card.source, width)]


def describe_card_row(card: FactCard, wanted: str, width: int) -> list[str]:
    """Return the working of one row.

    Raises:
        NotUnderstood: the card has no such row.
    """
    row = card_row(card, wanted)
    lines = wrapped(f"{row.name}, {card.slug}", width) + wrapped(str(row.note), width)
    for head, count in ((t("Parameters"), row.params), (t("Connections"), row.connections)):
        if count is not None:
            lines += ["", head, f"    {count.arithmetic}", f"  = {number(count.value)}"]
    return lines


def card_row(card: FactCard, wanted: str) -> CardRow:
    """Return a row by its name or its number.

    Raises:
        NotUnderstood: the card has no such row.
    """
    for index, row in enumerate(card.rows, start=1):
        if wanted.strip().lower() in (row.name.lower(), str(index)):
            return row
    raise NotUnderstood(
        msg(
            "--explain must be a layer of {network} or a row from 1 to {rows}, received {text}; try {names}.",
            network=card.slug,
            rows=str(len(card.rows)),
            text=f'"{wanted[:40]}"',
            names=", ".join(row.name for row in card.rows),
        )
    )


def card_json(card: FactCard) -> str:
    """Return a card's numbers; "card" is true where a network has none of this key."""
    return dumps(
        {
            "network": card.slug,
            "card": True,
            "input_shape": card.input_shape,
            "layers": [_row(row) for row in card.rows],
            "total_params": card.total_params,
            "connections": card.total_connections,
        }
    )


def card_row_json(card: FactCard, wanted: str) -> str:
    """Return one row's numbers and arithmetic.

    Raises:
        NotUnderstood: the card has no such row.
    """
    return dumps({"network": card.slug, "card": True, "layer": _row(card_row(card, wanted))})


def _row(row: CardRow) -> dict[str, object]:
    """Return one row's numbers with what they come from."""
    found: dict[str, object] = {
        "name": row.name,
        "output_shape": row.output_shape,
        "params": row.params.value,
        "arithmetic": row.params.arithmetic,
        "note": str(row.note),
    }
    if row.connections is not None:
        found["connections"] = row.connections.value
        found["connections_arithmetic"] = row.connections.arithmetic
    return found
