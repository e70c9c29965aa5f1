"""Downloads: progress, going on after a break, proof by hash, and no network as a sentence."""

import fcntl
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnntutor.errors import Failed, Missing
from cnntutor.i18n import Text
from cnntutor.lab.data_sets import DataSetInfo, Download
from cnntutor.lab.download import fetch

CONTENT = bytes(range(256)) * 4096


class _Server(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT with ranges; /broken ends in the middle, /plain knows no ranges."""

    def do_GET(self) -> None:
        start = 0
        asked = self.headers.get("Range")
        if asked and self.path != "/plain":
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        whole = CONTENT[start:]
        self.wfile.write(whole[: len(whole) // 2] if self.path == "/broken" else whole)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def info(address: str, path: str, sha256: str | None = None) -> DataSetInfo:
    download = Download("data.bin", address + path, len(CONTENT), sha256)
    return DataSetInfo("some", Text("some", "some"), (), downloads=(download,))


def quiet(file: str, done: int, total: int) -> None:
    pass


def test_a_file_comes_whole_and_tells_its_progress(address: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    digest = hashlib.sha256(CONTENT).hexdigest()
    files = fetch(
        info(address, "/file", digest), tmp_path, lambda file, done, total: told.append((done, total))
    )
    assert files[0].read_bytes() == CONTENT
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("path", ["/file", "/plain"])
def test_a_broken_download_goes_on(address: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(Missing, match="goes on where it broke off"):
        fetch(info(address, "/broken"), tmp_path, quiet)
    assert 0 < (tmp_path / "data.bin.part").stat().st_size < len(CONTENT)
    files = fetch(info(address, path), tmp_path, quiet)
    assert files[0].read_bytes() == CONTENT


def test_a_part_that_is_whole_already_is_put_in_place(address: str, tmp_path: Path) -> None:
    (tmp_path / "data.bin.part").write_bytes(CONTENT)
    assert fetch(info(address, "/file"), tmp_path, quiet)[0].read_bytes() == CONTENT


def test_another_file_than_was_published_is_taken_away(address: str, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="not the file that was published"):
        fetch(info(address, "/file", "0" * 64), tmp_path, quiet)
    assert list(tmp_path.iterdir()) == []


def test_no_server_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="cannot be downloaded"):
        fetch(info("http://127.0.0.1:9", "/file"), tmp_path, quiet)


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(b"mine")
    assert fetch(info("http://127.0.0.1:9", "/file"), tmp_path, quiet)[0].read_bytes() == b"mine"


def test_a_file_another_program_downloads_is_left_to_it(address: str, tmp_path: Path) -> None:
    with (tmp_path / "data.bin.part").open("wb") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        with pytest.raises(Failed, match="another cnntutor"):
            fetch(info(address, "/file"), tmp_path, quiet)
    assert (tmp_path / "data.bin.part").read_bytes() == b""
    assert fetch(info(address, "/file"), tmp_path, quiet)[0].read_bytes() == CONTENT
