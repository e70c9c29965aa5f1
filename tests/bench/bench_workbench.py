"""Key typed into a field of ResNet-50 on the workbench to the redraw of its total, in a real terminal.

    python -m tests.bench.bench_workbench [PRESSES] [--network NAME] [--layer NAME] [--limit-ms 50]

Prints one JSON object; exits 1 when the 95th percentile is above the limit.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from cnntutor.calc.layers.input import Input
from cnntutor.formats.library import find_network
from cnntutor.i18n import number
from cnntutor.progress.records import Place
from cnntutor.progress.store import Store
from cnntutor.tui.bench import Bench
from cnntutor.tui.network_edit import with_argument
from tests.bench.bench_keys import environment
from tests.bench.pty_program import PtyProgram

BACKSPACE = b"\x7f"
PAUSE = 0.12
"""Seconds between two keys, so that nothing waits for the key before."""


def latencies(network: str, layer: str, presses: int) -> list[float]:
    """Return the milliseconds from each key to the new total on screen."""
    bench = Bench.of(find_network(network).network)
    node = bench.network.node(layer)
    assert not isinstance(node.layer, Input)
    filters = str(getattr(node.layer, "filters"))  # noqa: B009  (any kind with filters)
    longer = with_argument(bench, layer, "filters", filters + "5")
    totals = [number(each.report.total_params).encode() for each in (longer, bench)]
    down = [each.name for each in bench.network.nodes].index(layer) - 1
    measured = []
    with tempfile.TemporaryDirectory() as home:
        with Store.open(Path(home) / "progress.sqlite3") as store:
            store.leave_at(Place("workbench", network))
        arguments = [sys.executable, "-m", "cnntutor"]
        with PtyProgram(arguments, environment(home), columns=120, rows=40) as program:
            program.wait_for(totals[1])
            program.settle(1.0)
            for keys in (b"j" * down + b"\r", b"\x1b[F"):
                program.send(keys)
                time.sleep(1.0)  # a cursor that blinks never lets it settle
                program.drain()
            for press in range(presses + 4):
                program.forget()
                sent = program.send(BACKSPACE if press % 2 else b"5")
                seen = program.wait_for(totals[press % 2], timeout=10)
                if press >= 4:
                    measured.append((seen - sent) * 1000)
                time.sleep(PAUSE + 0.013 * (press % 7))
                program.drain()
    return measured


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presses", nargs="?", type=int, default=40)
    parser.add_argument("--network", default="resnet50")
    parser.add_argument("--layer", default="conv1_conv")
    parser.add_argument("--limit-ms", type=float, default=50.0)
    chosen = parser.parse_args()
    measured = sorted(latencies(chosen.network, chosen.layer, chosen.presses))
    high = measured[min(len(measured) - 1, round(0.95 * len(measured)))]
    print(
        json.dumps(
            {
                "what": f"key to total, {chosen.network}, {chosen.layer}",
                "presses": len(measured),
                "p50_ms": round(statistics.median(measured), 1),
                "p95_ms": round(high, 1),
                "max_ms": round(measured[-1], 1),
            }
        )
    )
    return 0 if high <= chosen.limit_ms else 1


if __name__ == "__main__":
    sys.exit(main())
