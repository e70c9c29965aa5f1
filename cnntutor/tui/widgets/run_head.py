"""The first lines of a run: its state in words, how far it is, and what its process takes."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import number, t
from cnntutor.lab.state import RunState, phase_label, state_words
from cnntutor.tui.run_track import RunView

STATE_GLYPHS: dict[RunState, tuple[str, str]] = {
    RunState.SUBMITTED: ("◌", "$quiet"),
    RunState.QUEUED: ("◌", "$quiet"),
    RunState.REQUEUED: ("◌", "$quiet"),
    RunState.STARTING: ("◌", "$accent"),
    RunState.RUNNING: ("▶", "$accent"),
    RunState.FINISHED: ("✓", "$success"),
    RunState.FAILED: ("✗", "$error"),
    RunState.CANCELLED: ("■", "$quiet"),
    RunState.LOST: ("✗", "$error"),
    RunState.NO_SIGN: ("?", "$warning"),
}
"""The sign and the colour of each state; the sign and the word beside it say it without colour."""


def short_state(state: RunState, ahead: int) -> str:
    """Return a state where its sign stands before it: in line, how many runs are ahead."""
    return t("{ahead} ahead", ahead=ahead) if ahead else state.label


def clock(seconds: float) -> str:
    """Return a time as 0:38, 12:05 or 1:02:03."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


class RunHead(Widget, can_focus=False):
    """State and time left, what is trained right; below a bar over all batches of all epochs."""

    DEFAULT_CSS = """
    RunHead { height: 2; padding: 0 1; text-wrap: nowrap; }
    """
    view: reactive[RunView | None] = reactive(None)
    title: reactive[str] = reactive("")
    now: reactive[float] = reactive(0.0)
    """Seconds since 1970."""

    def render(self) -> RenderResult:
        """Draw both lines."""
        if self.view is None:
            return Content("")
        width = self.content_size.width
        return Content("\n").join([self._state_line(self.view, width), self._progress_line(self.view, width)])

    def _state_line(self, view: RunView, width: int) -> Content:
        glyph, colour = STATE_GLYPHS[view.state]
        state = state_words(view.state, view.observation.ahead)
        words = [Content.assemble((f"{glyph} {state}", f"bold {colour}"))]
        words += [Content(word) for word in self._words(view)]
        left = Content.styled("  ·  ", "$rule").join(words)
        room = width - left.cell_length - 3
        if room < 12:
            return left.truncate(width, ellipsis=True)
        title = Content.styled(self.title, "$quiet").truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (width - left.cell_length - title.cell_length), title)

    def _words(self, view: RunView) -> list[str]:
        """Return what stands behind the state."""
        if view.state.over:
            seconds = view.result.seconds if view.result is not None else None
            if view.result is not None and view.result.networks:
                return [clock(view.result.seconds)]
            done = t("{done} of {planned} epochs", done=len(view.epochs), planned=view.planned)
            return [done] if seconds is None else [done, clock(seconds)]
        words: list[str] = []
        if view.observation.stop_asked:
            words.append(t("stopping"))
        if view.state is RunState.QUEUED:
            return [*words, t("starts by itself")]
        if view.phase is not None and view.phase != "training":
            words.append(f"{phase_label(view.phase)} …")
        elif view.phase is None:
            words.append(t("starting the worker …"))
        if view.phase != "training" and view.begun is not None:
            words.append(clock(self.now - view.begun))
        if view.left is not None and not view.observation.stop_asked:
            words.append(t("about {time} left", time=clock(view.left)))
        return words

    def _progress_line(self, view: RunView, width: int) -> Content:
        epoch = view.batch.epoch if view.batch is not None else len(view.epochs)
        untrained = view.result is not None and bool(view.result.networks)
        words = [] if untrained else [t("{epochs} epochs", epochs=view.planned)]
        if epoch:
            words = [t("epoch {epoch}/{epochs}", epoch=str(epoch), epochs=str(view.planned))]
        if epoch and view.batches and not view.state.over:
            # Between two epochs the last batch stays, so that the line keeps its shape.
            batch = view.batch.batch if view.batch is not None else view.batches
            size = len(str(view.batches))
            words.append(t("batch {batch}/{batches}", batch=f"{batch:>{size}}", batches=str(view.batches)))
        if view.speed and not view.state.over:
            words.append(t("{speed} images/s", speed=number(round(view.speed)).rjust(5)))
        text = " · ".join(words)
        cells = width - len(text) - 3
        fraction = self._fraction(view)
        if cells < 8:
            return Content(text).truncate(width, ellipsis=True)
        filled = round(fraction * cells)
        return Content.assemble(
            ("━" * filled, "$success" if view.state is RunState.FINISHED else "$primary"),
            ("─" * (cells - filled), "$rule"),
            "   ",
            (text, "$quiet"),
        )

    def _fraction(self, view: RunView) -> float:
        """Return how much of all batches of all epochs is done, 0 to 1."""
        if view.state is RunState.FINISHED:
            return 1.0
        inside = (
            view.batch.batch / view.batch.batches if view.batch is not None and view.batch.batches else 0.0
        )
        return min(1.0, (len(view.epochs) + inside) / max(1, view.planned))
