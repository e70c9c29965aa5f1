"""A data set as pictures, figures and its split: three pages, side by side where there is room."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from cnntutor.i18n import msg, t
from cnntutor.lab.preparation import DataView, Example
from cnntutor.tui.data_lines import (
    GAP,
    figure_lines,
    how_line,
    layout_of,
    picture_lines,
)
from cnntutor.tui.data_subject import DataSubject
from cnntutor.tui.keys import key
from cnntutor.tui.picture_art import beside
from cnntutor.tui.split_lines import split_head, split_rows
from cnntutor.tui.widgets.board import KeyedLines, clamp
from cnntutor.tui.wrapping import hanging

PAGES = (msg("Pictures"), msg("Figures"), msg("Split"))
WIDE = 118
"""From so many columns on the pictures stand beside the other pages."""
PICTURES_WIDE = 0.4
"""Their part of the width then."""
TABS = 2
"""Lines of the names of the pages."""
WORDS = 1
"""Lines that name a picture."""


class DataBoard(KeyedLines):
    """What a worker saw in a data set."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "picture(1)", msg("Next picture")),
        key("p", "picture(-1)", msg("Picture before"), shown=False),
        key("b", "turn", msg("Before or after")),
        key("tab", "page(1)", msg("Next view")),
        key("shift+tab", "page(-1)", msg("View before"), shown=False),
        key("1", "show(0)", msg("Pictures"), shown=False),
        key("2", "show(1)", msg("Figures"), shown=False),
        key("3", "show(2)", msg("Split"), shown=False),
        key("pageup", "rows(-1)", msg("Page up"), shown=False),
        key("pagedown,space", "rows(1)", msg("Page down"), shown=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._subject: DataSubject | None = None
        self._found: DataView | None = None
        self._page = 0
        self._place = 0
        self._after = False
        """Whether the picture after preparation is shown, where both have no room."""
        self._first = 0
        """The first class of the table that is shown."""

    def take(self, subject: DataSubject, found: DataView) -> None:
        """Show a data set, from its first picture on."""
        self._subject, self._found = subject, found
        self._place = self._first = 0
        self.refresh()
        self.refresh_bindings()

    @property
    def _wide(self) -> bool:
        """Whether the pictures, both of them, have room beside the other pages."""
        width, height = self.content_size
        if width < WIDE or self._example is None:
            return False
        return layout_of(self._example, int(width * PICTURES_WIDE), height - TABS - WORDS) != "one"

    @property
    def _example(self) -> Example | None:
        examples = self._found.examples if self._found is not None else ()
        return examples[self._place] if examples else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before or after is a choice only where both have no room."""
        if action == "turn":
            width, height = self.content_size
            example = self._example
            alone = example is not None and layout_of(example, width, height - TABS - WORDS) == "one"
            return self._page == 0 and alone and not self._wide
        return True

    def on_resize(self) -> None:
        """Offer the keys there are for this size."""
        self.refresh_bindings()

    def move(self, across: int, down: int) -> None:
        """Go to another picture, or to another class; on the page of the split through its table."""
        if self._found is None:
            return
        if down and self._page == 2 and not self._wide:
            self._first = clamp(self._first + down, len(self._found.labels) + 1)
            return
        examples = self._found.examples
        if across and examples:
            self._place = (
                (self._place + across) % len(examples)
                if abs(across) == 1
                else clamp(self._place + across, len(examples))
            )
        if down and examples:
            labels = list(dict.fromkeys(each.label for each in examples))
            at = labels.index(examples[self._place].label) + down
            label = labels[at % len(labels) if abs(down) == 1 else clamp(at, len(labels))]
            self._place = next(place for place, each in enumerate(examples) if each.label == label)
        self.refresh_bindings()

    def action_picture(self, step: int) -> None:
        """Go to the next picture or the one before, round and round."""
        self.move(step, 0)
        self.refresh()

    def action_turn(self) -> None:
        """Show the picture after preparation, or before."""
        self._after = not self._after
        self.refresh()

    def action_page(self, step: int) -> None:
        """Show the next page, or the one before."""
        self.action_show((self._page + step) % len(PAGES))

    def action_show(self, page: int) -> None:
        """Show a page."""
        self._page = page
        self.refresh()
        self.refresh_bindings()

    def action_rows(self, pages: int) -> None:
        """Go through the table of the split by a page."""
        if self._found is not None:
            self._first = clamp(
                self._first + pages * max(1, self.content_size.height // 2), len(self._found.labels) + 1
            )
            self.refresh()

    def lines(self, width: int, height: int) -> list[Content]:
        """Return the names of the pages and the page."""
        if self._found is None or self._subject is None:
            return []
        room = height - TABS
        head = [self._tabs(), Content("")]
        if not self._wide:
            page = (self._pictures, self._figures, self._split)[self._page]
            return [*head, *page(width, room)]
        left = int(width * PICTURES_WIDE)
        right = width - left - GAP
        pictures = self._pictures(left, room)
        pictures = [line.pad_right(max(0, left - line.cell_length)) for line in pictures]
        figures, split = self._figures(right, room), self._split(right, room)
        if (
            len(figures) + 1 + len(self._head(right)) + len(split_rows(self._found, self._subject, right))
            <= room
        ):
            return [*head, *beside([pictures, [*figures, Content(""), *split]], GAP)]
        return [*head, *beside([pictures, split if self._page == 2 else figures], GAP)]

    def _tabs(self) -> Content:
        """Name the pages, the shown one marked."""
        pieces: list[Content | str] = []
        for place, name in enumerate(PAGES):
            chosen = place == self._page
            pieces += [
                Content.styled(f" {place + 1} {name} ", "bold reverse" if chosen else "$quiet"),
                " ",
            ]
        return Content.assemble(*pieces)

    def _pictures(self, width: int, height: int) -> list[Content]:
        """Return the page of the pictures."""
        example, found, subject = self._example, self._found, self._subject
        if example is None or found is None or subject is None:
            return hanging(t("There are no pictures in it."), width)
        own = [place for place, each in enumerate(found.examples) if each.label == example.label]
        title = t(
            "{label}: picture {place} of {all}, class {number} of {classes}",
            label=example.label,
            place=str(own.index(self._place) + 1),
            all=str(len(own)),
            number=str(found.labels.index(example.label) + 1),
            classes=str(len(found.labels)),
        )
        lines = hanging(Content.styled(title, "bold"), width)
        layout = layout_of(example, width, height - WORDS)
        told = t(
            "after: {how}; least black, greatest white", how=how_line(subject.how, subject.name == "photos")
        )
        foot = hanging(Content.styled(told, "$quiet"), width)
        seen = picture_lines(example, layout, self._after, self.look, (width, height - len(lines)))
        spare = height - len(lines) - len(seen) - len(foot)
        if spare < 0:  # the picture goes before the words below it
            return [*lines, *seen]
        return [*lines, *seen, *[Content("")][:spare], *foot]

    def _figures(self, width: int, height: int) -> list[Content]:
        """Return the page of the figures."""
        assert self._found is not None and self._subject is not None
        return figure_lines(self._found, self._subject, width, height)

    def _head(self, width: int) -> list[Content]:
        assert self._found is not None and self._subject is not None
        return split_head(self._found, self._subject, width)

    def _split(self, width: int, height: int) -> list[Content]:
        """Return the page of the split; a long table scrolls below its first line."""
        assert self._found is not None and self._subject is not None
        lines = self._head(width)
        names, *rows = split_rows(self._found, self._subject, width)
        room = max(1, height - len(lines) - 1)
        self._first = min(self._first, max(0, len(rows) - room))
        return [*lines, names, *rows[self._first : self._first + room]]
