"""Event lines: torn ends, unknown kinds, figures that are no numbers."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cnntutor.lab.event_tail import BLOCK, EventTail
from cnntutor.lab.events import BatchEvent, EpochEvent, PhaseEvent, decode_event

PHASE = '{"type":"phase","time":1.5,"attempt":1,"phase":"importing"}\n'


def test_a_file_that_is_not_there_yet_has_no_lines(tmp_path: Path) -> None:
    assert EventTail(tmp_path / "events.jsonl").poll() == []


def test_a_torn_last_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    path.write_text(PHASE + PHASE[:20], encoding="utf-8")
    assert tail.poll() == [PhaseEvent(time=1.5, attempt=1, phase="importing")]
    assert tail.poll() == []
    with path.open("a", encoding="utf-8") as file:
        file.write(PHASE[20:])
    assert len(tail.poll()) == 1


def test_a_file_cut_back_to_its_last_whole_line_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(PHASE + PHASE[:20], encoding="utf-8")
    tail = EventTail(path)
    assert len(tail.poll()) == 1
    path.write_text(PHASE + PHASE, encoding="utf-8")
    assert len(tail.poll()) == 1


def test_lines_of_a_kind_this_version_does_not_know_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"type":"hologram","time":1,"attempt":1}\nnot json\n' + PHASE, encoding="utf-8")
    assert [type(event) for event in EventTail(path).poll()] == [PhaseEvent]


def test_fields_of_a_later_version_are_passed_over() -> None:
    event = decode_event(b'{"type":"phase","time":1,"attempt":1,"phase":"saving","mood":"good"}')
    assert event == PhaseEvent(time=1, attempt=1, phase="saving")


def test_every_line_begins_with_type_time_and_attempt_and_nan_is_null() -> None:
    event = BatchEvent(
        time=2.0,
        attempt=1,
        epoch=1,
        epochs=2,
        batch=3,
        batches=4,
        loss=float("nan"),
        accuracy=None,
        images_per_second=10.0,
    )
    written = json.loads(msgspec.json.encode(event))
    assert list(written)[:3] == ["type", "time", "attempt"]
    assert written["loss"] is None
    assert decode_event(msgspec.json.encode(event)) == msgspec.structs.replace(event, loss=None)


def test_of_very_many_batch_lines_an_even_part_is_read_and_every_other_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    epoch = {"type": "epoch", "time": 1.0, "attempt": 1, "epochs": 9, "loss": 1.0, "accuracy": 0.5}
    epoch |= {"val_loss": 1.0, "val_accuracy": 0.5, "seconds": 1.0, "best": False}
    batch = {"type": "batch", "time": 1.0, "attempt": 1, "epochs": 9, "batches": 4000, "loss": 1.0}
    batch |= {"accuracy": 0.5, "images_per_second": 1.0}
    with path.open("w", encoding="utf-8") as file:
        file.write(PHASE)
        for number in range(1, 10):
            for place in range(1, 4001):
                file.write(
                    json.dumps(batch | {"epoch": number, "batch": place}, separators=(",", ":")) + "\n"
                )
            file.write(json.dumps(epoch | {"epoch": number}, separators=(",", ":")) + "\n" + PHASE)
        file.write("garbage\n" + PHASE[:9])
    assert path.stat().st_size > 2 * BLOCK
    every = EventTail(path).poll()
    some = EventTail(path).poll(900)
    assert len(every) == 36_000 + 9 + 10
    batches = [(event.epoch, event.batch) for event in some if isinstance(event, BatchEvent)]
    assert 700 < len(batches) < 1200 and batches == sorted(set(batches))
    assert {number for number, _ in batches} == set(range(1, 10))
    others = [event for event in every if not isinstance(event, BatchEvent)]
    assert [event for event in some if not isinstance(event, BatchEvent)] == others
    tail = EventTail(path)
    assert len(tail.poll(1)) < 60 and tail.poll(1) == []


def test_a_line_longer_than_a_block_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(PHASE.encode() + b"x" * (2 * BLOCK + 7) + b"\n" + PHASE.encode())
    assert [len(line) for line in EventTail(path).poll_lines()] == [
        len(PHASE) - 1,
        2 * BLOCK + 7,
        len(PHASE) - 1,
    ]
    path.write_bytes(PHASE.encode() + b"x" * (BLOCK + 7))
    assert len(EventTail(path).poll_lines()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": -1},
        {"epoch": 10**12},
        {"epochs": 2**62},
        {"epoch": 1.5},
        {"loss": 1e308},
        {"val_loss": -1e300},
        {"seconds": -1.0},
        {"seconds": 1e300},
        {"time": 1e308},
        {"attempt": 0},
        {"attempt": 10**12},
    ],
)
def test_a_line_with_a_number_that_cannot_be_is_garbage(change: dict[str, Any]) -> None:
    line = {"type": "epoch", "time": 1.0, "attempt": 1, "epoch": 2, "epochs": 10, "loss": 3.4e38}
    line |= {"accuracy": 0.5, "val_loss": None, "val_accuracy": 0.5, "seconds": 0.0, "best": False}
    assert isinstance(decode_event(msgspec.json.encode(line)), EpochEvent)
    assert decode_event(msgspec.json.encode(line | change)) is None
