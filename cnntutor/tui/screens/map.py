"""The course map: units and lessons, what is done, what is next."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Resize
from textual.widgets import Static

from cnntutor.i18n import Message, msg, t
from cnntutor.tui import messages
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.too_small import SMALLEST
from cnntutor.tui.widgets.lesson_detail import LessonDetail, LessonFacts
from cnntutor.tui.widgets.lesson_path import LessonPath, PathLine

FIRST_NETWORK = "lenet5"
"""What the calculator opens with from the map."""

BESIDE_FROM = 76
"""Columns from which the panel stands beside the path."""


class MapScreen(TutorScreen[None]):
    """Home: the path on the left, the lesson under the cursor explained on the right."""

    AUTO_FOCUS = "#path"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "exercises", msg("Exercises")),
        key("t", "lab", msg("Training lab")),
        key("c", "calculator", msg("Calculator")),
        key("escape", "back", msg("Back"), shown=False),
        key("q", "app.quit", msg("Quit")),
    ]

    def body(self) -> ComposeResult:
        """Lay out the welcome, the path and the detail panel."""
        welcome = Static(id="welcome", markup=False)
        welcome.display = False
        yield welcome
        with Horizontal(id="map"):
            yield LessonPath(id="path")
            with VerticalScroll(id="detail", can_focus=False):
                yield LessonDetail()

    def where(self) -> str:
        """Name the place."""
        return t("Course map")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("map")

    def about(self) -> Message | None:
        """Explain the signs."""
        return msg("● done · ◐ begun · ○ new · ▸ what comes next. Everything you do is kept at once.")

    def on_screen_resume(self) -> None:
        """Show what was read and solved in the meantime; nothing while another place is about to open."""
        opening = app_of(self).opening
        self.query_one("#map").display = not opening
        if not opening:
            super().on_screen_resume()
            self.retext()
            self.query_one(LessonPath).focus()

    def on_resize(self, event: Resize) -> None:
        """Put the panel below the path where there is no room beside it."""
        self.set_class(SMALLEST[0] <= event.size.width < BESIDE_FROM, "-narrow")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing before the map stands."""
        return not app_of(self).opening

    def retext(self) -> None:
        """Write path and panel in the language now in force."""
        welcome = self.query_one("#welcome", Static)
        welcome.display = self.record.untouched()
        if welcome.display:
            welcome.update(t("Welcome. Enter reads the first lesson · F2 tiếng Việt · F1 keys · q leaves"))
        path = self.query_one(LessonPath)
        path.show(self._lines())
        self.call_after_refresh(self._explain, path.slug)

    def _lines(self) -> list[PathLine]:
        course, progress = self.context.course, self.record.lessons()
        states = {slug: progress[slug].state if slug in progress else "new" for slug in course.lessons}
        following = next((slug for slug, state in states.items() if state != "done"), None)
        lines: list[PathLine] = []
        for number, unit in enumerate(course.units, start=1):
            lines.append(PathLine("", f"{number}  {unit.title}"))
            for slug in unit.lessons:
                lesson = course.lessons[slug]
                lines.append(
                    PathLine(slug, str(lesson.title), states[slug], lesson.minutes, slug == following)
                )
        return lines

    def _explain(self, slug: str | None) -> None:
        detail = self.query_one(LessonDetail)
        if slug is None:
            detail.facts = None
            return
        course = self.context.course
        lesson = course.lessons[slug]
        detail.facts = LessonFacts(
            title=str(lesson.title),
            summary=course.summary(slug),
            objectives=[str(objective) for objective in lesson.objectives],
            minutes=lesson.minutes,
            state=self.record.lesson(slug).state,
            exercises=self.record.exercise_states(lesson.questions),
        )

    @on(LessonPath.Highlighted)
    def _highlighted(self, message: LessonPath.Highlighted) -> None:
        self.call_after_refresh(self._explain, message.slug)
        self.query_one("#detail").scroll_home(animate=False)

    @on(LessonPath.Chosen)
    def _chosen(self, message: LessonPath.Chosen) -> None:
        self.post_message(messages.GoTo(Place("lesson", message.slug)))

    def action_exercises(self) -> None:
        """Open the first exercise of the lesson that is not solved."""
        slug = self.query_one(LessonPath).slug
        questions = self.context.course.lessons[slug].questions if slug else ()
        if not questions:
            self.notify(t("This lesson asks nothing."), timeout=3)
            return
        states = self.record.exercise_states(questions)
        unsolved = [question for question, state in zip(questions, states, strict=True) if state != "done"]
        self.post_message(messages.GoTo(Place("exercise", (unsolved or list(questions))[0])))

    def action_lab(self) -> None:
        """Open the training lab."""
        self.post_message(messages.GoTo(Place("lab")))

    def action_calculator(self) -> None:
        """Open the calculator."""
        self.post_message(messages.GoTo(Place("workbench", FIRST_NETWORK)))
