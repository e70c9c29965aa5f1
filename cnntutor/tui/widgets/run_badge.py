"""The run at work as a few cells for the line at the top: ▶ lenet5-mnist 7/10 ▂▄▆▇ 97.9 % +2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import decimal, t
from cnntutor.lab.state import RunState
from cnntutor.tui.context import Place
from cnntutor.tui.messages import GoTo
from cnntutor.tui.runs_watch import RunGlance, RunsWatch
from cnntutor.tui.widgets.plot import ascii_terminal
from cnntutor.tui.widgets.plot_chart import sparkline
from cnntutor.tui.widgets.run_head import STATE_GLYPHS, short_state

if TYPE_CHECKING:
    from cnntutor.tui.app import CnntutorApp

POLL_SECONDS = 1.0
_WIDE = 100
"""From so many columns on the badge has its curve."""
_NAMED = 74
"""From so many columns on it has the name of the recipe."""


class RunBadge(Widget, can_focus=False):
    """Nothing while there is no run; a click opens the run, or the lab where the run itself is on the screen.

    All badges share one watch of the context; only the badge of the screen in front looks.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RunBadge { width: auto; height: 1; margin-left: 2; display: none; }
    """
    glance: reactive[RunGlance | None] = reactive(None)

    @dataclass
    class Polled(TextualMessage):
        """The watch has looked."""

        glance: RunGlance | None

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._polling = False
        self._length = 0
        self._own = False
        """Whether the run itself is on the screen."""

    @property
    def _watch(self) -> RunsWatch:
        return cast("CnntutorApp", self.app).context.runs_watch

    def on_mount(self) -> None:
        """Show what is known, and begin to look."""
        self.glance = self._watch.glance
        self.set_interval(POLL_SECONDS, self.look)
        self.look()

    def look(self) -> None:
        """Look at the runs, unless another screen is in front or the last look goes on."""
        if not self._polling and self.screen.is_active:
            self._polling = True
            self._poll()

    @work(thread=True, group="run-badge", exit_on_error=False)
    def _poll(self) -> None:
        """Look outside the screen's thread."""
        try:
            glance = self._watch.poll()
        except OSError:
            glance = self._watch.glance
        finally:
            self._polling = False
        self.post_message(self.Polled(glance))

    @on(Polled)
    def _polled(self, event: Polled) -> None:
        event.stop()
        self.glance = event.glance

    def watch_glance(self, glance: RunGlance | None) -> None:
        """Hide where there is nothing to say, or the run itself is on the screen."""
        place = getattr(self.screen, "place", None)
        here = place() if callable(place) else None
        self._own = glance is not None and here == Place("run", glance.run)
        self.display = glance is not None and (glance.others > 0 or not self._own)
        # A new layout paints the whole screen; it is due only when the badge takes other room.
        length = cast(Content, self.render()).cell_length
        if self.display and length != self._length:
            self._length = length
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Write the badge."""
        if self.glance is None:
            return Content("")
        width = self.app.size.width
        if self._own:
            return Content.styled(others_words(self.glance.others), "$accent")
        return badge(self.glance, wide=width >= _WIDE, named=width >= _NAMED, ascii_only=ascii_terminal())

    def on_click(self, event: Click) -> None:
        """Open the run, or the list of all."""
        event.stop()
        if self.glance is not None:
            self.post_message(GoTo(Place("lab") if self._own else Place("run", self.glance.run)))


def badge(glance: RunGlance, *, wide: bool, named: bool = True, ascii_only: bool = False) -> Content:
    """Return a run in half a line.

    Args:
        glance: The run.
        wide: Whether there is room for the curve.
        named: Whether there is room for the name.
        ascii_only: Draw the curve without characters beyond ASCII.
    """
    glyph, colour = STATE_GLYPHS[glance.state]
    words = [f"{glyph} {glance.recipe}" if named else glyph]
    if not glance.state.over:
        waiting = short_state(glance.state, glance.ahead)
        words.append(f"{glance.epoch}/{glance.epochs}" if glance.epoch else waiting)
    elif glance.state is not RunState.FINISHED:
        words.append(glance.state.label)
    if wide and len(glance.accuracies) > 1:
        words.append(sparkline(glance.accuracies, len(glance.accuracies), ascii_only))
    latest = (
        glance.test_accuracy if glance.state.over else (glance.accuracies[-1] if glance.accuracies else None)
    )
    if latest is not None:
        words.append(f"{decimal(latest * 100, 1)} %")
    if glance.others:
        words.append(f"+{glance.others}")
    return Content.styled(" ".join(words), colour)


def others_words(others: int) -> str:
    """Return how many runs there are besides the one on the screen."""
    return t("+{others} more at work or in line", others=others)
