"""A path that is typed, with what it may go on to below."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message as TextualMessage
from textual.suggester import Suggester
from textual.widgets import Input, Static

from cnntutor.tui.network_paths import LONGEST_PATH
from cnntutor.tui.path_listing import PathListing
from cnntutor.tui.widgets.argument_field import ArgumentField


class PathSuggester(Suggester):
    """Goes on with what is typed while there is only one way, a folder or a file of the wanted kind.

    Args:
        listing: Knows what lies in a folder.
    """

    def __init__(self, listing: PathListing) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._listing = listing

    async def get_suggestion(self, value: str) -> str | None:
        """Return the path as far as all that begin so agree; None where nothing is to be added."""
        if not value:
            return None
        found = await asyncio.to_thread(self._listing.completions, value, 200)
        common = os.path.commonprefix(found)  # noqa: RUF071  (letter by letter is what typing is)
        return common if len(common) > len(value) else None


class PathField(Vertical):
    """The field, and below it the folders and files that go on with what is typed.

    Args:
        listing: Knows what lies in a folder.
        field: Id of the field itself.
    """

    DEFAULT_CSS = """
    PathField {
        height: auto;
        & .path-found { height: auto; max-height: 4; color: $quiet; padding-left: 2; margin-bottom: 1; }
    }
    """

    @dataclass
    class Found(TextualMessage):
        """How a path may go on."""

        text: str
        paths: list[str]

    def __init__(self, listing: PathListing, *, field: str) -> None:
        super().__init__()
        self._listing = listing
        self.field = ArgumentField(id=field, most=LONGEST_PATH)
        self._words = Static(classes="path-found", markup=False)
        self._offered: tuple[str, list[str]] = ("", [])
        """What was typed, and how it may go on."""
        self._busy = False

    def compose(self) -> ComposeResult:
        """Lay out the field and what may follow."""
        yield self.field
        yield self._words

    def on_mount(self) -> None:
        """Offer what lies where the program was started."""
        self.field.input.suggester = PathSuggester(self._listing)
        self._offer("")

    @property
    def value(self) -> str:
        """What is typed."""
        return self.field.input.value

    def focus_field(self) -> None:
        """Type here."""
        self.field.input.focus()

    def tell(self, words: str) -> None:
        """Show that something is done with the path, in place of what may follow."""
        self._busy = True
        self._words.update(words)

    def refuse(self, problem: str) -> None:
        """Show what is wrong with the path; it can be typed anew."""
        self._busy = False
        self._words.update("")
        self.field.problem(problem)
        self.focus_field()

    def complete(self) -> None:
        """Go on to the one file that the beginning of a path can mean; it is on screen already."""
        text, paths = self._offered
        if text == self.value and len(paths) == 1 and not paths[0].endswith("/"):
            with self.field.input.prevent(Input.Changed):
                self.field.input.value = paths[0]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.field.problem("")
        self._offer(event.value)

    @work(thread=True, exclusive=True, group="listing")
    def _offer(self, text: str) -> None:
        """Look how the path may go on."""
        self.post_message(self.Found(text, self._listing.completions(text)))

    @on(Found)
    def _found(self, event: Found) -> None:
        """Show it, unless more has been typed in the meantime, or Enter pressed."""
        event.stop()
        if event.text != self.value or self._busy:
            return
        self._offered = (event.text, event.paths)
        names = [path.rstrip("/").rpartition("/")[2] + "/" * path.endswith("/") for path in event.paths]
        self._words.update("   ".join(names))
