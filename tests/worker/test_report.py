"""A report on paper: the worker's figures and PDF, whole or not at all."""

import os
import re
import zlib
from pathlib import Path

import pytest
from PIL import Image

from cnntutor import i18n, locations
from cnntutor.errors import Failed
from cnntutor.lab import report_files
from cnntutor.lab.report import build_report
from cnntutor.lab.report_files import write_report
from cnntutor.lab.tested_record import AfterTest
from tests.tui.scripted import ScriptedRun
from tests.tui.test_after_screen import leave, outputs, whole


@pytest.fixture
def run(own_home: Path) -> ScriptedRun:
    scripted = ScriptedRun(locations.runs_dir(), epochs="3")
    scripted.begin()
    scripted.epoch(1)
    scripted.epoch(2, val_loss=None, val_accuracy=None)
    scripted.end()
    leave(scripted.folder, whole())
    return scripted


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_everything_is_written(run: ScriptedRun, tmp_path: Path, lang: str) -> None:
    i18n.set_language(lang)
    folder = tmp_path / "report"
    files = write_report(build_report((run.folder,), "Nguyễn Văn Ánh"), folder)
    assert [file.name for file in files] == ["report.md", "report.html", "report.pdf"]
    names = {"loss", "accuracy", "confusion", "mistakes", "calibration"}
    assert {file.name for file in (folder / "figures").iterdir()} == {
        f"{name}.{end}" for name in names for end in ("png", "svg")
    }
    for name in names:
        with Image.open(folder / "figures" / f"{name}.png") as image:
            image.verify()
        assert (folder / "figures" / f"{name}.svg").read_text(encoding="utf-8").startswith("<?xml")
    pdf = files[2].read_bytes()
    assert pdf.startswith(b"%PDF") and pages(pdf) >= 2
    assert b"DejaVuSans" in pdf and f"/Lang ({lang})".encode() in pdf
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 3_000_000
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".report")] == []


def test_a_hundred_classes_and_no_pictures(run: ScriptedRun, tmp_path: Path) -> None:
    (run.folder.artifacts / "pictures.json").unlink()
    leave(run.folder, AfterTest(confusion=whole(100).confusion, outputs=outputs()))
    files = write_report(build_report((run.folder,)), tmp_path / "report")
    assert files[2].is_file()


def test_a_folder_that_cannot_be_written_is_a_sentence(run: ScriptedRun, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(Failed, match="cannot be written"):
        write_report(build_report((run.folder,)), blocked / "report")


def test_a_full_disk_leaves_nothing(
    run: ScriptedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(report_files, "_draw", full)
    with pytest.raises(Failed, match="No space left on device"):
        write_report(build_report((run.folder,)), tmp_path / "report")
    assert [path.name for path in tmp_path.iterdir() if "report" in path.name] == []


def test_letters_of_vietnamese_are_in_the_font(run: ScriptedRun, tmp_path: Path) -> None:
    i18n.set_language("vi")
    pdf = write_report(build_report((run.folder,), "Ẩ Ỡ ữ ệ ặ"), tmp_path / "report")[2].read_bytes()
    maps = b""
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\n?endstream", pdf, re.DOTALL):
        data = match[1]
        for decode in (_ascii85, bytes):
            try:
                found = zlib.decompress(decode(data))
            except (zlib.error, ValueError):
                continue
            maps += found if b"beginbfchar" in found or b"beginbfrange" in found else b""
            break
    known = {bytes.fromhex(code.decode()) for code in re.findall(rb"<([0-9A-Fa-f]{4})>", maps)}
    assert {letter.encode("utf-16-be") for letter in "ẨỠữệặđ"} <= known


def _ascii85(data: bytes) -> bytes:
    import base64

    return base64.a85decode(data.strip().removesuffix(b"~>"))
