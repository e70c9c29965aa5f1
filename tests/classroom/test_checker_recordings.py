"""Recordings are checked: read, named as their files, of a recipe there is, ended, naming nobody."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from cnntutor.classroom.checker_pack import Pack
from cnntutor.classroom.checker_recordings import check_recordings
from cnntutor.lab.process import this_process
from cnntutor.lab.recording import Header, recordings_dir

SOURCE = next(iter(sorted(recordings_dir().glob("*.jsonl"))))


def _renamed(header: Header) -> Header:
    return msgspec.structs.replace(header, slug="another")


def _of_no_recipe(header: Header) -> Header:
    return msgspec.structs.replace(header, run=msgspec.structs.replace(header.run, recipe="nowhere"))


def _naming(header: Header) -> Header:
    return msgspec.structs.replace(header, run=msgspec.structs.replace(header.run, submitter=this_process()))


def _found(root: Path, content: bytes) -> list[str]:
    (root / "recordings").mkdir()
    (root / "recipes").mkdir()
    (root / "recipes" / f"{SOURCE.stem}.toml").touch()
    (root / "recordings" / SOURCE.name).write_bytes(content)
    pack = Pack(root)
    assert check_recordings(pack) == 1
    return [str(problem.what) for problem in pack.problems]


def test_a_recording_of_the_course_passes(tmp_path: Path) -> None:
    assert _found(tmp_path, SOURCE.read_bytes()) == []


@pytest.mark.parametrize(
    ("change", "expected"), [(_renamed, "another"), (_of_no_recipe, "nowhere"), (_naming, "names a machine")]
)
def test_faults_are_found(tmp_path: Path, change: Callable[[Header], Header], expected: str) -> None:
    first, rest = SOURCE.read_bytes().split(b"\n", 1)
    header = change(msgspec.json.decode(first, type=Header))
    (problem,) = _found(tmp_path, msgspec.json.encode(header) + b"\n" + rest)
    assert expected in problem


def test_without_a_result(tmp_path: Path) -> None:
    lines = [line for line in SOURCE.read_bytes().splitlines() if b'"type":"result"' not in line]
    assert any("no result" in problem for problem in _found(tmp_path, b"\n".join(lines) + b"\n"))


def test_broken(tmp_path: Path) -> None:
    (problem,) = _found(tmp_path, b"{}\n")
    assert "no recording" in problem
