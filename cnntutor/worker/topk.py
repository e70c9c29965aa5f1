"""Pretrained networks on a folder of labelled photos: top-1 and top-5, each with its interval."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cnntutor.i18n import msg
from cnntutor.lab.events import NetworkScore
from cnntutor.lab.folder import RunFolder, replace_file
from cnntutor.lab.photos import Photo, PhotoFolder, exact
from cnntutor.lab.weights import weights_folders
from cnntutor.worker.datasets.pictures import read_photos
from cnntutor.worker.evaluation import wilson_interval
from cnntutor.worker.pretrained import build_pretrained
from cnntutor.worker.problems import RunProblem

NAMES_FILE = "imagenet_class_index.json"
"""The file of the 1,000 class names, as Keras has it."""
TOP = 5
BATCH = 32
PORTION = 8 * BATCH
"""Photos held in memory at once: thousands of them would take gigabytes."""


@dataclass(frozen=True, slots=True)
class ClassNames:
    """The 1,000 classes of ImageNet."""

    wordnet: tuple[str, ...]
    names: tuple[str, ...]

    def number(self, label: str, synonyms: dict[str, str]) -> int | None:
        """Return the class a label means exactly: by WordNet id, number, name, or a synonym of the folder's;
        None where none or more than one does."""
        if label in self.wordnet:
            return self.wordnet.index(label)
        if label.isdecimal():
            return int(label) if int(label) < len(self.names) else None
        wanted = exact(label)
        wanted = synonyms.get(wanted, wanted)
        fitting = [number for number, name in enumerate(self.names) if exact(name) == wanted]
        return fitting[0] if len(fitting) == 1 else None


def read_class_names(folders: list[Path]) -> ClassNames:
    """Return the classes of the first folder that has the file.

    Raises:
        RunProblem: none has.
    """
    for folder in folders:
        for path in (folder / NAMES_FILE, folder / "models" / NAMES_FILE):
            if path.is_file():
                held = json.loads(path.read_text(encoding="utf-8"))
                pairs = [held[str(number)] for number in range(len(held))]
                return ClassNames(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
    raise RunProblem(
        "missing-data",
        msg(
            "The names of the 1,000 classes are needed: put {file} of Keras beside the weights or into the"
            " data folder.",
            file=NAMES_FILE,
        ),
    )


def true_classes(folder: PhotoFolder, classes: ClassNames) -> list[int]:
    """Return the class of each photo.

    Raises:
        RunProblem: a label is no class, or means more than one.
    """
    found = [classes.number(photo.label, folder.synonyms) for photo in folder.photos]
    unknown = sorted(
        {photo.label for photo, number in zip(folder.photos, found, strict=True) if number is None}
    )
    if unknown:
        raise RunProblem(
            "bad-data",
            msg(
                "No class of ImageNet, or more than one, is meant by {labels} (such labels: {count}); write"
                " the class's own name, its WordNet id or number, or add a line to synonyms.csv (columns"
                " label and means) in {folder}.",
                count=len(unknown),
                labels=", ".join(unknown[:5]),
                folder=folder.folder,
            ),
        )
    return [number for number in found if number is not None]


def score(
    paths: list[Path],
    folder: PhotoFolder,
    classes: ClassNames,
    run: RunFolder,
    tell: Callable[[int], None],
) -> tuple[NetworkScore, ...]:
    """Test each network on all photos and keep the five likeliest classes of each photo.

    Args:
        paths: The weights files.
        folder: The photos.
        classes: The names.
        run: Where predictions.json goes.
        tell: Called with the number of networks done.

    Raises:
        RunProblem: a file or a photo cannot be used.
    """
    truth = np.array(true_classes(folder, classes))
    scores: list[NetworkScore] = []
    kept: dict[str, Any] = {}
    for done, path in enumerate(paths, 1):
        network = build_pretrained(path)
        name, model = network.name, network.model
        given = np.concatenate(
            [
                model.predict(
                    network.scaled(read_photos(some, network.size).astype(np.float32)),
                    batch_size=BATCH,
                    verbose=0,
                )
                for some in _portions(folder.photos)
            ]
        )
        order = np.argsort(-given, axis=1, kind="stable")[:, :TOP]
        top1 = int((order[:, 0] == truth).sum())
        top5 = int((order == truth[:, np.newaxis]).any(axis=1).sum())
        count = len(truth)
        scores.append(
            NetworkScore(
                network=name,
                weights=str(path),
                params=model.count_params(),
                top1=top1 / count,
                top5=top5 / count,
                top1_correct=top1,
                top5_correct=top5,
                count=count,
                top1_interval=wilson_interval(top1, count),
                top5_interval=wilson_interval(top5, count),
            )
        )
        kept[name] = [
            {
                "photo": _name_in(folder.folder, photo.path),
                "true": classes.names[right],
                "place": next((place for place, each in enumerate(best, 1) if each == right), 0),
                "top5": [[classes.names[each], round(float(row[each]), 4)] for each in best],
            }
            for photo, right, best, row in zip(folder.photos, truth, order, given, strict=True)
        ]
        tell(done)
        keras.backend.clear_session()
    content = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    replace_file(run.artifacts / "predictions.json", content.encode())
    return tuple(scores)


def _portions(photos: tuple[Photo, ...]) -> Iterator[tuple[Photo, ...]]:
    """Yield the photos, so many at a time as are held at once."""
    for first in range(0, len(photos), PORTION):
        yield photos[first : first + PORTION]


def _name_in(folder: Path, photo: Path) -> str:
    """Return a photo's name within its folder: two labels may have a file of the same name."""
    return photo.relative_to(folder).as_posix()


def name_folders(paths: list[Path], data_dir: str | None, photos: Path) -> list[Path]:
    """Return where the file of class names may lie."""
    folders = [*(path.parent for path in paths), photos, photos.parent, *weights_folders()]
    return folders if data_dir is None else [*folders, Path(data_dir)]
