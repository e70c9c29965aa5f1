"""Photos and what pretrained networks took them for: the five likeliest classes of each, with bars."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.i18n import Message, msg, t
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.photo_guesses import Guesses, PhotoGuesses, read_guesses
from cnntutor.lab.result_words import percent
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.menu import Menu

NARROW = 90
BAR = 24
"""Cells of the longest bar."""
SHORTEST_BAR = 8
"""It gives way to a name so far; then the name is cut."""
BESIDE = 12
"""Cells of a guess beside its name and its bar: mark, gaps and percentage."""
MARKS = {0: ("✗", "$error"), 1: ("✓", "$success")}
"""By rank; a rank from 2 to 5 is its own number."""


class PhotosScreen(TutorScreen[None]):
    """The photos at the left, the guesses of all networks for the chosen one at the right.

    Args:
        run: The folder of a top-k run that is over.

    Raises:
        NotUnderstood: its predictions cannot be read.
    """

    CSS_PATH = "photos.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("m", "mistakes", msg("Mistakes or all"))]

    def __init__(self, run: RunFolder) -> None:
        super().__init__()
        self._run = run
        self._photos = read_guesses(run)
        self._mistakes = False

    def body(self) -> ComposeResult:
        """Lay out photos and guesses."""
        self.set_class(self.app.size.width < NARROW, "-narrow")
        with Horizontal(id="photos"):
            yield Menu(id="photos-list")
            with VerticalScroll(id="photos-detail", can_focus=False):
                yield Static(id="photos-guesses")

    def where(self) -> str:
        """Name the screen."""
        return t("Photos · {run}", run=self._run.name)

    def about(self) -> Message | None:
        """Explain the marks."""
        return msg(
            "Each mark stands for a network: ✓ the first guess is right, 2 to 5 the place of the right class,"
            " ✗ it is not among the first five. Top-1 counts the ✓, top-5 all but the ✗."
        )

    def on_mount(self) -> None:
        """Begin at the first photo."""
        self.query_one(Menu).focus()
        self.retext()

    def on_resize(self, event: Resize) -> None:
        """Give the list what there is room for."""
        self.set_class(event.size.width < NARROW, "-narrow")
        self.call_after_refresh(self.retext)

    def retext(self) -> None:
        """Write list and guesses in the language now in force."""
        menu = self.query_one(Menu)
        chosen = menu.highlighted_option.id if menu.highlighted_option is not None else None
        shown = [photo for photo in self._photos if photo.missed or not self._mistakes]
        width = menu.scrollable_content_region.width or 30
        options = [Option(_line(photo, width), id=photo.photo) for photo in shown]
        if not options:
            options = [Option(Content.styled(t("none"), "$quiet"), disabled=True)]
        with self.prevent(OptionList.OptionHighlighted):
            menu.set_options(options)
            ids = [option.id for option in options]
            menu.highlighted = ids.index(chosen) if chosen is not None and chosen in ids else 0
        self._show()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        """Write what the networks made of the photo under the cursor."""
        option = self.query_one(Menu).highlighted_option
        photo = next((each for each in self._photos if option is not None and each.photo == option.id), None)
        lines: list[Content] = []
        if photo is not None:
            lines = [
                Content.styled(photo.photo, "bold $primary"),
                Content.assemble((t("label: {label}", label=_words(photo.true)), "bold")),
            ]
            width = self.query_one("#photos-detail").scrollable_content_region.width or BESIDE + 2 * BAR
            names = [_words(name) for _, guesses in photo.networks for name, _ in guesses.top5]
            longest = max((len(name) for name in names), default=0)
            for network, guesses in photo.networks:
                lines += [Content(""), *_guess_lines(network, guesses, longest, width)]
        self.query_one("#photos-guesses", Static).update(Content("\n").join(lines))

    def action_mistakes(self) -> None:
        """Show the photos that a network missed, or all."""
        self._mistakes = not self._mistakes
        self.retext()


def _line(photo: PhotoGuesses, width: int) -> Content:
    """Return a photo's line: its label, then a mark for each network."""
    marks = Content(" ").join(
        Content.styled(*MARKS.get(guesses.rank, (str(guesses.rank), "$accent")))
        for _, guesses in photo.networks
    )
    room = max(4, width - marks.cell_length - 1)
    name = Content(_words(photo.true)).truncate(room, ellipsis=True)
    return Content.assemble(name, " " * (width - name.cell_length - marks.cell_length), marks)


def _guess_lines(network: str, guesses: Guesses, longest: int, width: int) -> list[Content]:
    """Return a network's five guesses with their bars; the right one carries a ✓.

    Args:
        network: Its name.
        guesses: What it took the photo for.
        longest: Cells of the longest name, of all networks.
        width: Cells of a line.
    """
    lines = [Content.styled(network, "$secondary bold")]
    bar = max(SHORTEST_BAR, min(BAR, width - BESIDE - longest))
    names = max(4, min(longest, width - BESIDE - bar))
    for place, (name, share) in enumerate(guesses.top5, 1):
        right = place == guesses.rank
        filled = round(share * bar)
        lines.append(
            Content.assemble(
                ("✓ " if right else "  ", "$success"),
                Content.styled(_words(name).ljust(names), "bold" if right else "").truncate(
                    names, ellipsis=True
                ),
                "  ",
                ("━" * filled, "$success" if right else "$primary"),
                ("─" * (bar - filled), "$rule"),
                " ",
                str(percent(share, 1)).rjust(7),
            )
        )
    return lines


def _words(name: str) -> str:
    """Return a class name as words."""
    return name.replace("_", " ")
