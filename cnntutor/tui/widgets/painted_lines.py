"""Lines of text that are painted one by one: a key that changes two of thirty costs two."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget


class PaintedLines(Widget, can_focus=False):
    """Shows what `lines` returns; call `redraw` when that may be something else now."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Content] = []
        self._strips: dict[int, Strip] = {}
        """The lines as they were painted last."""

    def lines(self, width: int, height: int) -> list[Content]:
        """Return the lines for a size in cells, at most as many as there is room for."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Paint the lines anew that differ from what is on screen."""
        width, height = self.content_size
        if not width or not height:
            return
        before, self._lines = self._lines, self.lines(width, height)[:height]
        nothing = Content("")
        changed = []
        for y in range(max(len(before), len(self._lines))):
            old = before[y] if y < len(before) else nothing
            new = self._lines[y] if y < len(self._lines) else nothing
            if (old.plain, old.spans) != (new.plain, new.spans):
                self._strips.pop(y, None)
                changed.append(Region(0, y, width, 1))
        if changed:
            self.refresh(*changed)

    def on_resize(self) -> None:
        """Write every line for the new size."""
        self._strips.clear()
        self._lines = []
        self.redraw()
        self.refresh()

    def notify_style_update(self) -> None:
        """Paint every line in the new colours."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Return one line, painted anew where it has changed."""
        width = self.content_size.width
        if y not in self._strips:
            line = self._lines[y] if y < len(self._lines) else Content("")
            strips = Visual.to_strips(self, line, width, 1, self.visual_style, pad=True)
            self._strips[y] = strips[0] if strips else Strip.blank(width, self.visual_style.rich_style)
        return self._strips[y]
