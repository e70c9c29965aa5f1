"""Runs laid over each other: their curves in one plot, what differs between them, what each reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, ScrollableContainer, Vertical
from textual.content import Content
from textual.events import Resize
from textual.message import Message as TextualMessage
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.i18n import Message, msg, t
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.messages import GoTo, Problem
from cnntutor.tui.run_curves import METRICS, MOST, CurvesReader, Metric, RunCurves, overlay
from cnntutor.tui.run_rows import RunRow, RunRows
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.compared_runs import look_of, table_lines
from cnntutor.tui.widgets.lab_lines import heading, note, run_option
from cnntutor.tui.widgets.menu import Menu
from cnntutor.tui.widgets.plot import Plot

POLL_SECONDS = 1.0
NARROW = 110


class ComparedScroll(ScrollableContainer, inherit_bindings=False):
    """The table; arrows or h j k l move it, sideways from run to run, so that the labels stay in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "scroll_down", msg("Down"), shown=False),
        key("up,k", "scroll_up", msg("Up"), shown=False),
        key("left,h", "screen.column(-1)", msg("Left"), shown=False),
        key("right,l", "screen.column(1)", msg("Right"), shown=False),
    ]


class RunsCompareScreen(TutorScreen[None]):
    """Compares any runs; the list at the left takes them in and out.

    Args:
        names: The runs to begin with.
    """

    CSS_PATH = "runs_compare.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("m", "metric", msg("Metric")),
        key("y", "scale", msg("Log scale")),
        key("o", "open", msg("Open the run")),
        key("tab", "other", msg("List or table")),
    ]

    @dataclass
    class Read(TextualMessage):
        """The runs were read."""

        names: tuple[str, ...]
        """The runs that were asked for."""
        rows: tuple[RunRow, ...]
        curves: tuple[RunCurves, ...]

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._names = names[:MOST]
        self._metric: Metric = "val_accuracy"
        self._log = True
        self._first = 0
        """The run whose column stands first in the table."""
        self._rows: tuple[RunRow, ...] = ()
        self._curves: tuple[RunCurves, ...] = ()
        self._reading = False
        self._rows_reader: RunRows | None = None
        self._curves_reader: CurvesReader | None = None

    def body(self) -> ComposeResult:
        """Lay out the plot, and below it the list and the table."""
        self.set_class(self.app.size.width < NARROW, "-narrow")
        yield Plot(id="compared-plot")
        with Horizontal(id="compared-below"):
            yield Menu(id="compared-list")
            with Vertical(id="compared-right"):
                yield Static(id="compared-head")
                with ComparedScroll(id="compared-scroll"):
                    yield Static(id="compared-table")

    def where(self) -> str:
        """Name the screen."""
        return t("Runs side by side")

    def place(self) -> Place | None:
        """Come back to these runs."""
        return Place("compare", " ".join(self._names))

    def shows(self, place: Place) -> bool:
        """There is one such screen, whatever it compares."""
        return place.screen == "compare"

    def arrive(self, place: Place) -> None:
        """Compare what the place names."""
        if place.argument:
            self._take(tuple(place.argument.split()))

    def about(self) -> Message | None:
        """Explain the screen."""
        return msg(
            "Every run has a letter; its curve carries it. Enter in the list takes a run in or out. Settings"
            " that differ stand above the line of states; runs that differ in seeds only are summed up below."
        )

    def on_mount(self) -> None:
        """Begin to look."""
        self._rows_reader = RunRows(self.context.lab)
        self._curves_reader = CurvesReader(self.context.lab)
        self.query_one(Menu).focus()
        self.set_interval(POLL_SECONDS, self._look)
        self._look()

    def on_resize(self, event: Resize) -> None:
        """Give the list what there is room for."""
        self.set_class(event.size.width < NARROW, "-narrow")
        self.call_after_refresh(self.retext)

    def on_screen_resume(self) -> None:
        """Look at once when the screen comes up again."""
        super().on_screen_resume()
        self._look()

    def retext(self) -> None:
        """Follow a change of language."""
        self._list()
        self._show()

    # Reading

    def _look(self) -> None:
        """Read the runs, unless the last reading goes on or another screen is in front."""
        if self._rows_reader is not None and not self._reading and self.is_active:
            self._reading = True
            self._read(self._names)

    @work(thread=True, group="compared-read", exit_on_error=False)
    def _read(self, names: tuple[str, ...]) -> None:
        """Read outside the screen's thread."""
        assert self._rows_reader is not None and self._curves_reader is not None
        try:
            self.post_message(self.Read(names, self._rows_reader.read(), self._curves_reader.read(names)))
        except OSError as problem:
            self.post_message(Problem(t("The runs cannot be read now: {problem}.", problem=str(problem))))
        finally:
            self._reading = False

    @on(Read)
    def _was_read(self, event: Read) -> None:
        event.stop()
        if tuple(run.run for run in event.curves) != self._names:
            if event.names == self._names:  # one is gone, or cannot be read
                self._names = tuple(run.run for run in event.curves)
            self.call_after_refresh(self._look)
        if event.rows != self._rows or [run.run for run in event.curves] != [run.run for run in self._curves]:
            self._rows, self._curves = event.rows, event.curves
            self._list()
        self._curves = event.curves
        self._show()

    # Showing

    def _list(self) -> None:
        """Write the list anew, the cursor on what it was on."""
        menu = self.query_one(Menu)
        chosen = menu.highlighted_option.id if menu.highlighted_option is not None else None
        width = menu.scrollable_content_region.width or 30
        today = self.context.clock().astimezone().date()
        letters = {run.run: run for run in self._curves}
        options: list[Option] = [heading(t("Your runs"))]
        for row in sorted(self._rows, key=lambda row: row.name not in letters):
            line = run_option(row, width, today).prompt
            run = letters.get(row.name)
            mark = (
                Content.styled(f"{run.letter} ", f"bold {look_of(run)}") if run is not None else Content("  ")
            )
            assert isinstance(line, Content)
            options.append(Option(Content.assemble(mark, line[2:]), id=row.name))
        if not self._rows:
            options.append(note(t("none yet")))
        with self.prevent(OptionList.OptionHighlighted):
            menu.set_options(options)
            ids = [option.id for option in options]
            first = next((place for place, option in enumerate(options) if not option.disabled), None)
            menu.highlighted = ids.index(chosen) if chosen is not None and chosen in ids else first

    def _show(self) -> None:
        """Draw the curves and the table."""
        titles = {
            "val_accuracy": t("validation accuracy %"),
            "val_loss": t("validation loss"),
            "accuracy": t("training accuracy %"),
            "loss": t("training loss"),
        }
        self.query_one(Plot).chart = overlay(titles[self._metric], self._curves, self._metric, log=self._log)
        self._first = max(0, min(self._first, len(self._curves) - 1))
        room = self.query_one(ComparedScroll).scrollable_content_region.width
        head, *lines = table_lines(self._curves, self._first, room)
        self.query_one("#compared-head", Static).update(head)
        self.query_one("#compared-table", Static).update(Content("\n").join(lines))

    # What can be done

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        """Take a run in or out."""
        event.stop()
        name = event.option.id or ""
        if name in self._names:
            self._take(tuple(each for each in self._names if each != name))
        elif len(self._names) < MOST:
            self._take((*self._names, name))
        else:
            self.post_message(Problem(t("{most} runs fill the plot; take one out first.", most=str(MOST))))

    def _take(self, names: tuple[str, ...]) -> None:
        self._names = names[:MOST]
        self._look()

    def action_metric(self) -> None:
        """Draw the next metric."""
        self._metric = METRICS[(METRICS.index(self._metric) + 1) % len(METRICS)]
        self._show()

    def action_scale(self) -> None:
        """Switch a loss between a logarithmic and a linear axis."""
        self._log = not self._log
        self._show()

    def action_open(self) -> None:
        """Open the run under the cursor."""
        option = self.query_one(Menu).highlighted_option
        if option is not None and option.id:
            self.post_message(GoTo(Place("run", option.id)))

    def action_column(self, runs: int) -> None:
        """Let the table begin so many runs further to the right."""
        self._first += runs
        self._show()

    def action_other(self) -> None:
        """Go from the list to the table, or back."""
        menu = self.query_one(Menu)
        (self.query_one(ComparedScroll) if menu.has_focus else menu).focus()
