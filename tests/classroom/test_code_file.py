"""A file that is edited elsewhere: every way of saving is seen, nothing that happens to it loses code."""

import os
from pathlib import Path

import pytest

from cnntutor.classroom.code_file import LARGEST, CodeFile
from cnntutor.errors import NotUnderstood


@pytest.fixture
def file(tmp_path: Path) -> CodeFile:
    """A file as it is begun with."""
    made = CodeFile(tmp_path / "code" / "kata.py")
    made.write("model = 1\n")
    return made


def save(file: CodeFile, text: str, seconds: int = 1) -> None:
    """Save as an editor that writes the file again."""
    file.path.write_text(text, encoding="utf-8")
    later = file.path.stat().st_mtime_ns + seconds * 10**9
    os.utime(file.path, ns=(later, later))


def test_what_was_written_here_is_no_save(file: CodeFile) -> None:
    assert file.path.read_text(encoding="utf-8") == "model = 1\n"
    assert file.look().text is None
    assert [each.name for each in file.path.parent.iterdir()] == ["kata.py"]


def test_a_save_is_seen_once(file: CodeFile) -> None:
    save(file, "model = 2\n")
    assert file.look().text == "model = 2\n"
    assert file.look().text is None


def test_a_save_that_changes_nothing_is_none(file: CodeFile) -> None:
    save(file, "model = 1\n")
    assert file.look().text is None


def test_a_save_by_another_file_in_its_place_is_seen(file: CodeFile) -> None:
    beside = file.path.with_name("kata.py.swp")
    beside.write_text("model = 3\n", encoding="utf-8")
    file.path.unlink()
    first = file.look()
    assert (first.text, first.problem) == (None, None)
    beside.rename(file.path)
    assert file.look().text == "model = 3\n"


def test_a_file_that_is_gone_is_told_and_its_code_kept(file: CodeFile) -> None:
    save(file, "model = 2\n")
    file.look()
    file.path.unlink()
    assert file.look().problem is None
    assert "is gone" in str(file.look().problem)
    assert "is gone" in str(file.look().problem)
    assert file.text == "model = 2\n"
    save(file, "model = 4\n")
    back = file.look()
    assert (back.text, back.problem) == ("model = 4\n", None)


def test_a_folder_that_is_gone_is_made_again(file: CodeFile) -> None:
    file.path.unlink()
    file.path.parent.rmdir()
    file.look()
    assert "is gone" in str(file.look().problem)
    file.write("model = 5\n")
    assert file.look().problem is None
    assert file.read() == "model = 5\n"


def test_another_encoding_is_told_until_it_is_mended(file: CodeFile) -> None:
    file.path.write_bytes("model = 'Tiếng'\n".encode("utf-16"))
    assert "UTF-8" in str(file.look().problem)
    assert "UTF-8" in str(file.look().problem)
    save(file, "model = 'Tiếng'\n", 5)
    assert file.look().text == "model = 'Tiếng'\n"
    assert file.look().problem is None


def test_line_ends_of_windows_and_a_byte_order_mark_are_read(file: CodeFile) -> None:
    file.path.write_bytes(b"\xef\xbb\xbfmodel = 2\r\nmodel\r\n")
    assert file.look().text == "model = 2\nmodel\n"


def test_a_huge_file_is_not_read(file: CodeFile) -> None:
    file.path.write_bytes(b"#" * (LARGEST + 1))
    assert "larger than" in str(file.look().problem)
    assert file.text == "model = 1\n"


def test_a_folder_in_its_place_is_told(file: CodeFile) -> None:
    file.path.unlink()
    file.path.mkdir()
    assert "cannot be read" in str(file.look().problem)


def test_what_the_file_held_is_set_aside_under_a_new_name(file: CodeFile) -> None:
    assert file.set_aside().name == "kata-1.py"
    file.write("model = 2\n")
    aside = file.set_aside()
    assert aside.name == "kata-2.py"
    assert aside.read_text(encoding="utf-8") == "model = 2\n"


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "code").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(NotUnderstood, match="cannot be written"):
        CodeFile(tmp_path / "code" / "kata.py").write("x")
