"""The presets of a recipe, one of them chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import msg
from cnntutor.lab.recipe import Preset
from cnntutor.tui.keys import key
from cnntutor.tui.wrapping import hanging


class PresetChoice(Widget, can_focus=True):
    """One of a few presets; left and right change it."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("right,l,space", "step(1)", msg("Next preset")),
        key("left,h", "step(-1)", msg("Preset before"), shown=False),
    ]
    DEFAULT_CSS = """
    PresetChoice { height: auto; padding: 0 1; }
    PresetChoice:focus { background: $panel; }
    """
    presets: reactive[tuple[Preset, ...]] = reactive((), layout=True)
    chosen: reactive[int] = reactive(0, layout=True)

    @dataclass
    class Changed(TextualMessage):
        """Another preset is chosen."""

        preset: Preset

    @property
    def preset(self) -> Preset:
        """The preset chosen."""
        return self.presets[self.chosen]

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        name_width = max((len(preset.name) for preset in self.presets), default=0)
        for place, preset in enumerate(self.presets):
            here = place == self.chosen
            look = "bold" if here else "$quiet"
            mark = "◉" if here else "○"
            pointer = "▸" if here and self.has_focus else " "
            first = Content.assemble(
                (pointer, "$primary bold"), f"{mark} ", (preset.name.ljust(name_width), look), "  "
            )
            words = hanging(Content(str(preset.title)), width - first.cell_length)
            blank = Content(" " * first.cell_length)
            lines += [Content.assemble(blank if row else first, line) for row, line in enumerate(words)]
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the presets take."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw the presets, the chosen one marked."""
        return Content("\n").join(self._lines(self.content_size.width))

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A click takes the next preset."""
        event.stop()
        self.action_step(1)

    def action_step(self, steps: int) -> None:
        """Take the next preset, or the one before."""
        if len(self.presets) > 1:
            self.chosen = (self.chosen + steps) % len(self.presets)
            self.post_message(self.Changed(self.preset))
