"""The time that is left, in the first line of the exam."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import t
from cnntutor.tui.exam_clock import ExamClock, shown_time

SHORT = 5 * 60
"""Seconds from which the time is shown as short."""
LAST = 60
"""Seconds of the last minute."""


class ExamTimer(Widget, can_focus=False):
    """Redraws once a second, when a second is over.

    Args:
        clock: Says what is left.
        minutes: Of the whole exam.
    """

    class TimeOver(TextualMessage):
        """Nothing is left."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ExamTimer { width: auto; height: 1; margin-left: 2; }
    """
    shown: reactive[str] = reactive("", layout=True)

    def __init__(self, clock: ExamClock, minutes: int) -> None:
        super().__init__()
        self._clock = clock
        self._minutes = minutes
        self._over = False

    def on_mount(self) -> None:
        """Begin to count down."""
        self._tick()

    def _tick(self) -> None:
        left = self.look()
        if not self._over:
            self.set_timer((left % 1) + 0.005, self._tick)  # when the next second begins

    def look(self) -> float:
        """Show what is left now; at nothing say so, once."""
        left = self._clock.left()
        self.shown = shown_time(left, self._minutes)
        if left <= 0 and not self._over:
            self._over = True
            self.post_message(self.TimeOver())
        return left

    def render(self) -> RenderResult:
        """Show minutes and seconds; short time has a sign beside its colour."""
        left = self._clock.left()
        sign, colour = (
            ("‼", "$error bold")
            if left <= LAST
            else ("!", "$warning bold")
            if left <= SHORT
            else (" ", "$foreground bold")
        )
        return Content.assemble((f"{sign} ", colour), (self.shown, colour), (" " + t("left"), "$quiet"))
