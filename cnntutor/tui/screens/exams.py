"""All exams: a new one, the one that goes on, and the reports of those that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.classroom.exam import by_time, seconds_left
from cnntutor.classroom.exam_desk import ExamDesk
from cnntutor.i18n import Message, decimal, msg, t
from cnntutor.quiz.exam import Scope, scope_name, scope_of, scopes
from cnntutor.tui import messages
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.exam_clock import shown_time
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.exam_setup import ExamSetupScreen, Terms
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.widgets.menu import Menu

if TYPE_CHECKING:
    from cnntutor.progress.records import Exam

NEW = "new"


class ExamsScreen(TutorScreen[None]):
    """The list of exams.

    Args:
        desk: Keeps and ends exams.
    """

    CSS_PATH = "exams.tcss"
    AUTO_FOCUS = "#exams"
    BINDINGS: ClassVar[list[BindingType]] = [key("n", "new", msg("New exam"))]

    def __init__(self, desk: ExamDesk) -> None:
        super().__init__()
        self._desk = desk
        self._values: list[str] = []

    def body(self) -> ComposeResult:
        """Lay out an explanation and the list."""
        with Vertical(id="exams-page"):
            yield Static(id="exams-about", markup=False)
            yield Menu(id="exams")

    def where(self) -> str:
        """Name the place."""
        return t("Exams")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("exams")

    def about(self) -> Message | None:
        """Explain seeds."""
        return msg(
            "The same seed, scope, number of questions and minutes make the same exam on every machine with "
            "this course; so a class can take one exam. From a shell: cnntutor exam --help."
        )

    def on_screen_resume(self) -> None:
        """Show what was taken meanwhile."""
        super().on_screen_resume()
        self.retext()

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#exams-about", Static).update(
            t(
                "Questions against the clock, without hints. The time goes on while the program is closed; "
                "you can go on with an exam that was cut off. Code to write is not asked."
            )
        )
        going = self._desk.going()
        listed = self.query_one(Menu)
        at = listed.highlighted
        rows: list[tuple[str, Content]] = []
        if going is None:
            rows.append((NEW, Content.styled(t("New exam …"), "bold")))
        for exam in self.context.store.exams():
            rows.append((exam.id, self._line(exam)))
        self._values = [value for value, _line in rows]
        listed.set_options([Option(line) for _value, line in rows])
        listed.highlighted = min(at or 0, len(rows) - 1)
        self.refresh_bindings()

    def _line(self, exam: Exam) -> Content:
        about = scope_name(self.context.course, scope_of(exam.scope))
        day = f"{exam.started.astimezone():%Y-%m-%d %H:%M}"
        count = len(exam.questions)
        if exam.ended is None:
            left = shown_time(seconds_left(exam, self.context.clock()), exam.minutes).strip()
            return Content.assemble(
                ("▸ ", "$warning bold"),
                f"{day}  ",
                (t("goes on, {left} left", left=left), "bold"),
                f"  {about}",
            )
        points = sum(each.points for each in exam.questions)
        percent = decimal(100 * points / count, 0) if count else "0"
        late = t("time over") if by_time(exam) else ""
        return Content.assemble(
            f"  {day}  ",
            (f"{percent:>3} %", "bold"),
            f"  {about}",
            (f"  {t('Seed')} {exam.seed}  {late}", "$quiet"),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer one exam at a time."""
        return action != "new" or NEW in self._values

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        value = self._values[event.option_index]
        if value == NEW:
            self.action_new()
        else:
            self.post_message(messages.GoTo(Place("exam", value)))

    def action_new(self) -> None:
        """Ask what the exam shall be about."""
        found = scopes(self.context.course)
        course = self.context.course

        def choices() -> list[Choice]:
            return [
                Choice(
                    str(scope),
                    Content.assemble(
                        scope_name(course, scope), (f"  {t('{count} questions', count=len(asked))}", "$quiet")
                    ),
                )
                for scope, asked in found.items()
            ]

        self.app.push_screen(PickScreen(lambda: t("An exam about …"), choices), self._scoped)

    def _scoped(self, chosen: str | None) -> None:
        if chosen is None:
            return
        scope = scope_of(chosen)
        most = len(scopes(self.context.course)[scope])
        self.app.push_screen(
            ExamSetupScreen(scope_name(self.context.course, scope), most),
            lambda terms: self._begin(scope, terms),
        )

    def _begin(self, scope: Scope, terms: Terms | None) -> None:
        if terms is None:
            return
        exam = self._desk.begin(scope, terms.seed, terms.count, terms.minutes)
        app = app_of(self)
        app.open_place(Place("map"))  # no lesson and no calculator may lie below the exam
        app.open_place(Place("exam", exam.id))
