"""The course map: units and lessons, what is done, what is next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

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
from cnntutor.tui.evidence import evidence_words
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.too_small import SMALLEST
from cnntutor.tui.standing import skill_line
from cnntutor.tui.widgets.lesson_detail import LessonDetail, LessonFacts
from cnntutor.tui.widgets.lesson_path import LessonPath, PathLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnntutor.progress.records import LessonProgress, SkillSummary

FIRST_NETWORK = "lenet5"
"""What the calculator opens with from the map."""

BESIDE_FROM = 76
"""Columns from which the panel stands beside the path."""


class MapScreen(TutorScreen[None]):
    """Home: the path on the left, the lesson under the cursor explained on the right."""

    AUTO_FOCUS = "#path"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "exercises", msg("Exercises")),
        key("r", "review", msg("Review")),
        key("t", "lab", msg("Lab")),
        key("c", "calculator", msg("Calculate")),
        key("s", "skills", msg("Skills"), shown=False),
        key("a", "practice", msg("All exercises"), shown=False),
        key("x", "exams", msg("Exams"), shown=False),
        key("p", "placement", msg("What to skip"), shown=False),
        key("escape", "back", msg("Back"), shown=False),
        key("q", "app.quit", msg("Quit")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._skills: dict[str, SkillSummary] = {}
        self._due: frozenset[str] = frozenset()

    def body(self) -> ComposeResult:
        """Lay out the welcome, the path and the detail panel."""
        welcome = Static(id="welcome", markup=False)
        welcome.display = False
        yield welcome
        with Horizontal(id="map"):
            yield LessonPath(id="path")
            with VerticalScroll(id="detail", can_focus=False):
                yield LessonDetail()
        due = Static(id="due", markup=False)
        due.display = False
        yield due

    def where(self) -> str:
        """Name the place."""
        return t("Course map")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("map")

    def about(self) -> Message | None:
        """Explain the signs."""
        return msg(
            "● done · ◐ begun · ○ new · » can be skipped · ▸ what comes next. Everything is kept at once."
        )

    def on_screen_resume(self) -> None:
        """Show what was read and solved in the meantime; nothing while another place is about to open."""
        opening = app_of(self).opening
        self.query_one("#map").display = not opening
        if not opening:
            came_from = self.record.place()
            super().on_screen_resume()
            self.retext(self._cursor_after(came_from))
            self.query_one(LessonPath).focus()

    def _cursor_after(self, place: Place | None) -> str | None:
        """Return the lesson the cursor belongs on: the one just left, or what comes next once it is done."""
        if place is None or place.screen != "lesson":
            return None
        slug = place.argument.partition(" ")[0]
        if slug not in self.context.course.lessons or self.record.lesson(slug).state != "done":
            return slug
        following = self.context.course.lesson_after(slug)
        return following.slug if following is not None else slug

    def on_resize(self, event: Resize) -> None:
        """Put the panel below the path where there is no room beside it."""
        self.set_class(SMALLEST[0] <= event.size.width < BESIDE_FROM, "-narrow")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing before the map stands."""
        return not app_of(self).opening

    def retext(self, cursor: str | None = None) -> None:
        """Write path and panel in the language now in force, the cursor on a lesson if one is given."""
        welcome = self.query_one("#welcome", Static)
        exam = self.context.store.open_exam()
        welcome.display = exam is not None or self.record.untouched()
        if exam is not None:
            over = exam.started + timedelta(minutes=exam.minutes)
            welcome.update(
                t("! An exam goes on until {time} · x leads back to it", time=f"{over.astimezone():%H:%M}")
            )
        elif welcome.display:
            welcome.update(t("Welcome. Enter reads · p what to skip? · F2 tiếng Việt · F1 keys · q leaves"))
        self._skills = {each.skill: each for each in self.context.store.skills()}
        self._due = frozenset(self.context.store.due(self.context.clock()))
        due = self.query_one("#due", Static)
        due.display = bool(self._due)
        if self._due:
            due.update(t("Due for review: {count} · r", count=len(self._due)))
        path = self.query_one(LessonPath)
        path.show(self._lines(), cursor)
        self.call_after_refresh(self._explain, path.slug)

    def _lines(self) -> list[PathLine]:
        course, progress = self.context.course, self.record.lessons()
        states = self._states(progress)
        following = next((slug for slug, state in states.items() if state not in ("done", "skip")), None)
        lines: list[PathLine] = []
        for number, unit in enumerate(course.units, start=1):
            lines.append(PathLine("", f"{number}  {unit.title}"))
            for slug in unit.lessons:
                lesson = course.lessons[slug]
                lines.append(
                    PathLine(
                        slug,
                        str(lesson.title),
                        states[slug],
                        lesson.minutes,
                        slug == following,
                        len(self._due.intersection(lesson.skills)) if states[slug] != "new" else 0,
                    )
                )
        return lines

    def _states(self, progress: Mapping[str, LessonProgress]) -> dict[str, str]:
        """Return done, started, skip or new for every lesson."""
        marked = self.record.marked_lessons()
        return {
            slug: progress[slug].state if slug in progress else "skip" if slug in marked else "new"
            for slug in self.context.course.lessons
        }

    def _explain(self, slug: str | None) -> None:
        detail = self.query_one(LessonDetail)
        if slug is None:
            detail.facts = None
            return
        course = self.context.course
        lesson = course.lessons[slug]
        state = self._states(self.record.lessons())[slug]
        mark = self.record.marked_lessons().get(slug) if state == "skip" else None
        detail.facts = LessonFacts(
            title=str(lesson.title),
            summary=course.summary(slug),
            objectives=[str(objective) for objective in lesson.objectives],
            minutes=lesson.minutes,
            state=state,
            exercises=self.record.exercise_states(lesson.questions),
            evidence=evidence_words(mark) if mark is not None else "",
            skills=tuple(skill_line(self._skills[skill]) for skill in lesson.skills if skill in self._skills),
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

    def action_review(self) -> None:
        """Open the daily review."""
        self.post_message(messages.GoTo(Place("review")))

    def action_skills(self) -> None:
        """Show how the skills stand."""
        self.post_message(messages.GoTo(Place("skills")))

    def action_practice(self) -> None:
        """Show all exercises in one list."""
        self.post_message(messages.GoTo(Place("practice")))

    def action_exams(self) -> None:
        """Go back to the exam that goes on, else open the list of exams."""
        exam = self.context.store.open_exam()
        self.post_message(messages.GoTo(Place("exams") if exam is None else Place("exam", exam.id)))

    def action_placement(self) -> None:
        """Show what can be skipped, and the quiz that finds it."""
        self.post_message(messages.GoTo(Place("placement")))

    def action_calculator(self) -> None:
        """Open the calculator."""
        self.post_message(messages.GoTo(Place("workbench", FIRST_NETWORK)))
