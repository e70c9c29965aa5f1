"""Images before and after they are prepared, in lines: pictures, figures and histograms."""

from __future__ import annotations

from typing import Literal

from textual.content import Content

from cnntutor.i18n import decimal, shape, t
from cnntutor.lab.preparation import DataView, Example, Figures, Preparation
from cnntutor.tui.data_subject import DataSubject
from cnntutor.tui.picture_art import Look, Raster, art, beside, enlarge, shrink
from cnntutor.tui.wrapping import hanging

GAP = 2
MOST_TIMES = 3
"""A pixel becomes at most so many cells."""
HEAD = 1
"""Lines above a picture."""
Layout = Literal["beside", "stacked", "one"]
"""Both pictures beside each other, one above the other, or one alone."""


def raster_of(rows: tuple[tuple[tuple[int, int, int], ...], ...]) -> Raster:
    """Return rows of colours as a picture."""
    pixels = bytes(channel for row in rows for colour in row for channel in colour)
    return Raster(len(rows), len(rows[0]), 3, pixels)


def layout_of(example: Example, width: int, height: int) -> Layout:
    """Return how the two pictures of an example can be laid out, as large as the height lets them be."""
    before, after = raster_of(example.before), raster_of(example.after)
    room = max(1, height - HEAD)
    if sum(shrink(each, each.width, room).width for each in (before, after)) + GAP <= width:
        return "beside"
    lines = sum(HEAD - (-raster.height // 2) for raster in (before, after)) + 1
    return "stacked" if lines <= height and max(before.width, after.width) <= width else "one"


def picture_lines(
    example: Example, layout: Layout, after: bool, look: Look, size: tuple[int, int]
) -> list[Content]:
    """Return a picture before and after, as large as there is room for.

    Args:
        example: The picture.
        layout: How the two are laid out.
        after: Which of them is shown where there is room for one.
        look: How pictures are drawn.
        size: Cells and lines there are.
    """
    width, height = size
    levels = [level for row in example.before for colour in row for level in colour]
    words = (
        t("before: {low} to {high}", low=str(min(levels)), high=str(max(levels))),
        t("after: {low} to {high}", low=decimal(example.black, 3), high=decimal(example.white, 3)),
    )
    pairs = list(zip(words, (raster_of(example.before), raster_of(example.after)), strict=True))
    if layout == "one":
        pairs = [pairs[after]]
    cells = (width - GAP) // 2 if layout == "beside" else width
    room = (height - 1) // 2 - 1 if layout == "stacked" else height - HEAD
    times = min(_times(raster, cells, room) for _, raster in pairs)
    columns = []
    for told, raster in pairs:
        drawn = art(enlarge(raster, times) if times else shrink(raster, cells, room), look)
        lines = [*hanging(Content.styled(told, "$quiet"), cells), *drawn]
        columns.append([line.pad_right(max(0, min(cells, 24) - line.cell_length)) for line in lines])
    if layout == "stacked":
        return [*columns[0], Content(""), *columns[1]]
    return beside(columns, GAP)


def _times(raster: Raster, columns: int, lines: int) -> int:
    """Return how many cells a pixel can become; 0 where the picture has to be made smaller."""
    return min(columns // raster.width, 2 * max(1, lines) // raster.height, MOST_TIMES)


def how_line(how: Preparation, photos: bool) -> str:
    """Say what is done to the pixels."""
    divisor = decimal(how.divisor, 0 if how.divisor == int(how.divisor) else 2)
    done = t("divided by {divisor}", divisor=divisor)
    if how.offset:
        done = t("divided by {divisor}, then {offset} added", divisor=divisor, offset=decimal(how.offset, 3))
    if photos:
        side = shape((how.side, how.side))
        return t("the middle cut out and brought to {size}, {done}", size=side, done=done)
    return done


def notes(subject: DataSubject) -> list[str]:
    """Return what to know of the preparation besides."""
    how, found = subject.how, []
    if how.test_divisor is not None and how.test_divisor != how.divisor:
        divisor = decimal(how.test_divisor, 0 if how.test_divisor == int(how.test_divisor) else 2)
        found.append(
            t("The test images are divided by {divisor} instead: not as in training.", divisor=divisor)
        )
    if subject.tests_only:
        found.append(
            t("In this recipe each pretrained network crops and scales the photos as it was trained to.")
        )
    return found


def figure_lines(found: DataView, subject: DataSubject, width: int, height: int) -> list[Content]:
    """Return the figures before and after and, in the lines that are left, both histograms."""
    lines = hanging(Content.styled(how_line(subject.how, subject.name == "photos"), "bold"), width)
    for sentence in notes(subject):
        lines += hanging(Content.styled(f"! {sentence}", "$warning"), width, rest="  ")
    rows = [(t("{count} images", count=found.looked_at), t("before"), t("after"))]
    rows += [
        (name, decimal(getattr(found.before, field), digits), decimal(getattr(found.after, field), 3))
        for name, field, digits in (
            (t("least"), "low", 0),
            (t("greatest"), "high", 0),
            (t("mean"), "mean", 2),
            (t("standard deviation"), "spread", 2),
        )
    ]
    label = max(len(row[0]) for row in rows) + 1
    for place, (name, before, after) in enumerate(rows):
        lines.append(
            Content.styled(
                f"{name.ljust(label)}{before.rjust(10)}{after.rjust(11)}", "$quiet" if not place else ""
            )
        )
    lines.append(Content(""))
    lines += histogram_lines(found.before, found.after, width, height - len(lines))
    left = height - len(lines)
    return lines + (_neighbours(found, width) if left >= 4 and width >= 64 else [])


def histogram_lines(before: Figures, after: Figures, width: int, height: int) -> list[Content]:
    """Return both histograms beside each other, a line a bin; bins are put together where lines lack."""
    many = len(before.counts)
    step = next((step for step in (1, 2, 4) if many // step + 1 <= height), 4)
    drawn = [_bins(before, step, 0), _bins(after, step, 3)]
    names = [max(len(name) for name, _ in each) for each in drawn]
    bar = max(3, min(30, (width - GAP - sum(names) - 2 * 9) // 2))
    columns = []
    for title, bins, label in zip((t("pixels before"), t("pixels after")), drawn, names, strict=True):
        most = max(share for _, share in bins) or 1.0
        lines = [Content.styled(title, "bold")]
        for name, share in bins:
            filled = max(1 if share else 0, round(share / most * bar))
            lines.append(
                Content.assemble(
                    (name.rjust(label), "$quiet"),
                    " ",
                    ("━" * filled, "$primary"),
                    " " * (bar - filled),
                    f" {decimal(100 * share, 1).rjust(5)} %",
                )
            )
        columns.append(lines)
    return beside(columns, GAP)


def _bins(figures: Figures, step: int, digits: int) -> list[tuple[str, float]]:
    """Return each bin's limits and its share of the pixels."""
    pixels = sum(figures.counts) or 1
    found = []
    for place in range(0, len(figures.counts), step):
        low, high = figures.edges[place], figures.edges[min(place + step, len(figures.counts))]
        limits = f"{decimal(low, digits)} – {decimal(high if digits else high - 1, digits)}"
        found.append((limits, sum(figures.counts[place : place + step]) / pixels))
    return found


def _neighbours(found: DataView, width: int) -> list[Content]:
    """Return eight pixels of the first image as numbers."""
    return [
        Content(""),
        *hanging(
            Content.styled(t("eight neighbours in the first image, before and after:"), "$quiet"), width
        ),
        Content("".join(f"{each:>8}" for each in found.row_before)),
        Content("".join(decimal(each, 3).rjust(8) for each in found.row_after)),
    ]
