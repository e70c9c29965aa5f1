"""Exams and marks in the record: kept, replaced, read back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnntutor.progress.records import Attempt, Exam, ExamAnswer, Mark, exam_id
from cnntutor.progress.store import Store

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def exam(seed: int = 7, minutes: int = 0) -> Exam:
    """Return an exam that has just begun."""
    started = NOON + timedelta(minutes=minutes)
    asked = (ExamAnswer("conv-params", 11, "counting"), ExamAnswer("conv-side", 12, "output-size"))
    return Exam(exam_id(started, seed), started, seed, 20, "all", asked)


def test_an_exam_goes_on_after_a_crash_and_ends_once(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite3"
    begun = exam()
    answered = replace(
        begun,
        questions=(
            ExamAnswer("conv-params", 11, "counting", {"answer": "450"}, "wrong", ("no-bias",), 0.0, 31.5),
            begun.questions[1],
        ),
    )
    with Store.open(path) as store:
        assert store.open_exam() is None
        store.keep_exam(begun)
        store.keep_exam(answered)
    with Store.open(path) as store:
        assert store.open_exam() == answered
        ended = replace(answered, ended=NOON + timedelta(minutes=20))
        store.keep_exam(ended)
        assert store.open_exam() is None
        assert store.exam(begun.id) == ended
        assert store.exam("none") is None


def test_an_exam_that_is_over_stays_over_and_its_answers_are_counted_once(tmp_path: Path) -> None:
    begun = exam()
    over = replace(begun, ended=NOON + timedelta(minutes=5))
    answer = Attempt("conv-params", 11, "counting", {"answer": "456"}, "right", NOON + timedelta(minutes=5))
    with (
        Store.open(tmp_path / "progress.sqlite3") as store,
        Store.open(tmp_path / "progress.sqlite3") as other,
    ):
        store.keep_exam(begun)
        store.end_exam(over, [answer])
        other.keep_exam(begun)
        other.end_exam(replace(over, ended=NOON + timedelta(minutes=9)), [answer])
        assert store.exam(begun.id) == over
        assert store.attempts() == (answer,)
        with pytest.raises(ValueError, match="must have ended"):
            store.end_exam(begun, [])


def test_exams_are_listed_the_latest_first(tmp_path: Path) -> None:
    with Store.open(tmp_path / "progress.sqlite3") as store:
        for minutes in (0, 60, 30):
            store.keep_exam(exam(minutes=minutes))
        assert [each.started.hour * 60 + each.started.minute - 720 for each in store.exams()] == [60, 30, 0]
        assert len(store.exams(limit=2)) == 2


def test_marks_are_kept_replaced_and_dropped(tmp_path: Path) -> None:
    with Store.open(tmp_path / "progress.sqlite3") as store:
        store.mark_skipped([Mark("lesson", "weight-sharing", NOON, "4/5"), Mark("skill", "counting", NOON)])
        later = Mark("lesson", "weight-sharing", NOON + timedelta(days=1), "5/5")
        store.mark_skipped([later])
        assert store.marks() == (later, Mark("skill", "counting", NOON))
        store.drop_mark("skill", "counting")
        assert store.marks() == (later,)
