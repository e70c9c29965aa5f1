"""The first line of every screen: where am I · the run going on · language · device."""

from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult, RenderResult
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import language


class Where(Widget, can_focus=False):
    """The name of the place, from the program down."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Where { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    place: reactive[str] = reactive("")

    def render(self) -> RenderResult:
        """Show the program's name and the place."""
        name = Content.styled("cnntutor", "$primary bold")
        return (
            Content.assemble(name, ("  ·  ", "$foreground"), (self.place, "$foreground"))
            if self.place
            else name
        )


class Facts(Widget, can_focus=False):
    """Language and device."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Facts { width: auto; height: 1; margin-left: 2; color: $quiet; }
    """

    def render(self) -> RenderResult:
        """Show both languages, the one in force in capitals."""
        from cnntutor.lab.headroom import processors  # here: the map is imported without the lab

        vietnamese = language() == "vi"
        return Content.assemble(
            ("VI" if vietnamese else "vi", "$foreground bold" if vietnamese else "$quiet"),
            ("│", "$rule"),
            ("en" if vietnamese else "EN", "$quiet" if vietnamese else "$foreground bold"),
            f"  CPU ×{processors()}",
        )


class TopLine(Widget, can_focus=False):
    """One line: place, run, language, device. The run badge is mounted after the first paint."""

    DEFAULT_CSS = """
    TopLine {
        dock: top;
        layout: horizontal;
        height: 1;
        padding: 0 1;
        background: $surface;
    }
    """
    place: reactive[str] = reactive("")

    @dataclass
    class BadgeLoaded(TextualMessage):
        """The badge is imported."""

        kind: type[Widget]

    def compose(self) -> ComposeResult:
        """Lay out the place and the facts."""
        yield Where()
        yield Facts()

    def watch_place(self, place: str) -> None:
        """Hand the place down."""
        for where in self.query(Where):
            where.place = place

    def on_mount(self) -> None:
        """Show the place; the run badge follows when the screen stands."""
        self.watch_place(self.place)
        self.call_after_refresh(self._load_badge)

    @work(thread=True, group="load-badge", exit_on_error=False)
    def _load_badge(self) -> None:
        """Import the badge, which takes a moment at first, outside the screen's thread."""
        from cnntutor.tui.widgets.run_badge import RunBadge

        self.post_message(self.BadgeLoaded(RunBadge))

    def on_top_line_badge_loaded(self, event: BadgeLoaded) -> None:
        """Put the badge of the run at work beside the facts."""
        event.stop()
        if self.is_attached:
            self.mount(event.kind(), before=self.query_one(Facts))

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(Facts).refresh(layout=True)
