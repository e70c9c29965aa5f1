"""Runs as rows: what is over is remembered, and forgotten when a run is resumed."""

import json
import os
import shutil
from typing import Any

import pytest

from cnntutor import locations
from cnntutor.lab import summary
from cnntutor.lab.ended import mark, marked_at
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import TICK_NS, Lab
from cnntutor.lab.process import this_process
from cnntutor.lab.summary import summaries
from tests.lab.test_observer import RESULT


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that were looked at."""
    names: list[str] = []
    look = summary._look

    def watched(lab: Lab, run: RunFolder) -> Any:
        names.append(run.name)
        return look(lab, run)

    monkeypatch.setattr(summary, "_look", watched)
    monkeypatch.setattr(summary, "_WORTH", 2)
    return names


def finished(make_run: Any) -> Any:
    run = make_run()
    run.job(this_process())
    run.status("finished", epoch=10)
    run.write_events(json.dumps(RESULT) + "\n")
    return run


def test_what_is_over_is_looked_at_once(make_run: Any, looked_at: list[str]) -> None:
    over = [finished(make_run).folder.name for _ in range(3)]
    going = make_run()
    going.job(this_process())
    going.status("running")
    broken = make_run()
    (broken.folder.path / "run.json").write_text("{", encoding="utf-8")
    first = summaries(Lab())
    assert sorted(looked_at) == sorted([*over, going.folder.name, broken.folder.name])
    looked_at.clear()
    assert summaries(Lab()) == first
    assert sorted(looked_at) == sorted([going.folder.name, broken.folder.name]), "neither is settled"
    row = next(row for row in first if row.run == over[0])
    assert (row.state, row.recipe, row.preset, row.test_accuracy) == (
        "finished",
        "lenet5-mnist",
        "quick",
        0.95,
    )
    assert (row.epoch, row.epochs, row.best_epoch) == (10, 10, 2)


def test_a_resumed_and_a_deleted_run_are_seen(make_run: Any, looked_at: list[str]) -> None:
    runs = [finished(make_run) for _ in range(3)]
    summaries(Lab())
    shutil.rmtree(runs[0].folder.path)
    runs[1].status("running", epoch=3)
    mark(locations.runs_dir())
    looked_at.clear()
    rows = {row.run: row.state for row in summaries(Lab())}
    assert rows == {runs[1].folder.name: "running", runs[2].folder.name: "finished"}
    assert len(looked_at) == 2
    # Just now a run was resumed, and another may be within the same tick; so nothing was remembered yet.
    looked_at.clear()
    summaries(Lab())
    assert len(looked_at) == 2
    past = marked_at(locations.runs_dir()) - 2 * TICK_NS
    os.utime(locations.runs_dir() / ".resumed", ns=(past, past))
    finished(make_run)
    summaries(Lab())
    looked_at.clear()
    summaries(Lab())
    assert looked_at == [runs[1].folder.name]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"marker":0,"runs":{"a":{}}}'])
def test_a_file_that_is_none_is_written_anew(make_run: Any, looked_at: list[str], content: bytes) -> None:
    runs = [finished(make_run) for _ in range(2)]
    (locations.runs_dir() / ".summaries.json").write_bytes(content)
    assert len(summaries(Lab())) == len(runs) == len(looked_at)
    looked_at.clear()
    assert len(summaries(Lab())) == 2 and looked_at == []
