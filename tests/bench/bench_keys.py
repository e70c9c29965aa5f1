"""Key byte written to the terminal to the redraw it causes: idle, and while a network is trained.

    python -m tests.bench.bench_keys [PRESSES] [--training] [--limit-ms 50]

Prints one JSON object a state; exits 1 when a 95th percentile is above the limit. `--training` starts a real
run of lenet5-mnist first and stops it afterwards.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from tests.bench.pty_program import PtyProgram

DOWN, UP = b"j", b"k"
REDRAWN = b"Local connectivity"
"""The second line of the map: drawn anew whenever the cursor comes to it or leaves it."""


def environment(home: str) -> dict[str, str]:
    """Return the environment of the programs."""
    return {key: value for key, value in os.environ.items() if key not in ("NO_COLOR",)} | {
        "TERM": "xterm-256color",
        "CNNTUTOR_HOME": home,
        "CNNTUTOR_LANG": "en",
        "LC_ALL": "C.UTF-8",
    }


def latencies(home: str, presses: int) -> list[float]:
    """Return the milliseconds from each key to its redraw, on the course map."""
    measured = []
    arguments = [sys.executable, "-m", "cnntutor"]
    with PtyProgram(arguments, environment(home), columns=120, rows=40) as program:
        program.wait_for(b"Ctrl+P")
        program.settle(0.8)
        for number in range(presses + 4):
            program.forget()
            sent = program.send(UP if number % 2 else DOWN)
            seen = program.wait_for(REDRAWN, timeout=10)
            if number >= 4:
                measured.append((seen - sent) * 1000)
            time.sleep(0.05 + 0.013 * (number % 7))  # not in step with any timer
            program.drain()
    return measured


def start_run(home: str) -> str:
    """Start a run and wait until it trains.

    Returns:
        Its name.
    """
    command = [sys.executable, "-m", "cnntutor", "run", "lenet5-mnist", "--preset", "quick"]
    reply = subprocess.run(
        [*command, "--set", "epochs=200", "--detach", "--json"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=True,
    )
    name = str(json.loads(reply.stdout)["run"])
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        shown = subprocess.run(
            [sys.executable, "-m", "cnntutor", "runs", "show", name, "--json"],
            env=environment(home),
            capture_output=True,
            text=True,
            check=True,
        )
        if json.loads(shown.stdout)["state"] == "running":
            return name
        time.sleep(0.5)
    raise TimeoutError("the run does not start to train")


def report(state: str, measured: list[float], limit: float) -> bool:
    """Print one line; return whether it is within the limit."""
    ordered = sorted(measured)
    p95 = ordered[max(0, round(len(ordered) * 0.95) - 1)]
    figures = {
        "state": state,
        "presses": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(p95, 1),
        "max_ms": round(ordered[-1], 1),
        "load": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(figures), flush=True)
    return p95 <= limit


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("presses", type=int, nargs="?", default=100)
    parser.add_argument("--training", action="store_true")
    parser.add_argument("--limit-ms", type=float, default=50.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        good = report("idle", latencies(home, options.presses), options.limit_ms)
        if options.training:
            name = start_run(home)
            try:
                good &= report("training", latencies(home, options.presses), options.limit_ms)
            finally:
                subprocess.run(
                    [sys.executable, "-m", "cnntutor", "runs", "stop", name],
                    env=environment(home),
                    capture_output=True,
                    check=False,
                )
                time.sleep(3)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
