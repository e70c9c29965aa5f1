"""A chart of curves over the epochs, drawn as rows of text: axes, marks, legend and curves.

Training and validation differ without colour: ─●─ a whole line with filled marks, ┄○┄ a line with gaps and
open marks, ◉ where the two fall together, ★ the best epoch.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cnntutor.i18n import decimal, t
from cnntutor.tui.widgets.plot_canvas import Canvas, Runs, join_runs
from cnntutor.tui.widgets.plot_scale import (
    Scale,
    linear_scale,
    log_scale,
    range_ticks,
    tick_digits,
    whole_ticks,
)

Point = tuple[float, float]

_MARKS = {"train": ("●", "*"), "validation": ("○", "o"), "both": ("◉", "@"), "best": ("★", "#")}
"""Mark of each role, in Unicode and in ASCII."""
_MARK_DISTANCE = 5
"""Cells between two marks of a curve that has more points than cells."""


_LARGEST = 1e300
"""Larger figures no axis reaches; those of 32 bits end at 3.4e38."""


@dataclass(frozen=True, slots=True)
class Series:
    """One curve; a NaN leaves a gap."""

    role: str
    """`train`, `validation`, or `faint` for a curve without marks behind the others."""
    points: tuple[Point, ...]
    """(epoch, value), the epochs rising."""
    mark: str = ""
    """The character on its points, where a role has none of its own."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a plot shows."""

    title: str
    series: tuple[Series, ...]
    epochs: float
    """Where the axis across ends."""
    log: bool = False
    ceiling: float | None = None
    """A value the axis never goes beyond, such as 100 for an accuracy in per cent."""
    best: int | None = None
    """The epoch that gets the ★."""
    close: bool = False
    """Choose the axis upwards for the marked curves alone, as soon as they have a value."""
    begin: float = 0.0
    """Where the axis across begins; what lies before it or behind its end is not drawn."""

    @property
    def span(self) -> float:
        """How many epochs the axis across covers."""
        return max(1e-6, self.epochs - self.begin)

    def inside(self) -> Chart:
        """Return the chart with the points between the two ends of the axis only."""
        if self.begin <= 0 and all(one.points[-1][0] <= self.epochs for one in self.series if one.points):
            return self
        kept = []
        for series in self.series:
            first = bisect_left(series.points, (self.begin, -math.inf))
            last = bisect_right(series.points, (self.epochs, math.inf))
            kept.append(replace(series, points=series.points[first:last]))
        return replace(self, series=tuple(kept))


def draw_chart(chart: Chart, columns: int, rows: int, ascii_only: bool = False) -> list[Runs]:
    """Draw a chart into rows of (text, role).

    Args:
        chart: What to show.
        columns: Width in cells.
        rows: Height in cells: title and legend, curves, axis, numbers of the epochs.
        ascii_only: Use no character beyond ASCII.
    """
    height = rows - 3
    if columns < 16 or height < 2:
        return [[(chart.title[:columns], "label")]] + [[] for _ in range(max(0, rows - 1))]
    chart = chart.inside()
    scale = _value_scale(chart, height)
    labels = _value_labels(scale, height)
    gutter = max((len(label) for label in labels.values()), default=3) + 1
    canvas = Canvas(columns - gutter - 1, height, ascii_only)
    if scale is None:
        _note(canvas, t("no figures yet"))
    else:
        _draw_curves(chart, scale, canvas)
    wall, corner, tick = ("|", "+", "+") if ascii_only else ("│", "└", "┤")
    drawn: list[Runs] = [_title_row(chart, columns, ascii_only)]
    for row in range(height):
        label = labels.get(row, "")
        edge = tick if label else wall
        drawn.append(join_runs([(label.rjust(gutter - 1) + " ", "label"), (edge, "axis"), *canvas.runs(row)]))
    axis, numbers = _epoch_rows(chart, canvas, ascii_only)
    drawn.append([(" " * gutter + corner + axis, "axis")])
    drawn.append([(" " * (gutter + 1), ""), *numbers])
    return drawn


def _value_scale(chart: Chart, height: int) -> Scale | None:
    """Return the axis upwards, or None while there is no value."""
    lowest = 0.0 if chart.log else -math.inf
    marked = [y for series in chart.series if series.role != "faint" for _, y in series.points]
    faint = [y for series in chart.series if series.role == "faint" for _, y in series.points]
    values = [y for y in marked if abs(y) < _LARGEST and y > lowest]
    if not (chart.close and values):
        if chart.log and values:
            # A single good batch must not stretch a logarithmic axis downwards.
            lowest = min(values) / 2
        values += [y for y in faint if abs(y) < _LARGEST and y > lowest]
    if not values:
        return None
    marks = max(2, min(8, (height + 1) // 2))
    low, high = min(values), max(values)
    if chart.log:
        return log_scale(low, high, marks)
    scale = linear_scale(low, high, marks, chart.ceiling)
    while marks > 2 and height - 1 < 2 * (len(scale.ticks) - 1):
        marks -= 1
        scale = linear_scale(low, high, marks, chart.ceiling)
    return scale


def _value_labels(scale: Scale | None, height: int) -> dict[int, str]:
    """Return the label of each row that has one."""
    if scale is None:
        return {}
    shared = tick_digits(scale.ticks)
    labels: dict[int, str] = {}
    for tick in scale.ticks:
        row = round((1 - scale.fraction(tick)) * (height - 1))
        labels.setdefault(row, _axis_number(tick, tick_digits((tick,)) if scale.log else shared))
    return labels


def _axis_number(value: float, digits: int) -> str:
    """Return a mark of the axis; one far from 1 with its power of ten, so that the curve keeps its room."""
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        return decimal(value, digits)
    factor, _, power = f"{value:.2e}".partition("e")
    return f"{decimal(float(factor), tick_digits((float(factor),)))}e{int(power)}"


class _Projection:
    """Turns (epoch, value) into dots of the canvas, (0, 0) at the top left."""

    def __init__(self, chart: Chart, scale: Scale, canvas: Canvas) -> None:
        self.log = scale.log
        self.x_factor = (canvas.width - 1) / max(chart.span, 1e-6)
        self.begin = chart.begin
        self.right, self.bottom = canvas.width - 1, canvas.height - 1
        top, low = (math.log10(scale.high), math.log10(scale.low)) if scale.log else (scale.high, scale.low)
        # Values meet the marks of the axis, which stand in the middle of their rows.
        self.y_factor = (canvas.rows - 1) * canvas.dots_y / (top - low)
        self.y_top = top * self.y_factor + (canvas.dots_y - 1) / 2 + 0.5

    def column(self, x: float) -> int:
        """Return the dot column of a place in epochs."""
        return int((x - self.begin) * self.x_factor + 0.5)

    def dot(self, point: Point) -> tuple[int, int] | None:
        """Return the dot of a point; None for a gap."""
        x, y = point
        if not abs(y) < _LARGEST:
            return None
        if self.log:
            if y <= 0:
                return None
            y = math.log10(y)
        across = self.column(x)
        down = int(self.y_top - y * self.y_factor)
        right = self.right
        if not 0 <= down <= self.bottom:
            return None
        return 0 if across < 0 else right if across > right else across, down


def _draw_curves(chart: Chart, scale: Scale, canvas: Canvas) -> None:
    """Draw the lines of all curves, the faint ones first, then the marks over them."""
    projection = _Projection(chart, scale, canvas)
    for series in sorted(chart.series, key=lambda one: one.role != "faint"):
        crowded = series.role != "faint" and len(series.points) > canvas.width
        if series.role == "train" and crowded:
            _draw_line(canvas, projection, _thinned(series.points, projection), "faint")
        points = averaged(series.points, projection.column) if crowded else series.points
        _draw_line(canvas, projection, _thinned(points, projection), series.role)
    for series in chart.series:
        if series.mark or series.role in ("train", "validation"):
            _draw_marks(chart, series, projection, canvas)


def _draw_line(canvas: Canvas, projection: _Projection, points: Sequence[Point], role: str) -> None:
    """Draw a line through points; a gap breaks it."""
    previous: tuple[int, int] | None = None
    phase = 0
    for point in points:
        dot = projection.dot(point)
        if dot is not None:
            phase = canvas.line(previous or dot, dot, role, phase)
        previous = dot


def averaged(points: Sequence[Point], column: Callable[[float], int]) -> list[Point]:
    """Return one point for each column: the mean of those in it; a column with a NaN among them is a gap.

    Args:
        points: More than there are columns, from left to right.
        column: Gives the column of a place across.
    """
    return [
        (sum(x for x, _ in some) / len(some), sum(y for _, y in some) / len(some))
        for some in (list(group) for _, group in itertools.groupby(points, lambda point: column(point[0])))
    ]


def _thinned(points: Sequence[Point], projection: _Projection) -> Sequence[Point]:
    """Keep the lowest and the highest value of each dot column of a curve with many points."""
    if len(points) <= 2 * (projection.right + 1):
        return points
    kept: list[Point] = []
    low = high = points[0]
    column = projection.column
    here = column(low[0])
    for point in points:
        place = column(point[0])
        if place != here or point[1] != point[1]:
            kept += (low, high) if low[0] <= high[0] else (high, low)
            here, low, high = place, point, point
        elif point[1] < low[1]:
            low = point
        elif point[1] > high[1]:
            high = point
    kept += (low, high) if low[0] <= high[0] else (high, low)
    return kept


def _draw_marks(chart: Chart, series: Series, projection: _Projection, canvas: Canvas) -> None:
    """Put the marks of a curve on its points, or on some of them where they stand close."""
    points: Sequence[Point] = series.points
    if len(points) > canvas.width:
        points = averaged(points, projection.column)
    last = len(points) - 1
    covered = (points[-1][0] - points[0][0]) / chart.span * canvas.columns if points else 0.0
    distance = covered / last if last > 0 else _MARK_DISTANCE
    stride = 1 if distance >= 2 else math.ceil(_MARK_DISTANCE / max(distance, 1e-6))
    shift = stride // 2 if series.role == "validation" else ord(series.mark or "\0") % stride
    form = 1 if canvas.ascii_only else 0
    marked = set(range(shift, last + 1, min(stride, last + 1) or 1)) | ({last} if points else set())
    shown = [(points[index], False) for index in sorted(marked)]
    if chart.best is not None and series.role == "validation":
        shown = [each for each in shown if each[0][0] != chart.best]
        shown += [(point, True) for point in series.points if point[0] == chart.best]
    for point, best in shown:
        dot = projection.dot(point)
        if dot is None:
            continue
        column, row = dot[0] // canvas.dots_x, dot[1] // canvas.dots_y
        if series.mark:
            canvas.character(column, row, series.mark, series.role)
            continue
        role = "best" if best else "both" if canvas.taken(column, row) else series.role
        canvas.character(column, row, _MARKS[role][form], role)


def _title_row(chart: Chart, columns: int, ascii_only: bool) -> Runs:
    """Return the title with as much of the legend as fits."""
    roles = {series.role for series in chart.series if series.points}
    form = 1 if ascii_only else 0
    long_marks = {"train": ("─●─", ".*."), "validation": ("┄○┄", ":o:"), "best": ("★", "#")}
    words = {"train": t("train"), "validation": t("validation"), "best": t("best epoch")}
    shown: list[str] = [role for role in ("train", "validation") if role in roles]
    if chart.best is not None and "validation" in roles:
        shown.append("best")
    for marks, space in ((long_marks, "  "), (_MARKS, "  "), (_MARKS, " ")):
        for count in range(len(shown), min(len(shown), 2) - 1, -1):
            pieces = [(f"{space}{marks[role][form]} {words[role]}", role) for role in shown[:count]]
            if len(chart.title) + sum(len(text) for text, _ in pieces) <= columns:
                gap = columns - len(chart.title) - sum(len(text) for text, _ in pieces)
                return join_runs([(chart.title, "title"), (" " * gap, ""), *pieces])
    return [(chart.title[:columns], "title")]


def _epoch_rows(chart: Chart, canvas: Canvas, ascii_only: bool) -> tuple[str, Runs]:
    """Return the axis across and the numbers of the epochs below it; the best epoch goes first."""
    line, tick = ("-", "+") if ascii_only else ("─", "┴")
    axis = [line] * canvas.columns
    cells: list[tuple[str, str]] = [(" ", "")] * canvas.columns
    ticks: list[tuple[float, str, str]] = []
    if chart.best is not None and chart.begin <= chart.best <= chart.epochs:
        star = _MARKS["best"][1 if ascii_only else 0]
        ticks.append((chart.best, f"{star}{chart.best}", "best"))
    ticks += [(epoch, label, "label") for epoch, label in _epoch_ticks(chart, canvas.columns)]
    for epoch, label, role in ticks:
        column = round((epoch - chart.begin) / chart.span * (canvas.width - 1)) // canvas.dots_x
        first = min(max(0, column - len(label) // 2), canvas.columns - len(label))
        span = range(max(0, first - 1), min(canvas.columns, first + len(label) + 1))
        if any(cells[place][0] != " " for place in span):
            continue
        axis[column] = tick
        for place, character in enumerate(label, start=first):
            cells[place] = (character, role)
    return "".join(axis), join_runs(cells)


def _epoch_ticks(chart: Chart, columns: int) -> list[tuple[float, str]]:
    """Return the marks of the axis across, in the order of their weight: (place in epochs, label)."""
    widest = len(str(round(chart.epochs)))
    if chart.begin <= 0 and chart.epochs >= 1 and chart.epochs == round(chart.epochs):
        wanted = whole_ticks(max(1, round(chart.epochs)), max(2, columns // (widest + 2)))
        return [(epoch, str(epoch)) for epoch in (wanted[-1], *wanted[:-1])]
    places = range_ticks(chart.begin, chart.epochs, max(2, columns // (widest + 4)))
    digits = tick_digits(places)
    return [(place, decimal(place, digits)) for place in (places[-1], *places[:-1])]


def _note(canvas: Canvas, text: str) -> None:
    """Write a short text into the middle of an empty chart."""
    first = max(0, (canvas.columns - len(text)) // 2)
    for place, character in enumerate(text[: canvas.columns], start=first):
        canvas.character(place, canvas.rows // 2, character, "label")


def sparkline(values: Sequence[float], width: int, ascii_only: bool = False) -> str:
    """Return the last values as a row of bars, lowest to highest: ▂▄▆▇.

    Args:
        values: What to show; NaN is left out.
        width: How many bars at most.
        ascii_only: Use no character beyond ASCII.
    """
    bars = "._-=^" if ascii_only else "▁▂▃▄▅▆▇"
    shown = [value for value in values if math.isfinite(value)][-width:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    if high - low < 1e-12:
        return bars[len(bars) // 2] * len(shown)
    return "".join(bars[round((value - low) / (high - low) * (len(bars) - 1))] for value in shown)
