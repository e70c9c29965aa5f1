"""A sheet of character cells that curves are drawn on, in braille dots or in plain ASCII.

Every cell holds a character and a role; the role is the name of a look (`train`, `validation`, `faint`,
`best`, `axis`, `label` or empty), so nothing here knows about colours.
"""

from collections.abc import Iterable

Runs = list[tuple[str, str]]
"""One row as (text, role) pieces, neighbours of the same role joined."""

_BRAILLE = 0x2800
_DOT = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of the dot in row y (0-3), column x (0-1) of a braille cell."""

_UPRIGHT = [
    [[sum(_DOT[y][x] for y in range(a, b + 1)) for b in range(4)] for a in range(4)] for x in range(2)
]
"""Bits of the dots of column x from row a to row b."""


class Canvas:
    """A sheet of columns × rows cells; one cell is `dots_x` × `dots_y` dots.

    Args:
        columns: Cells across.
        rows: Cells down.
        ascii_only: Draw one character a cell, without braille.
    """

    def __init__(self, columns: int, rows: int, ascii_only: bool = False) -> None:
        self.columns = columns
        self.rows = rows
        self.ascii_only = ascii_only
        self.dots_x, self.dots_y = (1, 1) if ascii_only else (2, 4)
        self.width = columns * self.dots_x
        self.height = rows * self.dots_y
        self._bits = [[0] * columns for _ in range(rows)]
        self._roles = [[""] * columns for _ in range(rows)]
        self._characters: dict[tuple[int, int], tuple[str, str]] = {}

    def line(self, start: tuple[int, int], end: tuple[int, int], role: str, phase: int = 0) -> int:
        """Draw a straight line of dots from start to end, (0, 0) at the top left.

        A cell that another line passes through loses the dots of a faint one.

        Args:
            start: (x, y) in dots.
            end: (x, y) in dots.
            role: The look of the line; a `validation` line has gaps, so that it differs without colour.
            phase: How many dots of the gap pattern were used before.

        Returns:
            The phase for the next piece of the same curve.
        """
        x, y = start
        if x == end[0] and role != "validation":
            self._upright(x, min(y, end[1]), max(y, end[1]), role)
            return phase
        across, down = abs(end[0] - x), abs(end[1] - y)
        step_x = 1 if end[0] >= x else -1
        step_y = 1 if end[1] >= y else -1
        error = across - down
        dashed = role == "validation"
        bits, roles, dots_x, dots_y = self._bits, self._roles, self.dots_x, self.dots_y
        for _ in range(across + down + 1):
            if not dashed or phase % 4 < 2:
                row, column = y // dots_y, x // dots_x
                if roles[row][column] == "faint" and role != "faint":
                    bits[row][column] = 0
                bits[row][column] |= 1 if self.ascii_only else _DOT[y % 4][x % 2]
                roles[row][column] = role
            phase += 1
            if (x, y) == end:
                break
            twice = 2 * error
            if twice > -down:
                error -= down
                x += step_x
            if twice < across:
                error += across
                y += step_y
        return phase

    def _upright(self, x: int, top: int, bottom: int, role: str) -> None:
        """Draw an upright line of dots, cell by cell."""
        column, dots_y = x // self.dots_x, self.dots_y
        for row in range(top // dots_y, bottom // dots_y + 1):
            if self._roles[row][column] == "faint" and role != "faint":
                self._bits[row][column] = 0
            if self.ascii_only:
                self._bits[row][column] = 1
            else:
                first, last = max(top - row * 4, 0), min(bottom - row * 4, 3)
                self._bits[row][column] |= _UPRIGHT[x % 2][first][last]
            self._roles[row][column] = role

    def character(self, column: int, row: int, character: str, role: str) -> None:
        """Put a character into a cell, over any line."""
        self._characters[column, row] = (character, role)

    def taken(self, column: int, row: int) -> bool:
        """Return whether a character stands in the cell."""
        return (column, row) in self._characters

    def runs(self, row: int) -> Runs:
        """Return one row as pieces of (text, role)."""
        bits = self._bits[row]
        if not any(bits) and not any(place[1] == row for place in self._characters):
            return [(" " * self.columns, "")]
        return join_runs([self._cell(column, row) for column in range(self.columns)])

    def _cell(self, column: int, row: int) -> tuple[str, str]:
        """Return the character and the role of one cell."""
        placed = self._characters.get((column, row))
        if placed is not None:
            return placed
        bits = self._bits[row][column]
        if not bits:
            return " ", ""
        role = self._roles[row][column]
        if self.ascii_only:
            return (":" if role == "validation" else "."), role
        return chr(_BRAILLE + bits), role


def join_runs(cells: Iterable[tuple[str, str]]) -> Runs:
    """Join neighbouring pieces of the same role."""
    joined: Runs = []
    for text, role in cells:
        if joined and joined[-1][1] == role:
            joined[-1] = (joined[-1][0] + text, role)
        else:
            joined.append((text, role))
    return joined
