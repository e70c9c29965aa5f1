"""The page of a lesson: text, figures, exercise cards in one column that scrolls."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.message import Message as TextualMessage
from textual.widget import Widget

from cnntutor.course.blocks import (
    Block,
    CalculatorBlock,
    ExerciseBlock,
    FigureBlock,
    MarkdownBlock,
    RecipeBlock,
)
from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import Guarded
from cnntutor.tui.widgets.cards import CalculatorCard, EndCard, ExerciseCard, RecipeCard
from cnntutor.tui.widgets.figure import FigureView
from cnntutor.tui.widgets.prose_view import ProseView


class LessonPage(Guarded, VerticalScroll, can_focus=True, inherit_bindings=False):
    """A lesson from its first block to the card at its end.

    Args:
        blocks: The lesson's parts.
        index: The block where the learner stopped; it comes to the top.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "finish", msg("Done, go on")),
        key("space,pagedown", "page_down", msg("Page down")),
        key("pageup,b", "page_up", msg("Page up"), shown=False),
        key("down,j", "scroll_down", msg("Line down"), shown=False),
        key("up,k", "scroll_up", msg("Line up"), shown=False),
        key("tab", "part(1)", msg("Next figure or exercise"), shown=False),
        key("shift+tab", "part(-1)", msg("Figure or exercise before"), shown=False),
        key("home", "scroll_home", msg("Beginning"), shown=False),
        key("end", "scroll_end", msg("End"), shown=False),
    ]
    DEFAULT_CSS = """
    LessonPage {
        width: 1fr;
        height: 1fr;
        padding: 1 0 0 2;
        background: $background;
    }
    """

    @dataclass
    class Moved(TextualMessage):
        """Another block is at the top of the page now."""

        index: int

    def __init__(self, blocks: tuple[Block, ...], index: int = 0) -> None:
        super().__init__(id="page")
        self._blocks = blocks
        self._top = index
        self._waiting_for: int | None = index or None
        self._was_at_end = False

    def compose(self) -> ComposeResult:
        """Lay out the blocks in one column."""
        exercises = [block.index for block in self._blocks if isinstance(block, ExerciseBlock)]
        for block in self._blocks:
            match block:
                case MarkdownBlock():
                    yield ProseView(block.index, block.source, block.level)
                case ExerciseBlock():
                    number = exercises.index(block.index) + 1
                    yield ExerciseCard(block.index, block.question, number, len(exercises))
                case CalculatorBlock():
                    yield CalculatorCard(block.index, block.network)
                case RecipeBlock():
                    yield RecipeCard(block.index, block.recipe)
                case FigureBlock():
                    yield make_figure(block)
        yield EndCard(len(self._blocks))

    def on_mount(self) -> None:
        """Go to where the learner stopped."""
        if self._waiting_for is not None:
            self.call_after_refresh(self._come_back)

    def rewrite(self, blocks: tuple[Block, ...]) -> None:
        """Put the words of another language in; figures and cards keep their state."""
        sources = {block.index: block.source for block in blocks if isinstance(block, MarkdownBlock)}
        self._waiting_for = self.top
        for view in self.query(ProseView):
            if view.index in sources:
                view.rewrite(sources[view.index])
        for figure in self.query(FigureView):
            figure.retext()
        self.call_after_refresh(self._come_back)

    def on_resize(self) -> None:
        """Keep the same block at the top when the width changes."""
        if self._waiting_for is None and self.children:
            self._waiting_for = self._top
            self.call_after_refresh(self._come_back)

    def _come_back(self) -> None:
        index, self._waiting_for = self._waiting_for, None
        if index:
            self._top = index
            self.go_to(index)

    def go_to(self, index: int) -> None:
        """Put block `index` at the top."""
        for number, widget in self._parts():
            if number >= index:
                self.scroll_to(y=max(0, widget.virtual_region.y - 1), animate=False, immediate=True)
                return

    def _parts(self) -> Iterator[tuple[int, Widget]]:
        for widget in self.children:
            number = getattr(widget, "index", None)
            if isinstance(number, int):
                yield number, widget

    @property
    def top(self) -> int:
        """The number of the first block still to be seen; while the page is covered, the last such."""
        if not self.display or self._waiting_for is not None:
            return self._top if self._waiting_for is None else self._waiting_for
        for number, widget in self._parts():
            if widget.virtual_region.bottom > self.scroll_y + 1:
                return number
        return self._top

    @property
    def at_end(self) -> bool:
        """Whether the card at the end of the lesson is wholly in view."""
        cards = list(self.query(EndCard))
        region = cards[0].virtual_region if cards else Region()
        return region.height > 0 and region.bottom <= self.scroll_y + self.size.height

    @property
    def shown(self) -> list[ProseView]:
        """The texts in view."""
        upper, lower = self.scroll_y, self.scroll_y + self.size.height
        return [
            view
            for view in self.query(ProseView)
            if view.virtual_region.bottom > upper and view.virtual_region.y < lower
        ]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell which block is at the top when it changes."""
        super().watch_scroll_y(old_value, new_value)
        if self.is_mounted and self.at_end != self._was_at_end:
            self._was_at_end = self.at_end
            self.refresh_bindings()
        if self._waiting_for is None and self.is_mounted:
            top = self.top
            if top != self._top:
                self._top = top
                self.post_message(self.Moved(top))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter goes on from the end of the page only."""
        return self.at_end if action == "finish" else True

    def action_finish(self) -> None:
        """Open the card at the end, as if it had the focus."""
        self.query_one(EndCard).action_open()

    def action_part(self, steps: int) -> None:
        """Go to the next or the previous figure or exercise, from where the eye is."""
        parts = [widget for _number, widget in self._parts() if widget.focusable]
        focused = self.screen.focused
        if focused in parts:
            at = parts.index(focused) + steps
        else:
            upper = self.scroll_y
            ahead = [at for at, part in enumerate(parts) if part.virtual_region.y >= upper]
            first = ahead[0] if ahead else len(parts)
            at = first if steps > 0 else first - 1
        if 0 <= at < len(parts):
            parts[at].focus(scroll_visible=False)
            self.scroll_to_widget(parts[at], animate=False)
        elif steps > 0:
            self.screen.focus_next()
        else:
            self.focus(scroll_visible=False)

    def _scroll(self, rows: int) -> None:
        """Scroll; a figure or card that leaves the page gives the focus back to it."""
        self.scroll_relative(y=rows, animate=False, immediate=True)
        self._let_go()

    def _let_go(self) -> None:
        focused = self.screen.focused
        if focused is not None and focused is not self and self in focused.ancestors:
            region = focused.virtual_region
            if region.bottom <= self.scroll_y or region.y >= self.scroll_y + self.size.height:
                self.focus(scroll_visible=False)

    def action_page_down(self) -> None:
        """Go on by a page, two lines kept."""
        self._scroll(max(1, self.size.height - 3))

    def action_page_up(self) -> None:
        """Go back by a page, two lines kept."""
        self._scroll(-max(1, self.size.height - 3))

    def action_scroll_down(self) -> None:
        """Go on by a line."""
        self._scroll(1)

    def action_scroll_up(self) -> None:
        """Go back by a line."""
        self._scroll(-1)

    def action_scroll_home(self) -> None:
        """Go to the beginning."""
        self.scroll_home(animate=False, immediate=True)
        self._let_go()

    def action_scroll_end(self) -> None:
        """Go to the end."""
        self.scroll_end(animate=False, immediate=True)
        self._let_go()


def make_figure(block: FigureBlock) -> FigureView:
    """Return the widget of a figure in its first state.

    Raises:
        NotUnderstood: there is no such figure, or an option is not understood.
    """
    from cnntutor.course.figures.connections import Connections
    from cnntutor.course.figures.registry import open_figure
    from cnntutor.course.figures.stepper import Stepper
    from cnntutor.tui.widgets.connections_figure import ConnectionsFigure
    from cnntutor.tui.widgets.stepper_figure import StepperFigure
    from cnntutor.tui.widgets.walk_figure import WalkFigure

    state = open_figure(block.figure, block.options)
    view: FigureView
    if isinstance(state, Stepper):
        view = StepperFigure(block.index, state)
    elif isinstance(state, Connections):
        view = ConnectionsFigure(block.index, state)
    else:
        view = WalkFigure(block.index, state)
    return view
