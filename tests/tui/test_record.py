"""The record as the screens use it: what happened to its file is told once."""

from pathlib import Path

from cnntutor.i18n import msg
from cnntutor.progress.store import Store
from cnntutor.tui.context import Context, Place
from cnntutor.tui.record import Record


def test_a_file_mended_while_it_is_in_use_is_told_once(context: Context, store: Store) -> None:
    told: list[str] = []
    record = Record(context, lambda problem: told.append(str(problem)))
    record.leave_at(Place("map"))
    assert told == []
    store.notice = msg("The record {file} was damaged.", file=Path("p"))
    record.leave_at(Place("lab"))
    record.leave_at(Place("map"))
    assert told == ["The record p was damaged."]
