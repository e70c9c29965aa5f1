"""Folders of labelled photos: which label a file bears, exactly."""

from pathlib import Path

import pytest

from cnntutor.errors import NotUnderstood
from cnntutor.lab.photos import exact, label_of_name, read_photo_folder


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


@pytest.mark.parametrize(
    ("stem", "label"),
    [
        ("volcano", "volcano"),
        ("red_fox_12", "red_fox"),
        ("red fox (3)", "red fox"),
        ("n02119022_red_fox", "n02119022"),
        ("12", "12"),
        ("plate-rack", "plate-rack"),
    ],
)
def test_the_name_of_a_file_is_its_label(stem: str, label: str) -> None:
    assert label_of_name(stem) == label


def test_labels_are_equal_by_spelling_and_never_by_their_beginning() -> None:
    assert exact("Plate_Rack") == exact("plate rack") == exact(" plate-rack ")
    assert exact("plate") != exact("plate rack")


def test_names_folders_and_parts(tmp_path: Path) -> None:
    names = read_photo_folder(touch(tmp_path / "a", "fox_1.jpg", "fox_2.PNG", "owl.jpg", "notes.txt"))
    assert (names.labelled_by, names.labels, len(names.photos)) == ("names", ("fox", "owl"), 3)
    folders = read_photo_folder(touch(tmp_path / "b", "fox/1.jpg", "owl/1.jpg", "owl/.hidden.jpg"))
    assert [photo.label for photo in folders.photos] == ["fox", "owl"]
    parts = read_photo_folder(touch(tmp_path / "c", "train/fox/1.jpg", "val/fox/2.jpg", "test/owl/3.jpg"))
    assert [photo.part for photo in parts.photos] == ["test", "train", "validation"]


def test_a_table_goes_first_and_brings_its_synonyms(tmp_path: Path) -> None:
    folder = touch(tmp_path, "a.jpg", "b.jpg")
    (folder / "labels.csv").write_text("file,label\na.jpg,crane\nb.jpg,517\n", encoding="utf-8")
    (folder / "synonyms.csv").write_text("label,means\nHoist,crane\n", encoding="utf-8")
    found = read_photo_folder(folder)
    assert [photo.label for photo in found.photos] == ["crane", "517"]
    assert found.synonyms == {"hoist": "crane"}


@pytest.mark.parametrize("row", ["a.jpg,", ",fox", "gone.jpg,fox", "../a.jpg,fox"])
def test_a_table_that_will_not_do_is_named_with_its_line(tmp_path: Path, row: str) -> None:
    folder = touch(tmp_path / "x", "a.jpg")
    touch(tmp_path, "a.jpg")
    (folder / "labels.csv").write_text(f"file,label\n{row}\n", encoding="utf-8")
    with pytest.raises(NotUnderstood, match="line 2"):
        read_photo_folder(folder)


def test_an_empty_or_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match="no photos"):
        read_photo_folder(tmp_path)
    with pytest.raises(NotUnderstood, match="not there"):
        read_photo_folder(tmp_path / "nowhere")


def test_the_photos_of_the_shared_folder_are_read(shared_data: Path) -> None:
    found = read_photo_folder(shared_data / "electronics-128")
    counts = [sum(photo.part == part for photo in found.photos) for part in ("train", "validation", "test")]
    assert (counts, len(found.labels)) == ([80, 24, 24], 10)
    assert len(read_photo_folder(shared_data / "imagenet-100").photos) == 100
