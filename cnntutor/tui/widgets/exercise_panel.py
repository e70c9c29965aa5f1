"""An exercise being done: answers, hints, workings, one after the other. Stands alone or beside a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor.course.questions import CodeQuestion
from cnntutor.errors import CnntutorError
from cnntutor.i18n import msg, t
from cnntutor.tui import messages
from cnntutor.tui.context import Place
from cnntutor.tui.exercise_recipes import recipes_of
from cnntutor.tui.key_order import Settling
from cnntutor.tui.keys import key
from cnntutor.tui.sitting import Sitting, fresh_seed
from cnntutor.tui.widgets.answer_fields import Entered
from cnntutor.tui.widgets.answer_sheet import AnswerSheet
from cnntutor.tui.widgets.own_runs import OwnRuns

if TYPE_CHECKING:
    from cnntutor.needs import Request
    from cnntutor.quiz.graded import Grade
    from cnntutor.tui.app import CnntutorApp


class ExercisePanel(AnswerSheet):
    """A learner's sitting at one question.

    While a field has the focus it keeps every printable key: commands are then on F3 to F8, or on their
    letters after Esc. Once the answer is right, Enter goes on to the next exercise.

    Args:
        question: The question's slug.
        seed: Which numbers; None goes on with a half-filled answer, else draws.
        within: The exercises it is one of, in their order; those of its lesson if left out.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "enter_fields", msg("Answer")),
        key("i,f3", "hint", msg("Hint")),
        key("w,f4", "solution", msg("Working")),
        key("n,f5", "new_numbers", msg("New numbers")),
        key("c,f6", "calculator", msg("Calculator")),
        key("r,f9", "run_recipe", msg("Run it")),
        key("r,f9", "run_both", msg("Run both")),
        key("right,l,f8,enter", "following", msg("Next exercise")),
        key("left,h,f7", "preceding", msg("Previous exercise"), shown=False),
    ]

    @dataclass
    class Changed(TextualMessage):
        """A check, a hint or another question: what is shown of the exercise elsewhere may be old."""

        question: str

    def __init__(self, question: str, seed: int | None = None, within: tuple[str, ...] = ()) -> None:
        super().__init__(id="exercise")
        self._within = within
        self._first = (question, seed)
        self._sitting: Sitting | None = None
        self._broken = False

    @property
    def sitting(self) -> Sitting:
        """The learner at the present question."""
        if self._sitting is None:
            self._sitting = self._sit(*self._first)
        return self._sitting

    @property
    def question(self) -> str:
        """The slug of the present question."""
        return self._sitting.posed.slug if self._sitting is not None else self._first[0]

    @property
    def _app(self) -> CnntutorApp:
        return cast("CnntutorApp", self.app)

    def seat(self) -> Sitting | None:
        """Return the learner at the present question; None before it is posed."""
        return self._sitting

    def _sit(self, question: str, seed: int | None) -> Sitting:
        return Sitting(self._app.context, self._app.record, question, seed)

    async def on_mount(self) -> None:
        """Pose the question; where its file is broken, say so in its place."""
        try:
            await self._pose()
        except CnntutorError as problem:
            self._broken = True
            self.show_sentence("prompt", f"✗ {problem}")
            self.focus()
        if isinstance(self.screen, Settling):
            self.screen.settle()

    async def open(self, question: str, seed: int | None = None) -> None:
        """Pose another question in place of the present one; what was typed is kept already.

        Raises:
            NotUnderstood: the question's file is malformed.
        """
        self.save()
        self._field = None
        self._sitting = self._sit(question, seed)
        self._broken = False
        await self._pose()
        self.scroll_home(animate=False)
        self.post_message(self.Changed(question))

    async def _pose(self) -> None:
        await self.lay_fields(self.sitting)
        self._say()
        self.save_soon()
        self.focus_first()
        if isinstance(self.sitting.posed.question, CodeQuestion):
            self._app.let_keras_wait()

    # What is shown

    def retext(self) -> None:
        """Follow a change of language; what is typed stays."""
        self.retext_fields()
        self._say()

    def look_at_runs(self) -> None:
        """Show what the learner's own runs came to, beside the prediction, once one was made."""
        if self._sitting is not None and not self._broken:
            self.query_one(OwnRuns).look(self._sitting)

    def _say(self) -> None:
        """Write everything that is not typed."""
        self.say(self.sitting, self._head(), self._field)
        self.look_at_runs()
        self.refresh_bindings()

    def entered_field(self, field: str) -> None:
        """Show the hints about the field of a table that is entered."""
        self.say_hints(self.sitting, field)

    def retyped(self, field: str) -> None:
        """Take the sign of an old grade away."""
        if self.sitting.grade is not None:
            self.unmark(field)

    def _head(self) -> Content:
        posed = self.sitting.posed
        number, count = self._number()
        parts = [t("Exercise {number} of {count}", number=number, count=count)] if count else []
        if posed.varied:
            parts.append(t("variant {seed}", seed=str(posed.seed)))
        if self.sitting.solution_seen and not self.sitting.right:
            parts.append(t("working seen"))
        return Content.styled(" · ".join(parts), "$quiet")

    def _number(self) -> tuple[int, int]:
        questions = self._questions()
        return (questions.index(self.question) + 1, len(questions)) if questions else (0, 0)

    def _questions(self) -> tuple[str, ...]:
        """The exercises this one is one of: those of a list, else those of its lesson."""
        if self.question in self._within:
            return self._within
        for lesson in self._app.context.course.lessons.values():
            if self.question in lesson.questions:
                return lesson.questions
        return ()

    # Answering

    @on(Entered)
    def _entered(self, message: Entered) -> None:
        message.stop()
        sitting = self.sitting
        request = sitting.needed()
        if request is not None:
            self._run_code(sitting, request)
            return
        self._graded(sitting.check())

    @work(exclusive=True, group="code")
    async def _run_code(self, sitting: Sitting, request: Request) -> None:
        """Have code run by the worker, then grade it."""
        self.show_sentence("verdict", t("Your code is running …"))
        try:
            reply = await self._app.context.tasks.ask(request)
        except CnntutorError as problem:
            self.show_sentence("verdict", f"✗ {problem}")
            return
        if sitting is self._sitting:
            self._graded(sitting.check(request, reply))

    def _graded(self, grade: Grade) -> None:
        sitting = self.sitting
        self._say()
        self.reveal("verdict")
        if grade.verdict == "right":
            self.focus()
        else:
            unsettled = [
                field.id
                for field in sitting.posed.fields
                if field.id in sitting.blank or grade.fields[field.id].verdict != "right"
            ]
            if len(sitting.posed.fields) > 1 and unsettled:
                self.focus_first(unsettled)
        self.post_message(self.Changed(self.question))

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense now."""
        if self._broken:
            return action in ("following", "preceding")
        if not self.is_mounted or self._sitting is None:
            return True
        match action:
            case "leave_field":
                return self.screen.focused is not self
            case "enter_fields":
                return self.screen.focused is self and not self.sitting.right
            case "hint":
                return self.sitting.hints_left(self._field) and not self.sitting.right
            case "solution":
                return not self.sitting.solution()
            case "new_numbers":
                return self.sitting.posed.varied
            case "calculator":
                return self.sitting.posed.network_name is not None
            case "run_recipe" | "run_both":
                count = 2 if action == "run_both" else 1
                return len(recipes_of(self.sitting.posed.question)) == count and self.sitting.committed
            case _:
                return True

    def action_hint(self) -> None:
        """Open the next hint."""
        if self.sitting.hint(self._field):
            self._say()
            self.reveal("hints")

    def action_solution(self) -> None:
        """Show the worked solution; from then on an answer counts as seen."""
        self.sitting.see_solution()
        self._say()
        self.reveal("solution")

    async def action_new_numbers(self) -> None:
        """Ask the same with other numbers."""
        await self.open(self.question, fresh_seed(self.sitting.posed.seed))

    def action_calculator(self) -> None:
        """Open the calculator on the network asked about; that counts as seeing the working."""
        name = self.sitting.posed.network_name
        if name is not None:
            self.sitting.see_solution()
            self._say()
            self.post_message(messages.GoTo(Place("workbench", name)))

    def action_run_recipe(self) -> None:
        """Open the lab at what a prediction is about."""
        (recipe,) = recipes_of(self.sitting.posed.question)
        self.post_message(messages.GoTo(Place("lab", recipe)))

    def action_run_both(self) -> None:
        """Start a broken and a mended recipe side by side."""
        from cnntutor.tui.run_both import run_both

        broken, mended = recipes_of(self.sitting.posed.question)
        run_both(self._app, broken, mended)

    async def action_following(self) -> None:
        """Go to the next exercise of the lesson."""
        await self._go(1)

    async def action_preceding(self) -> None:
        """Go to the exercise before."""
        await self._go(-1)

    async def _go(self, steps: int) -> None:
        questions = self._questions()
        if not questions:
            return
        at = questions.index(self.question) + steps
        if 0 <= at < len(questions):
            await self.open(questions[at])
        elif self._within:
            last, first = (
                t("This was the last of the list. Esc goes back."),
                t("This is the first of the list."),
            )
            self.notify(last if steps > 0 else first, timeout=3)
        elif steps > 0:
            self.notify(t("This was the last exercise of the lesson. Esc goes back."), timeout=3)
        else:
            self.notify(t("This is the first exercise of the lesson."), timeout=3)
