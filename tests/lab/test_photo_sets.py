"""Sets of photos: what is unpacked, what is refused, and how a run names them."""

import io
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from cnntutor import locations
from cnntutor.cli.main import run as cnntutor
from cnntutor.errors import Failed, Missing
from cnntutor.lab import photo_sets
from cnntutor.lab.photo_sets import PHOTO_SETS, fetch_photos, photo_set_folder, unpack
from cnntutor.lab.recipe import find_recipe, resolve


def archive(path: Path, members: dict[str, bytes], *extra: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
        for member in extra:
            made.addfile(member)
    return path


def picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 10, 10)).save(held, "JPEG")
    return held.getvalue()


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@pytest.fixture
def flowers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a download bring three photos of each of two labels."""

    def fetched(info: object, folder: Path, progress: object) -> tuple[Path, ...]:
        folder.mkdir(parents=True)
        photos = {f"flower_photos/{label}/{number}.jpg": picture() for label in "ab" for number in range(3)}
        return (archive(folder / "flower_photos.tgz", {"flower_photos/LICENSE.txt": b"by us", **photos}),)

    monkeypatch.setattr(photo_sets, "fetch", fetched)


@pytest.mark.usefixtures("flowers")
def test_a_set_is_named_in_a_run_once_it_is_here() -> None:
    with pytest.raises(Missing, match="data fetch flowers"):
        resolve(find_recipe("transfer-frozen"), "quick", {"photos": "flowers", "weights": "random"})
    folder = fetch_photos("flowers", lambda *_: None)
    assert folder == photo_set_folder("flowers") == fetch_photos("flowers", lambda *_: None)
    assert (folder / "LICENSE.txt").read_bytes() == b"by us"
    assert not list((locations.data_store() / "flowers").glob("*.tgz"))
    spec = resolve(find_recipe("transfer-frozen"), "quick", {"photos": "flowers", "weights": "random"})
    assert spec.settings.photos == str(folder.absolute())


@pytest.mark.parametrize(
    "bad",
    [
        member("../out.jpg", tarfile.REGTYPE),
        member("/out.jpg", tarfile.REGTYPE),
        member("link.jpg", tarfile.SYMTYPE, "/etc/passwd"),
        member("hard.jpg", tarfile.LNKTYPE, "a/1.jpg"),
        member("device", tarfile.CHRTYPE),
    ],
    ids=lambda made: made.name,
)
def test_an_archive_that_would_do_harm_leaves_nothing(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    path = archive(tmp_path / "a.tgz", {"a/1.jpg": picture()}, bad)
    if bad.name == "/out.jpg":
        # tar's own rule: the slash is taken off, and the file lies within.
        unpack(path, tmp_path / "photos")
        assert (tmp_path / "photos" / "out.jpg").is_file()
        return
    with pytest.raises(Failed):
        unpack(path, tmp_path / "photos")
    assert [each.name for each in tmp_path.iterdir()] == ["a.tgz"]


def test_an_archive_that_is_torn_or_too_large_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "a.tgz", {f"a/{number}.jpg": picture() for number in range(5)})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Failed):
        unpack(path, tmp_path / "photos")
    path.write_bytes(whole)
    monkeypatch.setattr(photo_sets, "MOST_FILES", 4)
    with pytest.raises(Failed, match="does not belong"):
        unpack(path, tmp_path / "photos")
    assert [each.name for each in tmp_path.iterdir()] == ["a.tgz"]


@pytest.mark.usefixtures("flowers")
def test_sets_are_listed_with_the_terms_they_come_under(capsys: pytest.CaptureFixture[str]) -> None:
    assert cnntutor(["data", "list"]) == 0
    listed = capsys.readouterr().out
    assert "cnntutor data fetch imagenette (99 MB)" in listed
    assert cnntutor(["data", "fetch", "flowers"]) == 0
    assert "Creative Commons" in capsys.readouterr().out
    assert cnntutor(["data", "list"]) == 0
    assert f"here: {photo_set_folder('flowers')}" in capsys.readouterr().out


def test_every_set_can_be_told_from_a_forged_one() -> None:
    for each in PHOTO_SETS.values():
        (download,) = each.info.downloads
        assert download.sha256 is not None
        assert len(download.sha256) == 64
