"""The path of the course: units and their lessons, one line each, with what is done and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message as TextualMessage
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cnntutor.i18n import msg, t
from cnntutor.tui.keys import key

GLYPHS = {
    "done": ("●", "$success"),
    "started": ("◐", "$accent"),
    "new": ("○", "$quiet"),
    "skip": ("»", "$success"),
}
"""The sign and the colour of each state of a lesson; the sign alone says it."""


@dataclass(frozen=True, slots=True)
class PathLine:
    """One line of the path: a unit's heading, or a lesson."""

    slug: str
    """Empty for a unit."""
    title: str
    state: str = "new"
    minutes: int = 0
    is_next: bool = False
    due: int = 0
    """How many of its skills are due for review; told in the place of the minutes."""


class LessonPath(OptionList, inherit_bindings=False):
    """The lessons in their order; the highlighted one is explained beside."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "select", msg("Read")),
        key("down,j", "cursor_down", msg("Down"), shown=False),
        key("up,k", "cursor_up", msg("Up"), shown=False),
        key("home", "first", msg("First lesson"), shown=False),
        key("end", "last", msg("Last lesson"), shown=False),
    ]
    DEFAULT_CSS = """
    LessonPath, LessonPath:focus {
        height: 1fr;
        padding: 0;
        border: none;
        background: $background;
        background-tint: transparent;
    }
    LessonPath > .option-list--option-disabled { color: $secondary; text-style: bold; }
    LessonPath:nocolor > .option-list--option-highlighted { text-style: reverse; }
    """

    @dataclass
    class Chosen(TextualMessage):
        """A lesson is to be read."""

        slug: str

    @dataclass
    class Highlighted(TextualMessage):
        """The cursor stands on a lesson."""

        slug: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._shown: Sequence[PathLine] = ()
        self._drawn_width = 0

    @property
    def slug(self) -> str | None:
        """The lesson under the cursor."""
        if self.highlighted is None or self.highlighted >= len(self._shown):
            return None
        return self._shown[self.highlighted].slug or None

    def show(self, lines: Sequence[PathLine], cursor: str | None = None) -> None:
        """Show these lines, the cursor on the lesson given, else where it was, else on what is next."""
        wanted = cursor or self.slug
        self._shown = lines
        self._draw()
        places = {line.slug: place for place, line in enumerate(lines) if line.slug}
        following = next((line.slug for line in lines if line.is_next), None)
        for slug in (wanted, following, *places):
            if slug in places:
                self.highlighted = places[slug]
                break

    def on_resize(self, event: Resize) -> None:
        """Put the minutes at the right edge again."""
        if self.scrollable_content_region.width != self._drawn_width:
            highlighted = self.highlighted
            self._draw()
            self.highlighted = highlighted

    def _draw(self) -> None:
        self._drawn_width = self.scrollable_content_region.width
        self.set_options([self._option(line) for line in self._shown])

    def _option(self, line: PathLine) -> Option:
        width = max(self._drawn_width, 24)
        if not line.slug:
            return Option(Content(f" {line.title}").truncate(width, ellipsis=True), disabled=True)
        said = t("{count} due", count=line.due) if line.due else t("{minutes} min", minutes=line.minutes)
        glyph, colour = GLYPHS[line.state]
        title = Content(line.title).truncate(width - len(said) - 7, ellipsis=True)
        left = Content.assemble(("▸ " if line.is_next else "  ", "$accent bold"), (glyph, colour), " ", title)
        gap = " " * (width - left.cell_length - len(said) - 1)
        return Option(Content.assemble(left, gap, (said, "$accent" if line.due else "$quiet")))

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Say on which lesson the cursor stands."""
        super().watch_highlighted(highlighted)
        if self.slug is not None:
            self.post_message(self.Highlighted(self.slug))

    def action_select(self) -> None:
        """Read the lesson under the cursor."""
        if self.slug is not None:
            self.post_message(self.Chosen(self.slug))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click reads too."""
        event.stop()
        self.action_select()
