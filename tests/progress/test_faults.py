"""What the record survives in real processes: kills, two windows at once, a file that may not grow."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cnntutor.progress.store import Store

KILLS = 100

ANSWER_UNTIL_KILLED = '''
import os, random, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from cnntutor.progress.records import Attempt, Draft, Place
from cnntutor.progress.store import Store
import fsrs

path, kills = Path(sys.argv[1]), int(sys.argv[2])
random.seed(20261121)
Store.open(path).close()


def answer(life, told):
    """Answer without end; tell each answer once it is recorded."""
    store = Store.open(path)
    os.write(told, b"0 ")
    for number in range(1, 1_000_000):
        seed = life * 1000 + number
        store.save_draft(Draft("q", seed, {"answer": "62"}))
        store.record(Attempt("q", seed, "s", {"answer": "62006"}, "right", datetime.now(UTC)))
        os.write(told, f"{seed} ".encode())
        store.drop_draft("q", seed)
        store.leave_at(Place("exercise", "q"))


seen = []
for life in range(kills):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        answer(life, writing)
    os.close(writing)
    first = os.read(reading, 2) if life % 4 else b""  # every fourth may be killed while it opens the file
    time.sleep(random.uniform(0.0, 0.3))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        seen += [seed for seed in told.read().split() if seed != "0"]
print(" ".join(seen))
'''


def test_a_hundred_kills_lose_nothing_that_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite3"
    done = subprocess.run(
        [sys.executable, "-c", ANSWER_UNTIL_KILLED, str(path), str(KILLS)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    told = {int(seed) for seed in done.stdout.split()}
    with Store.open(path) as store:
        assert store.notice is None
        kept = [each.seed for each in store.attempts()]
        assert len(kept) == len(set(kept))
        assert told <= set(kept)
        assert len(set(kept) - told) <= KILLS  # recorded, and killed before it could be told
        assert sum(tally.attempts for tally in store.tallies()) == len(kept)
    assert len(told) > KILLS // 4


TWO_WINDOWS = """
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from cnntutor.progress.records import Attempt, Draft, Place
from cnntutor.progress.store import NotSaved, Store

window = int(sys.argv[2])
with Store.open(Path(sys.argv[1])) as store:
    for number in range(60):
        seed = window * 1000 + number
        for write in (
            lambda: store.save_draft(Draft("q", seed, {"answer": "6"})),
            lambda: store.record(Attempt("q", seed, "s", {"answer": "62"}, "right", datetime.now(UTC))),
            lambda: store.drop_draft("q", seed),
            lambda: store.read_lesson("weight-sharing", number),
            lambda: store.leave_at(Place("exercise", f"q{window}")),
        ):
            with suppress(NotSaved):  # where the other holds the file too long it waits in memory
                write()
        assert len(store.attempts(limit=1)) == 1
"""


def test_two_windows_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite3"
    windows = [
        subprocess.Popen([sys.executable, "-c", TWO_WINDOWS, str(path), str(number)], stderr=subprocess.PIPE)
        for number in (1, 2)
    ]
    for window in windows:
        _, complaint = window.communicate(timeout=120)
        assert (window.returncode, complaint) == (0, b"")
    with Store.open(path) as store:
        assert {each.seed for each in store.attempts()} == {
            window * 1000 + number for window in (1, 2) for number in range(60)
        }
        assert store.tallies()[0].attempts == 120
        assert store.draft("q") is None
        assert store.lesson("weight-sharing").block == 59


NO_ROOM = """
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from cnntutor.progress.records import Attempt
from cnntutor.progress.store import NotSaved, Store

path = Path(sys.argv[1])
said = []
with Store.open(path) as store:
    def answer(seed):
        store.record(Attempt("q", seed, "s", {"answer": "6" * 900}, "right", datetime.now(UTC)))
    for seed in range(5):
        answer(seed)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    for seed in range(5, 45):
        try:
            answer(seed)
        except NotSaved as problem:
            said.append(str(problem))
    kept = len(store.attempts())
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    answer(45)
    print(json.dumps({"said": said, "kept": kept, "now": [each.seed for each in store.attempts()]}))
"""


def test_a_file_that_may_not_grow_keeps_what_it_has_and_the_rest_waits(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    path = tmp_path / "progress.sqlite3"
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    told = json.loads(done.stdout)
    assert told["said"] and all("kept in memory" in sentence for sentence in told["said"])
    assert 5 <= told["kept"] < 45
    assert sorted(told["now"]) == list(range(46))
    with Store.open(path, lambda: datetime(2026, 11, 21, tzinfo=UTC)) as store:
        assert store.notice is None
        assert sorted(each.seed for each in store.attempts()) == list(range(46))
