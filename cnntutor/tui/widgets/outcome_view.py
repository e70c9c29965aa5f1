"""The end of a run in plain words: the test, the reported figure, what differs; or why it failed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from cnntutor.i18n import msg, t
from cnntutor.lab.outcome import outcome
from cnntutor.lab.run_spec import RunSpec
from cnntutor.lab.state import RunState
from cnntutor.tui.keys import key
from cnntutor.tui.run_track import RunView
from cnntutor.tui.wrapping import hanging


class OutcomeView(VerticalScroll, can_focus=True):
    """Scrolls where the words do not fit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "scroll_up", msg("Up"), shown=False),
        key("down,j", "scroll_down", msg("Down"), shown=False),
    ]
    DEFAULT_CSS = """
    OutcomeView { padding: 0 1; height: auto; background: $background; }
    OutcomeView Static { height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[RunSpec, RunView, Path, str] | None = None
        self._words = Static()

    def compose(self) -> ComposeResult:
        """Lay out the words."""
        yield self._words

    def show(self, spec: RunSpec, view: RunView, folder: Path, origin: str = "") -> None:
        """Show how a run ended, where its files lie, and where it comes from."""
        self._shown = (spec, view, folder, origin)
        self._write()

    def on_resize(self, event: Resize) -> None:
        """Break the lines anew."""
        self._write()

    def _write(self) -> None:
        width = self.scrollable_content_region.width
        if self._shown is not None and width > 8:
            spec, view, folder, origin = self._shown
            lines = outcome_lines(spec, view, folder, width)
            if origin:
                lines += hanging(Content.styled(origin, "$quiet"), width)
            self._words.update(Content("\n").join(lines))


def outcome_lines(spec: RunSpec, view: RunView, folder: Path, width: int) -> list[Content]:
    """Return the end of a run as lines of at most width cells."""
    lines: list[Content] = []
    reason = ending_sentence(view)
    if reason:
        stopped = view.state is RunState.CANCELLED
        lines += hanging(Content.styled(reason, "$quiet" if stopped else "$error"), width)
    if reason and view.state is not RunState.CANCELLED:
        lines += hanging(Content.styled(t("Its folder: {folder}", folder=str(folder)), "$quiet"), width)
    if view.result is None or view.state is RunState.FAILED:
        return lines
    told = outcome(spec, view.result)
    tested = str(told.test) if told.loss is None else f"{told.test} {told.loss}"
    lines += hanging(Content.styled(tested, "bold $success"), width)
    if told.reported is not None:
        lines += hanging(str(told.reported), width)
    if told.comparison is not None:
        lines += hanging(Content.styled(str(told.comparison), "bold"), width)
    for detail in told.details:
        lines += hanging(str(detail), width)
    for difference in told.differences:
        lines += hanging(Content.styled(str(difference), "$quiet"), width, "  · ")
    return lines


def ending_sentence(view: RunView) -> str:
    """Return why a run ended before its time; empty for one that did not."""
    if not view.state.over or view.state is RunState.FINISHED:
        return ""
    if view.failed is not None:
        return str(view.failed.sentence)
    if view.observation.reason is not None:
        return str(view.observation.reason)
    if view.state is RunState.CANCELLED:
        return t("It was stopped by request.")
    return t("It ended before its time; log.txt in its folder says more.")
