"""The learner's record: kept, resumed, shared, damaged, refused."""

import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnntutor.errors import Failed
from cnntutor.progress.migrations import MIGRATIONS, m001_record, version
from cnntutor.progress.records import RECENT, Attempt, Draft, LessonProgress, Place
from cnntutor.progress.store import NotSaved, Store

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def clock() -> datetime:
    """A clock that stands still."""
    return NOON


def attempt(verdict: str = "right", minutes: int = 0, **changes: object) -> Attempt:
    """Return an attempt at conv-params."""
    values: dict[str, object] = {
        "question": "conv-params",
        "seed": 7,
        "skill": "counting",
        "answers": {"answer": "62.006"},
        "verdict": verdict,
        "when": NOON + timedelta(minutes=minutes),
    }
    return Attempt(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sub" / "progress.sqlite3"


def test_everything_kept_is_there_after_opening_again(path: Path) -> None:
    wrong = attempt("wrong", mistakes=("no-bias",), hints=1)
    with Store.open(path, clock) as store:
        assert store.notice is None
        assert store.place() is None
        store.record(wrong)
        store.record(attempt(minutes=1, solution_seen=True))
        store.read_lesson("weight-sharing", 4)
        store.save_draft(Draft("lenet5-table", 3, {"conv1": "(5·5·3+1)·6"}, hints=2))
        store.leave_at(Place("lesson", "weight-sharing"))
    with Store.open(path, clock) as store:
        assert store.attempts() == (attempt(minutes=1, solution_seen=True), wrong)
        assert store.attempts("other") == ()
        assert store.attempts(limit=1) == (attempt(minutes=1, solution_seen=True),)
        assert store.solved() == {"conv-params"}
        assert store.lessons() == {"weight-sharing": LessonProgress("started", 4)}
        assert store.lesson("nothing") == LessonProgress()
        assert store.draft("lenet5-table") == Draft("lenet5-table", 3, {"conv1": "(5·5·3+1)·6"}, hints=2)
        assert store.draft("lenet5-table", 4) is None
        assert store.place() == Place("lesson", "weight-sharing")


def test_a_lesson_once_done_stays_done(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.read_lesson("a", 9, "done")
        store.read_lesson("a", 2)
        assert store.lesson("a") == LessonProgress("done", 2)
        with pytest.raises(ValueError, match="state must be"):
            store.read_lesson("a", 0, "new")


def test_a_draft_is_replaced_and_dropped_by_its_seed(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.save_draft(Draft("q", 1, {"a": "1"}))
        store.save_draft(Draft("q", 1, {"a": "12"}))
        store.save_draft(Draft("q", 2, {"a": "5"}))
        assert store.draft("q") == Draft("q", 2, {"a": "5"})
        store.drop_draft("q", 2)
        assert store.draft("q") == Draft("q", 1, {"a": "12"})


def test_skills_count_only_what_was_right_unaided(path: Path) -> None:
    with Store.open(path, clock) as store:
        for minute in range(RECENT):
            store.record(attempt("wrong", minute, mistakes=("no-bias", "one-bias")))
        store.record(attempt(minutes=RECENT))
        store.record(attempt(minutes=RECENT + 1, hints=3))
        store.record(attempt(minutes=RECENT + 2, solution_seen=True))
        (skill,) = store.skills()
    assert (skill.skill, skill.attempts, skill.recent, skill.recent_right) == (
        "counting",
        RECENT + 3,
        RECENT,
        1,
    )
    assert skill.mistakes == ("no-bias",)
    assert skill.last == NOON + timedelta(minutes=RECENT + 2)


def test_a_wrong_answer_is_due_before_a_right_one(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.record(attempt(skill="shapes"))
        store.record(attempt("wrong"))
        assert store.due(NOON) == ()
        assert store.due(NOON + timedelta(days=30)) == ("counting", "shapes")


def test_a_damaged_file_is_kept_and_a_new_one_begun(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database " * 100)
    with Store.open(path, clock) as store:
        store.leave_at(Place("map"))
        assert "progress.damaged-20261121-120000.sqlite3" in str(store.notice)
    kept = path.with_name("progress.damaged-20261121-120000.sqlite3")
    assert kept.read_bytes() == b"this is no database " * 100


def test_the_record_of_a_newer_program_is_left_alone(path: Path) -> None:
    Store.open(path, clock).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(Failed, match="newer cnntutor"):
        Store.open(path, clock)


def test_a_blank_and_the_oldest_record_come_to_the_same_shape(tmp_path: Path) -> None:
    oldest = sqlite3.connect(tmp_path / "oldest.sqlite3", isolation_level=None)
    m001_record(oldest)
    oldest.execute("PRAGMA user_version = 1")
    oldest.close()
    shapes = []
    for name in ("blank", "oldest"):
        Store.open(tmp_path / f"{name}.sqlite3", clock).close()
        connection = sqlite3.connect(tmp_path / f"{name}.sqlite3")
        assert version(connection) == len(MIGRATIONS)
        shapes.append(connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall())
        connection.close()
    assert shapes[0] == shapes[1]


def test_a_folder_that_cannot_be_made_is_a_sentence_and_the_program_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = tmp_path / "file" / "progress.sqlite3"
    with pytest.raises(Failed, match="CNNTUTOR_HOME"):
        Store.open(blocked, clock)
    with Store.open_or_in_memory(blocked, clock) as store:
        assert "CNNTUTOR_HOME" in str(store.notice)
        store.record(attempt())
        assert store.solved() == {"conv-params"}


def test_what_cannot_be_written_waits_and_is_written_in_order(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnntutor.progress.database.WAIT", 0.05)
    with Store.open(path, clock) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotSaved, match="kept in memory"):
            store.save_draft(Draft("q", 1, {"a": "1"}))
        with pytest.raises(NotSaved):
            store.save_draft(Draft("q", 1, {"a": "12"}))
        other.execute("ROLLBACK")
        other.close()
        store.leave_at(Place("map"))
        assert store.draft("q") == Draft("q", 1, {"a": "12"})


def test_two_programs_write_the_same_record(path: Path) -> None:
    Store.open(path, clock).close()
    code = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from cnntutor.progress.records import Attempt\nfrom cnntutor.progress.store import Store\n"
        "with Store.open(Path(sys.argv[1])) as store:\n"
        "    for seed in range(20):\n"
        "        store.record(Attempt('q', seed, 's', {}, 'right', datetime.now(UTC)))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(2)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    with Store.open(path, clock) as store:
        assert len(store.attempts()) == 40


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("cannot mount a small disk here (needs root)")
    try:
        with Store.open(small / "progress.sqlite3", clock) as store:
            store.record(attempt())
            filler = small / "filler"
            with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
                while True:
                    file.write(b"0" * 4096)
            with pytest.raises(NotSaved, match="free some space"):
                for seed in range(200):
                    store.save_draft(Draft("lenet5-table", seed, {"conv1": "456" * 100}))
            written = len(store.attempts())
            filler.unlink()
            store.leave_at(Place("map"))
            assert written == 1
            assert store.draft("lenet5-table", 0) == Draft("lenet5-table", 0, {"conv1": "456" * 100})
    finally:
        subprocess.run(["umount", str(small)], check=True)
