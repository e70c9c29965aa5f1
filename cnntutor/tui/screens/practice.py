"""Every exercise of the course in one list, narrowed by typing."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.course.kinds import KINDS
from cnntutor.course.skills import skill_name
from cnntutor.i18n import Message, msg, t
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.practice_rows import DIFFICULTY, ONLY, Only, PracticeRow, narrowed, practice_rows
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.menu import Menu
from cnntutor.tui.widgets.text_field import TextField

LONGEST_FILTER = 80
MARKS = {"new": ("○", "$quiet"), "wrong": ("✗", "$error"), "done": ("✓", "$success")}
"""The sign and the colour of how an exercise stands."""
DUE = "↻"

_SKILL_CELLS = 22
_KIND_CELLS = 15
_WITH_KIND = 86
"""Columns from which a row has room for the kind as well."""


class PracticeField(TextField):
    """The field that narrows the list; the list moves while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Open"))]


class PracticeScreen(TutorScreen[None]):
    """The list of all exercises.

    Args:
        typed: What the field begins with.
    """

    CSS_PATH = "practice.tcss"
    AUTO_FOCUS = "#practice-field"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "move(1)", msg("Down"), shown=False),
        key("up", "move(-1)", msg("Up"), shown=False),
        key("pagedown", "move(10)", msg("Page down"), shown=False),
        key("pageup", "move(-10)", msg("Page up"), shown=False),
        key("f3", "only", msg("By state")),
        key("f4", "empty", msg("Clear")),
    ]

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self._typed = typed
        self._only: Only = "all"
        self._rows: tuple[PracticeRow, ...] = ()
        self._shown: tuple[PracticeRow, ...] = ()

    def body(self) -> ComposeResult:
        """Lay out field, list and what is said about the exercise under the cursor."""
        with Vertical(id="practice"):
            yield PracticeField(
                self._typed, id="practice-field", select_on_focus=False, max_length=LONGEST_FILTER
            )
            yield Static(id="practice-count", markup=False)
            yield Menu(id="practice-list")
            yield Static(id="practice-more", markup=False)

    def on_mount(self) -> None:
        """Let the field keep the focus."""
        self.query_one(Menu).can_focus = False

    def where(self) -> str:
        """Name the place."""
        return t("Practice")

    def place(self) -> Place | None:
        """Come back here, to what was typed."""
        return Place("practice", self._typed)

    def shows(self, place: Place) -> bool:
        """Whether this is the list, whatever it is narrowed to."""
        return place.screen == "practice"

    def arrive(self, place: Place) -> None:
        """Narrow the list to what the place names."""
        if place.argument:
            self.query_one(Input).value = place.argument

    def about(self) -> Message | None:
        """Explain the words and the signs."""
        return msg(
            "Type words of a title, a skill, a kind (number, choice, find the bug, write code …), a lesson,"
            " or easy, medium, hard; marks may be left out. ✓ right last · ✗ wrong last · ○ not tried · ↻ "
            "due for review · ⚂ new numbers each time. The exercises follow each other within what is "
            "shown."
        )

    def on_screen_resume(self) -> None:
        """Show what was answered meanwhile, the cursor on the exercise last looked at."""
        came_from = self.record.place()
        super().on_screen_resume()
        self._read()
        self._fill(came_from.argument if came_from is not None and came_from.screen == "exercise" else "")

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self._fill(self._slug())

    def on_resize(self, event: Resize) -> None:
        """Set the columns anew."""
        self.call_after_refresh(lambda: self._fill(self._slug()))

    def _slug(self) -> str:
        row = self._row()
        return row.heading.slug if row is not None else ""

    def _row(self) -> PracticeRow | None:
        at = self.query_one(Menu).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def _read(self) -> None:
        store = self.context.store
        self._rows = practice_rows(
            self.context.course,
            self.context.read_headings(),
            store.tallies(),
            store.due(self.context.clock()),
        )

    def _fill(self, cursor: str = "") -> None:
        """Show what is left of the list, the cursor on an exercise if one is named."""
        field, listed = self.query_one(Input), self.query_one(Menu)
        field.placeholder = t("words of title, skill, kind, lesson; easy, medium, hard …")
        self._shown = narrowed(self._rows, self._typed, self._only)
        self.query_one("#practice-count", Static).update(
            t(
                "{count} of {all} exercises · showing {only}",
                count=len(self._shown),
                all=len(self._rows),
                only=ONLY[self._only],
            )
        )
        listed.clear_options()
        if not self._shown:
            listed.add_option(Option(Content.styled(t("No exercise of that sort."), "$quiet"), disabled=True))
            self.query_one("#practice-more", Static).update("")
            return
        width = (listed.scrollable_content_region.width or 78) - 2
        listed.add_options([Option(_line(row, width)) for row in self._shown])
        slugs = [row.heading.slug for row in self._shown]
        listed.highlighted = slugs.index(cursor) if cursor in slugs else 0
        listed.scroll_to_highlight()

    @on(Input.Changed)
    def _narrowed(self, event: Input.Changed) -> None:
        if event.value != self._typed:
            self._typed = event.value
            self._fill()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        row = self._row()
        if row is not None:
            self.query_one("#practice-more", Static).update(self._more(row))

    def _more(self, row: PracticeRow) -> str:
        """Return the line about an exercise: where it belongs, what was answered."""
        parts = [skill_name(row.heading.skill), str(KINDS.get(row.heading.kind, row.heading.kind))]
        parts.append(str(DIFFICULTY[row.heading.difficulty]))
        if row.lesson:
            parts.append(str(self.context.course.lessons[row.lesson].title))
        if row.heading.varied:
            parts.append(t("new numbers each time"))
        if row.attempts:
            parts.append(t("answers: {count}", count=row.attempts))
        if row.due:
            parts.append(t("due for review"))
        return " · ".join(parts)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._open(self._row())

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        if event.option_index < len(self._shown):
            self._open(self._shown[event.option_index])

    def _open(self, row: PracticeRow | None) -> None:
        """Open an exercise; those after it are what the list shows."""
        from cnntutor.tui.exam_places import demand_open
        from cnntutor.tui.screens.exercise import ExerciseScreen

        if row is not None:
            demand_open(app_of(self), Place("exercise", row.heading.slug))
            self.record.leave_at(Place("practice", self._typed))
            within = tuple(each.heading.slug for each in self._shown)
            self.app.push_screen(ExerciseScreen(row.heading.slug, within=within))

    def action_move(self, rows: int) -> None:
        """Move the cursor while the field keeps the focus."""
        listed = self.query_one(Menu)
        if self._shown:
            listed.highlighted = min(max((listed.highlighted or 0) + rows, 0), len(self._shown) - 1)

    def action_only(self) -> None:
        """Narrow the list to the next of all, not tried, wrong, right, due."""
        kinds = list(ONLY)
        self._only = kinds[(kinds.index(self._only) + 1) % len(kinds)]
        self._fill(self._slug())

    def action_empty(self) -> None:
        """Show everything again."""
        self._only = "all"
        self._typed = ""
        self.query_one(Input).value = ""
        self._fill()


def _line(row: PracticeRow, width: int) -> Content:
    """Return an exercise as a row of columns."""
    heading = row.heading
    glyph, colour = MARKS[row.state]
    left = Content.assemble((glyph, colour), (DUE if row.due else " ", "$accent"), " ")
    stars = "●" * heading.difficulty + "○" * (3 - heading.difficulty)
    right = Content.assemble(
        " ",
        ("⚂ " if heading.varied else "  ", "$quiet"),
        (_cell(skill_name(heading.skill), _SKILL_CELLS), "$quiet"),
    )
    if width >= _WITH_KIND:
        kind = str(KINDS.get(heading.kind, heading.kind))
        right = Content.assemble(right, (_cell(kind, _KIND_CELLS), "$quiet"))
    right = Content.assemble(right, (stars, "$quiet"))
    room = max(8, width - left.cell_length - right.cell_length)
    title = Content(str(heading.title)).truncate(room, ellipsis=True)
    return Content.assemble(left, title, " " * (room - title.cell_length), right)


def _cell(text: str, cells: int) -> str:
    """Return a text of exactly so many cells, the last one free."""
    content = Content(text).truncate(cells - 1, ellipsis=True)
    return content.plain + " " * (cells - content.cell_length)
