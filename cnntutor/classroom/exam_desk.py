"""The exam that goes on in the record: begun, answered, resumed after a crash, ended once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnntutor.classroom.exam import answered, begin, end, flagged, seconds_left
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.progress.store import NotSaved, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cnntutor.course.loader import Course
    from cnntutor.progress.records import Exam
    from cnntutor.quiz.exam import Scope


class ExamDesk:
    """An exam in the record: begun, answered, gone on with, ended.

    Args:
        course: What is asked.
        store: The record.
        clock: Says what time it is, in UTC.
        tell: Shows that something could not be written; the exam goes on from memory.
    """

    def __init__(
        self,
        course: Course,
        store: Store,
        clock: Callable[[], datetime],
        tell: Callable[[Exception], object],
    ) -> None:
        self._course = course
        self._store = store
        self._clock = clock
        self._tell = tell
        self._unsaved: Exam | None = None
        """What the record could not take."""

    def begin(self, scope: Scope, seed: int, count: int, minutes: int) -> Exam:
        """Begin an exam.

        Raises:
            NotUnderstood: there is nothing to ask in this scope, or another exam goes on.
            NotSaved: the record cannot be written, so that no exam can be held.
        """
        going = self.going()
        if going is not None:
            left = round(seconds_left(going, self._clock()) / 60)
            raise NotUnderstood(msg("Another exam goes on for {left} minutes; hand it in first.", left=left))
        exam = begin(self._course, scope, seed, count, minutes, self._clock())
        self._store.keep_exam(exam)
        return exam

    def going(self) -> Exam | None:
        """Return the exam that goes on; one whose time is over is ended first."""
        exam = self._store.open_exam()
        while exam is not None and seconds_left(exam, self._clock()) <= 0:
            self.end(exam)
            following = self._store.open_exam()
            exam = None if following is not None and following.id == exam.id else following
        return exam

    def answer(self, exam: Exam, index: int, answers: Mapping[str, str], seconds: float) -> Exam:
        """Keep what is typed at a question; what another window kept of the others stays."""
        return self._kept(answered(self._fresh(exam), index, answers, seconds))

    def flag(self, exam: Exam, index: int) -> Exam:
        """Set the flag of a question, or take it away."""
        return self._kept(flagged(self._fresh(exam), index))

    def end(self, exam: Exam) -> Exam:
        """End an exam now, or when its time was over; its answers go into the record of the skills."""
        over, attempts = end(self._course, self._fresh(exam), self._clock())
        try:
            self._store.end_exam(over, attempts)
        except NotSaved as problem:
            self._unsaved = over
            self._tell(problem)
            return over
        self._unsaved = None
        return self._store.exam(exam.id) or over

    def _fresh(self, exam: Exam) -> Exam:
        """Return the exam as it stands now, what other windows kept included."""
        if self._unsaved is not None and self._unsaved.id == exam.id:
            return self._unsaved
        return self._store.exam(exam.id) or exam

    def _kept(self, exam: Exam) -> Exam:
        told = self._unsaved is not None
        try:
            self._store.keep_exam(exam)
        except NotSaved as problem:
            self._unsaved = exam
            if not told:
                self._tell(problem)
        else:
            self._unsaved = None
        return exam
