"""The table of the compared runs, a column for each: what differs on top, what they reached below."""

from __future__ import annotations

from textual.content import Content

from cnntutor.i18n import decimal, t
from cnntutor.lab.comparison import Comparison, compare, spread_words
from cnntutor.lab.events import EpochEvent
from cnntutor.lab.result_words import percent
from cnntutor.lab.state import RunState
from cnntutor.tui.run_curves import RunCurves
from cnntutor.tui.widgets.run_head import STATE_GLYPHS, clock
from cnntutor.tui.wrapping import hanging

LOOKS = ("$primary", "$accent", "$success", "$error", "$secondary", "$foreground")
"""Colours of the letters, as the curves have them."""
_WIDEST = 22
"""Cells of a column at most."""
_WIDEST_WORDS = 44
"""Cells of a line below the table; so many are in sight on the narrowest screen."""

Row = tuple[str, list[str], bool]
"""Label, a cell for each run, and whether it is a setting that differs."""


def look_of(run: RunCurves) -> str:
    """Return the colour of a run's letter and curve."""
    return LOOKS[int(run.role.rpartition("-")[2])]


def table_lines(runs: tuple[RunCurves, ...], first: int = 0, room: int = 10_000) -> list[Content]:
    """Return the table, a line for each row; then the spread of runs that differ in seeds only.

    Args:
        runs: The runs.
        first: The run whose column stands beside the labels; those before it are out of sight.
        room: Cells of a line; runs whose columns do not fit are out of sight, and an arrow says so.
    """
    if not runs:
        return [Content.styled(t("Enter on a run in the list lays its curve over the others."), "$quiet")]
    found = compare([(run.run, run.spec, run.result) for run in runs])
    rows: list[Row] = [
        (key, [_value(row.settings[key]) for row in found.rows], True) for key in found.changed
    ]
    rows += [
        (t("state"), [_state(run) for run in runs], False),
        (t("test accuracy"), [_accuracy(run) for run in runs], False),
        (t("95 % interval"), [_interval(run) for run in runs], False),
        (t("best epoch"), [_best_epoch(run) for run in runs], False),
        (t("lowest val_loss"), [_lowest(run) for run in runs], False),
        (t("time"), [clock(run.result.seconds) if run.result else "–" for run in runs], False),
    ]
    label = max(len(row[0]) for row in rows)
    widths = [
        min(_WIDEST, max(6, *(len(cells[column]) for _label, cells, _changed in rows)))
        for column in range(len(runs))
    ]
    columns = _in_sight(widths, first, room - label - 2)
    heads = [
        Content.styled(runs[column].letter.ljust(widths[column]), f"bold {look_of(runs[column])}")
        for column in columns
    ]
    before, behind = "◂ " if first else "  ", " ▸" if columns.stop < len(runs) else ""
    lines = [
        Content.assemble(
            (before.rjust(label + 2), "$quiet"), Content("  ").join(heads).rstrip(), (behind, "$quiet")
        )
    ]
    for name, cells, changed in rows:
        shown = "  ".join(_cut(cells[column], widths[column]).ljust(widths[column]) for column in columns)
        lines.append(
            Content.assemble((name.ljust(label + 2), "$quiet"), (shown, "bold $accent" if changed else ""))
        )
    if len(runs) > 1 and not found.changed:
        lines.append(Content.styled(t("Nothing differs between these runs."), "$quiet"))
    return lines + _spread(found, {run.run: run.letter for run in runs})


def _in_sight(widths: list[int], first: int, room: int) -> range:
    """Return the columns that fit beside the labels from the first on, at least one."""
    stop, taken = first + 1, widths[first]
    while stop < len(widths) and taken + 2 + widths[stop] <= room:
        taken += 2 + widths[stop]
        stop += 1
    return range(first, stop)


def _spread(found: Comparison, letters: dict[str, str]) -> list[Content]:
    """Return a line for each group of runs that differ in their seeds only."""
    lines: list[Content] = []
    for group in found.groups:
        said = spread_words(group, (letters[run] for run in group.runs))
        if said is not None:
            lines += hanging(str(said), _WIDEST_WORDS)
    return [Content(""), *lines] if lines else []


def _state(run: RunCurves) -> str:
    glyph, _colour = STATE_GLYPHS[run.observation.state]
    if run.observation.state is RunState.RUNNING:
        return f"{glyph} {run.observation.epoch}/{run.spec.settings.epochs}"
    return f"{glyph} {run.observation.state.label}"


def _accuracy(run: RunCurves) -> str:
    if run.result is None or run.result.test_accuracy is None:
        return "–"
    return str(percent(run.result.test_accuracy))


def _interval(run: RunCurves) -> str:
    interval = None if run.result is None else run.result.test_interval
    return "–" if interval is None else " – ".join(decimal(100 * each, 2) for each in interval)


def _best(run: RunCurves) -> EpochEvent | None:
    """Return the epoch with the lowest validation loss so far."""
    return next((event for event in reversed(run.epochs) if event.best), None)


def _best_epoch(run: RunCurves) -> str:
    best = _best(run)
    return (
        "–" if best is None else t("{epoch} of {epochs}", epoch=str(best.epoch), epochs=str(len(run.epochs)))
    )


def _lowest(run: RunCurves) -> str:
    best = _best(run)
    return "–" if best is None or best.val_loss is None else decimal(best.val_loss, 4)


def _value(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"
