"""Folders of labelled photos: which file bears which label, by table, folder or file name."""

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")
PARTS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}
"""Folders that say what their photos are for."""
TABLES = ("labels.csv",)
SYNONYMS = "synonyms.csv"
_WORDNET = re.compile(r"^(n\d{8})[_ -]")
_NUMBER = re.compile(r"[_ -]?\(?\d+\)?$")


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo."""

    path: Path
    label: str
    """As it is written: a name, a WordNet id (n02124075) or a class number."""
    part: str | None = None
    """train, validation or test where the folders say so."""


@dataclass(frozen=True, slots=True)
class PhotoFolder:
    """A folder of labelled photos."""

    folder: Path
    photos: tuple[Photo, ...]
    labelled_by: str
    """table, folders or names."""
    synonyms: dict[str, str]
    """Another word for a label, both as `exact` writes them."""

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, sorted."""
        return tuple(sorted({photo.label for photo in self.photos}))


def exact(label: str) -> str:
    """Return a label so that two that mean the same by spelling are equal: case, spaces, _ and - aside."""
    return re.sub(r"[\s_\-]+", " ", label.strip().casefold())


def read_photo_folder(folder: Path) -> PhotoFolder:
    """Return the labelled photos of a folder.

    A table labels.csv (columns file and label or class_index) goes before folders named after the classes,
    perhaps below train, validation and test; without either, the name of the file is the label: `label.jpg`,
    `label_12.jpg`, `n02124075_label.jpg`.

    Raises:
        NotUnderstood: the folder is missing, holds no photos, or its table cannot be read.
    """
    if not folder.is_dir():
        raise NotUnderstood(
            msg("The folder of photos {folder} is not there; correct its name.", folder=folder)
        )
    synonyms = _synonyms(folder)
    table = next((folder / name for name in TABLES if (folder / name).is_file()), None)
    if table is not None:
        return PhotoFolder(folder, _by_table(table), "table", synonyms)
    found = _by_folders(folder)
    if found:
        return PhotoFolder(folder, found, "folders", synonyms)
    named = tuple(Photo(path, label_of_name(path.stem)) for path in _photos_in(folder))
    if not named:
        raise NotUnderstood(
            msg(
                "There are no photos in {folder}; put label.jpg files there, a folder for each label, or a"
                " table labels.csv with the columns file and label.",
                folder=folder,
            )
        )
    return PhotoFolder(folder, named, "names", synonyms)


def label_of_name(stem: str) -> str:
    """Return the label a file name bears: its WordNet id, else the name without a number at the end."""
    wordnet = _WORDNET.match(stem)
    if wordnet:
        return wordnet[1]
    return _NUMBER.sub("", stem) or stem


def _photos_in(folder: Path) -> list[Path]:
    """Return the photos that lie in a folder, by name."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.is_file())
    return [folder / name for name in names if name.lower().endswith(ENDINGS) and not name.startswith(".")]


def _folders_in(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return sorted(folder / entry.name for entry in entries if entry.is_dir() and entry.name[0] != ".")


def _by_folders(folder: Path) -> tuple[Photo, ...]:
    """Return the photos below folders named after classes, perhaps below train, validation and test."""
    parts = [each for each in _folders_in(folder) if each.name.lower() in PARTS]
    if parts:
        return tuple(
            Photo(path, label.name, PARTS[part.name.lower()])
            for part in parts
            for label in _folders_in(part)
            for path in _photos_in(label)
        )
    return tuple(Photo(path, label.name) for label in _folders_in(folder) for path in _photos_in(label))


def _by_table(table: Path) -> tuple[Photo, ...]:
    """Return the photos of a table.

    Raises:
        NotUnderstood: it has not the columns, or names a file that is not there.
    """
    rows = _rows(table)
    photos: list[Photo] = []
    for number, row in enumerate(rows, 2):
        name = row.get("file") or ""
        label = row.get("label") or row.get("class_index") or ""
        path = table.parent / name
        if not name or not label:
            raise NotUnderstood(
                msg(
                    "{file}, line {line}: the columns file and label (or class_index) are needed; add them.",
                    file=table,
                    line=str(number),
                )
            )
        if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
            raise NotUnderstood(
                msg(
                    "{file}, line {line}: there is no photo {name} in that folder; correct the line.",
                    file=table,
                    line=str(number),
                    name=name,
                )
            )
        part = PARTS.get((row.get("part") or "").lower())
        photos.append(Photo(path, label.strip(), part))
    return tuple(photos)


def _synonyms(folder: Path) -> dict[str, str]:
    """Return the table synonyms.csv (columns label and means) of a folder; empty where there is none."""
    table = folder / SYNONYMS
    if not table.is_file():
        return {}
    return {exact(row.get("label") or ""): exact(row.get("means") or "") for row in _rows(table)}


def _rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file.

    Raises:
        NotUnderstood: it is no text in UTF-8.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            return [{k: v for k, v in row.items() if isinstance(v, str)} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise NotUnderstood(
            msg("{file} is no table in UTF-8 ({problem}); save it as CSV again.", file=table, problem=problem)
        ) from problem
