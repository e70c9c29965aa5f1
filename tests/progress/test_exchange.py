"""The record as a file: everything in it, and merged without loss."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnntutor.errors import NotUnderstood
from cnntutor.progress.exchange import as_csv, as_json, from_json
from cnntutor.progress.records import Attempt, Draft, Exam
from cnntutor.progress.store import Store

START = datetime(2026, 11, 21, 8, tzinfo=UTC)


def attempt(minute: int, verdict: str = "right", skill: str = "counting") -> Attempt:
    """Return an attempt so many minutes after the start."""
    return Attempt(
        question="lenet5-rgb",
        seed=0,
        skill=skill,
        answers={"answer": f"=6{minute}"},
        verdict="right" if verdict == "right" else "wrong",
        when=START + timedelta(minutes=minute),
        mistakes=() if verdict == "right" else ("no-bias",),
    )


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    with Store.open(tmp_path / "one.db") as one:
        for minute in range(5):
            one.record(attempt(minute, "wrong" if minute % 2 else "right"))
        one.read_lesson("weight-sharing", 7, "done")
        one.save_draft(Draft("conv-params", 3, {"answer": "27"}))
        exported = one.export()
        skills = one.skills()
    with Store.open(tmp_path / "two.db") as two:
        assert two.merge(from_json(as_json(exported), "file")) == 5
        assert two.export() == exported
        assert two.skills() == skills
        draft = two.draft("conv-params")
        assert draft is not None
        assert draft.answers == {"answer": "27"}
        assert two.merge(exported) == 0
        assert two.export() == exported


def test_two_records_become_one_in_the_order_of_time() -> None:
    with Store.in_memory() as one, Store.in_memory() as two:
        for minute in (0, 2, 4):
            one.record(attempt(minute))
        for minute in (1, 2, 3):
            two.record(attempt(minute, "wrong" if minute == 3 else "right"))
        two.read_lesson("weight-sharing", 3)
        one.read_lesson("weight-sharing", 5, "done")
        assert one.merge(two.export()) == 2
        assert [each.when.minute for each in one.attempts()] == [4, 3, 2, 1, 0]
        assert one.skills()[0].attempts == 5
        lesson = one.lesson("weight-sharing")
        assert (lesson.state, lesson.block) == ("done", 5)
        assert two.merge(one.export()) == 2
        assert one.export().attempts == two.export().attempts
        assert one.due(START + timedelta(days=99)) == two.due(START + timedelta(days=99)) == ("counting",)


def test_csv_has_a_line_for_every_answer_and_no_formula() -> None:
    with Store.in_memory() as store:
        store.record(attempt(1, "wrong"))
        rows = list(csv.DictReader(io.StringIO(as_csv(store.export()))))
    assert [(row["question"], row["verdict"], row["mistakes"]) for row in rows] == [
        ("lenet5-rgb", "wrong", "no-bias")
    ]
    assert not any(row["answers"].startswith("=") for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a": 1}',
        '{"attempts": [{"question": "a"}]}',
        '{"format": "other"}',
        '{"attempts": [{"question": "a", "seed": 0, "skill": "s", "answers": {}, "verdict": "right",'
        ' "when": "2026-11-21T08:00:00"}]}',
    ],
)
def test_what_is_no_record_is_refused_with_its_file(text: str) -> None:
    with pytest.raises(NotUnderstood, match=r"backup\.json"):
        from_json(text, "backup.json")


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('"seed": 0', '"seed": 9223372036854775808'),
        ('"when": "2026', '"when": "9999'),
        ('"when": "2026', '"when": "0001'),
        ('"hints": 2', '"hints": 99'),
        ('"saved": "20', '"saved": "zzz20'),
        ('"scope": "all"', '"scope": "half"'),
    ],
)
def test_what_no_record_can_hold_is_refused_with_a_sentence(found: str, put: str) -> None:
    with Store.in_memory() as one:
        one.record(attempt(1))
        one.save_draft(Draft("conv-params", 3, {"answer": "27"}, hints=2))
        one.keep_exam(Exam("exam-1", START, 1, 10, "all"))
        text = as_json(one.export())
    assert found in text
    with pytest.raises(NotUnderstood, match="file"):
        from_json(text.replace(found, put), "file")
