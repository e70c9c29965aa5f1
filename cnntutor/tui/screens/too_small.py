"""The plain message while the terminal is too small; the screen below keeps everything."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from cnntutor.i18n import t

SMALLEST = (60, 20)
"""Columns and rows from which the screens are drawn."""


class TooSmallScreen(Screen[None]):
    """Covers the screens until the terminal is enlarged; takes no key but those that quit."""

    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    TooSmallScreen { align: center middle; }
    TooSmallScreen Static { width: 100%; height: auto; text-align: center; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """Lay out the message."""
        yield Static(markup=False)

    def on_mount(self) -> None:
        """Say the size at once."""
        self._say()

    def on_resize(self, event: Resize) -> None:
        """Follow the size."""
        self._say()

    def _say(self) -> None:
        columns, rows = self.app.size
        wanted_columns, wanted_rows = SMALLEST
        self.query_one(Static).update(
            t(
                "This terminal is {columns}×{rows}. cnntutor needs {wanted_columns}×{wanted_rows}: "
                "enlarge the window and it goes on where it was.",
                columns=columns,
                rows=rows,
                wanted_columns=wanted_columns,
                wanted_rows=wanted_rows,
            )
        )
