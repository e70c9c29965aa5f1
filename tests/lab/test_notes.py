"""Notes on a run: kept as a text, never lost to another writer."""

from pathlib import Path
from typing import Any

import pytest

from cnntutor.cli.main import run as cnntutor
from cnntutor.errors import Failed
from cnntutor.lab.notes import read_notes, write_notes


def test_notes_are_a_text_in_the_folder(make_run: Any) -> None:
    run = make_run().folder
    assert read_notes(run) == ""
    write_notes(run, "  Học chậm.\nTry 0.01. \n", "")
    assert run.notes_file.read_text(encoding="utf-8") == "Học chậm.\nTry 0.01.\n"
    assert write_notes(run, "Try 0.1.", read_notes(run)) == "Try 0.1."
    write_notes(run, "", "Try 0.1.")
    assert not run.notes_file.exists()


def test_what_another_wrote_in_the_meantime_stays(make_run: Any) -> None:
    run = make_run().folder
    before = write_notes(run, "first", "")
    write_notes(run, "first, and theirs", before)
    assert write_notes(run, "first, and mine", before) == "first, and theirs\n\nfirst, and mine"


def test_notes_that_are_no_text_are_read_as_far_as_they_go(make_run: Any) -> None:
    run = make_run().folder
    run.notes_file.write_bytes(b"good \xff\xfe bad")
    assert read_notes(run).startswith("good")
    run.notes_file.unlink()
    run.notes_file.mkdir()
    assert read_notes(run) == ""


def test_a_full_disk_is_said_and_the_old_notes_stay(make_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run().folder
    write_notes(run, "old", "")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnntutor.lab.notes.replace_file", full)
    with pytest.raises(Failed, match="No space left"):
        write_notes(run, "new", "old")
    assert read_notes(run) == "old"


def test_notes_on_the_command_line(make_run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run().folder
    assert cnntutor(["runs", "note", run.name, "too fast"]) == 0
    assert cnntutor(["runs", "note", "last", "next: 0.001"]) == 0
    assert read_notes(run) == "too fast\nnext: 0.001"
    capsys.readouterr()
    assert cnntutor(["runs", "show", "last"]) == 0
    assert "next: 0.001" in capsys.readouterr().out
    assert cnntutor(["runs", "note", "last"]) == 0
    assert capsys.readouterr().out == "too fast\nnext: 0.001\n"
    assert cnntutor(["runs", "show", "last", "--json"]) == 0
    assert '"notes":"too fast\\nnext: 0.001"' in capsys.readouterr().out
