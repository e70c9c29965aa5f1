"""Writing to a file that a person named."""

import os
import threading
from pathlib import Path

import pytest

from cnntutor.lab.text_file import write_text_file


def test_a_text_comes_whole_in_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "báo-cáo.md"
    write_text_file(path, "Một\n")
    write_text_file(path, "Hai\n")
    assert path.read_bytes() == b"Hai\n"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_full_disk_leaves_the_text_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.md"
    write_text_file(path, "before")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_text_file(path, "after")
    assert path.read_text(encoding="utf-8") == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "link.md"
    link.symlink_to(tmp_path / "far" / "report.md")
    write_text_file(link, "text")
    assert link.is_symlink()
    assert (tmp_path / "far" / "report.md").read_text(encoding="utf-8") == "text"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write_text_file(pipe, "text")
    reader.join(10)
    assert read == ["text"] and pipe.is_fifo()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_text_file(tmp_path, "text")
