"""The log of a run: what the worker did before, then every epoch as Keras prints it."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.content import Content
from textual.events import MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from cnntutor.i18n import msg, t
from cnntutor.lab.data_words import describe_data
from cnntutor.lab.events import EpochEvent, Phase
from cnntutor.lab.state import phase_label
from cnntutor.tui.keras_log import epoch_figures, epoch_title, step_line
from cnntutor.tui.keys import key
from cnntutor.tui.run_track import RunView

Line = tuple[str, str]
"""(text, role); the role is empty, quiet, live, or problem."""


class EpochLog(Widget, can_focus=True):
    """Shows a RunView as lines; stays at the end until it is scrolled up.

    It scrolls by itself: a container's scrolling would lay out, and so paint, the whole screen at every new
    line. Only lines that changed are painted.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "scroll_lines(-1)", msg("Up"), shown=False),
        key("down,j", "scroll_lines(1)", msg("Down"), shown=False),
        key("pageup", "scroll_pages(-1)", msg("Page up"), shown=False),
        key("pagedown,space", "scroll_pages(1)", msg("Page down"), shown=False),
        key("home", "scroll_lines(-1000000)", msg("First line"), shown=False),
        key("end", "scroll_lines(1000000)", msg("Newest line"), shown=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "epoch-log--quiet",
        "epoch-log--live",
        "epoch-log--problem",
        "epoch-log--bar",
    }
    DEFAULT_CSS = """
    EpochLog {
        padding: 0 0 0 1;
        background: $background;
        & > .epoch-log--quiet { color: $quiet; }
        & > .epoch-log--live { color: $primary; }
        & > .epoch-log--problem { color: $error; }
        & > .epoch-log--bar { color: $rule; }
        &:focus > .epoch-log--bar { color: $primary; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: RunView | None = None
        self._lines: list[Line] = []
        self._written: dict[int, tuple[EpochEvent, list[Line]]] = {}
        self._width = 0
        self._ending = ""
        self._top = 0
        self._following = True

    def show(self, view: RunView, ending: str = "") -> None:
        """Show a run.

        Args:
            view: The run.
            ending: A last sentence: why it failed or was lost.
        """
        self._view = view
        self._ending = ending
        self._write()

    def forget(self) -> None:
        """Write every line anew, in another language."""
        self._written.clear()
        self._lines = []

    def on_resize(self, event: Resize) -> None:
        """Break the lines for the new width."""
        self._write()
        self.refresh()

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    @property
    def _last_top(self) -> int:
        return max(0, len(self._lines) - self.content_size.height)

    def action_scroll_lines(self, lines: int) -> None:
        """Scroll; at the end the newest line is followed again."""
        self._following = self._top + lines >= self._last_top
        self._go(self._top + lines)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by what is in view."""
        self.action_scroll_lines(pages * max(1, self.content_size.height - 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.action_scroll_lines(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.action_scroll_lines(-3)

    def _go(self, top: int) -> bool:
        """Put a line at the top; return whether the view moved."""
        top = max(0, min(top, self._last_top))
        if top == self._top:
            return False
        self._top = top
        self.refresh()
        return True

    def _write(self) -> None:
        """Write the lines and paint those in view that changed."""
        width = self.content_size.width - 2
        if self._view is None or width <= 0:
            return
        if width != self._width:
            self._written.clear()
            self._lines = []
            self._width = width
        before, top = self._lines, self._top
        self._lines = self._all_lines(self._view, width)
        if self._go(self._last_top if self._following else top):
            return
        for y in range(self.content_size.height):
            if before[y + top : y + top + 1] != self._lines[y + top : y + top + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def _all_lines(self, view: RunView, width: int) -> list[Line]:
        lines: list[Line] = []
        ending: list[Line] = []
        for phase in view.phases:
            late = phase in ("evaluating", "saving")
            (ending if late else lines).extend(self._phase_lines(view, phase, width))
        for event in view.epochs:
            lines += self._epoch_lines(event, view.batches, width)
        batch = view.batch
        if batch is not None:
            lines.append((epoch_title(batch.epoch, batch.epochs), "live"))
            figures = view.running
            for text in step_line(batch.batch, batch.batches, view.epoch_seconds, figures, width, done=False):
                lines.append((text, "live"))
        lines += ending
        if view.nan is not None:
            text = t(
                "✗ {metric} became NaN in epoch {epoch}: the training has come apart. A smaller learning rate"
                " often mends it.",
                metric=view.nan.metric,
                epoch=str(view.nan.epoch),
            )
            lines += [(line, "problem") for line in _wrapped(text, width)]
        if self._ending:
            lines += [(line, "problem") for line in _wrapped(self._ending, width)]
        return lines

    def _phase_lines(self, view: RunView, phase: Phase, width: int) -> list[Line]:
        text = f"… {phase_label(phase)}"
        lines: list[Line] = [(text, "quiet")]
        if phase == "reading-data" and view.data is not None:
            lines += [(line, "quiet") for line in _wrapped(f"  {describe_data(view.data)}", width)]
        if phase == "building" and view.model is not None:
            model = view.model
            told = t(
                "{params} parameters, Keras {keras} on {device}",
                params=model.params,
                keras=model.keras,
                device=model.device,
            )
            lines += [(line, "quiet") for line in _wrapped(f"  {told}", width)]
        return lines

    def _epoch_lines(self, event: EpochEvent, batches: int, width: int) -> list[Line]:
        known = self._written.get(event.epoch)
        if known is not None and known[0] is event:
            return known[1]
        lines: list[Line] = [(epoch_title(event.epoch, event.epochs), "quiet")]
        figures = epoch_figures(event)
        lines += [
            (text, "") for text in step_line(batches, batches, event.seconds, figures, width, done=True)
        ]
        self._written[event.epoch] = (event, lines)
        return lines

    def render_line(self, y: int) -> Strip:
        """Return one line of the part in view, the place of that part at the right edge."""
        width = self.content_size.width
        index = y + self._top
        text, role = self._lines[index] if index < len(self._lines) else ("", "")
        style = self.get_component_rich_style(f"epoch-log--{role}") if role else self.rich_style
        line = Strip([Segment(text, style)]).adjust_cell_length(width - 1, self.rich_style)
        thumb = Segment("┃" if self._is_thumb(y) else " ", self.get_component_rich_style("epoch-log--bar"))
        return Strip([*line, thumb])

    def _is_thumb(self, y: int) -> bool:
        """Whether the mark of the part in view stands on a line."""
        height, lines = self.content_size.height, len(self._lines)
        if lines <= height:
            return False
        length = max(1, height * height // lines)
        first = round((height - length) * self._top / max(1, self._last_top))
        return first <= y < first + length


def _wrapped(text: str, width: int) -> list[str]:
    """Return a sentence in lines, the later ones indented."""
    indent = "  "
    lines = [line.plain.rstrip() for line in Content(text.strip()).wrap(max(8, width - 2))]
    first = indent if text.startswith(indent) else ""
    return [(first if place == 0 else indent) + line for place, line in enumerate(lines)]
