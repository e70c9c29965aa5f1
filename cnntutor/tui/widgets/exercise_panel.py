"""An exercise: the question, its fields, and what is said about the answer. Stands alone or beside a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.message import Message as TextualMessage
from textual.timer import Timer

from cnntutor.errors import CnntutorError
from cnntutor.i18n import msg, t
from cnntutor.tui import messages
from cnntutor.tui.context import Place
from cnntutor.tui.key_order import Settling
from cnntutor.tui.keys import key
from cnntutor.tui.prose import lay_out
from cnntutor.tui.screens.base import Guarded
from cnntutor.tui.sitting import HINTS, Sitting, fresh_seed
from cnntutor.tui.widgets.answer_fields import AnswerField, AnswerInput, Entered, Typed
from cnntutor.tui.widgets.answer_kinds import make_fields
from cnntutor.tui.widgets.choice_list import ChoiceList
from cnntutor.tui.widgets.grade_words import field_notes, hint_lines, solution_lines, verdict_lines
from cnntutor.tui.widgets.lines_view import Lines, LinesView
from cnntutor.tui.widgets.own_fields import OwnFields
from cnntutor.tui.widgets.table_fields import TableFields
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.needs import Request
    from cnntutor.quiz.graded import Grade
    from cnntutor.tui.app import CnntutorApp

SAVE_AFTER = 0.5
"""Seconds after a keystroke in which what was typed is in the record, whatever happens to the program."""


class ExercisePanel(Guarded, VerticalScroll, can_focus=True, inherit_bindings=False):
    """A learner's sitting at one question.

    While a field has the focus it keeps every printable key: commands are then on F3 to F8, or on their
    letters after Esc. Once the answer is right, Enter goes on to the next exercise.

    Args:
        question: The question's slug.
        seed: Which numbers; None goes on with a half-filled answer, else draws.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "enter_fields", msg("Answer")),
        key("i,f3", "hint", msg("Hint")),
        key("w,f4", "solution", msg("Working")),
        key("n,f5", "new_numbers", msg("New numbers")),
        key("c,f6", "calculator", msg("Calculator")),
        key("right,l,f8,enter", "following", msg("Next exercise")),
        key("left,h,f7", "preceding", msg("Previous exercise"), shown=False),
        key("down,j", "down", msg("Down, or the field below"), shown=False),
        key("up,k", "up", msg("Up, or the field above"), shown=False),
        key("escape", "leave_field", msg("Commands")),
    ]
    DEFAULT_CSS = """
    ExercisePanel {
        height: 1fr;
        padding: 1 0 0 2;
        scrollbar-gutter: stable;
        background: $background;
        & > LinesView { margin: 0 1 1 0; }
        & > #fields { height: auto; margin: 0 1 1 0; }
        & .answer { height: 1; }
        & .answer-label { width: auto; padding-right: 1; }
    }
    """

    @dataclass
    class Changed(TextualMessage):
        """A check, a hint or another question: what is shown of the exercise elsewhere may be old."""

        question: str

    def __init__(self, question: str, seed: int | None = None) -> None:
        super().__init__(id="exercise")
        self._first = (question, seed)
        self._sitting: Sitting | None = None
        self._broken = False
        self._saving: Timer | None = None
        self._field: str | None = None
        """The field of a table that has the focus, or had it last."""

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

    def _sit(self, question: str, seed: int | None) -> Sitting:
        return Sitting(self._app.context, self._app.record, question, seed)

    def compose(self) -> ComposeResult:
        """Lay out question, fields, and what is said."""
        yield LinesView(id="head")
        yield LinesView(id="prompt")
        yield Vertical(id="fields")
        yield LinesView(id="verdict")
        yield LinesView(id="hints")
        yield LinesView(id="solution")

    async def on_mount(self) -> None:
        """Pose the question; where its file is broken, say so in its place."""
        try:
            await self._pose()
        except CnntutorError as problem:
            self._broken = True
            sentence = f"✗ {problem}"
            self._show("prompt", lambda width: list(hanging(sentence, width)))
            self.focus()
        if isinstance(self.screen, Settling):
            self.screen.settle()

    def on_unmount(self) -> None:
        """Keep what was typed last."""
        self._save()

    def _save_soon(self) -> None:
        """Have what is not kept yet kept in a moment, together with what is typed until then."""
        if self._saving is None and self.sitting.unsaved:
            self._saving = self.set_timer(SAVE_AFTER, self._save)

    def _save(self) -> None:
        """Keep what was typed since the last time."""
        self._saving = None
        if self._sitting is not None:
            self._sitting.save()

    async def open(self, question: str, seed: int | None = None) -> None:
        """Pose another question in place of the present one; what was typed is kept already.

        Raises:
            NotUnderstood: the question's file is malformed.
        """
        self._save()
        self._field = None
        self._sitting = self._sit(question, seed)
        self._broken = False
        await self._pose()
        self.scroll_home(animate=False)
        self.post_message(self.Changed(question))

    async def _pose(self) -> None:
        posed = self.sitting.posed
        fields = self.query_one("#fields", Vertical)
        await fields.remove_children()
        await fields.mount_all(make_fields(self.sitting.posed, self.sitting.answers))
        self._say()
        self._save_soon()
        if not posed.fields:
            self.focus()
        else:
            self._focus_field(self.sitting.blank[0] if self.sitting.blank else posed.fields[0].id)

    # What is shown

    def retext(self) -> None:
        """Follow a change of language; what is typed stays."""
        for fields in self.query("TableFields, ChoiceList, AnswerField, OwnFields"):
            cast(AnswerField, fields).retext()
        self._say()

    def _say(self) -> None:
        """Write everything that is not typed."""
        sitting = self.sitting
        posed, grade = sitting.posed, sitting.grade
        self._show("head", lambda width: [self._head()])
        self._show("prompt", lambda width: lay_out(str(posed.prompt), width))
        self._show("verdict", lambda width: verdict_lines(posed, grade, sitting.blank, width))
        self._say_hints()
        self._show("solution", lambda width: solution_lines(sitting.solution(), width))
        verdicts = {} if grade is None else dict(grade.fields)
        for field in self.query(AnswerField):
            given = verdicts.get(field.field.id)
            empty = field.field.id in sitting.blank
            if given is None or empty:
                field.mark("")
            else:
                field.mark("carried" if given.carried else given.verdict)
        for choices in self.query(ChoiceList):
            given = verdicts.get(choices.field_id)
            choices.grade("" if given is None or choices.field_id in sitting.blank else given.verdict)
        for own in self.query(OwnFields):
            own.show_grades(verdicts, sitting.blank)
        for table in self.query(TableFields):
            table.note(field_notes(posed, grade, sitting.blank))
        self.refresh_bindings()

    def _say_hints(self) -> None:
        sitting, field = self.sitting, self._field
        self._show("hints", lambda width: hint_lines(sitting.opened_hints(field), HINTS, width))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the hints about the field of a table that is entered."""
        entry = event.widget
        if isinstance(entry, AnswerInput) and self.sitting.posed.table and entry.field.id != self._field:
            self._field = entry.field.id
            self._say_hints()

    def _show(self, place: str, lines: Lines) -> None:
        self.query_one(f"#{place}", LinesView).show(lines)

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
        """The exercises of the lesson that this one belongs to."""
        for lesson in self._app.context.course.lessons.values():
            if self.question in lesson.questions:
                return lesson.questions
        return ()

    # Answering

    @on(Typed)
    def _typed(self, message: Typed) -> None:
        message.stop()
        sitting = self.sitting
        if sitting.answers.get(message.field, "") == message.text:
            return
        graded = sitting.grade is not None
        sitting.type(message.field, message.text)
        self._save_soon()
        if graded:
            self._clear(message.field)

    def _clear(self, field: str) -> None:
        """Take the sign of an old grade away from a field that is being changed."""
        for each in self.query(AnswerField):
            if each.field.id == field:
                each.mark("")

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
        self._show("verdict", lambda width: list(hanging(t("Your code is running …"), width)))
        try:
            reply = await self._app.context.tasks.ask(request)
        except CnntutorError as problem:
            sentence = f"✗ {problem}"
            self._show("verdict", lambda width: list(hanging(sentence, width)))
            return
        if sitting is self._sitting:
            self._graded(sitting.check(request, reply))

    def _graded(self, grade: Grade) -> None:
        sitting = self.sitting
        self._say()
        self.query_one("#verdict").scroll_visible(animate=False)
        if grade.verdict == "right":
            self.focus()
        else:
            unsettled = [
                field.id
                for field in sitting.posed.fields
                if field.id in sitting.blank or grade.fields[field.id].verdict != "right"
            ]
            if len(sitting.posed.fields) > 1 and unsettled:
                self._focus_field(unsettled[0])
        self.post_message(self.Changed(self.question))

    def _focus_field(self, field: str) -> None:
        for entry in self.query(AnswerInput):
            if entry.field.id == field:
                entry.focus()
                return
        for own in self.query(OwnFields):
            if own.focus_field(field):
                return
        for choices in self.query(ChoiceList):
            choices.focus()

    def action_enter_fields(self) -> None:
        """Go back into the fields."""
        sitting = self.sitting
        if sitting.posed.fields:
            self._focus_field(sitting.blank[0] if sitting.blank else sitting.posed.fields[0].id)

    def action_leave_field(self) -> None:
        """Leave the field, so that letters are commands."""
        self.focus(scroll_visible=False)

    def action_down(self) -> None:
        """Go to the field below, or scroll."""
        self._vertical(1)

    def action_up(self) -> None:
        """Go to the field above, or scroll."""
        self._vertical(-1)

    def _vertical(self, rows: int) -> None:
        focused = self.screen.focused
        if isinstance(focused, AnswerInput):
            for table in (*self.query(TableFields), *self.query(OwnFields)):
                neighbour = table.neighbour(focused.field.id, rows)
                if neighbour is not None:
                    self._focus_field(neighbour)
        else:
            self.scroll_relative(y=rows, animate=False)

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
            case _:
                return True

    def action_hint(self) -> None:
        """Open the next hint."""
        if self.sitting.hint(self._field):
            self._say()
            self.query_one("#hints").scroll_visible(animate=False)

    def action_solution(self) -> None:
        """Show the worked solution; from then on an answer counts as seen."""
        self.sitting.see_solution()
        self._say()
        self.query_one("#solution").scroll_visible(animate=False)

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
        elif steps > 0:
            self.notify(t("This was the last exercise of the lesson. Esc goes back."), timeout=3)
        else:
            self.notify(t("This is the first exercise of the lesson."), timeout=3)
