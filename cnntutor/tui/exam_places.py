"""The screens of exams, and what an exam that goes on keeps shut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnntutor.classroom.exam_desk import ExamDesk
from cnntutor.errors import Failed, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.tui.context import Place
from cnntutor.tui.exam_clock import ExamClock, shown_time

if TYPE_CHECKING:
    from textual.screen import Screen

    from cnntutor.tui.app import CnntutorApp

OPEN_DURING_AN_EXAM = frozenset({"map", "exams", "exam", "lab", "data", "run", "runs"})
"""Kinds of screens that give nothing away."""


def desk_of(app: CnntutorApp) -> ExamDesk:
    """Return the desk over the learner's record."""
    return ExamDesk(app.context.course, app.context.store, app.context.clock, app.tell)


def demand_open(app: CnntutorApp, place: Place) -> None:
    """Refuse a place that would help in the exam that goes on.

    Raises:
        Failed: it is locked.
    """
    if place.screen in OPEN_DURING_AN_EXAM or app.context.store.open_exam() is None:
        return
    going = desk_of(app).going()
    if going is not None:
        left = shown_time(ExamClock(going, app.context.clock).left(), going.minutes).strip()
        raise Failed(
            msg(
                "An exam goes on, {left} are left: lessons, exercises and the calculator are locked until "
                "you hand in. Ctrl+P leads back to it.",
                left=left,
            )
        )


def exam_screen(app: CnntutorApp, argument: str) -> Screen[Any]:
    """Return the screen of an exam: its questions while it goes on, then its report.

    Args:
        app: The program.
        argument: The exam's id, and after a space the question to begin at, from 1; else the
            first that is not answered.

    Raises:
        NotUnderstood: there is no such exam.
    """
    name, _, at = argument.partition(" ")
    desk = desk_of(app)
    desk.going()  # ends one whose time is over
    exam = app.context.store.exam(name)
    if exam is None:
        raise NotUnderstood(msg("There is no exam {name}; the list of exams shows all.", name=name))
    if exam.ended is not None:
        from cnntutor.tui.screens.exam_report import ExamReportScreen

        return ExamReportScreen(exam)
    from cnntutor.tui.screens.exam import ExamScreen

    unanswered = next((place for place, each in enumerate(exam.questions) if not each.answers), 0)
    index = int(at) - 1 if at.isdigit() else unanswered
    return ExamScreen(exam, desk, ExamClock(exam, app.context.clock), index)


def exams_screen(app: CnntutorApp) -> Screen[Any]:
    """Return the list of exams."""
    from cnntutor.tui.screens.exams import ExamsScreen

    return ExamsScreen(desk_of(app))
