"""Process start to the first painted course map: with 100,000 answers against none, interleaved.

    python tests/bench/bench_record.py [ROUNDS] [--answers 100000] [--limit-ms 50]

Prints one JSON object; exits 1 when the medians lie further apart than the limit. Beside it stands how long
the record takes for what the screens ask of it.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cnntutor.course.headings import read_headings
from cnntutor.course.loader import load_course
from cnntutor.progress.exchange import Exported, ExportedAttempt
from cnntutor.progress.store import Store
from tests.bench.pty_program import PtyProgram


def fill(path: Path, count: int) -> float:
    """Put so many answers into a record, over three years; return the seconds it took."""
    chance = random.Random(4)
    headings = read_headings(load_course().root)
    start = datetime.now(UTC) - timedelta(days=3 * 365)
    step = timedelta(days=3 * 365) / count
    attempts = []
    for number in range(count):
        heading = chance.choice(headings)
        wrong = chance.random() < 0.3
        attempts.append(
            ExportedAttempt(
                heading.slug,
                chance.randrange(10_000),
                heading.skill,
                {"answer": str(chance.randrange(1_000_000))},
                "wrong" if wrong else "right",
                start + number * step,
                ("no-bias",) if wrong else (),
                chance.choice((0, 0, 0, 1)),
            )
        )
    begun = time.perf_counter()
    with Store.open(path) as store:
        store.merge(Exported(attempts=tuple(attempts)))
        store.read_lesson("layers-of-a-cnn", 3, "done")
    return time.perf_counter() - begun


def first_paint(home: Path) -> float:
    """Return the seconds from the start of the process until the last of the frame is written."""
    environment = {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CNNTUTOR_LANG")
    } | {"TERM": "xterm-256color", "CNNTUTOR_HOME": str(home), "CNNTUTOR_LANG": "en", "LC_ALL": "C.UTF-8"}
    with PtyProgram([sys.executable, "-m", "cnntutor"], environment) as program:
        return program.wait_for(b"F1") - program.started


def queries(path: Path) -> dict[str, float]:
    """Return the milliseconds that the screens wait for the record."""
    with Store.open(path) as store:
        asked: dict[str, Callable[[], object]] = {
            "skills": store.skills,
            "due": store.due,
            "solved": store.solved,
            "lessons": store.lessons,
            "tallies": store.tallies,
            "latest": lambda: store.attempts(limit=1),
        }
        found = {}
        for name, ask in asked.items():
            times = []
            for _ in range(7):
                begun = time.perf_counter()
                ask()
                times.append(time.perf_counter() - begun)
            found[name] = round(1000 * statistics.median(times), 2)
    return found


def read_for_the_map(path: Path) -> float:
    """Return the milliseconds from opening a record to all that the map shows of it: the best of many."""
    times = []
    for _ in range(25):
        begun = time.perf_counter()
        with Store.open(path) as store:
            store.place(), store.marks(), store.lessons(), store.attempts(limit=1)
            store.skills(), store.due(), store.solved(), store.open_exam()
        times.append(time.perf_counter() - begun)
    return round(1000 * min(times), 1)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=11)
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--limit-ms", type=float, default=50.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes = {"empty": Path(folder) / "empty", "full": Path(folder) / "full"}
        for home in homes.values():
            home.mkdir()
        path = homes["full"] / "progress.sqlite3"
        filled = fill(path, options.answers)
        times: dict[str, list[float]] = {"empty": [], "full": []}
        for number in range(options.rounds + 1):
            for name, home in homes.items():
                seconds = first_paint(home)
                if number:  # the first round fills the disk cache
                    times[name].append(seconds)
        later = 1000 * (statistics.median(times["full"]) - statistics.median(times["empty"]))
        print(
            json.dumps(
                {
                    "answers": options.answers,
                    "megabytes": round(path.stat().st_size / 1e6, 1),
                    "empty_s": round(statistics.median(times["empty"]), 3),
                    "full_s": round(statistics.median(times["full"]), 3),
                    "later_ms": round(later, 1),
                    "limit_ms": options.limit_ms,
                    "rounds": options.rounds,
                    "read_for_the_map_ms": {
                        name: read_for_the_map(home / "progress.sqlite3") for name, home in homes.items()
                    },
                    "queries_ms": queries(path),
                    "merge_s": round(filled, 1),
                    "load": round(os.getloadavg()[0], 2),
                }
            )
        )
    return 0 if later <= options.limit_ms else 1


if __name__ == "__main__":
    sys.exit(main())
