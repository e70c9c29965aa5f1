"""What a layer makes of an image, in lines: feature maps, filters, outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from cnntutor.i18n import decimal, shape, t
from cnntutor.needs import LayerView
from cnntutor.tui.picture_art import Look, Raster, art, beside, enlarge, shrink
from cnntutor.tui.wrapping import hanging

VALUES_WIDE = 32
"""Outputs in a line, where they have neither height nor width."""
FEW_VALUES = 20
"""So many outputs are told one by one."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where lines go."""

    width: int
    height: int
    look: Look


def view_lines(view: LayerView, classes: Sequence[str], page: Page) -> list[Content]:
    """Return what a layer makes of an image.

    Args:
        view: The layer.
        classes: The names of the data's classes.
        page: The room there is.
    """
    if not view.maps:
        return _values(view, classes, page)
    rasters = [Raster(*view.map_size, 1, each) for each in view.maps]
    words = t(
        "{kind}: {shown} of {all} maps, outputs {low} to {high}",
        kind=view.kind,
        shown=str(len(view.maps)),
        all=str(view.shape[-1]),
        low=decimal(view.low, 3),
        high=decimal(view.high, 3),
    )
    return [*hanging(Content.styled(words, "$quiet"), page.width), *_grid(rasters, page)]


def filter_lines(view: LayerView, page: Page) -> list[Content]:
    """Return the filters of a layer."""
    if not view.filters:
        return hanging(t("{kind} has no filters; choose a convolution.", kind=view.kind), page.width)
    rows, columns, channels = view.filter_size
    rasters = [Raster(rows, columns, channels, each) for each in view.filters]
    words = t(
        "{kind}: {shown} of {all} filters of {size}, input channel 1 of {inputs}",
        kind=view.kind,
        shown=str(len(view.filters)),
        all=str(view.shape[-1]),
        size=shape((rows, columns)),
        inputs=str(view.filter_inputs),
    )
    if channels == view.filter_inputs:
        words = t(
            "{kind}: {shown} of {all} filters of {size}",
            kind=view.kind,
            shown=str(len(view.filters)),
            all=str(view.shape[-1]),
            size=shape((rows, columns, channels)),
        )
    return [*hanging(Content.styled(words, "$quiet"), page.width), *_grid(rasters, page)]


def _grid(rasters: list[Raster], page: Page) -> list[Content]:
    """Return as many pictures as fit, all of one size, as large as lets all be seen."""
    width, height = page.width, page.height - 2
    sizes = (8, 6, 4, 3, 2, 1)
    chosen = next((times for times in sizes if _fits(rasters, times, width, height)), 0)
    if chosen:
        drawn = [art(enlarge(each, chosen), page.look) for each in rasters]
    else:
        side = next(
            (side for side in range(28, 5, -2) if _room(side, side, width, height) >= len(rasters)), 6
        )
        drawn = [art(shrink(each, side, side // 2), page.look) for each in rasters]
    across = max(1, (width + 1) // (drawn[0][0].cell_length + 1))
    found: list[Content] = []
    for row in range(0, len(drawn), across):
        some = beside(drawn[row : row + across], 1)
        if len(found) + len(some) > height and found:
            break
        found += [*some, Content("")]
    return found


def _fits(rasters: list[Raster], times: int, width: int, height: int) -> bool:
    first = rasters[0]
    return _room(first.width * times, first.height * times, width, height) >= len(rasters)


def _values(view: LayerView, classes: Sequence[str], page: Page) -> list[Content]:
    """Return outputs that are no pictures: bars where they are few, else a strip of greys."""
    words = t(
        "{kind}: {count} outputs, {low} to {high}",
        kind=view.kind,
        count=str(_count(view.shape)),
        low=decimal(view.low, 3),
        high=decimal(view.high, 3),
    )
    width, height = page.width, page.height
    found = hanging(Content.styled(words, "$quiet"), width)
    if len(view.values) <= FEW_VALUES:
        return [*found, *_bars(view, classes, width)]
    span = (view.high - view.low) or 1.0
    levels = [min(255, max(0, round((value - view.low) / span * 255))) for value in view.values]
    wide = min(VALUES_WIDE, width)
    levels += [0] * (-len(levels) % wide)
    raster = Raster(len(levels) // wide, wide, 1, bytes(levels))
    times = 2 if raster.height * 2 <= 2 * (height - 2) and wide * 2 <= width else 1
    return [*found, *art(enlarge(raster, times), page.look)]


def _bars(view: LayerView, classes: Sequence[str], width: int) -> list[Content]:
    """Return a bar for each output, named by its class where there is one each."""
    names: Sequence[str] = [str(place) for place in range(len(view.values))]
    if len(classes) == len(view.values):
        names = classes
    label = min(14, max(len(name) for name in names))
    bar = max(5, min(40, width - label - 12))
    most = max((abs(value) for value in view.values), default=0.0) or 1.0
    found = []
    for name, value in zip(names, view.values, strict=True):
        filled = round(abs(value) / most * bar)
        found.append(
            Content.assemble(
                f"{cut(name, label).ljust(label)} {decimal(value, 3).rjust(8)}  ",
                ("━" * filled, "$primary" if value >= 0 else "$error"),
            )
        )
    return found


def _room(wide: int, high: int, width: int, height: int) -> int:
    """Return how many pictures of so many pixels fit into so many cells."""
    return ((width + 1) // (wide + 1)) * ((height + 1) // (-(-high // 2) + 1))


def _count(sides: tuple[int, ...]) -> int:
    """Return how many numbers an output has."""
    count = 1
    for side in sides:
        count *= side
    return count


def cut(text: str, cells: int) -> str:
    """Return a text of at most so many cells."""
    return text if len(text) <= cells else text[: max(1, cells - 1)] + "…"
