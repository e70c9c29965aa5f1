"""A screen with the curves of a run: a logarithmic axis or not, a window over the epochs."""

from __future__ import annotations

from textual.binding import BindingType

from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.curve_pair import CurvePair
from cnntutor.tui.zoom import Zoom

CURVE_KEYS: list[BindingType] = [
    key("y", "scale", msg("Log scale"), shown=False),
    key("plus,equals_sign", "zoom(1)", msg("Zoom"), shown=False),
    key("minus", "zoom(-1)", msg("Zoom out"), shown=False),
    key("left,h", "move(-0.5)", msg("Earlier epochs"), shown=False),
    key("right,l", "move(0.5)", msg("Later epochs"), shown=False),
    key("1", "first_epoch", msg("First epoch, batch by batch"), shown=False),
    key("0", "all_epochs", msg("All epochs"), shown=False),
]
"""For the end of a screen's own keys."""


class CurveScreen(TutorScreen[None]):
    """Has a CurvePair, and the keys that change what it shows."""

    @property
    def curves(self) -> CurvePair:
        """The curves."""
        return self.query_one(CurvePair)

    def action_scale(self) -> None:
        """Switch the loss between a logarithmic and a linear axis."""
        self.curves.log_axis = not self.curves.log_axis
        self.curves.again()

    def action_zoom(self, steps: int) -> None:
        """Show half of the epochs, or twice as many."""
        zoom, reached = self.curves.zoom, self.curves.reached
        self.curves.look(zoom.closer(reached) if steps > 0 else zoom.wider(reached))

    def action_move(self, windows: float) -> None:
        """Move the window along."""
        self.curves.look(self.curves.zoom.moved(windows, self.curves.reached))

    def action_first_epoch(self) -> None:
        """Show the first epoch, where a point stands for a few batches."""
        self.curves.look(Zoom(1.0, 1.0))

    def action_all_epochs(self) -> None:
        """Show all epochs again."""
        self.curves.look(Zoom())
