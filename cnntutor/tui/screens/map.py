"""The course map: units and lessons, what is done, what is next."""

from textual.app import ComposeResult
from textual.widgets import Static

from cnntutor.i18n import t
from cnntutor.tui.context import Place
from cnntutor.tui.screens.base import TutorScreen


class MapScreen(TutorScreen[None]):
    """Home."""

    def body(self) -> ComposeResult:
        """Lay out the path and the detail panel."""
        yield Static(t("Course map"))

    def where(self) -> str:
        """Name the place."""
        return t("Course map")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("map")
