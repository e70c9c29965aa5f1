"""Process start to first painted frame: cnntutor against an empty Textual app, interleaved.

    python tests/bench/bench_first_paint.py [ROUNDS] [--limit 1.25]

Prints one JSON object; exits 1 when the ratio of the medians is above the limit.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.pty_program import PtyProgram

HERE = Path(__file__).parent


def first_paint(arguments: list[str], marker: bytes, home: str) -> float:
    """Return the seconds from the start of the process until marker, the last of the frame, is written."""
    environment = {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CNNTUTOR_LANG")
    } | {"TERM": "xterm-256color", "CNNTUTOR_HOME": home, "CNNTUTOR_LANG": "en", "LC_ALL": "C.UTF-8"}
    with PtyProgram(arguments, environment) as program:
        return program.wait_for(marker) - program.started


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=11)
    parser.add_argument("--limit", type=float, default=1.25)
    options = parser.parse_args()
    ours, empty = [], []
    with tempfile.TemporaryDirectory() as home:
        for number in range(options.rounds + 1):
            empty_seconds = first_paint([sys.executable, str(HERE / "empty_app.py")], b"palette", home)
            our_seconds = first_paint([sys.executable, "-m", "cnntutor"], b"F1", home)
            if number:  # the first round fills the disk cache
                empty.append(empty_seconds)
                ours.append(our_seconds)
    ratio = statistics.median(ours) / statistics.median(empty)
    print(
        json.dumps(
            {
                "rounds": options.rounds,
                "cnntutor_s": round(statistics.median(ours), 3),
                "empty_textual_s": round(statistics.median(empty), 3),
                "ratio": round(ratio, 3),
                "limit": options.limit,
                "load": round(os.getloadavg()[0], 2),
            }
        )
    )
    return 0 if ratio <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
