"""A damaged record: set aside, made again from the last good copy and from what can be read, and told."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnntutor.errors import Failed
from cnntutor.progress import recovery
from cnntutor.progress.records import Attempt, Draft, Exam, ExamAnswer, LessonProgress, Mark, exam_id
from cnntutor.progress.recovery import good_copy, keep_copy
from cnntutor.progress.store import Store

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAGE = 4096


def clock() -> datetime:
    """A clock that stands still."""
    return NOON


def attempt(seed: int) -> Attempt:
    """Return an attempt of its own minute and its own size, so that many fill several pages."""
    when = NOON + timedelta(minutes=seed)
    return Attempt("conv-params", seed, "counting", {"answer": "62.006" * 20}, "right", when)


def fill(path: Path, seeds: range) -> None:
    """Put attempts in as one sitting; its end leaves a good copy."""
    with Store.open(path, clock) as store, Store.in_memory(clock) as made:
        for seed in seeds:
            made.record(attempt(seed))
        store.merge(made.export())


def leaves(path: Path) -> list[int]:
    """Return the pages that hold attempts, in the order of the attempts, from 0."""
    with closing(sqlite3.connect(path)) as connection:
        if ("ENABLE_DBSTAT_VTAB",) not in connection.execute("PRAGMA compile_options").fetchall():
            pytest.skip("this SQLite cannot tell which page holds what")
        rows = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'attempt' AND pagetype = 'leaf' ORDER BY path"
        ).fetchall()
    return [page - 1 for (page,) in rows]


def break_pages(path: Path, first: int, count: int = 1) -> None:
    """Overwrite pages of a file."""
    with path.open("rb+") as file:
        file.seek(first * PAGE)
        file.write(b"\xa5" * (count * PAGE))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "progress.sqlite3"


def test_a_sitting_leaves_a_good_copy_that_is_whole(path: Path) -> None:
    fill(path, range(3))
    with sqlite3.connect(good_copy(path)) as copy:
        assert copy.execute("SELECT count(*) FROM attempt").fetchone() == (3,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    before = good_copy(path).stat()
    with Store.open(path, clock) as store:
        assert len(store.attempts()) == 3
    assert good_copy(path).stat().st_ino == before.st_ino  # nothing was written, so nothing is copied


@pytest.mark.parametrize("first_page", range(12))
def test_whichever_page_breaks_nothing_of_the_good_copy_is_lost(path: Path, first_page: int) -> None:
    fill(path, range(200))
    with Store.open(path, clock) as store:
        store.read_lesson("weight-sharing", 4, "done")
        store.keep_copy()
    broken_size = path.stat().st_size
    assert broken_size > 13 * PAGE
    break_pages(path, first_page)
    broken = path.read_bytes()
    with Store.open(path, clock) as store:
        assert {each.seed for each in store.attempts()} == set(range(200))
        assert store.lesson("weight-sharing") == LessonProgress("done", 4)
        notice = store.notice
    (aside,) = path.parent.glob("progress.damaged-*.sqlite3")
    assert aside.read_bytes() == broken
    assert aside.name in str(notice) and "last good copy" in str(notice)
    with Store.open(path, clock) as store:
        assert store.notice is None


def test_what_came_after_the_copy_is_read_from_both_ends_of_the_damage(path: Path) -> None:
    fill(path, range(200))
    kept = good_copy(path).read_bytes()
    fill(path, range(200, 400))
    good_copy(path).write_bytes(kept)
    break_pages(path, leaves(path)[-6])
    with Store.open(path, clock) as store:
        found = {each.seed for each in store.attempts()}
        assert set(range(200)) <= found
        assert 399 in found and len(found) > 370
        (tally,) = store.tallies()
        assert tally.attempts == len(found)


def test_exams_drafts_and_marks_come_back_too(path: Path) -> None:
    exam = Exam(exam_id(NOON, 4), NOON, 4, 20, "all", (ExamAnswer("conv-params", 1, "counting"),))
    fill(path, range(200))
    with Store.open(path, clock) as store:
        store.keep_exam(exam)
        store.mark_skipped([Mark("lesson", "weight-sharing", NOON, "5/5")])
        store.save_draft(Draft("lenet5-table", 3, {"conv1": "456"}))
        due = store.next_due(NOON)
    good_copy(path).unlink()
    break_pages(path, path.stat().st_size // PAGE - 1)
    with Store.open(path, clock) as store:
        assert "a new record is begun" in str(store.notice)
        assert store.exams() == (exam,)
        assert [mark.slug for mark in store.marks()] == ["weight-sharing"]
        assert store.draft("lenet5-table") == Draft("lenet5-table", 3, {"conv1": "456"})
        assert store.next_due(NOON) == due


def test_rows_that_we_never_wrote_are_left_out(path: Path) -> None:
    fill(path, range(200))
    good_copy(path).unlink()
    connection = sqlite3.connect(path)
    row = "INSERT INTO attempt VALUES (?, 'q', 1, 's', ?, 'right', ?, 0, 0, ?)"
    connection.execute(row, (1001, "{torn", "[]", NOON.isoformat()))
    connection.execute(row, (1002, "{}", "[]", "yesterday"))
    connection.execute(row, (1003, b"\xff\xfe", "[]", NOON.isoformat()))
    connection.execute(row, (1004, "{}", "[]", NOON.isoformat()))
    connection.commit()
    connection.close()
    break_pages(path, 3)
    with Store.open(path, clock) as store:
        assert [each.question for each in store.attempts() if each.question == "q"] == ["q"]
        assert json.loads("[]") == list(store.attempts("q")[0].mistakes)


def test_an_emptied_file_is_made_again_from_the_copy(path: Path) -> None:
    fill(path, range(5))
    path.write_bytes(b"")
    with Store.open(path, clock) as store:
        assert len(store.attempts()) == 5
        assert "last good copy" in str(store.notice)


@pytest.fixture
def large(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record too large to be read whole at the start, damaged where a start does not look."""
    monkeypatch.setattr(recovery, "CHECKED_BYTES", 10_000)
    monkeypatch.setattr("cnntutor.progress.database.CHECKED_BYTES", 10_000)
    fill(path, range(300))
    for page in leaves(path)[-8:]:
        break_pages(path, page)
    return path


def test_damage_met_while_answering_is_mended_on_the_spot(large: Path) -> None:
    with Store.open(large, clock) as store:
        assert store.notice is None
        store.record(attempt(1000))
        assert "last good copy" in str(store.notice)
        assert {each.seed for each in store.attempts()} == {*range(300), 1000}


def test_damage_met_while_reading_is_mended_on_the_spot(large: Path) -> None:
    with Store.open(large, clock) as store:
        assert store.notice is None
        assert {each.seed for each in store.attempts()} == set(range(300))
        assert "last good copy" in str(store.notice)


def test_two_windows_go_on_with_the_mended_file(large: Path) -> None:
    with Store.open(large, clock) as one, Store.open(large, clock) as two:
        one.record(attempt(1000))
        two.record(attempt(1001))
        one.record(attempt(1002))
        assert {each.seed for each in two.attempts()} == {*range(300), 1000, 1001, 1002}
    assert len(list(large.parent.glob("progress.damaged-*.sqlite3"))) == 1


def test_a_large_record_is_copied_once_an_hour(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "CHECKED_BYTES", 10_000)
    fill(path, range(200))
    copied = good_copy(path).stat()
    fill(path, range(200, 202))
    assert good_copy(path).stat().st_ino == copied.st_ino
    os.utime(path, (copied.st_mtime + 3601, copied.st_mtime + 3601))
    assert keep_copy(path)
    assert good_copy(path).stat().st_ino != copied.st_ino


def test_a_damaged_copy_is_not_trusted(path: Path) -> None:
    fill(path, range(200))
    break_pages(good_copy(path), 2)
    break_pages(path, path.stat().st_size // PAGE - 1)
    with Store.open(path, clock) as store:
        assert "a new record is begun" in str(store.notice)
        assert len(store.attempts()) > 100


def test_a_damaged_record_is_never_copied_over_a_good_one(path: Path) -> None:
    fill(path, range(200))
    before = good_copy(path).read_bytes()
    break_pages(path, 2)
    path.touch()
    assert not keep_copy(path)
    assert good_copy(path).read_bytes() == before
    assert not list(path.parent.glob(".progress*"))


def test_a_record_that_is_gone_leaves_its_copy_and_says_where(path: Path) -> None:
    fill(path, range(5))
    path.unlink()
    with Store.open(path, clock) as store:
        assert store.attempts() == ()
        assert "progress.before-20261121-120000.sqlite3" in str(store.notice)
        store.record(attempt(9))
    kept = path.with_name("progress.before-20261121-120000.sqlite3")
    with Store.open(kept, clock) as store:
        assert len(store.attempts()) == 5


def test_where_there_is_no_room_to_mend_the_damaged_file_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(path, range(200))
    break_pages(path, 2)
    broken = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(Failed, match="No space"):
        Store.open(path, clock)
    assert path.read_bytes() == broken
    monkeypatch.undo()
    with Store.open(path, clock) as store:
        assert len(store.attempts()) == 200
