"""What the screen does between two frames: reading the course, drawing a long curve, polling a long run.

    python -m tests.bench.bench_moments [--rounds 15]

Prints one JSON object for each with its median in milliseconds and the goal; exits 1 when one is missed.
"""

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from cnntutor.course.loader import load_course
from cnntutor.lab.lab import Lab
from cnntutor.tui.run_watch import RunWatch
from cnntutor.tui.widgets.plot_chart import Chart, Series, draw_chart
from tests.bench.bench_runs import long_run


def long_curve() -> Callable[[], object]:
    """Return how a chart of 2,000 points is drawn."""
    points = tuple(
        (index / 200, 2.3 * math.exp(-index / 300) + 0.04 + index % 7 / 90) for index in range(2000)
    )
    chart = Chart("loss", (Series("faint", points),), 10, log=True, best=5)
    return lambda: draw_chart(chart, 72, 36)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        watch = RunWatch(lab, long_run(Path(folder), 101 * 10_000))
        watch.poll()
        moments: tuple[tuple[str, Callable[[], object], float], ...] = (
            ("course read", load_course, 15.0),
            ("curve of 2,000 points drawn", long_curve(), 20.0),
            ("run of 10,000 epochs polled", watch.poll, 16.0),
        )
        for name, act, goal in moments:
            milliseconds = []
            for _ in range(rounds):
                start = time.perf_counter()
                act()
                milliseconds.append((time.perf_counter() - start) * 1000)
            fine = fine and median(milliseconds) <= goal
            print(json.dumps({"moment": name, "median_ms": round(median(milliseconds), 2), "goal_ms": goal}))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
