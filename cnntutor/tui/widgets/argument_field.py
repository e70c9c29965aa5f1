"""A value with its name before it; what is wrong with it stands below."""

from __future__ import annotations

from typing import ClassVar, Self

from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget
from textual.widgets import Input

from cnntutor.i18n import msg
from cnntutor.tui.argument_text import LONGEST_TEXT
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.text_field import TextField
from cnntutor.tui.wrapping import hanging

_NAME_WIDTH = 15


class ArgumentInput(TextField):
    """A field whose Enter goes back to the table."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Done"))]

    def take_paste(self, text: str) -> None:
        """Take as much of what is pasted as there is room for, so that what is wrong with it can be said."""
        line = next((line.strip() for line in text.splitlines() if line.strip()), "")
        room = (self.max_length or LONGEST_TEXT) - len(self.value) + len(self.selected_text)
        super().take_paste(line[: max(0, room)])

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint the field anew; its size never depends on its text, so nothing is laid out anew for a key."""
        return super().refresh(*regions, repaint=repaint, layout=False, recompose=recompose)


class ArgumentField(Widget):
    """One argument: its name, its value, and below what is wrong with it.

    It paints name and problem itself: a form of a dozen fields is painted at every key, and every widget
    in it costs.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ArgumentField {
        layout: vertical;
        height: auto;
        & Input, & Input:focus {
            margin-left: 15; width: 1fr; height: 1; border: none; padding: 0 1; background: $panel;
        }
        & Input:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    def __init__(self, *, id: str | None = None, most: int = LONGEST_TEXT) -> None:
        super().__init__(id=id)
        self.argument = ""
        self.input = ArgumentInput(select_on_focus=True, max_length=most)
        self._label = ""
        self._sentence = ""

    def compose(self) -> ComposeResult:
        """Lay out the value."""
        yield self.input

    def show(self, argument: str, text: str, placeholder: str, label: str = "") -> None:
        """Show an argument with its value; a field being typed in keeps what is in it.

        Args:
            argument: Which it is.
            text: Its value.
            placeholder: What is shown while the field is empty.
            label: What to call it; the argument's own name if left out.
        """
        field = self.input
        same = argument == self.argument
        if not same:
            self.argument = argument
            self.display = True
        if (label or argument) != self._label:
            self._label = label or argument
            self.refresh()
        field.placeholder = placeholder
        if not (same and field.has_focus):
            with field.prevent(Input.Changed):
                field.value = text
            self.problem("")

    def problem(self, sentence: str) -> None:
        """Show what is wrong with the value; empty for nothing."""
        if sentence != self._sentence:
            self._sentence = sentence
            self.refresh(layout=True)

    def on_descendant_focus(self) -> None:
        """Show which field is being typed in."""
        self.refresh()

    def on_descendant_blur(self) -> None:
        """Show that it is no longer typed in."""
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return a line for the value, and those of the problem."""
        return 1 + len(self._problem_lines(width))

    def render(self) -> RenderResult:
        """Write the name and the problem."""
        name = self._label if len(self._label) <= _NAME_WIDTH - 1 else self._label[: _NAME_WIDTH - 2] + "…"
        look = "$foreground bold" if self.has_focus_within else "$quiet"
        return Content("\n").join([Content.styled(name, look), *self._problem_lines(self.content_size.width)])

    def _problem_lines(self, width: int) -> list[Content]:
        if not self._sentence:
            return []
        return hanging(Content.styled(f"✗ {self._sentence}", "$error"), width, "  ", "    ")
