"""A data set on the command line: figures, histograms and pictures, before and after preparation."""

import os
from itertools import zip_longest

from cnntutor.i18n import decimal, number, t
from cnntutor.i18n import shape as shape_text
from cnntutor.lab.preparation import DataView, Example, Figures, Preparation

SHADES = " ·:-=+*#%@"
"""Characters from dark to bright, for a terminal without colours and for a file."""
GAP = 2
BAR = 22
Colour = tuple[int, int, int]
Rows = tuple[tuple[Colour, ...], ...]


def no_color() -> bool:
    """Whether the learner wants no colours."""
    return bool(os.environ.get("NO_COLOR"))


def view_lines(found: DataView, how: Preparation, width: int, *, coloured: bool) -> list[str]:
    """Return a data set as lines no wider than the terminal.

    Args:
        found: What the worker saw.
        how: How it prepared the images.
        width: Columns.
        coloured: Whether the terminal shows colours.
    """
    lines = [
        t(
            "{name}: {train} images for training, {test} for the test, from {source}",
            name=found.name,
            train=found.train,
            test=found.test,
            source=found.source,
        ),
        t(
            "images a class: {counts}",
            counts=", ".join(
                f"{label} {number(count)}" for label, count in zip(found.labels, found.per_class, strict=True)
            ),
        ),
        _split(found),
        t(
            "an image for the network: {shape}; figures from {count} images",
            shape=shape_text(found.shape),
            count=found.looked_at,
        ),
        "",
        t(
            "pixels as they are: {low} to {high}, mean {mean}, standard deviation {spread}",
            **_figures(found.before, 2),
        ),
        _prepared(how, found.after),
        "",
        *_histograms(found),
        "",
        t("eight neighbours in the first image, before and after:"),
        "  " + "  ".join(f"{each:>7}" for each in found.row_before),
        "  " + "  ".join(f"{decimal(each, 3):>7}" for each in found.row_after),
        "",
    ]
    changed = [each for each in found.examples if each.before != each.after]
    if changed:
        lines.append(
            t("each picture twice: as it lies there, and what the network sees (lowest number black)")
        )
    pictures = [(each.label, rows) for each in found.examples for rows in _views(each)]
    return lines + _beside(pictures, width, coloured)


def _split(found: DataView) -> str:
    """Say how many images a run takes for each part."""
    counts = {part.name: part.count for part in found.parts}
    return t(
        "a run splits them: {train} for training, {validation} for validation, {test} for the test",
        train=counts["train"],
        validation=counts.get("validation", 0),
        test=counts["test"],
    )


def _views(example: Example) -> tuple[Rows, ...]:
    """Return the picture, twice where preparation changes how it looks."""
    return (example.before,) if example.before == example.after else (example.before, example.after)


def _figures(figures: Figures, digits: int) -> dict[str, object]:
    return {
        "low": decimal(figures.low, 0 if digits == 2 else digits),
        "high": decimal(figures.high, 0 if digits == 2 else digits),
        "mean": decimal(figures.mean, digits),
        "spread": decimal(figures.spread, digits),
    }


def _prepared(how: Preparation, after: Figures) -> str:
    """Say what was done to the pixels and what came out."""
    divisor = decimal(how.divisor, 0 if how.divisor == int(how.divisor) else 2)
    if how.offset:
        return t(
            "divided by {divisor}, then {offset} added: {low} to {high}, mean {mean}, standard deviation"
            " {spread}",
            divisor=divisor,
            offset=decimal(how.offset, 3),
            **_figures(after, 3),
        )
    return t(
        "divided by {divisor}: {low} to {high}, mean {mean}, standard deviation {spread}",
        divisor=divisor,
        **_figures(after, 3),
    )


def _histograms(found: DataView) -> list[str]:
    """Return both histograms beside each other, one line a bin."""
    before, after = found.before, found.after
    most = (max(before.counts), max(after.counts))
    lines = []
    for place, counts in enumerate(zip(before.counts, after.counts, strict=True)):
        low, high = before.edges[place : place + 2]
        bars = [_bar(count, top) for count, top in zip(counts, most, strict=True)]
        first = f"{low:3.0f}–{high - 1:3.0f}  {bars[0].ljust(BAR)}"
        second = f"{decimal(after.edges[place], 3):>7} … {decimal(after.edges[place + 1], 3):<7}  {bars[1]}"
        lines.append(f"{first}  {second}".rstrip())
    return lines


def _bar(count: int, most: int) -> str:
    return "█" * max(1 if count else 0, count * BAR // most)


def _beside(pictures: list[tuple[str, Rows]], width: int, coloured: bool) -> list[str]:
    """Return pictures beside each other as far as the width goes, each with its label above."""
    lines: list[str] = []
    row: list[tuple[int, list[str]]] = []
    used = 0
    for label, rows in pictures:
        columns = len(rows[0])
        if row and used + columns > width:
            lines += _joined(row)
            row, used = [], 0
        row.append((columns, [label[:columns].ljust(columns), *_art(rows, coloured)]))
        used += columns + GAP
    return lines + (_joined(row) if row else [])


def _joined(row: list[tuple[int, list[str]]]) -> list[str]:
    blocks = [[(line, columns) for line in lines] for columns, lines in row]
    joined = []
    for across in zip_longest(*blocks):
        parts = [part[0] if part is not None else " " * row[place][0] for place, part in enumerate(across)]
        joined.append((" " * GAP).join(parts).rstrip())
    return [*joined, ""]


def _art(rows: Rows, coloured: bool) -> list[str]:
    """Return a picture, two rows of pixels a line."""
    lines = []
    for upper, lower in zip_longest(rows[::2], rows[1::2]):
        below = lower if lower is not None else ((0, 0, 0),) * len(upper)
        if coloured:
            cells = (f"\x1b[38;5;{_code(a)};48;5;{_code(b)}m▀" for a, b in zip(upper, below, strict=True))
            lines.append("".join(cells) + "\x1b[0m")
        else:
            lines.append(
                "".join(
                    SHADES[(sum(a) + sum(b)) * len(SHADES) // 1531] for a, b in zip(upper, below, strict=True)
                )
            )
    return lines


def _code(colour: Colour) -> int:
    """Return the colour of 256 nearest to one: of the greys where it is grey, else of the cube."""
    red, green, blue = colour
    if max(colour) - min(colour) < 12:
        grey = round((sum(colour) / 3 - 8) / 10)
        return 16 if grey < 0 else 231 if grey > 23 else 232 + grey
    steps = [0 if each < 48 else 1 if each < 115 else (each - 35) // 40 for each in (red, green, blue)]
    return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
