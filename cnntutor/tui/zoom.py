"""Which epochs the curves of a run show: all of them, or a window that keeps to the newest or stays."""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST = 0.05
"""Epochs a window covers at least."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """A window over the epochs; the value without arguments shows all."""

    span: float | None = None
    """Epochs it covers; None for all."""
    end: float | None = None
    """Where it ends; None keeps to the newest."""

    def window(self, reached: float, planned: float) -> tuple[float, float]:
        """Return where the axis begins and ends.

        Args:
            reached: How far the run is, in epochs.
            planned: Epochs asked for.
        """
        if self.span is None:
            return 0.0, planned
        span = min(self.span, max(reached, SMALLEST))
        end = max(span, reached if self.end is None else min(self.end, reached))
        return max(0.0, end - span), end

    def closer(self, reached: float) -> Zoom:
        """Return half the window, its end where it was."""
        now = reached if self.span is None else min(self.span, reached)
        return Zoom(max(SMALLEST, now / 2), self.end)

    def wider(self, reached: float) -> Zoom:
        """Return twice the window; all, once it would cover what there is."""
        if self.span is None or 2 * self.span >= reached:
            return Zoom()
        return Zoom(2 * self.span, self.end if self.end is None else max(self.end, 2 * self.span))

    def moved(self, windows: float, reached: float) -> Zoom:
        """Return the window moved along by a part of itself; at the newest epoch it keeps to it."""
        if self.span is None:
            return self
        begin, end = self.window(reached, reached)
        end = max(end - begin, end + windows * (end - begin))
        return Zoom(self.span, None if end >= reached - 1e-9 else end)
