"""Run folders: made in one step, found by a shortened id, never half seen."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cnntutor import locations
from cnntutor.errors import Failed, NotUnderstood
from cnntutor.lab.folder import RunFolder, create_run_folder, replace_file, write_once
from cnntutor.lab.history import find_run, last_result, list_runs
from cnntutor.lab.recipe import find_recipe, resolve


def test_a_run_folder_has_its_name_only_once_it_is_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[list[str]] = []
    rename = Path.rename

    def watched(self: Path, target: Path) -> Path:
        seen.append(sorted(entry.name for entry in self.iterdir()))
        assert list_runs(tmp_path) == ()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", watched)
    run = create_run_folder(tmp_path, resolve(find_recipe("lenet5-mnist"), "quick", {}))
    assert seen == [["artifacts", "ckpt", "control", "log.txt", "run.json"]]
    assert [entry.name for entry in tmp_path.iterdir()] == [run.name]
    assert run.spec.run == run.name
    assert run.name.split("-")[0].isdigit()


def test_a_run_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("in the way", encoding="utf-8")
    with pytest.raises(Failed, match="runs is a file, and the runs need a folder"):
        create_run_folder(tmp_path / "runs", resolve(find_recipe("lenet5-mnist"), "quick", {}))


def test_half_made_folders_and_strangers_are_no_runs(make_run: Any) -> None:
    run = make_run()
    (locations.runs_dir() / ".new-x").mkdir()
    (locations.runs_dir() / "notes").mkdir()
    assert [each.name for each in list_runs(locations.runs_dir())] == [run.folder.name]


def test_runs_are_found_by_beginning_ending_and_last(tmp_path: Path) -> None:
    names = ["20261121-080000-lenet5-mnist-aaaa", "20261121-090000-base-cnn-mnist-bbbb"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").touch()
    assert find_run(tmp_path, "last").name == names[1]
    assert find_run(tmp_path, "20261121-08").name == names[0]
    assert find_run(tmp_path, "aaaa").name == names[0]
    assert find_run(tmp_path, names[1]).name == names[1]
    with pytest.raises(NotUnderstood, match="more than one"):
        find_run(tmp_path, "2026")
    with pytest.raises(NotUnderstood, match="runs list"):
        find_run(tmp_path, "cccc")


def test_without_runs_the_way_to_the_first_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match="cnntutor run lenet5-mnist"):
        find_run(tmp_path / "none", "last")


def test_an_order_of_a_newer_version_is_refused(make_run: Any) -> None:
    run = make_run()
    spec = msgspec.structs.replace(run.folder.spec, format_version=99)
    (run.folder.path / "run.json").write_bytes(msgspec.json.encode(spec))
    with pytest.raises(NotUnderstood, match="update cnntutor"):
        _ = RunFolder(run.folder.path).spec


def test_a_file_written_once_stays(tmp_path: Path) -> None:
    write_once(tmp_path / "a", b"1")
    with pytest.raises(FileExistsError):
        write_once(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_file_that_cannot_be_replaced_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_file(tmp_path / "a", b"1")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "a", b"2")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_run_without_a_result_has_none(make_run: Any) -> None:
    run = make_run()
    assert last_result(run.folder) is None
    run.write_events('{"type":"phase","time":1,"attempt":1,"phase":"saving"}\n{"type":"resu')
    assert last_result(run.folder) is None


def test_two_windows_may_replace_a_file_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notes.txt"
    fsync = os.fsync
    inside = False

    def overtaken(handle: int) -> None:
        # Between writing and replacing, another window replaces the same file.
        nonlocal inside
        if not inside:
            inside = True
            replace_file(path, b"of the other window, and longer")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", overtaken)
    replace_file(path, b"of this window")
    assert path.read_bytes() == b"of this window"
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]
