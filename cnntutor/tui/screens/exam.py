"""An exam being taken: its questions, the time that is left, no help."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from cnntutor.classroom.exam_desk import ExamDesk
from cnntutor.errors import CnntutorError
from cnntutor.i18n import Message, msg, t
from cnntutor.quiz.pose import pose
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.exam_clock import ExamClock, shown_time
from cnntutor.tui.exam_seat import ExamSeat, Keep
from cnntutor.tui.screens.base import TutorDialogue, TutorScreen
from cnntutor.tui.screens.confirm import ConfirmScreen
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.widgets.exam_sheet import ExamSheet
from cnntutor.tui.widgets.exam_strip import ExamStrip, Stand
from cnntutor.tui.widgets.exam_timer import ExamTimer
from cnntutor.tui.widgets.top_line import Facts, TopLine

if TYPE_CHECKING:
    from cnntutor.progress.records import Exam


class ExamScreen(TutorScreen[None]):
    """The exam that goes on.

    Args:
        exam: As it stands in the record.
        desk: Keeps and ends it.
        clock: Says what time is left.
        index: The question to begin at, from 0.
    """

    AUTO_FOCUS = ""

    def __init__(self, exam: Exam, desk: ExamDesk, clock: ExamClock, index: int = 0) -> None:
        super().__init__()
        self._exam = exam
        self._desk = desk
        self._clock = clock
        self._index = min(max(index, 0), len(exam.questions) - 1)
        self._since = time.monotonic()
        self._over = False

    @property
    def exam(self) -> Exam:
        """The exam as it stands now."""
        return self._exam

    def body(self) -> ComposeResult:
        """Lay out the row of questions and the sheet."""
        yield ExamStrip()
        yield ExamSheet()

    def where(self) -> str:
        """Name the question."""
        return t("Exam") + "  ·  " + t("{at} of {count}", at=self._index + 1, count=len(self._exam.questions))

    def place(self) -> Place | None:
        """Come back to this question."""
        return Place("exam", f"{self._exam.id} {self._index + 1}")

    def shows(self, place: Place) -> bool:
        """Whether a place is this exam, at whatever question."""
        return place.screen == "exam" and place.argument.split(" ")[0] == self._exam.id

    def about(self) -> Message | None:
        """Explain the signs and what an exam is."""
        return msg(
            "[3•] is the question you are at; • is answered, · not yet, ! is marked to be looked at again. "
            "Enter keeps an answer and goes on; nothing is graded before you hand in or the time is over. "
            "The time goes on while the program is closed. Hints, working, lessons and calculator are locked."
        )

    async def on_mount(self) -> None:
        """Put the time into the first line, and open the question."""
        line = self.query_one(TopLine)
        await line.mount(ExamTimer(self._clock, self._exam.minutes), before=line.query_one(Facts))
        await self._open(self._index)

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(ExamSheet).retext(self._head())
        for timer in self.query(ExamTimer):
            timer.refresh(layout=True)
        self._show_strip()

    def on_screen_resume(self) -> None:
        """Go to the report where the time was over meanwhile."""
        if self._over:
            self.call_after_refresh(self._report)
            return
        super().on_screen_resume()
        for timer in self.query(ExamTimer):
            timer.look()

    # Questions

    async def _open(self, index: int) -> None:
        self._index = index
        asked = self._exam.questions[index]
        sheet = self.query_one(ExamSheet)
        try:
            posed = pose(self.context.course.questions[asked.question], asked.seed)
        except (CnntutorError, KeyError) as problem:
            await sheet.show_lost(str(problem))
            self._show_strip()
            return
        await sheet.open(ExamSeat(posed, asked.answers, self._keeper(index)), self._head())
        self._show_strip()
        super().on_screen_resume()

    def _keeper(self, index: int) -> Keep:
        def keep(answers: dict[str, str]) -> None:
            if not self._over:
                self._exam = self._desk.answer(self._exam, index, answers, self._seconds())
                self._show_strip()

        return keep

    def _seconds(self) -> float:
        """Return how long this question was on screen since it was kept last."""
        now = time.monotonic()
        passed, self._since = now - self._since, now
        return passed

    def _head(self) -> str:
        asked = self._exam.questions[self._index]
        head = t("Question {number} of {count}", number=self._index + 1, count=len(self._exam.questions))
        return f"{head} · {t('marked')}" if asked.flagged else head

    def _show_strip(self) -> None:
        for strip in self.query(ExamStrip):
            strip.show(
                [Stand(bool(each.answers), each.flagged) for each in self._exam.questions], self._index
            )

    @on(ExamSheet.Step)
    async def _step(self, message: ExamSheet.Step) -> None:
        message.stop()
        await self._go(self._index + message.steps)

    @on(ExamStrip.Chosen)
    async def _chosen(self, message: ExamStrip.Chosen) -> None:
        message.stop()
        await self._go(message.index)

    async def _go(self, index: int) -> None:
        sheet = self.query_one(ExamSheet)
        sheet.save()
        if index >= len(self._exam.questions):
            self.notify(t("This was the last question. F10 hands in, F4 lists all questions."), timeout=4)
        elif index < 0:
            self.notify(t("This is the first question."), timeout=3)
        else:
            asked = self._exam.questions[self._index]
            self._exam = self._desk.answer(self._exam, self._index, asked.answers, self._seconds())
            await self._open(index)

    @on(ExamSheet.Flag)
    def _flag(self, message: ExamSheet.Flag) -> None:
        message.stop()
        self._exam = self._desk.flag(self._exam, self._index)
        self.retext()

    @on(ExamSheet.Overview)
    def _overview(self, message: ExamSheet.Overview) -> None:
        message.stop()
        self.query_one(ExamSheet).save()
        self.app.push_screen(
            PickScreen(lambda: t("All questions"), self._lines, str(self._index)), self._picked
        )

    def _lines(self) -> list[Choice]:
        lines = []
        for at, asked in enumerate(self._exam.questions):
            sign = "!" if asked.flagged else "•" if asked.answers else "·"
            colour = "$warning bold" if asked.flagged else "$success" if asked.answers else "$quiet"
            words = [t("answered") if asked.answers else t("not answered")]
            if asked.flagged:
                words.append(t("marked"))
            title = self._title(asked.question)
            label = Content.assemble(
                f"{at + 1:>3} ", (sign, colour), f"  {title}  ", (", ".join(words), "$quiet")
            )
            lines.append(Choice(str(at), label))
        return lines

    def _title(self, slug: str) -> str:
        """Return a question's title; one without would have to show its prompt's beginning."""
        try:
            question = self.context.course.questions[slug]
        except (CnntutorError, KeyError):
            return slug
        words = str(question.title or question.prompt).split(". ")[0]
        return words if len(words) <= 34 else words[:33] + "…"

    async def _picked(self, chosen: str | None) -> None:
        if chosen is not None:
            await self._go(int(chosen))

    # Ends

    @on(ExamSheet.HandIn)
    def _hand_in(self, message: ExamSheet.HandIn) -> None:
        message.stop()
        self.query_one(ExamSheet).save()
        answered = sum(bool(each.answers) for each in self._exam.questions)
        explained = msg(
            "{answered} of {count} questions are answered, {flagged} marked, and {left} are left. "
            "After this nothing can be changed.",
            answered=answered,
            count=len(self._exam.questions),
            flagged=sum(each.flagged for each in self._exam.questions),
            left=self._left(),
        )
        self.app.push_screen(
            ConfirmScreen(msg("Hand in?"), explained, msg("Hand in"), msg("Go on")), self._handed_in
        )

    def _left(self) -> str:
        return shown_time(self._clock.left(), self._exam.minutes).strip()

    def _handed_in(self, yes: bool | None) -> None:
        if yes:
            self._end()
            self._report()

    @on(ExamTimer.TimeOver)
    def _time_over(self, message: ExamTimer.TimeOver) -> None:
        message.stop()
        self._end()
        app = app_of(self)
        while isinstance(app.screen, TutorDialogue) and self in app.screen_stack:
            app.pop_screen()
        app.notify(t("The time is over. What you had answered is handed in."), severity="warning", timeout=10)
        if app.screen is self:
            self._report()

    def _end(self) -> None:
        if not self._over:
            self.query_one(ExamSheet).save()
            self._over = True
            self._exam = self._desk.end(self._exam)

    def _report(self) -> None:
        """Put the report in the place of the exam."""
        app = app_of(self)
        if app.screen is self:
            app.switch_screen(app.make_screen(Place("exam", self._exam.id)))

    def action_back(self) -> None:
        """Ask before leaving, for the time goes on."""
        explained = msg(
            "The time goes on, {left} are left. Lessons, exercises and the calculator stay locked; "
            "Ctrl+P leads back to the exam.",
            left=self._left(),
        )
        self.app.push_screen(
            ConfirmScreen(msg("Leave the exam for now?"), explained, msg("Leave"), msg("Stay")),
            self._left_now,
        )

    def _left_now(self, yes: bool | None) -> None:
        if yes:
            self.query_one(ExamSheet).save()
            app_of(self).go_back()
