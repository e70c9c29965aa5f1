"""Tables as plain lines: columns that line up, a rule under the head, names shortened where need be."""

import textwrap
from collections.abc import Collection, Sequence

SHORTEST_NAME = 8
"""A name is never cut shorter than this."""

Row = tuple[str, ...]


def table_lines(
    rows: Sequence[Row],
    width: int,
    right: Collection[int],
    shrinking: int,
    notes: Sequence[Sequence[str]] = (),
) -> list[str]:
    """Return the lines of a table.

    Args:
        rows: The head, then the rows, all with as many cells.
        width: The columns there are.
        right: The columns that are set to the right.
        shrinking: The column whose cells lose their middle where the table is too wide.
        notes: What stands under each row after the head, each in lines of its own.
    """
    gap = 2 if table_width(rows, 2) <= width else 1
    excess = table_width(rows, gap) - width
    if excess > 0:
        longest = max(max(len(row[shrinking]) for row in rows) - excess, SHORTEST_NAME)
        rows = [(*row[:shrinking], shortened(row[shrinking], longest), *row[shrinking + 1 :]) for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines: list[str] = []
    for index, row in enumerate(rows):
        cells = [
            cell.rjust(widths[column]) if column in right else cell.ljust(widths[column])
            for column, cell in enumerate(row)
        ]
        lines.append((" " * gap).join(cells).rstrip())
        if index == 0:
            lines.append((" " * gap).join("─" * each for each in widths))
        elif notes:
            indent = " " * (widths[0] + gap + 1)
            lines += [
                piece
                for note in notes[index - 1]
                for piece in textwrap.wrap(
                    note, width, initial_indent=indent, subsequent_indent=indent + "  "
                )
            ]
    return lines


def table_width(rows: Sequence[Row], gap: int) -> int:
    """Return the columns a table takes."""
    columns = range(len(rows[0]))
    return sum(max(len(row[column]) for row in rows) for column in columns) + gap * (len(columns) - 1)


def shortened(name: str, longest: int) -> str:
    """Return a name with its middle left out where it is too long."""
    if len(name) <= longest:
        return name
    tail = longest // 2
    return f"{name[: longest - tail - 1]}…{name[-tail:]}"


def aligned(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return lines of a label and a value each, the values set to the right."""
    label = max(len(name) for name, _ in pairs)
    digits = max(len(value) for _, value in pairs)
    return [f"{name.ljust(label)}  {value.rjust(digits)}" for name, value in pairs]


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most 100 columns."""
    return textwrap.wrap(text, min(width, 100))
