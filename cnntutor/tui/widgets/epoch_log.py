"""The log of a run: what the worker did before, then every epoch as Keras prints it."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnntutor.i18n import msg, t
from cnntutor.lab.events import EpochEvent, Phase
from cnntutor.lab.outcome import describe_data
from cnntutor.lab.state import phase_label
from cnntutor.tui.keras_log import epoch_figures, epoch_title, step_line
from cnntutor.tui.keys import key
from cnntutor.tui.run_track import RunView

Line = tuple[str, str]
"""(text, role); the role is empty, quiet, live, or problem."""


class EpochLog(ScrollView, can_focus=True):
    """Shows a RunView as lines; stays at the end until it is scrolled up."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "scroll_up", msg("Up"), shown=False),
        key("down,j", "scroll_down", msg("Down"), shown=False),
        key("pageup", "page_up", msg("Page up"), shown=False),
        key("pagedown", "page_down", msg("Page down"), shown=False),
        key("home", "scroll_home", msg("First line"), shown=False),
        key("end", "scroll_end", msg("Newest line"), shown=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"epoch-log--quiet", "epoch-log--live", "epoch-log--problem"}
    DEFAULT_CSS = """
    EpochLog {
        padding: 0 1;
        background: $background;
        scrollbar-gutter: stable;
        & > .epoch-log--quiet { color: $quiet; }
        & > .epoch-log--live { color: $primary; }
        & > .epoch-log--problem { color: $error; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: RunView | None = None
        self._lines: list[Line] = []
        self._written: dict[int, tuple[EpochEvent, list[Line]]] = {}
        self._width = 0
        self._ending = ""
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

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the newest line until a person scrolls up, and again from the end on."""
        super().watch_scroll_y(old_value, new_value)
        if new_value >= self.max_scroll_y - 1:
            self._following = True
        elif new_value < old_value:
            self._following = False

    def forget(self) -> None:
        """Write every line anew, in another language."""
        self._written.clear()

    def on_resize(self, event: Resize) -> None:
        """Break the lines for the new width."""
        self._write()

    def _write(self) -> None:
        width = self.scrollable_content_region.width
        if self._view is None or width <= 0:
            return
        if width != self._width:
            self._written.clear()
            self._width = width
        self._lines = self._all_lines(self._view, width)
        self.virtual_size = Size(width, len(self._lines))
        if self._following:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        self.refresh()

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
        """Return one line of the part in view."""
        index = y + self.scroll_offset.y
        width = self.size.width
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        text, role = self._lines[index]
        style: Style = self.get_component_rich_style(f"epoch-log--{role}") if role else self.rich_style
        return Strip([Segment(text, style)]).adjust_cell_length(width, self.rich_style)


def _wrapped(text: str, width: int) -> list[str]:
    """Return a sentence in lines, the later ones indented."""
    indent = "  "
    lines = [line.plain.rstrip() for line in Content(text.strip()).wrap(max(8, width - 2))]
    first = indent if text.startswith(indent) else ""
    return [(first if place == 0 else indent) + line for place, line in enumerate(lines)]
