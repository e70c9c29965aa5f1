"""Pictures in cells: two pixels a cell in colour, or in the seven block glyphs where there is none.

A Raster is pixels as bytes; `shrink` fits it, `art` turns it into lines. Nothing here knows of screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.content import Content

Look = Literal["colour", "dark", "light", "ascii dark", "ascii light"]
"""colour: two colours a cell; dark, light: glyphs in the text's own colour, on a ground of that kind; ascii:
letters in their place."""

DULL = 0.06
"""A picture whose brightness spans no more is left as it is: it would show its noise."""

_SHADES = " .:-=+*#%@"
"""Letters by how much of their cell they cover."""

_GLYPHS = (
    (" ", 0.0, 0.0),
    ("░", 0.25, 0.25),
    ("▒", 0.5, 0.5),
    ("▓", 0.75, 0.75),
    ("█", 1.0, 1.0),
    ("▀", 1.0, 0.0),
    ("▄", 0.0, 1.0),
)
"""What each glyph covers of the upper and the lower half of its cell."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Pixels 0 to 255, row by row, channels last; one channel is grey, three are red, green and blue."""

    height: int
    width: int
    channels: int
    pixels: bytes

    def colour(self, row: int, column: int) -> tuple[int, int, int]:
        """Return red, green and blue of a pixel; black outside."""
        if row >= self.height or column >= self.width:
            return (0, 0, 0)
        start = (row * self.width + column) * self.channels
        if self.channels < 3:
            return (self.pixels[start],) * 3
        return (self.pixels[start], self.pixels[start + 1], self.pixels[start + 2])


def shrink(raster: Raster, columns: int, lines: int) -> Raster:
    """Return a raster that fits into so many cells: itself, or means over squares of its pixels."""
    step = max(1, -(-raster.width // max(1, columns)), -(-raster.height // max(2, 2 * lines)))
    if step == 1:
        return raster
    height, width = -(-raster.height // step), -(-raster.width // step)
    small = bytearray()
    for row in range(height):
        rows = range(row * step, min((row + 1) * step, raster.height))
        for column in range(width):
            places = range(column * step, min((column + 1) * step, raster.width))
            count = len(rows) * len(places)
            for channel in range(raster.channels):
                total = sum(
                    raster.pixels[(at * raster.width + place) * raster.channels + channel]
                    for at in rows
                    for place in places
                )
                small.append(round(total / count))
    return Raster(height, width, raster.channels, bytes(small))


def spread(raster: Raster, look: Look) -> Raster:
    """Return a raster whose brightness spans all shades where it is shown without colour.

    Of a photo without deep shadows and bright lights five glyphs show next to nothing. The darkest and the
    brightest fiftieth of the pixels do not count.
    """
    places = [(row, column) for row in range(raster.height) for column in range(raster.width)]
    if look == "colour" or not places:
        return raster
    bright = [_ink(raster.colour(row, column), "dark") for row, column in places]
    ordered, few = sorted(bright), len(bright) // 50
    low, high = ordered[few], ordered[-1 - few]
    if high - low <= DULL:
        return raster
    grey = bytes(round(255 * min(1.0, max(0.0, (each - low) / (high - low)))) for each in bright)
    return Raster(raster.height, raster.width, 1, grey)


def enlarge(raster: Raster, times: int) -> Raster:
    """Return a raster each of whose pixels is a square of times x times."""
    size, row_size = raster.channels, raster.width * raster.channels
    rows = []
    for row in range(raster.height):
        line = raster.pixels[row * row_size : (row + 1) * row_size]
        wide = b"".join(line[at : at + size] * times for at in range(0, row_size, size))
        rows.append(wide * times)
    return Raster(raster.height * times, raster.width * times, size, b"".join(rows))


def art(raster: Raster, look: Look) -> list[Content]:
    """Return a raster as lines, one cell a column and one for two rows."""
    return [_line(raster, row, look) for row in range(0, raster.height, 2)]


def _line(raster: Raster, row: int, look: Look) -> Content:
    """Return two rows of pixels as a line."""
    pieces: list[tuple[str, str]] = []
    for column in range(raster.width):
        upper, lower = raster.colour(row, column), raster.colour(row + 1, column)
        last = row + 1 >= raster.height
        if look != "colour":
            text, style = _glyph(upper, lower, look, last), ""
        elif last:
            text, style = "▀", _hex(upper)
        else:
            text, style = "▀", f"{_hex(upper)} on {_hex(lower)}"
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + text, style)
        else:
            pieces.append((text, style))
    return Content.assemble(*pieces)


def _hex(colour: tuple[int, int, int]) -> str:
    """Return a colour as styles write it."""
    return f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}"


def _glyph(upper: tuple[int, int, int], lower: tuple[int, int, int], look: Look, last: bool) -> str:
    """Return the glyph that comes nearest to two pixels; a letter stands for both of them."""
    wanted = [_ink(upper, look), 0.0 if last else _ink(lower, look)]
    if look in ("ascii dark", "ascii light"):
        return _SHADES[round(sum(wanted) / 2 * (len(_SHADES) - 1))]
    return min(_GLYPHS, key=lambda each: (each[1] - wanted[0]) ** 2 + (each[2] - wanted[1]) ** 2)[0]


def _ink(colour: tuple[int, int, int], look: Look) -> float:
    """Return how much of a half cell shall be covered, 0 to 1: on a dark ground the bright is covered."""
    bright = (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255
    return bright if look in ("dark", "ascii dark") else 1 - bright


def beside(pictures: list[list[Content]], gap: int) -> list[Content]:
    """Return pictures side by side, the shorter ones filled up below."""
    widths = [max((line.cell_length for line in picture), default=0) for picture in pictures]
    space = Content(" " * gap)
    lines: list[Content] = []
    for row in range(max(map(len, pictures), default=0)):
        cells = [
            (picture[row] if row < len(picture) else Content("")).pad_right(
                width - (picture[row].cell_length if row < len(picture) else 0)
            )
            for picture, width in zip(pictures, widths, strict=True)
        ]
        lines.append(space.join(cells))
    return lines
