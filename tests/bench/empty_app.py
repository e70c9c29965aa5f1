"""An empty Textual app with a header and a footer: what the first paint is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header


class EmptyApp(App[None]):
    """Nothing but the frame."""

    TITLE = "empty"

    def compose(self) -> ComposeResult:
        """Lay out the frame."""
        yield Header()
        yield Footer()


if __name__ == "__main__":
    EmptyApp().run()
