"""Which lessons can be skipped, on what evidence; every mark can be set and taken back."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.i18n import Message, msg, t
from cnntutor.progress.records import Mark
from cnntutor.quiz.placement import ENOUGH, MOST
from cnntutor.tui import messages
from cnntutor.tui.context import Place
from cnntutor.tui.evidence import BY_HAND, evidence_words
from cnntutor.tui.keys import key
from cnntutor.tui.placement import KEPT_AS
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.menu import Menu


class LessonMarks(Menu, inherit_bindings=True):
    """Lessons with their marks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "screen.turn", msg("Mark or take back")),
        key("enter", "screen.read", msg("Read")),
        key("pagedown", "page_down", msg("Page down"), shown=False),
    ]


class PlacementScreen(TutorScreen[None]):
    """The lessons of the course with what says that one is known."""

    CSS_PATH = "placement.tcss"
    AUTO_FOCUS = "#placement-lessons"
    BINDINGS: ClassVar[list[BindingType]] = [key("n", "quiz", msg("Take the quiz"))]

    def body(self) -> ComposeResult:
        """Lay out an explanation and the lessons."""
        with Vertical(id="placement-page"):
            yield Static(id="placement-about", markup=False)
            yield LessonMarks(id="placement-lessons")

    def where(self) -> str:
        """Name the place."""
        return t("What can be skipped?")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("placement")

    def about(self) -> Message | None:
        """Explain marks."""
        return msg(
            "» marks a lesson that can be skipped. A mark hides nothing: the lesson can be read and its "
            "exercises done as before; the map only goes on to the next one. Space sets a mark or takes it "
            "back."
        )

    def on_screen_resume(self) -> None:
        """Show what the quiz found meanwhile."""
        super().on_screen_resume()
        self.retext()

    def retext(self) -> None:
        """Write everything in the language now in force."""
        begun = self.record.draft(KEPT_AS, None) is not None
        self.query_one("#placement-about", Static).update(
            t("The quiz was cut off; n goes on with it.")
            if begun
            else t(
                "n takes a short quiz: at most {count} questions, no hints. Two right answers mark a lesson "
                "as one to skip (»). You may also mark by hand.",
                count=min(MOST, ENOUGH * len(self.context.course.lessons)),
            )
        )
        listed = self.query_one(LessonMarks)
        at = listed.highlighted
        marks = self.record.marked_lessons()
        lessons = self.context.course.lessons.values()
        listed.set_options([Option(self._line(str(each.title), marks.get(each.slug))) for each in lessons])
        listed.highlighted = at or 0

    @staticmethod
    def _line(title: str, mark: Mark | None) -> Content:
        if mark is None:
            return Content.assemble(("  ○ ", "$quiet"), title)
        day = f"{mark.when.astimezone():%Y-%m-%d}"
        return Content.assemble(
            ("  » ", "$success bold"), title, (f"  {evidence_words(mark)} · {day}", "$quiet")
        )

    def _lesson(self) -> str | None:
        at = self.query_one(LessonMarks).highlighted
        return None if at is None else list(self.context.course.lessons)[at]

    def action_turn(self) -> None:
        """Set the mark of the lesson under the cursor, or take it back."""
        slug = self._lesson()
        if slug is None:
            return
        if slug in self.record.marked_lessons():
            self.record.drop_mark(slug)
        else:
            self.record.mark_skipped([Mark("lesson", slug, self.context.clock(), BY_HAND)])
        self.retext()

    def action_read(self) -> None:
        """Read the lesson under the cursor."""
        slug = self._lesson()
        if slug is not None:
            self.post_message(messages.GoTo(Place("lesson", slug)))

    def action_quiz(self) -> None:
        """Take the quiz, or go on with it."""
        self.post_message(messages.GoTo(Place("placement-quiz")))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_read()
