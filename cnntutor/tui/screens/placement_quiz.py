"""The placement quiz: questions until it is clear which lessons are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult

from cnntutor.i18n import Message, msg, t
from cnntutor.progress.records import Attempt
from cnntutor.quiz.pose import pose
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.exam_seat import ExamSeat
from cnntutor.tui.placement import Placement
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.placement_sheet import PlacementSheet

if TYPE_CHECKING:
    from cnntutor.quiz.placement import Outcome, Wanted


class PlacementQuizScreen(TutorScreen[None]):
    """Asks one question after the other; Esc leaves, and the quiz is gone on with later."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._quiz: Placement | None = None
        self._wanted: Wanted | None = None
        self._seat: ExamSeat | None = None
        """Who sits at the question that is to be answered; a second key at the one before is not heard."""

    def body(self) -> ComposeResult:
        """Lay out the sheet."""
        yield PlacementSheet()

    def where(self) -> str:
        """Name the quiz."""
        return t("What can be skipped?")

    def place(self) -> Place | None:
        """Come back to the quiz."""
        return Place("placement-quiz")

    def about(self) -> Message | None:
        """Explain how it judges."""
        return msg(
            "Two right answers mark a lesson as one to skip; a wrong one, or one you do not know, leaves it "
            "to be read. Marks can be taken back at any time. An answer that is not understood costs nothing."
        )

    async def on_mount(self) -> None:
        """Ask the first question, or the one it was cut off at."""
        self._quiz = Placement(self.context, self.record)
        await self._next()

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(PlacementSheet).retext(self._head())

    def _head(self) -> str:
        if self._quiz is None or self._wanted is None:
            return ""
        lesson = self.context.course.lessons[self._wanted.lesson]
        return t("Question {number} · {lesson}", number=len(self._quiz.asked) + 1, lesson=lesson.title)

    async def _next(self) -> None:
        quiz = self._quiz
        if quiz is None:
            return
        self._seat = None
        wanted = self._wanted = quiz.wanted()
        if wanted is None:
            quiz.finish(self.context.clock())
            app = app_of(self)
            app.go_back()
            app.open_place(Place("placement"))
            return
        posed = pose(self.context.course.questions[wanted.item.question], wanted.item.seed)
        seat = self._seat = ExamSeat(posed, {}, lambda answers: None)
        await self.query_one(PlacementSheet).open(seat, self._head())

    @on(PlacementSheet.Answered)
    async def _answered(self, message: PlacementSheet.Answered) -> None:
        message.stop()
        seat = message.seat
        if seat is not self._seat:
            return
        grade = message.grade
        self.record.keep(
            Attempt(
                question=seat.posed.slug,
                seed=seat.posed.seed,
                skill=seat.posed.skill,
                answers=dict(seat.answers),
                verdict="right" if grade.verdict == "right" else "wrong",
                when=self.context.clock(),
                mistakes=grade.mistakes,
            )
        )
        await self._went("right" if grade.verdict == "right" else "wrong")

    @on(PlacementSheet.Unknown)
    async def _unknown(self, message: PlacementSheet.Unknown) -> None:
        message.stop()
        if message.seat is self._seat:
            await self._went("unknown")

    async def _went(self, outcome: Outcome) -> None:
        if self._quiz is not None and self._wanted is not None:
            self._quiz.answer(self._wanted, outcome)
            await self._next()
