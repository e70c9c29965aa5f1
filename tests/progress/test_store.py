"""The learner's record: kept, resumed, shared, damaged, refused."""

import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cnntutor.errors import Failed
from cnntutor.progress.migrations import MIGRATIONS, migrate, version
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
            store.record(attempt("wrong", minute, seed=minute, mistakes=("no-bias", "one-bias")))
        store.record(attempt(minutes=RECENT, seed=100))
        store.record(attempt(minutes=RECENT + 1, seed=101, hints=1))
        store.record(attempt(minutes=RECENT + 2, seed=102, solution_seen=True))
        (skill,) = store.skills()
    assert (skill.skill, skill.attempts, skill.recent, skill.recent_right) == (
        "counting",
        RECENT + 3,
        RECENT,
        1,
    )
    assert skill.mistakes == ("no-bias", "one-bias")
    assert skill.last == NOON + timedelta(minutes=RECENT + 2)


def test_another_try_at_the_same_numbers_is_kept_and_proves_nothing(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.record(attempt("wrong", mistakes=("no-bias",)))
        due = store.next_due(NOON)
        store.record(attempt(minutes=1))
        (skill,) = store.skills()
        assert (skill.attempts, skill.recent, skill.recent_right) == (2, 1, 0)
        assert store.next_due(NOON) == due
        store.record(attempt(minutes=24 * 60))
        (skill,) = store.skills()
        assert (skill.attempts, skill.recent, skill.recent_right) == (3, 2, 1)
        assert store.due(NOON + timedelta(days=1)) == ()


def test_questions_are_counted_with_their_last_verdict(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.record(attempt("wrong"))
        store.record(attempt(minutes=2, seed=8))
        store.record(attempt("wrong", minutes=1, seed=9))
        store.record(attempt("wrong", question="conv-side", skill="output-size"))
        assert [
            (each.question, each.attempts, each.rights, each.last_verdict) for each in store.tallies()
        ] == [
            ("conv-params", 3, 1, "right"),
            ("conv-side", 1, 0, "wrong"),
        ]
        assert store.solved() == {"conv-params"}


def test_a_review_is_due_from_the_beginning_of_a_day(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.record(attempt("wrong"))
        due = store.next_due(NOON)
        assert due is not None and due > NOON
        assert due.astimezone().hour == due.astimezone().minute == 0
        assert due <= NOON + timedelta(days=1)
        assert store.due(due) == ("counting",)


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


def test_what_can_be_read_from_a_damaged_file_goes_on(path: Path) -> None:
    with Store.open(path, clock) as store:
        for seed in range(400):
            store.record(attempt(seed=seed))
        store.read_lesson("weight-sharing", 4)
    whole = path.read_bytes()
    page = 4096
    broken = bytearray(whole)
    broken[len(whole) - 3 * page : len(whole) - page] = b"\xff" * (2 * page)
    path.write_bytes(bytes(broken))
    with Store.open(path, clock) as store:
        assert "was damaged" in str(store.notice)
        saved = store.attempts()
        assert 0 < len(saved) <= 400
        assert {each.seed for each in saved} <= set(range(400))
        store.record(attempt(seed=1000))
    assert path.with_name("progress.damaged-20261121-120000.sqlite3").read_bytes() == bytes(broken)
    with Store.open(path, clock) as store:
        assert store.notice is None
        assert len(store.attempts()) == len(saved) + 1


def test_two_damaged_files_of_one_second_are_both_kept(path: Path) -> None:
    path.parent.mkdir(parents=True)
    for number in range(2):
        path.write_bytes(b"broken %d" % number * 200)
        Store.open(path, clock).close()
    kept = sorted(path.parent.glob("progress.damaged-*.sqlite3"))
    assert {each.read_bytes()[:8] for each in kept} == {b"broken 0", b"broken 1"}


def test_the_file_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(Failed, match="belongs to another program"):
        Store.open(path, clock)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_deleted_under_us_is_made_again(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.record(attempt())
        path.unlink()
        store.record(attempt(seed=8))
    with Store.open(path, clock) as store:
        assert [each.seed for each in store.attempts()] == [8]


def test_a_change_that_is_itself_at_fault_does_not_block_the_rest(path: Path) -> None:
    with Store.open(path, clock) as store:
        with pytest.raises(sqlite3.IntegrityError):
            store.record(attempt("perhaps"))
        store.record(attempt())
        assert len(store.attempts()) == 1


def test_a_failing_migration_changes_nothing(path: Path) -> None:
    path.parent.mkdir(parents=True)

    def breaks(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (a)")
        raise sqlite3.OperationalError("disk I/O error")

    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection)
    before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, breaks))
    assert connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
    assert version(connection) == len(MIGRATIONS)
    connection.close()


def test_the_oldest_record_keeps_its_rows(path: Path) -> None:
    path.parent.mkdir(parents=True)
    oldest = sqlite3.connect(path, isolation_level=None)
    migrate(oldest, MIGRATIONS[:1])
    assert version(oldest) == 1
    oldest.execute("INSERT INTO lesson VALUES ('weight-sharing', 'done', 7)")
    oldest.execute(
        "INSERT INTO attempt (question, seed, skill, answers, verdict, mistakes, hints, solution_seen,"
        " answered_at) VALUES ('q', 3, 's', '{\"answer\": \"1\"}', 'wrong', '[\"no-bias\"]', 1, 0, ?)",
        (NOON.isoformat(),),
    )
    oldest.close()
    with Store.open(path, clock) as store:
        assert store.lesson("weight-sharing") == LessonProgress("done", 7)
        assert store.attempts() == (
            Attempt("q", 3, "s", {"answer": "1"}, "wrong", NOON, ("no-bias",), hints=1),
        )
        (tally,) = store.tallies()
        assert (tally.question, tally.attempts, tally.rights, tally.last) == ("q", 1, 0, NOON)


def test_what_was_recorded_outlives_a_killed_program(path: Path) -> None:
    code = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from cnntutor.progress.records import Attempt\nfrom cnntutor.progress.store import Store\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "for seed in range(100000):\n"
        "    store.record(Attempt('q', seed, 's', {}, 'right', datetime.now(UTC)))\n"
        "    print(seed, flush=True)\n"
    )
    for killed_after in (1, 4, 9):
        path.unlink(missing_ok=True)
        writer = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        seen = [next(writer.stdout) for _ in range(killed_after)]
        writer.kill()
        seen += writer.stdout.readlines()
        writer.wait()
        writer.stdout.close()
        with Store.open(path, clock) as store:
            assert store.notice is None
            assert len(seen) <= len(store.attempts()) <= len(seen) + 1


def test_opening_and_reading_load_no_fsrs(path: Path) -> None:
    with Store.open(path, clock) as store:
        store.record(attempt())
    code = (
        "import sys\nfrom pathlib import Path\nfrom cnntutor.progress.store import Store\n"
        "with Store.open(Path(sys.argv[1])) as store:\n"
        "    store.skills(), store.due(), store.place(), store.lessons(), store.solved()\n"
        "print([name for name in ('fsrs', 'numpy', 'torch', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_record_of_a_newer_program_is_left_alone(path: Path) -> None:
    Store.open(path, clock).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(Failed, match="newer cnntutor"):
        Store.open(path, clock)


def test_a_blank_and_every_older_record_come_to_the_same_shape(tmp_path: Path) -> None:
    names = ["blank"]
    for count in range(1, len(MIGRATIONS)):
        names.append(f"after {count}")
        older = sqlite3.connect(tmp_path / f"{names[-1]}.sqlite3", isolation_level=None)
        migrate(older, MIGRATIONS[:count])
        older.close()
    shapes = []
    for name in names:
        Store.open(tmp_path / f"{name}.sqlite3", clock).close()
        connection = sqlite3.connect(tmp_path / f"{name}.sqlite3")
        assert version(connection) == len(MIGRATIONS)
        shapes.append(connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall())
        connection.close()
    assert all(shape == shapes[0] for shape in shapes)


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
