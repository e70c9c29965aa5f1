"""A run's epochs in the very words Keras prints while it fits."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cnntutor.lab.events import EpochEvent

BAR_WIDTH = 20
"""Cells of Keras's progress bar."""
_SHORTEST_BAR = 5


def epoch_title(epoch: int, epochs: int) -> str:
    """Return the line above an epoch: Epoch 7/10."""
    return f"Epoch {epoch}/{epochs}"


def epoch_figures(event: EpochEvent) -> dict[str, float | None]:
    """Return what Keras prints of an epoch, in its alphabetical order."""
    figures = {"accuracy": event.accuracy, "loss": event.loss}
    if event.validated:
        figures |= {"val_accuracy": event.val_accuracy, "val_loss": event.val_loss}
    return figures


def step_line(
    batch: int, batches: int, seconds: float, figures: Mapping[str, float | None], width: int, *, done: bool
) -> list[str]:
    """Return the line of an epoch: `1688/1688 ━━━━━━━━━━━━━━━━━━━━ 12s 7ms/step - accuracy: 0.9781 - …`.

    Args:
        batch: Batches done.
        batches: Batches of an epoch; 0 where it is not known.
        seconds: What the batches took; while the epoch goes on the time left is printed in its place.
        figures: Metrics by name.
        width: Cells of a line. Where the line is too long the bar gives way, then it breaks before a metric.
        done: Whether the epoch is over.
    """
    count = f"{batch:>{len(str(batches))}}/{batches}" if batches else f"{batch}/Unknown"
    per_step = seconds / batch if batch else 0.0
    shown = seconds if done else per_step * max(0, batches - batch)
    times = f"{_clock(shown)} {_per_step(per_step)}"
    metrics = [f"- {name}: {_figure(value)}" for name, value in figures.items()]
    rest = " ".join([times, *metrics])
    room = width - len(count) - len(rest) - 2
    if room >= _SHORTEST_BAR and batches:
        cells = min(BAR_WIDTH, room)
        full = min(cells, cells * batch // batches)
        return [f"{count} {'━' * full}{'╌' * (cells - full)} {rest}"]
    lines = [f"{count} {times}"]
    for metric in metrics:
        if len(lines[-1]) + 1 + len(metric) <= width:
            lines[-1] += f" {metric}"
        else:
            lines.append(f"  {metric}")
    return lines


def _figure(value: float | None) -> str:
    """Return a metric with Keras's digits."""
    if value is None or math.isnan(value):
        return "nan"
    return f"{value:.4f}" if abs(value) > 1e-3 else f"{value:.4e}"


def _clock(seconds: float) -> str:
    """Return a time with Keras's units."""
    if seconds > 3600:
        return f"{int(seconds) // 3600}:{int(seconds) % 3600 // 60:02d}:{int(seconds) % 60:02d}"
    if seconds > 60:
        return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
    return f"{seconds:.0f}s"


def _per_step(seconds: float) -> str:
    """Return the time of one step with Keras's units."""
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s/step"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/step"
    return f"{seconds * 1e6:.0f}us/step"
