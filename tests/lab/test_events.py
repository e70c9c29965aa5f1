"""Event lines: torn ends, unknown kinds, figures that are no numbers."""

import json
from pathlib import Path

import msgspec

from cnntutor.lab.event_tail import EventTail
from cnntutor.lab.events import BatchEvent, PhaseEvent, decode_event

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
