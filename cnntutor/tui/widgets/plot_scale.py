"""Axes of a plot: where a value falls, and which round values get a mark. Plain arithmetic, nothing drawn."""

import math
from dataclasses import dataclass

_LINEAR_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LOG_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: its two ends, the values that get a mark, and whether it is logarithmic."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def fraction(self, value: float) -> float:
        """Return where a value falls between the ends: 0 at low, 1 at high, held inside."""
        if self.log:
            span = math.log10(self.high) - math.log10(self.low)
            place = (math.log10(max(value, self.low)) - math.log10(self.low)) / span
        else:
            place = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, place))


def linear_scale(low: float, high: float, marks: int, ceiling: float | None = None) -> Scale:
    """Return an axis over [low, high] that starts and ends on round values.

    Args:
        low: Smallest value to show.
        high: Largest value to show.
        marks: How many marks there is room for, at least 2.
        ceiling: A value the axis never goes beyond, such as 1 for an accuracy.
    """
    if high - low < 1e-9:
        margin = max(abs(low) * 0.05, 0.01)
        low, high = low - margin, high + margin
        if ceiling is not None and high > ceiling:
            low, high = low - (high - ceiling), ceiling
    step = _round_step((high - low) / max(1, marks - 1))
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    if ceiling is not None:
        last = min(last, max(first + 1, math.floor(ceiling / step + 1e-9)))
    top = last * step
    if ceiling is not None and top < high:
        top = ceiling
    ticks = tuple(round(index * step, 10) for index in range(first, last + 1))
    return Scale(first * step, max(top, ticks[-1]), ticks)


def _round_step(raw: float) -> float:
    """Return the smallest round step that is not below raw: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(raw))
    return next((step * power for step in _LINEAR_STEPS if step * power >= raw * (1 - 1e-9)), 10 * power)


def log_scale(low: float, high: float, marks: int) -> Scale:
    """Return a logarithmic axis over [low, high], both above 0, ending on 1, 2 or 5 times a power of ten."""
    bottom = max(value for value in _log_values(low, low) if value <= low * (1 + 1e-9))
    top = min(value for value in _log_values(high, high) if value >= high * (1 - 1e-9))
    if top <= bottom:
        top = min(value for value in _log_values(bottom, bottom * 10) if value > bottom * (1 + 1e-9))
    inside = [v for v in _log_values(bottom, top) if bottom * (1 - 1e-9) <= v <= top * (1 + 1e-9)]
    return Scale(bottom, top, _thin_log(inside, max(2, marks)), log=True)


def _log_values(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten from a decade below low to a decade above high."""
    first = math.floor(math.log10(low)) - 1
    last = math.ceil(math.log10(high)) + 1
    return [float(f"{step:g}e{power}") for power in range(first, last + 1) for step in _LOG_STEPS]


def _thin_log(values: list[float], marks: int) -> tuple[float, ...]:
    """Keep as many marks as fit: all, else the powers of ten if they are three or more, else some of all."""
    if len(values) <= marks:
        return tuple(values)
    decades = [value for value in values if abs(math.log10(value) - round(math.log10(value))) < 1e-9]
    if 3 <= len(decades) <= marks:
        return tuple(decades)
    stride = math.ceil((len(values) - 1) / (marks - 1))
    return tuple(values[::stride])


def whole_ticks(last: int, marks: int) -> tuple[int, ...]:
    """Return whole numbers from 1 to last with a round distance, the first and the last among them.

    Args:
        last: The largest number, such as the count of epochs.
        marks: How many numbers there is room for.
    """
    if last <= 1:
        return (1,)
    if last <= marks:
        return tuple(range(1, last + 1))
    raw = last / max(1, marks - 1)
    power = 10 ** math.floor(math.log10(max(1.0, raw)))
    step = next(round_step * power for round_step in (1, 2, 5, 10) if round_step * power >= raw)
    inner = [value for value in range(step, last, step) if last - value >= step / 2]
    return (1, *[value for value in inner if value > 1], last)


def range_ticks(begin: float, end: float, marks: int) -> tuple[float, ...]:
    """Return round places between two ends, parts of an epoch where the range is short; at least one.

    Args:
        begin: Where the range begins.
        end: Where it ends, above begin.
        marks: How many there is room for.
    """
    raw = (end - begin) / max(1, marks - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first = math.ceil(begin / step - 1e-9)
    places = tuple(round(index * step, 6) for index in range(first, math.floor(end / step + 1e-9) + 1))
    return places or (end,)


def tick_digits(ticks: tuple[float, ...]) -> int:
    """Return how many digits after the mark tell the ticks apart, at most 4."""
    for digits in range(5):
        if all(abs(tick - round(tick, digits)) < 1e-9 for tick in ticks):
            return digits
    return 4
