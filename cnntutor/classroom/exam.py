"""An exam from its first minute to its last: every step returns the exam as it is to be kept.

Time is what really passed since the beginning, also while the program was not running. A clock that is set
back gives no time: what was spent at the questions counts at least.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from cnntutor.errors import CnntutorError, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.progress.records import Attempt, Exam, ExamAnswer, exam_id
from cnntutor.quiz.exam import (
    MOST_MINUTES,
    MOST_QUESTIONS,
    Scope,
    command,
    draw_paper,
    judge,
    scope_name,
    scope_of,
    scopes,
)
from cnntutor.quiz.exam_report import ExamHead, ExamReport, exam_report
from cnntutor.quiz.pose import pose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnntutor.course.loader import Course


def begin(  # noqa: PLR0917 (the six facts of an exam)
    course: Course, scope: Scope, seed: int, count: int, minutes: int, now: datetime
) -> Exam:
    """Return a new exam.

    Raises:
        NotUnderstood: there is nothing to ask in this scope.
        ValueError: count or minutes are out of range.
    """
    if not 1 <= count <= MOST_QUESTIONS:
        raise ValueError(f"count must be from 1 to {MOST_QUESTIONS}, received {count}")
    if not 1 <= minutes <= MOST_MINUTES:
        raise ValueError(f"minutes must be from 1 to {MOST_MINUTES}, received {minutes}")
    found = scopes(course)
    if scope not in found:
        known = ", ".join(str(each) for each in found)
        raise NotUnderstood(
            msg("There is nothing to ask about {scope}; choose one of {known}.", scope=scope, known=known)
        )
    paper = draw_paper(found[scope], seed, count)
    questions = tuple(ExamAnswer(item.question, item.seed, item.skill) for item in paper)
    return Exam(exam_id(now, seed), now, seed, minutes, str(scope), questions)


def seconds_left(exam: Exam, now: datetime) -> float:
    """Return the seconds that are left; 0 once the time is over."""
    passed = max((now - exam.started).total_seconds(), spent(exam))
    return max(0.0, exam.minutes * 60 - passed)


def spent(exam: Exam) -> float:
    """Return the seconds that the questions were on screen, all together."""
    return sum(each.seconds for each in exam.questions)


def deadline(exam: Exam) -> datetime:
    """Return when the time is over."""
    return exam.started + timedelta(minutes=exam.minutes)


def by_time(exam: Exam) -> bool:
    """Whether an ended exam was ended by the clock."""
    return exam.ended is not None and exam.ended >= deadline(exam)


def answered(exam: Exam, index: int, answers: Mapping[str, str], seconds: float) -> Exam:
    """Return the exam with what is now typed at one question.

    Args:
        exam: Before it.
        index: Of the question, from 0.
        answers: By field.
        seconds: How long the question was on screen since the exam was last kept.
    """
    old = exam.questions[index]
    kept = {field: text for field, text in answers.items() if text}
    return _with(
        exam, index, msgspec.structs.replace(old, answers=kept, seconds=old.seconds + max(0.0, seconds))
    )


def flagged(exam: Exam, index: int) -> Exam:
    """Return the exam with the flag of a question set or taken away."""
    old = exam.questions[index]
    return _with(exam, index, msgspec.structs.replace(old, flagged=not old.flagged))


def _with(exam: Exam, index: int, answer: ExamAnswer) -> Exam:
    questions = (*exam.questions[:index], answer, *exam.questions[index + 1 :])
    return replace(exam, questions=questions)


def end(course: Course, exam: Exam, now: datetime) -> tuple[Exam, tuple[Attempt, ...]]:
    """Return the exam graded and ended, and its answers as attempts for the record.

    An exam that is found after its time ended when the time was over.
    """
    ended = max(exam.started, min(now, deadline(exam)))
    graded = tuple(_graded(course, each) for each in exam.questions)
    attempts = tuple(
        Attempt(
            question=each.question,
            seed=each.seed,
            skill=each.skill,
            answers=each.answers,
            verdict="right" if each.verdict == "right" else "wrong",
            when=ended,
            mistakes=each.mistakes,
        )
        for each in graded
        if each.verdict in ("right", "wrong")
    )
    return replace(exam, questions=graded, ended=ended), attempts


def _graded(course: Course, answer: ExamAnswer) -> ExamAnswer:
    """Return an answer with what it is worth; one to a question that is gone stays open."""
    try:
        judged = judge(pose(course.questions[answer.question], answer.seed), answer.answers)
    except (CnntutorError, KeyError):
        return answer
    return msgspec.structs.replace(
        answer, verdict=judged.verdict, mistakes=judged.mistakes, points=round(judged.points, 4)
    )


def report_of(course: Course, exam: Exam) -> ExamReport:
    """Return the report of an exam that is over, in the language now in force.

    Raises:
        ValueError: it still goes on.
    """
    if exam.ended is None:
        raise ValueError(f"exam must have ended, received {exam.id}")
    scope = scope_of(exam.scope)
    head = ExamHead(
        id=exam.id,
        seed=exam.seed,
        scope=scope_name(course, scope),
        minutes=exam.minutes,
        started=exam.started,
        ended=exam.ended,
        by_time=by_time(exam),
        command=command(exam.seed, scope, len(exam.questions), exam.minutes),
    )
    return exam_report(head, course.questions, exam.questions)
