"""Looking at many and at long runs: a million events, ten thousand runs, four runs on the screen.

    python -m tests.bench.bench_runs [--events 1000000] [--runs 10000]

Prints one JSON object for each, with the goal beside it; exits 1 when one is missed. `attach` is the time to
the first view of a run with so many event lines; `list` the time of `lab.runs()` and of the rows the lab
shows; `memory` the resident set of the program with a run screen that was attached to the long run and the
comparison of four runs.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from cnntutor.lab.events import BatchEvent, EpochEvent, ResultEvent
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.lab import Lab
from cnntutor.lab.process import this_process
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.state import Job, Status
from cnntutor.tui.run_rows import RunRows
from cnntutor.tui.run_watch import RunWatch
from tests.bench.bench_keys import environment
from tests.bench.pty_program import PtyProgram

ATTACH_SECONDS, LIST_SECONDS, MEMORY_MB = 1.0, 0.3, 150
BATCHES = 100


def long_run(runs_dir: Path, events: int, name: str = "") -> RunFolder:
    """Make a finished run with so many event lines, a hundred of an epoch."""
    epochs = max(1, events // (BATCHES + 1))
    spec = resolve(find_recipe("lenet5-mnist"), "quick", {"epochs": str(min(epochs, 10_000))})
    if name:
        spec = msgspec.structs.replace(spec, run=name)
    run = create_run_folder(runs_dir, spec)
    encode = msgspec.json.Encoder().encode
    with run.events_file.open("wb") as file:
        for epoch in range(1, epochs + 1):
            loss = 2.3 / (1 + epoch**0.5)
            for batch in range(1, BATCHES + 1):
                event = BatchEvent(
                    time=1.8e9 + epoch * 10 + batch / 10,
                    attempt=1,
                    epoch=epoch,
                    epochs=epochs,
                    batch=batch,
                    batches=BATCHES,
                    loss=loss + batch / 1000,
                    accuracy=0.5,
                    images_per_second=5000.0,
                )
                file.write(encode(event) + b"\n")
            done = EpochEvent(
                time=1.8e9 + epoch * 10 + 10,
                attempt=1,
                epoch=epoch,
                epochs=epochs,
                loss=loss,
                accuracy=0.9,
                val_loss=loss + 0.1,
                val_accuracy=0.89,
                seconds=10.0,
                best=epoch < 50,
            )
            file.write(encode(done) + b"\n")
        file.write(encode(result(epochs)) + b"\n")
    finish(run, epochs)
    return run


def result(epochs: int) -> ResultEvent:
    """Return the last line of a run."""
    return ResultEvent(
        time=1.9e9,
        attempt=1,
        state="finished",
        test_loss=0.1,
        test_accuracy=0.97,
        test_count=1000,
        test_correct=970,
        test_interval=(0.957, 0.979),
        best_epoch=min(epochs, 49),
        epochs_done=epochs,
        seconds=100.0,
        data=None,
    )


def finish(run: RunFolder, epochs: int) -> None:
    """Write what a worker that has ended leaves."""
    worker = this_process()
    run.job_file.write_bytes(msgspec.json.encode(Job(backend="local", worker=worker, time=1.8e9)))
    status = Status(
        state="finished",
        attempt=1,
        beat=9,
        time=1.9e9,
        phase=None,
        epoch=epochs,
        epochs=epochs,
        batch=BATCHES,
        batches=BATCHES,
        worker=worker,
    )
    run.status_file.write_bytes(msgspec.json.encode(status))


def attach(runs_dir: Path, events: int) -> dict[str, object]:
    """Measure the first view of a long run."""
    run = long_run(runs_dir, events)
    size = run.events_file.stat().st_size
    began, computing = time.perf_counter(), time.process_time()
    follower = RunWatch(Lab(runs_dir), run)
    view = follower.poll()
    seconds, computed = time.perf_counter() - began, time.process_time() - computing
    again = time.perf_counter()
    follower.poll()
    found = {"what": "attach", "events": events, "megabytes": size // 10**6, "epochs": len(view.epochs)}
    return found | {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(computed, 3),
        "seconds_again": round(time.perf_counter() - again, 4),
        "goal": ATTACH_SECONDS,
        "met": seconds < ATTACH_SECONDS,
    }


def listing(runs_dir: Path, count: int) -> dict[str, object]:
    """Measure the list of many runs, the first time and later on."""
    pattern = resolve(find_recipe("lenet5-mnist"), "quick", {})
    line = msgspec.json.encode(result(10)) + b"\n"
    for number in range(count):
        name = f"20250101-{number:06d}-lenet5-mnist-{number % 65536:04x}"
        folder = RunFolder(runs_dir / name)
        folder.path.mkdir(parents=True)
        spec = msgspec.structs.replace(pattern, run=name)
        (folder.path / "run.json").write_bytes(msgspec.json.encode(spec))
        folder.events_file.write_bytes(line)
        finish(folder, 10)
    lab = Lab(runs_dir)
    times: dict[str, float] = {}
    for what, call in (
        ("list", lab.runs),
        ("rows", RunRows(lab).read),
        ("at_work_first", lab.at_work),
        ("at_work_again", lab.at_work),
    ):
        began = time.perf_counter()
        call()
        times[what] = round(time.perf_counter() - began, 3)
    found: dict[str, object] = {"what": "list", "runs": count, **times, "goal": LIST_SECONDS}
    return found | {"met": times["list"] + times["rows"] < LIST_SECONDS}


def memory(home: str, names: list[str]) -> dict[str, object]:
    """Measure the program with a run screen and the comparison of four runs open."""
    code = (
        "from cnntutor import settings; settings.apply_language();"
        "from cnntutor.cli.screen import open_screen; open_screen('run', {!r})"
    )
    arguments = [sys.executable, "-c", code.format(names[0])]
    with PtyProgram(arguments, environment(home), columns=120, rows=40) as program:
        program.wait_for(b"finished", timeout=60)
        watch(program, 2.0)
        alone = resident(program.pid)
        program.send(b"a")
        program.wait_for(b"val_accuracy", timeout=60)
        watch(program, 1.0)
        for _ in names[1:]:
            program.send(b"j")
            watch(program, 0.5)
            program.send(b"\r")
            watch(program, 1.5)
        together = resident(program.pid)
    found = {"what": "memory", "run_screen_mb": alone, "four_runs_mb": together, "goal": MEMORY_MB}
    return found | {"met": max(alone, together) < MEMORY_MB}


def watch(program: PtyProgram, seconds: float) -> None:
    """Let a program go on, which draws something every second, and read what it writes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.05)
        program.drain()


def resident(pid: int) -> int:
    """Return the resident set of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 10**6


def told(found: dict[str, object]) -> dict[str, object]:
    """Print what was measured, and return it."""
    print(json.dumps(found), flush=True)
    return found


def main() -> int:
    """Measure, print, and say whether all goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["CNNTUTOR_HOME"] = home
        runs_dir = Path(home, "runs")
        found = [told(attach(runs_dir, chosen.events))]
        names = [next(runs_dir.iterdir()).name]
        names += [long_run(runs_dir, 20_000).name for _ in range(3)]
        found.append(told(listing(Path(home, "many"), chosen.runs)))
        found.append(told(memory(home, names)))
    return 0 if all(each["met"] for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
